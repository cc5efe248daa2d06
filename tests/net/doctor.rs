//! The doctor over real sockets and files: every line both ways, few logins, and no secret in any of it.

use crate::fixtures::{CONSUMER_KEY, KEY, Key, PASSPHRASE, TOKEN, USERNAME, clock, granted, profile, with};
use crate::listener::{Listener, Seen, Step, answer};
use orgdeck::auth::Sessions;
use orgdeck::org::doctor::{Check, Line, Outcome, Patient, Report, Standing, examine};
use orgdeck::org::{Limits, Org};
use orgdeck::profile::{App, Kind, Passphrase, Problem, Profile, Severity, VersionChoice};
use orgdeck::secret::Secret;
use orgdeck::wire::{Client, Settings};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

const VERSIONS: &str = r#"[{"label":"Old","url":"/services/data/v60.0","version":"60.0"},{"label":"New","url":"/services/data/v67.0","version":"67.0"}]"#;
/// As the clock of these tests has it.
pub const DATE: (&str, &str) = ("date", "Thu, 01 Jan 2026 00:00:00 GMT");
const JSON: (&str, &str) = ("content-type", "application/json");

/// What an org answers where nothing is wrong.
pub fn org(seen: &Seen) -> Vec<Step> {
    match seen.target.split('?').next().unwrap() {
        "/services/oauth2/token" => granted(seen),
        "/services/data" => answer(200, &[JSON, DATE], VERSIONS),
        path if path.starts_with("/services/data/v") => {
            answer(200, &[JSON, ("sforce-limit-info", "api-usage=10/100")], "{\"limits\":\"x\"}")
        }
        path if path.starts_with("/id/") => identity(USERNAME),
        _ => answer(404, &[], ""),
    }
}

pub fn identity(username: &str) -> Vec<Step> {
    let body = serde_json::json!({
        "id": "x", "user_id": "005xx0000000001AAA", "organization_id": "00Dxx0000000001EAA",
        "username": username, "display_name": "Ada", "active": true, "user_type": "STANDARD",
    });
    answer(200, &[JSON], body.to_string())
}

/// A file that may be read like this.
fn file(folder: &Path, name: &str, text: &str, mode: u32) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// A private copy of the key.
fn private(folder: &Path) -> PathBuf {
    file(folder, "private.pem", &KEY.pem(), 0o600)
}

/// An examination in a folder of its own, with what may be wrong in it.
pub struct Practice {
    pub folder: tempfile::TempDir,
    pub settings: Settings,
    pub passphrase: Option<Secret>,
    pub problems: Vec<Problem>,
    pub mode: u32,
}

impl Practice {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, settings: Settings::default(), passphrase: None, problems: Vec::new(), mode: 0o600 }
    }

    /// Examines who logs in there, with this change to the app; every line is told as it stands in the report.
    pub async fn examine(&self, login_url: &str, change: impl FnOnce(&mut App)) -> Report {
        let profile = with(&profile(login_url, &private(self.folder.path())), change);
        let file = file(self.folder.path(), "profiles.toml", "# nothing", self.mode);
        self.of(&profile, &file).await
    }

    pub async fn of(&self, profile: &Profile, file: &Path) -> Report {
        let wire = Client::new(&self.settings).unwrap();
        let org = Org::new(wire.clone(), Sessions::new(wire, clock()), clock(), Limits::default());
        let patient = Patient {
            org: &org,
            profile,
            file,
            problems: &self.problems,
            passphrase: self.passphrase.as_ref(),
            ca_file: self.settings.ca_file.as_deref(),
        };
        let told: Mutex<Vec<Line>> = Mutex::default();
        let tell = |line: &Line| told.lock().unwrap().push(line.clone());
        let report = examine(&patient, &tell).await;
        assert_eq!(*told.lock().unwrap(), report.lines);
        let checks: Vec<Check> = report.lines.iter().map(|line| line.check).collect();
        assert_eq!(checks, Check::ALL, "every step once, in order: {report:#?}");
        no_secret(&report);
        report
    }
}

