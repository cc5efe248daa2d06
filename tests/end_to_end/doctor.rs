//! A login that is refused leads to the doctor, whose report goes to a file; a passphrase is asked for on the way.

use crate::home::Home;
use crate::org::{Org, private};
use crate::passphrase::{PASSPHRASE, encrypted};
use crate::term::{ENTER, ESC, Term};
use orgdeck::demo::{Fault, Options};
use std::os::unix::fs::PermissionsExt;

const F8: &str = "\x1b[19~";

#[test]
fn a_refused_login_is_looked_into_and_reported() {
    let org = Org::start(Options { faults: vec![Fault::InactiveOrg.into()], ..Options::default() });
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["inactive organization", "f8 opens the doctor"]).press(F8);
    term.shows_all(&["Doctor", "1 check failed: login", "there is no login", "locked, expired or deleted"]);
    let before = org.seen("POST", "/services/oauth2/token");
    term.press(ENTER).shows("subject (sub, username)");
    let path = home.config().join("report.txt");
    term.press("S").shows("Save to a file").press("\x15").press(path.to_str().unwrap()).press(ENTER).shows("Saved to");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(text.contains("inactive organization") && text.contains("admin@acme.example"), "{text}");
    for secret in [org.card().client_id.as_str(), "PRIVATE", org.key.lines().nth(1).unwrap()] {
        assert!(!text.contains(secret) && !term.screens().contains(secret), "{secret} in {text}");
    }
    // Again is one login more, and closing leads back to where one was.
    term.press("r").until("another login", |_| org.seen("POST", "/services/oauth2/token") > before);
    term.shows("1 check failed: login").press(ESC).hides("Doctor").shows("f8 opens the doctor").press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn in_the_demo_its_own_files_are_looked_at() {
    let home = Home::new();
    let mut term = Term::start(&home, &["demo"]);
    term.shows("Ada Quill").press(F8).shows_all(&["the login works", "for nobody else to read", "Ada Quill"]);
    term.press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn the_doctor_asks_for_the_passphrase() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    private(&home.config().join("acme.key"), &encrypted(&org.key));
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Passphrase").press(ESC).hides("not now").press(F8).shows("Passphrase");
    term.press("wrong").press(ENTER).shows_all(&["Passphrase", "does not open the private key"]);
    term.paste(PASSPHRASE).press(ENTER).shows_all(&["the login works", "what was typed opens the key", "Ada Quill"]);
    assert!(!term.screens().contains("sésame"), "the passphrase was on the screen");
    term.press("q");
    assert_eq!(term.ended(), 0);
}
