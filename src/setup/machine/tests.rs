//! Tests of the machine: the order of the steps, what each takes, and how it goes on.

use super::super::job::{KeyFile, Made};
use super::super::{AppKind, Trouble};
use super::*;
use crate::profile::Kind;
use std::path::PathBuf;

fn begun(apps: &[&str]) -> Setup {
    let apps = apps.iter().map(|app| (*app).to_owned()).collect();
    Setup::new(Known { apps, config: "/config".into() }, None)
}

/// Answers, and says what is to be done.
fn say(setup: &mut Setup, text: &str) -> Work {
    match setup.answer(text) {
        Ok(job) => job.work,
        Err(why) => panic!("{text:?} at {:?}: {why}", setup.step()),
    }
}

fn all(setup: &mut Setup, texts: &[&str]) {
    texts.iter().for_each(|text| assert!(matches!(say(setup, text), Work::Nothing), "{text}"));
}

fn made(setup: &mut Setup) {
    let made = Made { key: "/config/keys/acme.key".into(), certificate: "/config/keys/acme.crt".into() };
    assert!(setup.done(Outcome::Made(Ok(made))).unwrap().keep.unwrap().private_key.is_some());
}

/// A set-up with a key that was made, at the step of the app.
fn with_key(passphrase: &str) -> Setup {
    let mut setup = begun(&[]);
    all(&mut setup, &["acme.my.salesforce.com", "", "new", "4096", "30"]);
    if !passphrase.is_empty() {
        all(&mut setup, &[passphrase]);
    }
    let work = say(&mut setup, passphrase);
    assert!(matches!(&work, Work::MakeKey { bits: 4096, days: 30, name, .. } if name == "acme"), "{work:?}");
    made(&mut setup);
    assert_eq!(setup.step(), Step::App);
    setup
}

/// All of it answered, at the test.
fn ready() -> Setup {
    let mut setup = with_key("");
    all(&mut setup, &["external", "", " 3MVG9abc\n def ", "ada@acme.example admin", "bo@acme.example", ""]);
    assert_eq!(setup.step(), Step::Test);
    setup
}

fn trouble(step: Step) -> Trouble {
    Trouble { step: Some(step), said: "no".into(), missing: "it".into(), cure: Vec::new() }
}

fn tested(setup: &mut Setup, results: &[Result<&str, Step>]) -> Option<Job> {
    let users = setup.answers.users.clone();
    let one = |(user, result): (&Person, &Result<&str, Step>)| Tested {
        username: user.username.clone(),
        result: result.map(str::to_owned).map_err(trouble),
    };
    setup.done(Outcome::Tested(Ok(users.iter().zip(results).map(one).collect())))
}

#[test]
fn from_nothing_to_a_login() {
    let mut setup = ready();
    let Work::Test { app, gone, passphrase } = say(&mut setup, "") else { panic!("no test") };
    assert_eq!((app.name.as_str(), app.client_id.as_str(), app.kind), ("acme", "3MVG9abcdef", Kind::Production));
    assert_eq!(app.login_url.as_str(), "https://acme.my.salesforce.com/");
    assert_eq!(app.private_key, PathBuf::from("/config/keys/acme.key"));
    assert_eq!(app.users[0].alias.as_deref(), Some("admin"));
    assert!(gone.is_empty() && passphrase.is_none() && setup.is_busy());
    assert!(setup.answer("").is_err(), "one at a time");
    assert!(matches!(tested(&mut setup, &[Ok("Ada"), Ok("Bo")]).unwrap().work, Work::Forget));
    assert_eq!(setup.step(), Step::Done);
}

#[test]
fn a_test_that_fails_leads_to_the_step_and_back_to_the_test() {
    let mut setup = ready();
    for step in [Step::ConsumerKey, Step::Salesforce, Step::Users] {
        say(&mut setup, "");
        assert!(tested(&mut setup, &[Ok("Ada"), Err(step)]).is_none());
        assert_eq!(setup.step(), Step::Test);
        let offered: Vec<&str> = setup.page().offers.iter().map(|offer| offer.answer).collect();
        assert_eq!(offered, ["", "fix", "finish"]);
        all(&mut setup, &["fix"]);
        assert_eq!(setup.step(), step);
        if step == Step::Users {
            all(&mut setup, &["-bo@acme.example", "bob@acme.example"]);
        }
        all(&mut setup, &[""]);
        assert_eq!(setup.step(), Step::Test);
    }
    // Whoever was written and is gone is told, so that the file loses the mistake.
    let Work::Test { gone, .. } = say(&mut setup, "") else { panic!("no test") };
    assert_eq!(gone, ["bo@acme.example"]);
    tested(&mut setup, &[Ok("Ada"), Err(Step::Users)]);
    assert!(matches!(say(&mut setup, "finish"), Work::Forget));
    assert_eq!(setup.step(), Step::Done);
}

