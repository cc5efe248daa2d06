//! The guided set-up on the screen, from nothing to a login: against a served demo org that knows nothing of the app until
//! it is told; closed, killed and gone on with on the way.

use crate::home::Home;
use crate::served::Served;
use crate::term::{CTRL_C, ENTER, ESC, Term};
use base64::Engine;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;

const KEY: &str = "3MVG9.the.consumer.key.of.this.test";
const PASSPHRASE: &str = "correct horse sésame 99";
const CTRL_U: &str = "\x15";
const CTRL_Y: &str = "\x19";
const ALT_S: &str = "\x1bs";

/// What an admin does in Salesforce, here at the demo's control address.
fn make_app(served: &Served, app: &Value) {
    let text = |name: &str| served.card["control"][name].as_str().expect("the control address").to_owned();
    let url = url::Url::parse(&text("url")).unwrap();
    let (host, body) = (format!("127.0.0.1:{}", url.port().unwrap()), app.to_string());
    let mut stream = TcpStream::connect(&host).unwrap();
    let head = format!(
        "POST {}/apps HTTP/1.1\r\nHost: {host}\r\nX-Orgdeck-Control: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        url.path(),
        text("secret"),
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

fn start(home: &Home) -> Term {
    Term::sized(home, &["--config", "../config"], (80, 24))
}

#[test]
fn from_nothing_to_a_login_killed_and_closed_on_the_way() {
    let served = Served::start(&[]);
    let home = Home::new();
    let config = home.config();
    let mut seen = String::new();
    let mut term = start(&home);
    term.shows("set up a login").press("s").shows("1 of 8").press(served.org("login_url")).press(ENTER);
    term.shows("2 of 8").press(&format!("{CTRL_U}acme")).press(ENTER).shows("make a new key").press(ENTER);
    term.shows("2048 bits").press(ENTER).shows("is valid").press(ENTER).shows("A passphrase for the key");
    term.press(PASSPHRASE).shows("•••••").press(ENTER).shows("once more").press("wrong").press(ENTER);
    term.shows("the two differ").press(PASSPHRASE).press(ENTER).shows("once more").press(PASSPHRASE).press(ENTER);
    term.shows("4 of 8").press(ENTER).shows("5 of 8").press(CTRL_Y).shows("Copied the certificate");
    let certificate = std::fs::read_to_string(config.join("keys/acme.crt")).unwrap();
    let copied = base64::engine::general_purpose::STANDARD.encode(&certificate);
    assert!(memchr::memmem::find(&term.bytes(), copied.as_bytes()).is_some(), "the terminal was not given it");
    seen.push_str(&term.screens());
    term.signal(Signal::KILL).ended();

    // It goes on where it was; the consumer key is pasted.
    let mut term = start(&home);
    term.shows("set up a login").press("s").shows_all(&["5 of 8", "JWT Bearer Flow"]).press(ENTER).shows("6 of 8");
    term.paste(&format!("{KEY}\n")).press(ENTER).shows("7 of 8").press("admin@acme.example admin").press(ENTER);
    term.shows("these are all").press(ENTER).shows("The passphrase of the key").press(PASSPHRASE).press(ENTER);
    term.shows("8 of 8").press(ENTER).shows_all(&["client identifier invalid", "step 6, The consumer key"]);
    let other = std::fs::read_to_string(std::path::Path::new(served.org("private_key")).with_extension("crt")).unwrap();
    make_app(&served, &json!({ "client_id": KEY, "certificate": other }));
    term.press(ENTER).shows_all(&["invalid assertion", "step 5, In Salesforce"]);
    make_app(&served, &json!({ "client_id": KEY, "certificate": certificate }));
    term.press(ENTER).shows_all(&["hasn't approved this consumer", "pre-authorized"]);
    // Closed, the profile is there already, and fails as it has to.
    term.press(ESC).shows_all(&["acme ▸ admin@acme.example", "hasn't approved"]);
    term.press(ALT_S).shows("The passphrase of the key").press(PASSPHRASE).press(ENTER).shows("test it");
    make_app(
        &served,
        &json!({ "client_id": KEY, "certificate": certificate, "permitted": "admin", "users": ["admin"] }),
    );
    term.press(ENTER).shows_all(&["Ada Quill", "acme is set up"]).press(ENTER).hides("acme is set up");
    term.shows_all(&["acme ▸ admin@acme.example", "display name", "Ada Quill"]);
    seen.push_str(&term.screens());
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    term.given_back();

    assert!(!seen.contains("sésame"), "the passphrase was on the screen");
    assert!(!config.join("setup.toml").exists());
    for path in home.files() {
        let bytes = std::fs::read(&path).unwrap();
        assert!(memchr::memmem::find(&bytes, "sésame".as_bytes()).is_none(), "the passphrase is in {}", path.display());
        if path.starts_with(config.join("keys")) {
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", path.display());
        }
    }
    assert_eq!(home.files().iter().filter(|path| path.starts_with(config.join("keys"))).count(), 2);
    served.interrupt();
}

#[test]
fn the_command_asks_the_same_and_goes_on_with_what_the_screen_began() {
    let served = Served::start(&[]);
    let home = Home::new();
    let config = home.config();
    let mut term = start(&home);
    term.shows("set up a login").press("s").shows("1 of 8").press(served.org("login_url")).press(ENTER);
    term.shows("2 of 8").press(ESC).shows("goes on with it").press(CTRL_C);
    assert_eq!(term.ended(), 0);
    let mut term = Term::sized(&home, &["--config", "../config", "setup"], (100, 40));
    term.shows_all(&["goes on where it was", "2 of 8", "[demo] >"]).press("acme").press(ENTER);
    term.shows("make a new key").press(ENTER).shows("2048 bits").press(ENTER).shows("[365] >").press(ENTER);
    term.shows("enter alone: none").press(PASSPHRASE).press(ENTER).shows("the same again");
    term.press(PASSPHRASE).press(ENTER).shows("4 of 8");
    // The question before, and on again; left by ctrl-c.
    term.press("<").press(ENTER).shows("this one").press(ENTER).press(ENTER).shows("5 of 8").press(CTRL_C);
    assert_eq!(term.ended(), 130);
    assert!(term.modes_as_before());
    assert!(!term.screens().contains("sésame"), "the passphrase was on the terminal");
    let certificate = std::fs::read_to_string(config.join("keys/acme.crt")).unwrap();
    make_app(
        &served,
        &json!({ "client_id": KEY, "certificate": certificate, "permitted": "admin", "users": ["admin"] }),
    );
    let mut term = Term::sized(&home, &["--config", "../config", "setup"], (100, 40));
    term.shows("5 of 8").press(ENTER).shows("6 of 8").press("wrong.key").press(ENTER).shows("7 of 8");
    term.press("admin@acme.example").press(ENTER).shows("these are all").press(ENTER).shows("its passphrase");
    term.press(PASSPHRASE).press(ENTER).shows("enter  test it").press(ENTER).shows("fix ");
    term.press("fix").press(ENTER).shows("[wrong.key] >").press(KEY).press(ENTER).shows("test again").press(ENTER);
    assert_eq!(term.ended(), 0);
    let told = term.screen();
    assert!(told.contains("acme/admin@acme.example  Ada Quill") && told.contains("acme is set up"), "{told}");
    served.interrupt();
}
