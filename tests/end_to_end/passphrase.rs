//! A key that is encrypted: its passphrase is asked on the screen and shown nowhere.

use crate::org::{Org, private};
use crate::term::{ENTER, ESC, Term};
use orgdeck::demo::Options;

pub const PASSPHRASE: &str = "correct horse sésame 99";

/// The key, encrypted as OpenSSL does it, in PEM.
pub fn encrypted(key: &str) -> String {
    use pkcs8::pkcs5::pbes2::Parameters;
    let params = Parameters::generate_pbkdf2_sha256_aes256cbc(1_000, &[7; 16], [9; 16]).unwrap();
    let der = pem::parse(key).unwrap().into_contents();
    let info = pkcs8::PrivateKeyInfoRef::try_from(der.as_slice()).unwrap();
    let encrypted = info.encrypt_with_params(params, PASSPHRASE).unwrap();
    pem::encode(&pem::Pem::new("ENCRYPTED PRIVATE KEY", encrypted.as_bytes()))
}

#[test]
fn the_passphrase_is_asked_for_again_when_it_was_wrong() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    private(&home.config().join("acme.key"), &encrypted(&org.key));
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Passphrase", "acme"]);
    // Letters that are keys elsewhere are text here.
    term.press("q1?wrong").shows("••••••••").press(ENTER);
    term.shows_all(&["Passphrase", "does not open the private key"]).hides("•");
    term.paste(&format!("{PASSPHRASE}\n")).shows("•••••••••••••••••••••••").press(ENTER);
    term.shows_all(&["Ada Quill", "Acme Harbour Works"]).hides("Passphrase");
    // It is kept for this run: the other user of the app is not asked again.
    term.press(crate::term::CTRL_O)
        .shows("Who to be")
        .press("sales")
        .until("sales alone", |s| s.matches("@acme.example  demo").count() == 1);
    term.press(ENTER).shows_all(&["acme ▸ sales@acme.example", "Northern Sales"]);
    assert!(!term.screens().contains("sésame"), "the passphrase was on the screen");
    term.press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn without_the_passphrase_the_screen_lives_on() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    private(&home.config().join("acme.key"), &encrypted(&org.key));
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Passphrase").press(ESC).shows("needs its passphrase").hides("not now");
    assert_eq!(org.seen("POST", "/services/oauth2/token"), 0);
    term.press("r").shows("not now").press(PASSPHRASE).press(ENTER).shows("Ada Quill").press("q");
    assert_eq!(term.ended(), 0);
}
