//! From the profiles to the identity: logins, passphrases, switching.

use super::support::{Bench, IDENTITY, LINKS, failure, json, profiles};
use orgdeck::app::ask::Owner;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::identity::{IdentityPane, Load, Part};
use orgdeck::app::state::Start;
use orgdeck::app::{Effect, Event, Place};
use orgdeck::auth::LoggedOut;
use orgdeck::profile::{Problem, Profiles, Severity};
use orgdeck::request::FailureKind;

fn parts(bench: &Bench) -> Vec<Part> {
    let part = |owner: &Owner| match owner {
        Owner::Identity(_, part) => Some(*part),
        _ => None,
    };
    bench.sent.iter().filter_map(|(_, ask)| part(&ask.owner)).collect()
}

fn pane(bench: &Bench) -> &IdentityPane {
    &bench.state.identities[&bench.who()]
}

fn locked(wrong: bool) -> orgdeck::request::Failure {
    failure("the private key is encrypted", FailureKind::Passphrase { wrong })
}

#[test]
fn the_identity_is_asked_for_at_once_and_the_rest_with_the_login() {
    let mut bench = Bench::new();
    assert_eq!(bench.who().to_string(), "acme/admin@acme.example");
    assert_eq!(parts(&bench), [Part::Identity]);
    assert_eq!(bench.waits_for(), ["{{IdURL}}?version=latest"]);
    bench.log_in();
    assert_eq!(parts(&bench), [Part::Identity, Part::Org, Part::Person, Part::PermissionSets]);
    assert!(bench.waits_for()[2].contains("0058d000004wxyzAAA"), "the user's id is in the query");
    bench.answer_all();
    let pane = pane(&bench);
    assert!(matches!(&pane.identity, Load::Ready(i) if i.display_name == "Ada Lovelace"));
    assert!(matches!(&pane.org, Load::Ready(o) if o.name == "Acme GmbH"));
    assert!(matches!(&pane.person, Load::Ready(p) if p.profile == "System Administrator"));
    assert!(matches!(&pane.sets, Load::Ready(s) if s.len() == 1));
    assert!(bench.state.flights.is_empty());
}

#[test]
fn logging_out_ends_the_session_and_the_next_question_begins_another() {
    let mut bench = Bench::new();
    bench.log_in();
    bench.answer_all();
    let who = bench.who();
    bench.keys("L");
    assert!(matches!(bench.wanted.last(), Some(Effect::LogOut(profile)) if profile.id() == who));
    assert!(!bench.state.sessions.is_in(&who));
    // A new session may be there before the end of the old one is told.
    bench.keys("r");
    bench.log_in();
    bench.event(Event::LoggedOut(who.clone(), Ok(LoggedOut::Ended)));
    assert!(bench.notice().contains("logged out, at the org and here"), "{}", bench.notice());
    assert!(bench.state.sessions.is_in(&who));
    bench.event(Event::LoggedOut(who.clone(), Ok(LoggedOut::OnlyHere("no connection".to_owned()))));
    assert!(bench.notice().contains("could not be told: no connection"), "{}", bench.notice());
    let failure = failure("its token cannot be kept", FailureKind::Login);
    bench.event(Event::LoggedOut(who, Err(Box::new(failure))));
    assert!(bench.notice().contains("cannot be kept"), "{}", bench.notice());
}

#[test]
fn a_part_that_fails_takes_no_other_with_it() {
    let mut bench = Bench::new();
    bench.log_in();
    let (id, _) = bench.sent[0].clone();
    bench.answer(id, Err(failure("no connection to login.salesforce.com", FailureKind::Network)));
    bench.answer_all();
    assert!(matches!(&pane(&bench).identity, Load::Failed(f) if f.title.contains("no connection")));
    assert!(matches!(pane(&bench).org, Load::Ready(_)));
    // What failed is asked for again, what is there is not.
    bench.keys("3 1");
    assert_eq!(parts(&bench), [Part::Identity]);
}

#[test]
fn an_answer_that_is_no_identity_is_a_failure() {
    let mut bench = Bench::new();
    let (id, ask) = bench.sent[0].clone();
    bench.answer(id, Ok(json(&ask.profile.id(), 200, "[1]")));
    assert!(matches!(pane(&bench).identity, Load::Failed(_)));
}

