//! `doctor`: what it prints, how it ends, and that its report may be sent to anybody.

use crate::support::{Ran, World, config, orgdeck, ran};
use orgdeck::demo::{Fault, Options};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

/// What differs from run to run, by what it is.
fn same(world: &World, text: &str) -> String {
    let org = &world.demo.card().orgs[0];
    let port = org.login_url.rsplit(':').next().unwrap().to_owned();
    let text = text.replace(&world.config.display().to_string(), "CONFIG").replace(&format!(":{port}"), ":PORT");
    let numbers =
        regex::Regex::new(r"in \d+ ms|\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d UTC|T00:00:00Z)?|[0-9a-f]{64}|3MVG9\w*…\w+")
            .unwrap();
    let number = |found: &regex::Captures<'_>| match found[0].chars().next() {
        Some('i') => "in N ms".to_owned(),
        Some('3') if found[0].contains('…') => "KEY".to_owned(),
        _ if found[0].len() == 64 => "SHA-256".to_owned(),
        _ => "DATE".to_owned(),
    };
    numbers.replace_all(&text, number).into_owned()
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// How one line stands, in JSON.
fn standing(ran: &Ran, check: &str) -> String {
    let json = ran.json();
    let lines = json["checks"].as_array().unwrap();
    lines.iter().find(|line| line["check"] == check).unwrap()["standing"].as_str().unwrap().to_owned()
}

#[test]
fn all_is_well() {
    let world = World::new();
    let ran = world.run(&["doctor"]).fine();
    snapshot("doctor_well", &same(&world, &ran.out));
    let json = world.run(&["doctor", "acme/sales", "--json"]).fine();
    assert_eq!(json.json()["profile"], "acme/sales@acme.example");
    assert_eq!(json.json()["checks"].as_array().unwrap().len(), 17);
    assert_eq!((standing(&json, "login"), standing(&json, "tls")), ("ok".to_owned(), "skipped".to_owned()));
}

#[test]
fn a_user_who_is_not_let_in() {
    let world = World::new();
    let gone = world.run(&["doctor", "acme/gone"]);
    assert_eq!((gone.code, gone.err.as_str()), (3, ""), "{gone:?}");
    snapshot("doctor_inactive", &same(&world, &gone.out));
    let new = world.run(&["-p", "acme/new", "doctor"]);
    assert_eq!(new.code, 3);
    assert!(new.out.contains("failed   login") && new.out.contains("assign the app of acme"), "{}", new.out);
}

#[test]
fn a_report_is_for_its_reader_alone_and_holds_no_secret() {
    let world = World::new();
    let path = world.folder.path().join("report.txt");
    let report = path.to_str().unwrap();
    let well = world.run(&["doctor", "--report", report]).fine();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    snapshot("doctor_report", &same(&world, &text));
    assert_eq!(world.run(&["doctor", "acme/gone", "--report", report]).code, 3);
    let other = std::fs::read_to_string(&path).unwrap();
    assert!(other.contains("inactive user") && !other.contains("the login works"), "{other}");
    let org = &world.demo.card().orgs[0];
    let key = std::fs::read_to_string(&org.private_key).unwrap();
    let token = world.run(&["token"]).fine().json()["access_token"].as_str().unwrap().to_owned();
    let secret_part = token.split('!').nth(1).unwrap().to_owned();
    for text in [&text, &other, &well.out] {
        for secret in [org.client_id.as_str(), "PRIVATE", key.lines().nth(1).unwrap(), &secret_part, "eyJ"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let nowhere = world.run(&["doctor", "--report", "/nowhere/at/all.txt"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.err.contains("could not be written"), "{}", nowhere.err);
    let both = world.run(&["doctor", "acme/admin", "-p", "acme/gone"]);
    assert_eq!(both.code, 2, "two who are examined are one too many: {both:?}");
}

#[test]
fn bad_days_of_an_org() {
    for (fault, check, code) in [
        (Fault::ClockSkew, "clock", 3),
        (Fault::ApiDisabled, "api", 1),
        (Fault::LoginRate, "login", 3),
        (Fault::LoginIp, "login", 3),
        (Fault::InactiveOrg, "login", 3),
        (Fault::Reset, "answer", 4),
    ] {
        let world = World::with(Options { faults: vec![fault.into()], ..Options::default() });
        let ran = world.run(&["doctor", "--json"]);
        assert_eq!((standing(&ran, check).as_str(), ran.code), ("failed", code), "{fault}: {}", ran.out);
    }
}

#[test]
fn the_wrong_key_and_the_wrong_files() {
    let world = World::new();
    let orgs = &world.demo.card().orgs;
    let (org, key) = (&orgs[0], orgs[1].private_key.display().to_string());
    let wrong = config(&org.client_id, &key, &org.login_url, &org.users[0].username, "");
    let ran = ran(orgdeck(wrong.path()).arg("doctor"));
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("invalid assertion") && ran.out.contains("chmod 600"), "{}", ran.out);
    let certificate = orgs[1].private_key.with_extension("crt");
    let mixed = world.config_with(&format!("certificate = {certificate:?}"));
    let ran = crate::support::run(mixed.path(), &["doctor", "--json"]);
    assert_eq!((ran.code, standing(&ran, "certificate"), standing(&ran, "login")), (2, "failed".into(), "ok".into()));
}

#[test]
fn nobody_and_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let ran = crate::support::run(folder.path(), &["doctor"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let world = World::new();
    let org = &world.demo.card().orgs[0];
    let key = org.private_key.display().to_string();
    let dead = config(&org.client_id, &key, &format!("http://{free}"), "a@b.c", "");
    let ran = crate::support::run(dead.path(), &["doctor", "--json"]);
    assert_eq!((ran.code, standing(&ran, "tcp"), standing(&ran, "login")), (4, "failed".into(), "skipped".into()));
}

#[test]
fn everybody_in_their_order() {
    let world = World::new();
    let ran = world.run(&["doctor", "--all", "--json"]);
    assert_eq!(ran.code, 3, "some are refused");
    let users: Vec<String> = world
        .demo
        .card()
        .orgs
        .iter()
        .flat_map(|org| org.users.iter().map(|user| format!("{}/{}", org.name, user.username)))
        .collect();
    let told: Vec<String> =
        ran.json().as_array().unwrap().iter().map(|one| one["profile"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, users);
    let text = world.run(&["doctor", "--all"]);
    assert_eq!(text.out.matches("\nok       profiles").count(), users.len());
}
