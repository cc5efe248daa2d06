//! The write guard on the screen: a write to production asks first, one on a read-only profile is refused.

use crate::org::Org;
use crate::term::{ENTER, ESC, Term};
use orgdeck::demo::Options;

/// On the REST screen with a body typed and an address, sent.
fn post(term: &mut Term) {
    term.shows("Ada Quill").press("2").shows("▸ limits");
    term.press("b")
        .shows("next pane")
        .press("{\"Name\":\"Guarded Ltd\"}")
        .shows("Guarded Ltd")
        .press(ESC)
        .shows("filter");
    term.press("a").shows("complete").press("POST sobjects/Account").shows("sobjects/Account").press(ENTER);
}

#[test]
fn a_write_to_production_asks_names_everything_and_is_sent_only_on_yes() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"production\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("PRODUCTION");
    post(&mut term);
    term.shows_all(&[
        "Send this write?",
        "org       Acme Harbour Works (127.0.0.1)",
        "acme ▸ admin@acme.example",
        "method    POST",
        "POST changes something",
    ]);
    term.shows(&format!("address   {}/services/data/v67.0/sobjects/Account ", org.card().instance_url));
    term.press("n").shows("Not sent: POST").hides("Send this write?");
    assert_eq!(org.seen("POST", "/sobjects"), 0, "what was declined is not sent");
    // Enter is no yes.
    term.press("r").shows("Send this write?").press(ENTER).shows("Not sent: POST").hides("Send this write?");
    term.press(ESC).hides("Not sent");
    assert_eq!(org.seen("POST", "/sobjects"), 0);
    // Yes sends it once, and the record is there. A yes too hasty to have been meant is not one: it is said again.
    term.press("r").shows("Send this write?").press_until_gone("y", "Send this write?");
    term.shows_all(&["201 Created", "success: true", "id: \"001"]);
    assert_eq!(org.seen("POST", "/sobjects"), 1);
    let line = term.line("id: \"001");
    let id = line.split('"').nth(1).unwrap().to_owned();
    term.press("a").shows("complete").press(&format!("GET sobjects/Account/{id}")).press(ENTER);
    term.shows_all(&["200 OK", "Name: \"Guarded Ltd\""]);
    term.press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn a_read_only_profile_refuses_every_write() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"\nread_only = true");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("read-only");
    post(&mut term);
    term.shows_all(&["Not sent: acme is read-only", "read_only"]);
    assert!(!term.screen().contains("Send this write?"));
    assert_eq!(org.seen("POST", "/sobjects"), 0);
    // What was not sent keeps the keys in the address.
    term.shows("tab complete")
        .leaves_for("a address")
        .press("a")
        .shows("complete")
        .press("GET limits")
        .press(ENTER)
        .shows("200 OK")
        .press("q");
    assert_eq!(term.ended(), 0);
}