#[test]
fn what_does_not_fit_is_told_and_the_step_stays() {
    let mut setup = begun(&["acme", "acme-2"]);
    let wrong = |setup: &mut Setup, texts: &[&str]| {
        let step = setup.step();
        for text in texts {
            assert!(setup.answer(text).is_err(), "{text:?} at {step:?}");
            assert_eq!((setup.step(), setup.wrong().is_some()), (step, true), "{text:?}");
        }
    };
    wrong(&mut setup, &["prodution", "http://acme.my.salesforce.com", "https://acme.my.salesforce.com/x"]);
    all(&mut setup, &["https://acme.lightning.force.com"]);
    assert_eq!(setup.answers().login_url.as_deref(), Some("https://acme.my.salesforce.com"));
    assert_eq!(setup.page().typed, "acme-3");
    wrong(&mut setup, &["acme", "a b", "a/b"]);
    all(&mut setup, &["mine"]);
    wrong(&mut setup, &["-----BEGIN RSA PRIVATE KEY-----"]);
    all(&mut setup, &["new"]);
    wrong(&mut setup, &["1024", "many"]);
    all(&mut setup, &["2048"]);
    wrong(&mut setup, &["0", "-3", "9999", "x"]);
    all(&mut setup, &["365", "one"]);
    assert!(setup.answer("two").is_err());
    assert_eq!(setup.step(), Step::Passphrase, "typed anew");
    say(&mut setup, "");
    made(&mut setup);
    wrong(&mut setup, &["both"]);
    all(&mut setup, &["connected", ""]);
    wrong(&mut setup, &["", &"0A".repeat(32), "schlüssel"]);
    all(&mut setup, &["3MVG9"]);
    wrong(&mut setup, &["", "Ada Quill", "a@b.c x y", "a@b.c x/y", "-nobody"]);
    all(&mut setup, &["a@b.c me"]);
    wrong(&mut setup, &["d@e.f me"]);
}

#[test]
fn a_key_that_is_there_is_opened_and_its_certificate_looked_at() {
    let mut setup = begun(&[]);
    all(&mut setup, &["sandbox", ""]);
    assert_eq!(setup.answers().name.as_deref(), Some("sandbox"));
    assert!(matches!(say(&mut setup, "~/server.key"), Work::CheckKey(path) if path == "~/server.key"));
    setup.done(Outcome::Key(Err("no key".into())));
    assert_eq!((setup.step(), setup.wrong()), (Step::Key, Some("no key")));
    say(&mut setup, "~/server.key");
    let key = KeyFile { path: "/home/me/server.key".into(), encrypted: true };
    setup.done(Outcome::Key(Ok(key)));
    assert_eq!(setup.step(), Step::Unlock);
    assert!(matches!(say(&mut setup, "wrong"), Work::Unlock(..)));
    setup.done(Outcome::Unlocked(Err("does not open".into())));
    say(&mut setup, "right");
    setup.done(Outcome::Unlocked(Ok(Secret::new("right"))));
    assert_eq!(setup.step(), Step::Certificate);
    let Work::CheckCertificate { passphrase, .. } = say(&mut setup, "server.crt") else { panic!("not looked at") };
    assert_eq!(passphrase.unwrap().expose(), "right");
    setup.done(Outcome::Certificate(Ok("/home/me/server.crt".into())));
    all(&mut setup, &["connected", "", "k", "a@b.c", ""]);
    let Work::Test { app, passphrase, .. } = say(&mut setup, "") else { panic!("no test") };
    assert_eq!((app.passphrase.clone(), app.kind), (Passphrase::Ask, Kind::Sandbox));
    assert!(passphrase.is_some());
}

#[test]
fn what_is_kept_goes_on_where_it_was_and_holds_no_passphrase() {
    let mut setup = with_key("open sesame");
    let kept = |setup: &Setup| {
        let text = setup.answers().text();
        assert!(!text.contains("sesame"), "{text}");
        Setup::new(Known::default(), Some(Answers::read(&text).unwrap()))
    };
    assert_eq!(kept(&setup).step(), Step::App);
    all(&mut setup, &["external"]);
    assert_eq!(kept(&setup).step(), Step::Salesforce);
    all(&mut setup, &["", "k", "a@b.c"]);
    assert_eq!(kept(&setup).step(), Step::Users);
    all(&mut setup, &[""]);
    assert_eq!(setup.step(), Step::Test);
    // The passphrase went with the program: it is asked for when it is needed.
    let mut again = kept(&setup);
    assert_eq!(again.step(), Step::Unlock);
    say(&mut again, "open sesame");
    again.done(Outcome::Unlocked(Ok(Secret::new("open sesame"))));
    assert_eq!((again.step(), again.answers().app), (Step::Test, Some(AppKind::External)));
}

#[test]
fn back_leads_through_what_is_asked_and_forward_to_what_is_open() {
    let mut setup = ready();
    for step in
        [Step::Users, Step::ConsumerKey, Step::Salesforce, Step::App, Step::Key, Step::Name, Step::Where, Step::Where]
    {
        setup.back();
        assert_eq!(setup.step(), step);
    }
    all(&mut setup, &["sandbox"]);
    assert_eq!(setup.step(), Step::Test);
    // Another key is another certificate, which is to be uploaded.
    (0..5).for_each(|_| setup.back());
    all(&mut setup, &["new"]);
    assert_eq!((setup.step(), setup.answers().clicked), (Step::Bits, false));
    all(&mut setup, &["2048", "365"]);
    say(&mut setup, "");
    made(&mut setup);
    assert_eq!(setup.step(), Step::Salesforce);
}