#[test]
fn without_a_profile_three_ways_lead_on() {
    let mut bench = Bench::with(Profiles { exists: false, ..Profiles::default() }, (80, 24));
    assert_eq!(bench.state.start, Start::Welcome);
    bench.keys("2");
    assert_eq!(bench.notice(), "First choose who to be");
    bench.keys("ctrl-o");
    assert!(bench.state.dialog.is_none());
    bench.keys("p r d");
    let wanted: Vec<String> = bench.wanted.iter().map(|e| format!("{e:?}")).collect();
    assert_eq!(wanted, ["EditProfiles", "ReloadProfiles", "StartDemo"]);
    bench.event(Event::DemoStarting);
    assert_eq!(bench.state.start, Start::Demo);
    bench.event(Event::Broke(Box::new(failure("The demo org could not be started", FailureKind::Usage))));
    assert_eq!((&bench.state.start, bench.notice()), (&Start::Welcome, "The demo org could not be started"));
    bench.event(Event::ProfilesLoaded(Box::new(profiles())));
    assert_eq!(parts(&bench), [Part::Identity]);
}

#[test]
fn a_file_with_nothing_but_mistakes_is_told_at_once() {
    let problem = Problem {
        file: "/home/ada/profiles.toml".into(),
        line: 3,
        column: 1,
        severity: Severity::Error,
        app: None,
        what: "client_id is missing".to_owned(),
        cure: "write client_id".to_owned(),
    };
    let mut bench = Bench::with(Profiles { exists: true, problems: vec![problem], ..Profiles::default() }, (80, 24));
    assert!(matches!(bench.state.dialog, Some(Dialog::Problems { .. })));
    bench.keys("esc");
    assert!(bench.state.dialog.is_none());
    bench.keys("!");
    assert!(matches!(bench.state.dialog, Some(Dialog::Problems { .. })));
}

#[test]
fn what_was_cancelled_stays_so_though_its_answer_comes() {
    let mut bench = Bench::new();
    let (id, ask) = bench.sent[0].clone();
    bench.keys("esc");
    assert!(matches!(bench.wanted.last(), Some(Effect::Cancel(n)) if *n == id));
    assert_eq!((bench.notice(), &pane(&bench).identity), ("Cancelled", &Load::Idle));
    bench.event(Event::Answered(id, Box::new(Ok(json(&ask.profile.id(), 200, IDENTITY)))));
    assert_eq!(pane(&bench).identity, Load::Idle);
    assert!(bench.past.kept.is_empty());
}

#[test]
fn all_that_needs_a_key_waits_for_one_passphrase() {
    let mut bench = Bench::new();
    bench.log_in();
    for (id, _) in bench.sent.clone() {
        bench.answer(id, Err(locked(false)));
    }
    let Some(Dialog::Passphrase(unlock)) = &bench.state.dialog else { panic!("no passphrase is asked for") };
    assert_eq!((unlock.waiting.len(), unlock.wrong), (4, false));
    bench.typed("qwer1");
    bench.event(Event::Pasted("ty\r\n".to_owned()));
    bench.keys("backspace enter");
    let given: Vec<_> = bench
        .wanted
        .iter()
        .filter_map(|e| if let Effect::GivePassphrase(app, s) = e { Some((app, s)) } else { None })
        .collect();
    assert_eq!(given.len(), 1);
    assert_eq!((given[0].0.as_str(), given[0].1.expose()), ("acme", "qwer1t"));
    assert!(!format!("{:?}", bench.wanted).contains("qwer1"), "it is never printed");
    assert_eq!(bench.sent.len(), 4, "all of them are asked again");
    // A wrong one is told, and asked for again.
    let (id, _) = bench.sent[0].clone();
    bench.answer(id, Err(locked(true)));
    assert!(matches!(&bench.state.dialog, Some(Dialog::Passphrase(u)) if u.wrong && u.typed.is_empty()));
}

#[test]
fn what_is_asked_again_after_a_passphrase_can_be_cancelled() {
    let mut bench = Bench::new();
    let (id, _) = bench.sent[0].clone();
    bench.answer(id, Err(locked(false)));
    bench.typed("secret");
    bench.keys("enter esc");
    assert_eq!(pane(&bench).identity, Load::Idle, "the part does not wait for the first task for ever");
    bench.keys("r");
    assert_eq!(parts(&bench), [Part::Identity]);
}

#[test]
fn leaving_a_passphrase_by_another_way_leaves_nothing_waiting() {
    for way in ["esc", "ctrl-o", "f1", "alt-2", "alt-3"] {
        let mut bench = Bench::new();
        let (id, _) = bench.sent[0].clone();
        bench.answer(id, Err(locked(false)));
        bench.keys(way);
        assert!(!matches!(bench.state.dialog, Some(Dialog::Passphrase(_))), "{way}");
        let failed = &pane(&bench).identity;
        assert!(matches!(failed, Load::Failed(f) if f.kind == FailureKind::Login), "{way}: {failed:?}");
    }
}

