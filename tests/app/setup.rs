//! The guided set-up on the screen: what is typed and chosen, how it closes and goes on, how it looks.

use super::screens::{screen, snap};
use super::support::{Bench, app, profiles};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::event::TaskId;
use orgdeck::app::setup::Wizard;
use orgdeck::app::state::Start;
use orgdeck::app::{Effect, Event};
use orgdeck::profile::{Kind, Profiles};
use orgdeck::setup::{Answers, Job, KeyFile, Known, Made, Outcome, Setup, Step, Tested, Trouble, Work};

const PASSPHRASE: &str = "NotToBeSeenAnywhere";

/// What the runtime would answer to an effect of a set-up.
pub fn answer(effect: &Effect, good: bool) -> Option<Event> {
    match effect {
        Effect::BeginSetup => {
            let setup = Setup::new(Known { apps: vec!["acme".into()], config: "/config".into() }, None);
            Some(Event::SetupBegun(Ok((Box::new(setup), None))))
        }
        Effect::SetupJob(id, job) => Some(Event::SetupDone(*id, Ok(Box::new(outcome(&job.work, good))))),
        _ => None,
    }
}

fn outcome(work: &Work, good: bool) -> Outcome {
    let or = |why: &str| why.to_owned();
    let made = || Made { key: "/config/keys/mine.key".into(), certificate: "/config/keys/mine.crt".into() };
    match work {
        Work::Nothing | Work::Forget => Outcome::Nothing,
        Work::CheckKey(_) if good => Outcome::Key(Ok(KeyFile { path: "/home/ada/server.key".into(), encrypted: true })),
        Work::CheckKey(_) => Outcome::Key(Err(or("server.key holds a certificate\u{1b}[2J"))),
        Work::Unlock(_, secret) if good => Outcome::Unlocked(Ok(secret.clone())),
        Work::Unlock(..) => Outcome::Unlocked(Err(or("this does not open the key"))),
        Work::MakeKey { .. } if good => Outcome::Made(Ok(made())),
        Work::MakeKey { .. } => Outcome::Made(Err(or("the disk is full"))),
        Work::CheckCertificate { .. } if good => Outcome::Certificate(Ok("/home/ada/server.crt".into())),
        Work::CheckCertificate { .. } => Outcome::Certificate(Err(or("it does not belong to the key"))),
        Work::Test { app, .. } => {
            let trouble = Trouble {
                step: Some(Step::Salesforce),
                said: "invalid_grant: user hasn't approved this consumer".into(),
                missing: "the app lets in only those who approved it themselves, or the username is not known".into(),
                cure: vec!["in the app's policies set Permitted Users".into(), "then add a permission set".into()],
            };
            // The first may log in all the same.
            let one = |(at, user): (usize, &orgdeck::profile::User)| Tested {
                username: user.username.clone(),
                result: if good || at == 0 {
                    Ok("Ada Lovelace, user 005 of org 00D".into())
                } else {
                    Err(trouble.clone())
                },
            };
            Outcome::Tested(Ok(app.users.iter().enumerate().map(one).collect()))
        }
    }
}

fn nobody(size: (u16, u16)) -> Bench {
    Bench::with(Profiles { file: "/config/profiles.toml".into(), ..Profiles::default() }, size)
}

/// Does what is wanted.
fn settle(bench: &mut Bench, good: bool) {
    while let Some(at) = bench.wanted.iter().position(|effect| answer(effect, good).is_some()) {
        let effect = bench.wanted.remove(at);
        bench.event(answer(&effect, good).unwrap());
    }
}

/// Types an answer and takes it.
fn say(bench: &mut Bench, text: &str) {
    if !text.is_empty() {
        bench.keys("ctrl-u");
    }
    bench.typed(text);
    bench.keys("enter");
    settle(bench, true);
}

fn wizard(bench: &Bench) -> &Wizard {
    match &bench.state.dialog {
        Some(Dialog::Setup(wizard)) => wizard,
        other => panic!("no set-up is open: {other:?}"),
    }
}

