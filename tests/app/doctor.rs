//! The doctor's screen: it opens where a login failed, shows lines as they come, asks for a passphrase, copies and saves.

use super::screens::snap;
use super::support::{Bench, failure, noon, profiles};
use orgdeck::app::ask::Owner;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::doctor::Stage;
use orgdeck::app::event::{Clip, TaskId};
use orgdeck::app::{Effect, Event, Place};
use orgdeck::org::doctor::{Check, Line, Report, Standing};
use orgdeck::profile::{Profile, ProfileId};
use orgdeck::request::{AnswerBody, FailureKind};

fn line(check: Check, standing: Standing, what: &str, cure: &[&str]) -> Line {
    let facts = match standing {
        Standing::Failed => vec![
            ("audience (aud)".to_owned(), "https://login.salesforce.com".to_owned()),
            ("issuer (iss, consumer key)".to_owned(), "3MVG9con…umer".to_owned()),
            ("subject (sub, username)".to_owned(), "admin@acme.example".to_owned()),
        ],
        _ => Vec::new(),
    };
    Line { check, standing, what: what.to_owned(), cure: cure.iter().map(|step| (*step).to_owned()).collect(), facts }
}

/// What the doctor finds where the app was approved for nobody.
pub fn lines() -> Vec<Line> {
    use Check as C;
    use Standing as S;
    let ok = |check, what| line(check, S::Ok, what, &[]);
    let skipped = |check, what| line(check, S::Skipped, what, &[]);
    vec![
        ok(C::Profiles, "for nobody else to read: /home/ada/.config/orgdeck/profiles.toml"),
        line(C::Key, S::Warning, "/keys/key.pem may be read by others (mode 644)", &["chmod 600 /keys/key.pem"]),
        skipped(C::Passphrase, "the key is not encrypted"),
        skipped(C::Certificate, "the profile names none; with certificate = \"app.crt\" it is held against the key"),
        ok(C::Host, "login.salesforce.com: for orgs of its kind, production"),
        ok(C::Audience, "https://login.salesforce.com, told from login_url"),
        ok(C::Dns, "login.salesforce.com has 203.0.113.17, 203.0.113.18"),
        ok(C::Tcp, "connected to 203.0.113.17:443 in 31 ms"),
        ok(C::Proxy, "none, the way is direct"),
        ok(C::Tls, "issued by DigiCert Inc, until 2027-03-01; trusted by the system's authorities"),
        ok(C::Answer, "HTTP/2, 200 in 64 ms"),
        ok(C::Clock, "within 1 s of the host's"),
        line(
            C::Login,
            S::Failed,
            "invalid_grant: user hasn't approved this consumer",
            &[
                "in Setup, open the app of acme: OAuth policies, Permitted Users: \"Admin approved users are pre-authorized\"",
                "then assign the app to the profile or to a permission set of admin@acme.example",
            ],
        ),
        skipped(C::Identity, "there is no login"),
        skipped(C::Version, "there is no login"),
        skipped(C::Api, "there is no login"),
        skipped(C::Limits, "there is no login"),
    ]
}

pub fn report(who: ProfileId) -> Report {
    Report {
        who,
        login_url: "https://login.salesforce.com".to_owned(),
        kind: "production",
        client_id: "3MVG9con…umer".to_owned(),
        at: noon(),
        lines: lines(),
    }
}

/// What was asked of the doctor last.
fn asked(bench: &Bench) -> (TaskId, Profile) {
    let examine = |effect: &Effect| match effect {
        Effect::Examine(id, profile) => Some((*id, (**profile).clone())),
        _ => None,
    };
    bench.wanted.iter().rev().find_map(examine).expect("nobody is examined")
}

fn tell(bench: &mut Bench, count: usize) {
    let (id, _) = asked(bench);
    lines().into_iter().take(count).for_each(|line| bench.event(Event::Examined(id, Box::new(line))));
}

fn end(bench: &mut Bench) {
    let (id, profile) = asked(bench);
    tell(bench, 17);
    bench.event(Event::DoctorEnded(id, Box::new(Ok(report(profile.id())))));
}

fn opened(size: (u16, u16)) -> Bench {
    let mut bench = Bench::with(profiles(), size);
    bench.keys("f8");
    bench
}

#[test]
fn screens() {
    snap("doctor_running", |bench| tell(bench, 9), opened);
    snap("doctor_failed", end, opened);
    let details = |bench: &mut Bench| {
        end(bench);
        bench.keys("enter");
    };
    snap("doctor_details", details, opened);
    let well = |bench: &mut Bench| {
        let (id, profile) = asked(bench);
        let mut report = report(profile.id());
        report.lines.iter_mut().for_each(|line| (line.standing, line.cure) = (Standing::Ok, Vec::new()));
        bench.event(Event::DoctorEnded(id, Box::new(Ok(report))));
    };
    snap("doctor_well", well, opened);
}