#[test]
fn switching_keeps_what_is_asked_and_marks_what_is_shown() {
    let mut bench = Bench::rest();
    let admin = bench.who();
    bench.ask("limits", 200, LINKS);
    bench.switch_to("dev");
    let dev = bench.who();
    assert_eq!(dev.to_string(), "acme-dev/dev@acme.example.dev");
    assert_eq!(bench.state.place, Place::Rest);
    assert_eq!(bench.address(), "limits");
    assert_eq!(bench.shown().who, admin, "the answer still belongs to whom it belonged");
    assert_eq!(bench.state.recent, [dev.clone(), admin.clone()]);
    assert!(bench.state.tree().is_none(), "the resources are the new one's");
    // Back again: all is there, nothing is asked, and the last used stands first.
    bench.sent.clear();
    bench.keys("ctrl-o enter");
    assert_eq!(bench.who(), admin);
    assert!(bench.sent.is_empty(), "{:?}", bench.waits_for());
    assert!(bench.state.tree().is_some());
}

#[test]
fn the_switcher_finds_by_letters_of_any_name() {
    let mut bench = Bench::new();
    bench.keys("ctrl-o");
    bench.typed("sly");
    let Some(Dialog::Switcher(switcher)) = &bench.state.dialog else { panic!("it is not open") };
    assert_eq!(switcher.found.len(), 1);
    bench.typed("zzz");
    bench.keys("enter");
    assert_eq!(bench.who().username, "admin@acme.example", "nobody is called that");
    assert!(bench.state.dialog.is_some());
    bench.keys("ctrl-u enter");
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_login_of_somebody_else_asks_nothing_for_who_one_is() {
    let mut bench = Bench::new();
    let admin = bench.who();
    bench.switch_to("sally");
    let before = bench.sent.len();
    bench.event(Event::LoggedIn {
        token: super::support::token(&admin),
        who: admin.clone(),
        version: Some("67.0".to_owned()),
    });
    assert_eq!(bench.sent.len(), before);
    assert!(bench.state.sessions.is_in(&admin));
}

#[test]
fn what_the_org_says_of_its_limits_is_kept() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, "{}");
    let api = bench.state.sessions.get(&bench.who()).and_then(|s| s.api).unwrap();
    assert_eq!((api.used, api.max), (1203, 15000));
}

#[test]
fn what_is_typed_while_the_demo_starts_is_done_when_it_is_there() {
    let mut bench = Bench::with(Profiles { exists: false, ..Profiles::default() }, (80, 24));
    bench.event(Event::DemoStarting);
    bench.keys("x");
    assert!(bench.state.early.is_empty(), "nothing has begun yet");
    bench.keys("2 a");
    assert_eq!(bench.notice(), "2 a waits until the demo org is there; esc forgets it");
    // `q` is a letter by now.
    bench.typed("query");
    bench.event(Event::Pasted("?q=x".to_owned()));
    assert!(bench.wanted.is_empty());
    bench.event(Event::ProfilesLoaded(Box::new(profiles())));
    assert_eq!((bench.state.place, bench.address()), (Place::Rest, "query?q=x"));
    assert!(bench.state.early.is_empty());
}

#[test]
fn what_waits_can_be_forgotten_and_quitting_waits_for_nothing() {
    let mut bench = Bench::with(Profiles { exists: false, ..Profiles::default() }, (80, 24));
    bench.event(Event::DemoStarting);
    bench.keys("3 esc");
    bench.event(Event::ProfilesLoaded(Box::new(profiles())));
    assert_eq!(bench.state.place, Place::Identity);
    for keys in ["q", "2 ctrl-c"] {
        let mut bench = Bench::with(Profiles { exists: false, ..Profiles::default() }, (80, 24));
        bench.event(Event::DemoStarting);
        bench.keys(keys);
        assert!(matches!(bench.wanted.last(), Some(Effect::Quit)), "{keys}");
    }
}

#[test]
fn nobody_becomes_somebody_else_by_a_change_to_the_file() {
    let mut bench = Bench::new();
    let before = bench.who();
    let apps = profiles().apps.into_iter().skip(1).collect();
    bench.event(Event::ProfilesLoaded(Box::new(Profiles { apps, ..profiles() })));
    assert_eq!(bench.who(), before);
    assert!(bench.notice().contains("until you switch"), "{}", bench.notice());
    bench.event(Event::ProfilesLoaded(Box::new(Profiles { apps: Vec::new(), ..profiles() })));
    assert_eq!(bench.who(), before);
}