/// What no report may hold, in any form.
pub fn no_secret(report: &Report) {
    let told = format!("{report:?}\n{}", report.text());
    for secret in [TOKEN, PASSPHRASE, CONSUMER_KEY, "BEGIN PRIVATE", "eyJhbGciOi", "hunter2"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

/// The line of a step, of which every one that does not hold has a cure.
pub fn line(report: &Report, check: Check) -> (Standing, String) {
    let line = report.line(check).unwrap();
    let told = format!("{}\n{}", line.what, line.cure.join("\n"));
    (line.standing, told)
}

/// Holds a line against what it should be.
pub fn is(report: &Report, check: Check, standing: Standing, word: &str) {
    let (found, told) = line(report, check);
    assert_eq!(found, standing, "{check:?}: {told}\n{}", report.text());
    assert!(told.contains(word), "{word} is not in {told}");
    let line = report.line(check).unwrap();
    if matches!(standing, Standing::Failed | Standing::Warning) {
        assert!(!line.cure.is_empty(), "{check:?} has no cure: {told}");
    }
}

#[tokio::test]
async fn where_all_is_well_nothing_is_said_against_it() {
    let listener = Listener::start(|seen, _| org(seen)).await;
    let report =
        Practice::new().examine(listener.url("/").as_str(), |app| app.certificate = Some(KEY.certificate(2040))).await;
    assert_eq!((report.outcome(), report.summary().as_str()), (Outcome::Fine, "the login works"));
    for (check, standing, word) in [
        (Check::Profiles, Standing::Ok, "for nobody else to read"),
        (Check::Key, Standing::Ok, "PKCS#8, RSA, 2048 bits"),
        (Check::Passphrase, Standing::Skipped, "not encrypted"),
        (Check::Certificate, Standing::Ok, "RSA, 2048 bits, belongs to the key, valid until 2040-01-01"),
        (Check::Host, Standing::Ok, "this machine"),
        (Check::Audience, Standing::Ok, "told from login_url"),
        (Check::Dns, Standing::Skipped, "an address already"),
        (Check::Tcp, Standing::Ok, "connected to 127.0.0.1"),
        (Check::Proxy, Standing::Ok, "direct"),
        (Check::Tls, Standing::Skipped, "never leaves this machine"),
        (Check::Answer, Standing::Ok, "200"),
        (Check::Clock, Standing::Ok, "within 1 s"),
        (Check::Login, Standing::Ok, "user 005xx0000000001AAA of org 00Dxx0000000001EAA"),
        (Check::Identity, Standing::Ok, USERNAME),
        (Check::Version, Standing::Ok, "v67.0, the newest"),
        (Check::Api, Standing::Ok, "answers for v67.0"),
        (Check::Limits, Standing::Ok, "10 of 100 API calls"),
    ] {
        is(&report, check, standing, word);
    }
    // One login, and the token with what needs it alone.
    let seen = listener.seen();
    let with_token: Vec<&str> =
        seen.iter().filter(|s| s.header("authorization").is_some()).map(|s| s.target.as_str()).collect();
    assert_eq!(seen.iter().filter(|s| s.target.contains("oauth2")).count(), 1);
    assert_eq!(with_token.len(), 2, "{with_token:?}");
    assert!(report.text().contains("3MVG9con…test") && report.text().contains(USERNAME), "{}", report.text());
}

#[tokio::test]
async fn the_profiles_file() {
    let listener = Listener::start(|seen, _| org(seen)).await;
    let url = listener.url("/").to_string();
    let mut practice = Practice::new();
    practice.mode = 0o644;
    is(&practice.examine(&url, |_| {}).await, Check::Profiles, Standing::Warning, "chmod 600");
    practice.problems = vec![Problem {
        file: "profiles.toml".into(),
        line: 3,
        column: 1,
        severity: Severity::Error,
        app: Some("acme".to_owned()),
        what: "`kind` is odd".to_owned(),
        cure: "write sandbox".to_owned(),
    }];
    is(&practice.examine(&url, |_| {}).await, Check::Profiles, Standing::Warning, "3:1: `kind` is odd\nwrite sandbox");
    practice.problems[0].app = Some("another".to_owned());
    is(&practice.examine(&url, |_| {}).await, Check::Profiles, Standing::Warning, "chmod 600");
    let profile = profile(&url, &private(practice.folder.path()));
    let report = practice.of(&profile, &practice.folder.path().join("gone.toml")).await;
    is(&report, Check::Profiles, Standing::Failed, "cannot be read");
    assert_eq!(report.outcome(), Outcome::Setup);
}

#[tokio::test]
async fn the_key() {
    let listener = Listener::start(|seen, _| org(seen)).await;
    let url = listener.url("/").to_string();
    let practice = Practice::new();
    let open = file(practice.folder.path(), "open.pem", &KEY.pem(), 0o644);
    let report = practice.examine(&url, |app| app.private_key = open).await;
    is(&report, Check::Key, Standing::Warning, "may be read by others (mode 644)");
    assert_eq!(report.outcome(), Outcome::Fine);
    let ec = pem::encode(&pem::Pem::new("EC PRIVATE KEY", vec![1]));
    for (path, word) in [
        ("/nowhere/at.all".into(), "cannot be read"),
        (file(practice.folder.path(), "ec.pem", &ec, 0o600), "an EC key"),
        (
            file(
                practice.folder.path(),
                "damaged.pem",
                &pem::encode(&pem::Pem::new("PRIVATE KEY", vec![48, 1])),
                0o600,
            ),
            "damaged",
        ),
    ] {
        let report = practice.examine(&url, |app| app.private_key = path).await;
        is(&report, Check::Key, Standing::Failed, word);
        is(&report, Check::Login, Standing::Skipped, "key is in the way");
        // The rest of the way is looked at all the same.
        is(&report, Check::Answer, Standing::Ok, "200");
        assert_eq!(report.outcome(), Outcome::Login);
    }
    assert!(listener.seen().iter().filter(|seen| seen.target.contains("oauth2")).count() == 1);
}

#[tokio::test]
async fn the_passphrase_from_every_source() {
    let listener = Listener::start(|seen, _| org(seen)).await;
    let url = listener.url("/").to_string();
    let mut practice = Practice::new();
    let encrypted = KEY.encrypted();
    std::fs::set_permissions(&encrypted, std::fs::Permissions::from_mode(0o600)).unwrap();
    let words = |words: &[&str]| Passphrase::Command(words.iter().map(|word| (*word).to_owned()).collect());
    for (source, standing, word) in [
        (Passphrase::Ask, Standing::Skipped, "nobody gave it"),
        (words(&["printf", PASSPHRASE]), Standing::Ok, "the command printf opens the key"),
        (words(&["printf", "hunter2"]), Standing::Failed, "the command printf does not open the key"),
        (words(&["false"]), Standing::Failed, "failed"),
        (Passphrase::Env("ORGDECK_TEST_SET_BY_NOBODY".to_owned()), Standing::Failed, "is not set"),
    ] {
        let report =
            practice.examine(&url, |app| (app.private_key, app.passphrase) = (encrypted.clone(), source)).await;
        is(&report, Check::Passphrase, standing, word);
        is(&report, Check::Key, Standing::Ok, "PKCS#8, encrypted");
        let logged_in = if standing == Standing::Ok { Standing::Ok } else { Standing::Skipped };
        is(&report, Check::Login, logged_in, "");
    }
    practice.passphrase = Some(Secret::new(PASSPHRASE));
    let report = practice.examine(&url, |app| app.private_key.clone_from(&encrypted)).await;
    is(&report, Check::Passphrase, Standing::Ok, "what was typed opens the key");
    practice.passphrase = Some(Secret::new("hunter2"));
    let report = practice.examine(&url, |app| app.private_key = encrypted).await;
    is(&report, Check::Passphrase, Standing::Failed, "what was typed does not open the key");
}

#[tokio::test]
async fn the_certificate() {
    let listener = Listener::start(|seen, _| org(seen)).await;
    let url = listener.url("/").to_string();
    let practice = Practice::new();
    let stranger = Key::make();
    for (path, standing, word) in [
        (None, Standing::Skipped, "names none"),
        (Some(stranger.certificate(2040)), Standing::Failed, "does not belong to the private key"),
        (Some(KEY.certificate(2025)), Standing::Failed, "expired on 2025-01-01"),
        (Some(KEY.certificate(2026)), Standing::Warning, "expires in 0 days, on 2026-01-01"),
        (Some(KEY.certificate(2040)), Standing::Ok, "valid until 2040-01-01"),
        (Some("/nowhere/at.all".into()), Standing::Failed, "cannot be read"),
        (Some(KEY.path()), Standing::Failed, "is no X.509 certificate"),
    ] {
        let report = practice.examine(&url, |app| app.certificate = path).await;
        is(&report, Check::Certificate, standing, word);
        // It is held against the key, and is never sent: the login works whatever it is.
        is(&report, Check::Login, Standing::Ok, "granted");
        assert_eq!(report.outcome(), if standing == Standing::Failed { Outcome::Setup } else { Outcome::Fine });
    }
}

#[tokio::test]
async fn the_version_and_what_the_org_lets_one_do() {
    let versioned = |version: &str| VersionChoice::Fixed(version.to_owned());
    let practice = Practice::new();
    let listener = Listener::start(|seen, _| org(seen)).await;
    let url = listener.url("/").to_string();
    for (choice, standing, word) in [
        (versioned("60.0"), Standing::Ok, "v60.0, which the profile names; the newest is v67.0"),
        (versioned("67.0"), Standing::Ok, "the newest"),
        (versioned("20.0"), Standing::Failed, "the org has no v20.0"),
    ] {
        is(&practice.examine(&url, |app| app.version = choice).await, Check::Version, standing, word);
    }
    for (status, limits, body, api, used) in [
        (200, "api-usage=80/100", "{}", (Standing::Ok, "v67.0"), (Standing::Warning, "80 %")),
        (200, "api-usage=100/100", "{}", (Standing::Ok, "v67.0"), (Standing::Failed, "100 %")),
        (200, "per-app=1/2", "{}", (Standing::Ok, "v67.0"), (Standing::Skipped, "does not tell")),
        (
            403,
            "api-usage=1/100",
            r#"[{"errorCode":"API_DISABLED_FOR_ORG","message":"The API is disabled"}]"#,
            (Standing::Failed, "API Enabled"),
            (Standing::Ok, "1 of 100"),
        ),
        (
            401,
            "x",
            r#"[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]"#,
            (Standing::Failed, "INVALID_SESSION_ID"),
            (Standing::Skipped, "does not tell"),
        ),
    ] {
        let listener = Listener::start(move |seen, _| match seen.target.as_str() {
            "/services/data/v67.0/" => answer(status, &[JSON, ("sforce-limit-info", limits)], body),
            _ => org(seen),
        })
        .await;
        let report = practice.examine(listener.url("/").as_str(), |_| {}).await;
        is(&report, Check::Api, api.0, api.1);
        is(&report, Check::Limits, used.0, used.1);
        // A session that was refused is told, and not renewed: the doctor's logins are counted.
        assert_eq!(listener.seen().iter().filter(|s| s.target.contains("oauth2")).count(), 1);
        let failed = api.0 == Standing::Failed || used.0 == Standing::Failed;
        assert_eq!(report.outcome(), if failed { Outcome::Org } else { Outcome::Fine });
    }
}

#[tokio::test]
async fn the_identity() {
    let practice = Practice::new();
    let stranger = Listener::start(|seen, _| org(seen)).await;
    let elsewhere = stranger.url("/id/00Dxx0000000001EAA/005xx0000000001AAA").to_string();
    for (steps, standing, word) in [
        (identity("somebody@else.example"), Standing::Warning, "the session is of somebody@else.example"),
        (answer(403, &[], "Bad_OAuth_Token"), Standing::Failed, "Bad_OAuth_Token"),
        (answer(200, &[JSON], "[1]"), Standing::Failed, "no identity"),
        (answer(302, &[("location", &elsewhere)], ""), Standing::Failed, "leads elsewhere"),
    ] {
        let listener = Listener::start(move |seen, _| match seen.target.starts_with("/id/") {
            true => steps.clone(),
            false => org(seen),
        })
        .await;
        let report = practice.examine(listener.url("/").as_str(), |app| app.kind = Kind::Demo).await;
        is(&report, Check::Identity, standing, word);
        is(&report, Check::Api, Standing::Ok, "v67.0");
    }
    assert!(stranger.seen().is_empty(), "the token went to a stranger");
}