#[test]
fn a_failed_login_names_the_key_and_the_key_opens_the_doctor() {
    let mut bench = Bench::new();
    let (id, _) = bench.sent[0].clone();
    bench.answer(id, Err(failure("acme/admin@acme.example cannot log in", FailureKind::Login)));
    let shown = super::screens::screen(&bench, (120, 40));
    assert!(shown.contains("f8 opens the doctor"), "{shown}");
    bench.keys("f8");
    let (task, person) = asked(&bench);
    assert_eq!(person.id(), bench.who());
    assert_eq!(bench.state.flights.get(task).unwrap().ask.owner, Owner::Doctor(bench.who()));
    // A page that could not be asked for says the same.
    bench.keys("esc 2 a");
    bench.typed("limits");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    bench.answer(id, Err(failure("No login: the host is not found", FailureKind::Network)));
    assert!(super::screens::screen(&bench, (120, 40)).contains("f8 opens the doctor"));
}

#[test]
fn lines_come_one_by_one_and_the_cursor_goes_to_what_failed_first() {
    let mut bench = opened((120, 40));
    tell(&mut bench, 3);
    let pane = bench.state.doctor.clone().unwrap();
    assert_eq!((pane.lines.len(), pane.under_way(), pane.row), (3, Some(Check::Certificate), 0));
    // One of an examination that is no longer waited for is none.
    bench.event(Event::Examined(999_999, Box::new(lines().remove(3))));
    assert_eq!(bench.state.doctor.as_ref().unwrap().lines.len(), 3);
    let mut bench = opened((120, 40));
    end(&mut bench);
    let pane = bench.state.doctor.clone().unwrap();
    assert_eq!(pane.chosen().unwrap().check, Check::Login);
    assert!(matches!(&pane.stage, Stage::Done(report) if report.summary() == "1 check failed: login, 1 warning"));
    bench.keys("home");
    assert_eq!(bench.state.doctor.as_ref().unwrap().row, 0);
}

#[test]
fn it_is_run_again_copied_saved_and_closed() {
    let mut bench = opened((120, 40));
    bench.keys("y");
    assert!(bench.notice().contains("no report yet"), "{}", bench.notice());
    bench.keys("r");
    assert!(bench.notice().contains("still going on"));
    end(&mut bench);
    bench.keys("y");
    let copied = |effect: &Effect| match effect {
        Effect::Copy(_, Clip::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let text = bench.wanted.iter().rev().find_map(copied).unwrap();
    assert!(text.contains("failed   login") && text.contains("pre-authorized"), "{text}");
    bench.keys("Y");
    let row = bench.wanted.iter().rev().find_map(copied).unwrap();
    assert!(row.starts_with("failed   login") && !row.contains("profiles"), "{row}");
    bench.keys("S");
    assert!(matches!(&bench.state.dialog, Some(Dialog::Save(line, _)) if line.text() == "orgdeck-doctor-acme.txt"));
    bench.keys("enter");
    let saved = bench.wanted.iter().rev().find_map(|effect| match effect {
        Effect::Save(AnswerBody::Text(body), path, false) => Some((body.to_string(), path.clone())),
        _ => None,
    });
    assert_eq!(saved, Some((text, "orgdeck-doctor-acme.txt".to_owned())));
    let (before, _) = asked(&bench);
    bench.keys("r");
    assert!(asked(&bench).0 > before && bench.state.doctor.as_ref().unwrap().lines.is_empty());
    bench.keys("esc");
    assert!(bench.state.doctor.is_none() && bench.state.flights.get(asked(&bench).0).is_none());
    assert!(matches!(bench.wanted.last(), Some(Effect::Cancel(_))));
}

#[test]
fn a_passphrase_is_asked_for_and_the_examination_begins_again() {
    let mut bench = opened((120, 40));
    let (id, person) = asked(&bench);
    let needs = |wrong| failure("The private key of acme needs its passphrase", FailureKind::Passphrase { wrong });
    bench.event(Event::DoctorEnded(id, Box::new(Err(needs(false)))));
    assert!(matches!(&bench.state.dialog, Some(Dialog::Passphrase(_))));
    bench.typed("open sesame");
    bench.keys("enter");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::GivePassphrase(app, _) if *app == person.app.name)));
    let (again, _) = asked(&bench);
    assert!(again > id && bench.state.doctor.as_ref().unwrap().stage == Stage::Running(again));
    bench.event(Event::DoctorEnded(again, Box::new(Err(needs(true)))));
    bench.keys("esc");
    let pane = bench.state.doctor.clone().unwrap();
    assert!(matches!(&pane.stage, Stage::Stopped(why) if why.contains("nobody gave it")), "{:?}", pane.stage);
}

#[test]
fn it_stands_in_its_room_alone() {
    let mut bench = Bench::rest();
    bench.keys("f8");
    assert!(bench.state.doctor_shown().is_some());
    // What means something in the room beneath means nothing here.
    bench.keys("a");
    bench.typed("zzz");
    assert_eq!(bench.address(), "");
    bench.keys("1");
    assert!(bench.state.doctor_shown().is_none() && bench.state.place == Place::Identity);
    bench.keys("2");
    assert!(bench.state.doctor_shown().is_some());
    bench.event(Event::Pasted("limits".to_owned()));
    assert_eq!(bench.address(), "");
    bench.keys("esc");
    assert!(bench.state.doctor_shown().is_none());
}
