//! Text is text: keys that mean something elsewhere, pastes, and what an org sends.

use crate::org::Org;
use crate::term::{ESC, Term};
use orgdeck::demo::Options;

#[test]
fn typed_and_pasted_text_stays_text_in_the_address() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Ada Quill", "System Administrator", "Orgdeck_Access"]).press("2").shows("▸ limits");
    let asked = org.demo.requests_seen().len();
    term.press("a").shows("complete");
    // Each of these means something where nothing is typed.
    term.press("q1?2!/nNzZyr ").shows("GET  q1?2!/nNzZyr");
    // A paste is one event: its line ends send nothing, its letters are no keys.
    term.paste("x\rq\ny1").shows("GET  q1?2!/nNzZyr x q y1");
    // Pasted outside an editor it becomes the address.
    term.press(ESC).shows("filter").paste("limits?q=1\r\n").shows("GET  limits?q=1");
    // An escape sequence in it is not obeyed.
    term.paste("\x1b]0;title\x07\x1b[2J\u{202e}").shows("limits?q=1");
    term.shows_all(&["▸ limits", "Resources"]);
    assert_eq!(org.demo.requests_seen().len(), asked, "nothing was sent");
    term.press(crate::term::CTRL_C);
    assert_eq!(term.ended(), 0);
}
