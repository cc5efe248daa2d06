//! No token, assertion, private key or passphrase is shown, logged or written anywhere but in the key file itself.

use crate::home::Home;
use crate::org::{Org, private};
use crate::passphrase::{PASSPHRASE, encrypted};
use crate::term::{CTRL_O, ENTER, ESC, Term};
use orgdeck::demo::{Fault, Options};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// How every token of the demo's production org begins; a masked one shows none of it.
const TOKEN: &str = "00D5i000004RkQw!";
/// How every assertion begins: a header of JSON in base64.
const ASSERTION: &str = "eyJ";

/// The texts that may stand nowhere.
struct Secrets(Vec<String>);

impl Secrets {
    fn of(keys: &[&str]) -> Self {
        let mut all = vec![TOKEN.to_owned(), ASSERTION.to_owned(), PASSPHRASE.to_owned()];
        // Percent-encoded, and as Rust's debug form would have them.
        all.push("00D5i000004RkQw%21".to_owned());
        all.push("s\\u{e9}same".to_owned());
        for key in keys {
            all.extend(key.lines().filter(|l| l.len() == 64 && !l.contains('-')).map(ToOwned::to_owned));
        }
        assert!(all.len() > 40, "the keys' lines are among them");
        Self(all)
    }

    /// That a text holds none of them, in whatever way its lines are broken.
    fn are_not_in(&self, place: &str, text: &str) {
        let joined: String = text.chars().filter(|c| !c.is_whitespace() && !"│┃|".contains(*c)).collect();
        for secret in &self.0 {
            let bare: String = secret.chars().filter(|c| !c.is_whitespace()).collect();
            assert!(!text.contains(secret.as_str()) && !joined.contains(&bare), "{place} holds {secret:?}:\n{text}");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A home with an encrypted key and a log that keeps everything every layer says.
fn home(org: &Org) -> (Home, String) {
    let mut home = org.home("kind = \"production\"\npassphrase = { env = \"ACME_PASSPHRASE\" }");
    let key = encrypted(&org.key);
    private(&home.config().join("acme.key"), &key);
    home.set("ORGDECK_LOG", home.path().join("orgdeck.log"));
    home.set("ORGDECK_LOG_LEVEL", "trace");
    (home, key)
}

/// That no file of this home holds a secret, the key itself apart.
fn files_hold_none(secrets: &Secrets, home: &Home) {
    for file in home.files() {
        if file.extension().is_some_and(|e| e == "key") {
            continue;
        }
        let mut looked_for = Secrets(secrets.0.clone());
        // Three letters come up by chance in bodies that are packed; the history's own tests look into those.
        if file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("history.sqlite")) {
            looked_for.0.retain(|secret| secret != ASSERTION);
        }
        looked_for.are_not_in(&file.display().to_string(), &text(&std::fs::read(&file).unwrap()));
    }
}

/// That the log is there, its owner's alone, and tells of this.
fn log_tells(home: &Home, what: &str) {
    let log = home.path().join("orgdeck.log");
    assert!(text(&std::fs::read(&log).unwrap()).contains(what), "the log tells nothing of {what:?}");
    assert_eq!(mode(&log), 0o600);
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_search_finds_secrets_however_their_lines_are_broken() {
    let key = format!("-----BEGIN\n{}", format!("{}\n", "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC".repeat(2)).repeat(40));
    let secrets = Secrets::of(&[&key]);
    secrets.are_not_in("a screen", "│ token   Bearer ••••••••  │\n│ 00D5i000004RkQwEAK │");
    for leak in [
        "x 00D5i000004RkQw!AQ y",
        "│ 00D5i0000 │\n│ 04RkQw!AQ │",
        "correct horse\nsésame 99",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCMIIEvQI\n BADANBgkqhkiG9w0BAQEFAASC",
    ] {
        let found = std::panic::catch_unwind(|| secrets.are_not_in("a screen", leak));
        assert!(found.is_err(), "{leak:?} was not found");
    }
}

#[test]
fn the_screen_its_log_and_its_files_hold_no_secret() {
    let org = Org::start(Options::default());
    let (mut home, key) = home(&org);
    home.set("ACME_PASSPHRASE", PASSPHRASE);
    let secrets = Secrets::of(&[&org.key, &key]);
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Ada Quill", "Data Export"]);
    // The variables of the login.
    term.press("4").shows_all(&["accessToken", "endpoint"]).press("1").shows("Ada Quill").press("2").shows("▸ limits");
    // A token in every part of a request, the answer in every view.
    term.press("e").shows("next pane").press("X-Mine: {{accessToken}}").press(ESC).shows("filter");
    term.press("a").shows("complete").press("limits?token={{accessToken}}").press(ENTER).shows("200 OK");
    for told in ["\"ActiveScratchOrgs\":{", "Bearer ••••••••", "an open connection was used", "ActiveScratchOrgs {"]
    {
        term.press("v").shows(told);
    }
    // A stranger, to whom none of it may go.
    term.press("a")
        .shows("complete")
        .press("https://stranger.example/?t={{accessToken}}")
        .press(ENTER)
        .shows("would have gone to a stranger");
    // What was not sent is still being typed.
    term.shows("tab complete").leaves_for("a address");
    // Sessions that end, answers that break.
    org.demo.set_fault(Some(Fault::ExpiredTokens));
    term.press("a").shows("complete").press("recent").press(ENTER).shows("200 OK");
    org.demo.set_fault(Some(Fault::Cut));
    term.press("r").shows("The connection was cut");
    org.demo.set_fault(Some(Fault::LoginIp));
    term.press(CTRL_O)
        .shows("Who to be")
        .press("sales")
        .until("sales alone", |s| s.matches("@acme.example  production").count() == 1);
    term.press(ENTER).hides("Who to be").press("1").shows("ip restricted");
    term.press("3").shows("limits?token={{accessToken}}");
    term.press("q");
    assert_eq!(term.ended(), 0);
    secrets.are_not_in("a screen", &term.screens());
    secrets.are_not_in("the terminal's bytes", &text(&term.bytes()));
    log_tells(&home, "ip restricted");
    files_hold_none(&secrets, &home);
}

#[test]
fn the_command_line_its_log_and_its_files_hold_no_secret() {
    let org = Org::start(Options::default());
    let (mut home, key) = home(&org);
    let secrets = Secrets::of(&[&org.key, &key]);
    let run = |home: &Home, args: &[&str]| home.run(&[&["--config", "../config"], args].concat());
    // A wrong passphrase first.
    home.set("ACME_PASSPHRASE", "wrong");
    let refused = run(&home, &["whoami"]);
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused.stderr));
    secrets.are_not_in("stderr of a wrong passphrase", &text(&refused.stderr));
    home.set("ACME_PASSPHRASE", PASSPHRASE);
    // The one place that is asked for it gives it: the search finds what it looks for.
    let token = run(&home, &["token"]);
    assert!(text(&token.stdout).contains(TOKEN), "{} {}", text(&token.stdout), text(&token.stderr));
    secrets.are_not_in("stderr of token", &text(&token.stderr));
    let commands: [(&[&str], i32); 9] = [
        (&["whoami"], 0),
        (&["whoami", "--json"], 0),
        (&["profiles", "--json"], 0),
        (&["request", "GET", "limits", "-i", "-H", "X-Mine: {{accessToken}}"], 0),
        (&["request", "GET", "limits?t={{accessToken}}", "--json"], 0),
        (&["request", "GET", "https://stranger.example/{{accessToken}}"], 2),
        (&["request", "POST", "sobjects/Account", "-d", "{\"Name\":\"{{accessToken}}\"}"], 2),
        (&["query", "SELECT Id, Nam FROM Account"], 1),
        (&["-p", "acme/nobody@acme.example", "whoami"], 2),
    ];
    for (args, code) in commands {
        let done = run(&home, args);
        assert_eq!(done.status.code(), Some(code), "{args:?}: {}", text(&done.stderr));
        secrets.are_not_in(&format!("stdout of {args:?}"), &text(&done.stdout));
        secrets.are_not_in(&format!("stderr of {args:?}"), &text(&done.stderr));
    }
    log_tells(&home, "limits");
    files_hold_none(&secrets, &home);
}