fn step(bench: &Bench) -> Step {
    wizard(bench).setup.as_ref().unwrap().step()
}

/// From the welcome screen to a step, with a key that has a passphrase.
fn at(bench: &mut Bench, wanted: Step) {
    bench.keys("s");
    settle(bench, true);
    let answers = [
        "acme.my.salesforce.com",
        "mine",
        "",
        "",
        "",
        PASSPHRASE,
        PASSPHRASE,
        "",
        "",
        "3MVG9abc",
        "a@b.c ada",
        "d@e.f",
    ];
    for text in answers {
        if step(bench) == wanted && wanted != Step::Users {
            return;
        }
        say(bench, text);
    }
    if wanted != Step::Users {
        say(bench, "");
    }
    assert_eq!(step(bench), wanted);
}

#[test]
fn it_looks_as_it_should() {
    for (name, wanted) in [
        ("setup_where", Step::Where),
        ("setup_key", Step::Key),
        ("setup_passphrase", Step::Passphrase),
        ("setup_salesforce", Step::Salesforce),
        ("setup_users", Step::Users),
    ] {
        snap(name, |b| at(b, wanted), nobody);
    }
    let tested = |b: &mut Bench| {
        at(b, Step::Test);
        b.keys("enter");
        settle(b, false);
    };
    snap("setup_test", tested, nobody);
    let busy = |b: &mut Bench| {
        at(b, Step::Test);
        b.keys("enter");
    };
    snap("setup_busy", busy, nobody);
    let done = |b: &mut Bench| {
        at(b, Step::Test);
        b.keys("enter");
        settle(b, true);
    };
    snap("setup_done", done, nobody);
    let wrong = |b: &mut Bench| {
        at(b, Step::Key);
        b.typed("server.key");
        b.keys("enter");
        settle(b, false);
    };
    snap("setup_wrong", wrong, nobody);
}

#[test]
fn from_nothing_one_becomes_who_was_set_up() {
    let mut bench = nobody((120, 40));
    at(&mut bench, Step::Test);
    // The file is read while the set-up still writes it: nobody becomes anybody behind it.
    let written = || Profiles {
        exists: true,
        apps: vec![app("mine", Kind::Production, &[("ada", "a@b.c")])],
        ..Profiles::default()
    };
    bench.event(Event::ProfilesLoaded(Box::new(written())));
    assert!(bench.state.who.is_none() && bench.sent.is_empty());
    bench.keys("enter");
    settle(&mut bench, true);
    assert_eq!(step(&bench), Step::Done);
    bench.keys("enter");
    assert!(matches!(bench.wanted.last(), Some(Effect::ReloadProfiles)));
    let mut all = profiles();
    all.apps.extend(written().apps);
    bench.event(Event::ProfilesLoaded(Box::new(all)));
    assert_eq!(bench.who().to_string(), "mine/a@b.c");
    assert_eq!(bench.state.start, Start::Ready);
}

#[test]
fn what_is_kept_is_what_was_answered_and_never_the_passphrase() {
    let mut bench = nobody((80, 24));
    bench.keys("s");
    settle(&mut bench, true);
    let mut kept: Vec<Answers> = Vec::new();
    for text in ["sandbox", "mine", "", "", "30", PASSPHRASE, PASSPHRASE, ""] {
        match step(&bench) {
            // What is chosen from an offer is not typed.
            Step::Bits => bench.keys("down"),
            _ => bench.keys("ctrl-u"),
        }
        bench.typed(text);
        bench.keys("enter");
        assert!(!screen(&bench, (80, 24)).contains(PASSPHRASE));
        let jobs = bench.wanted.iter().filter_map(|e| if let Effect::SetupJob(_, job) = e { Some(job) } else { None });
        kept.extend(jobs.filter_map(|job| job.keep.as_deref().cloned()));
        settle(&mut bench, true);
    }
    assert!(kept.len() >= 5, "{kept:?}");
    assert!(kept.iter().all(|answers| !answers.text().contains(PASSPHRASE)));
    let last = kept.last().unwrap();
    assert_eq!((last.login_url.as_deref(), last.bits, last.days), (Some("sandbox"), Some(4096), Some(30)));
    assert!(!format!("{:?}", bench.state).contains(PASSPHRASE), "debug output shows it");
}

#[test]
fn it_closes_and_goes_on_and_a_test_is_stopped() {
    let mut bench = nobody((80, 24));
    at(&mut bench, Step::Test);
    bench.keys("enter");
    let late: Vec<TaskId> =
        bench.wanted.iter().filter_map(|e| if let Effect::SetupJob(id, _) = e { Some(*id) } else { None }).collect();
    // Stopped: what comes of it all the same is nothing.
    bench.keys("esc");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::Cancel(id) if late.contains(id))));
    assert!(!wizard(&bench).setup.as_ref().unwrap().is_busy());
    let tested = vec![Tested { username: "a@b.c".into(), result: Ok("Ada".into()) }];
    for id in late {
        bench.event(Event::SetupDone(id, Ok(Box::new(Outcome::Tested(Ok(tested.clone()))))));
    }
    assert_eq!(step(&bench), Step::Test);
    bench.keys("esc");
    assert!(bench.state.dialog.is_none() && bench.wanted.iter().any(|e| matches!(e, Effect::ReloadProfiles)));
    assert!(bench.state.notice.as_deref().unwrap().contains("goes on"), "{:?}", bench.state.notice);
    // It is there from anywhere, and what is typed before it was read is not lost.
    bench.keys("alt-s");
    bench.typed("sand");
    settle(&mut bench, true);
    bench.typed("box");
    assert_eq!(wizard(&bench).line.text(), "sandbox");
    // Given up at the second key only.
    bench.keys("ctrl-x");
    assert!(!bench.wanted.iter().any(forgets));
    bench.keys("left ctrl-x ctrl-x");
    assert!(bench.state.dialog.is_none() && bench.wanted.iter().any(forgets));
}

fn forgets(effect: &Effect) -> bool {
    matches!(effect, Effect::SetupJob(_, job) if matches!(**job, Job { work: Work::Forget, .. }))
}

#[test]
fn a_click_takes_an_offer_and_the_certificate_is_copied_where_it_is_needed() {
    let mut bench = nobody((80, 24));
    at(&mut bench, Step::Salesforce);
    bench.keys("ctrl-y ctrl-g");
    assert!(bench.state.notice.as_deref().unwrap().contains("again opens https://acme.my.salesforce.com/"));
    assert!(!bench.wanted.iter().any(|e| matches!(e, Effect::OpenBrowser(_))), "it asks first");
    bench.keys("ctrl-g");
    let copied = bench.wanted.iter().any(|e| matches!(e, Effect::CopyFile(_, path) if path.ends_with("mine.crt")));
    let opened = bench
        .wanted
        .iter()
        .any(|e| matches!(e, Effect::OpenBrowser(url) if url.as_str().contains("/lightning/setup/")));
    assert!(copied && opened, "{:?}", bench.wanted);
    let drawn = screen(&bench, (80, 24));
    let row = drawn.lines().position(|line| line.contains("all of this is done")).unwrap();
    let target = orgdeck::view::hit(&bench.state, (80, 24), 10, u16::try_from(row).unwrap());
    bench.event(Event::Clicked(target));
    settle(&mut bench, true);
    assert_eq!(step(&bench), Step::ConsumerKey);
    bench.event(Event::Pasted("3MVG9abc\n".into()));
    bench.keys("shift-tab");
    assert_eq!(step(&bench), Step::Salesforce);
}

#[test]
fn the_demo_keeps_nothing_so_that_nothing_is_set_up_in_it() {
    let mut bench = Bench::new();
    bench.keys("ctrl-o ctrl-n");
    assert!(wizard(&bench).setup.is_none());
    bench.event(Event::SetupBegun(Err("the demo keeps nothing".into())));
    assert!(bench.state.dialog.is_none());
    assert_eq!(bench.state.notice.as_deref(), Some("the demo keeps nothing"));
}
