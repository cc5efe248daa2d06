//! The mouse in a terminal: each click, turn of the wheel and dragged border does what it should.

use crate::home::Home;
use crate::org::Org;
use crate::term::{ENTER, ESC, Term, clicked};
use orgdeck::demo::Options;

const F2: &str = "\x1bOQ";

fn start(org: &Org, kind: &str) -> (Home, Term) {
    let home = org.home(&format!("kind = \"{kind}\""));
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Ada Quill", "Data Export"]);
    (home, term)
}

fn ask(term: &mut Term, address: &str) {
    term.press("a").shows("complete").press(address).press(ENTER);
}

#[test]
fn places_the_switcher_and_dialogs_are_clicked() {
    let org = Org::start(Options::default());
    let (_home, mut term) = start(&org, "demo");
    term.click("3 History").shows("{{IdURL}}").click("4 Variables").shows("accessToken");
    // The line of who one is opens the switcher; a click beside closes it, one on a row switches.
    term.click("acme ▸ admin").shows("Who to be").click_at((2, 35)).hides("Who to be");
    term.click("acme ▸ admin")
        .shows("Who to be")
        .click("sales@acme")
        .hides("Who to be")
        .shows("acme ▸ sales@acme.example");
    term.click("1 Identity").shows("Søren Okafor");
    // Help is closed by a click beside it, not by one on it.
    term.press("?")
        .shows("Keys of this place")
        .click("Keys of this place")
        .click_at((0, 20))
        .hides("Keys of this place");
    term.press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn the_question_of_a_write_is_answered_by_its_buttons() {
    let org = Org::start(Options::default());
    let (_home, mut term) = start(&org, "production");
    term.click("2 REST").shows("▸ limits");
    term.press("b").shows("next pane").press("{}").press(ESC).shows("? help");
    ask(&mut term, "POST sobjects/Account");
    // Beside it, a question stays.
    term.shows("Send this write?").click_at((0, 20)).click("leave it").hides("Send this write?");
    term.shows("Not sent");
    assert_eq!(org.seen("POST", "/sobjects"), 0);
    // A yes counts once the question could be read, as with the key.
    term.press("r").shows("Send this write?");
    let yes = clicked(term.place("send it"));
    term.press_until_gone(&yes, "Send this write?").shows("REQUIRED_FIELD_MISSING");
    assert_eq!(org.seen("POST", "/sobjects"), 1);
    term.press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn rows_tabs_and_the_address_of_rest_are_clicked() {
    let org = Org::start(Options::default());
    let (_home, mut term) = start(&org, "demo");
    term.click("2 REST").shows("▸ limits");
    // A row of the tree: first the cursor, then the request, as enter does.
    term.click("▸ limits").click("▸ limits").shows_all(&["200 OK", "DailyApiRequests {"]);
    term.click("Raw").shows("{\"ActiveScratchOrgs\"").click("Headers  Timing").shows("sforce-limit-info");
    term.click("Timing").shows("wait").click("Tree  Raw").shows("▾ DailyApiRequests {");
    // A row of the answer: first the cursor, then it folds.
    term.click("▾ DailyApiRequests {").click("▾ DailyApiRequests {").shows("▸ DailyApiRequests {");
    term.click("Params  Headers").shows("next pane");
    term.click("Body").shows("next pane").click("GET  ").shows("POST  /services/");
    // In the address, the cursor goes where the click was: what is typed stands there.
    let (column, row) = term.place("limits  ");
    term.click_at((column + 3, row)).shows("complete").press("X").shows("limXits");
    term.press(ESC).shows("? help").press("q");
    assert_eq!(term.ended(), 0);
}

#[test]
fn the_wheel_moves_what_lies_under_it_and_borders_are_dragged() {
    let org = Org::start(Options::default());
    let (_home, mut term) = start(&org, "demo");
    term.click("2 REST").shows("▸ limits");
    ask(&mut term, "sobjects/Account/describe");
    term.shows_all(&["200 OK", "actionOverrides"]);
    for _ in 0..20 {
        term.wheel("200 OK", true);
    }
    // On the border it does nothing; over the rows it moves them.
    term.shows("actionOverrides");
    let body = (60, 20);
    for _ in 0..20 {
        term.wheel_at(body, true);
    }
    term.hides("actionOverrides");
    for _ in 0..20 {
        term.wheel_at(body, false);
    }
    term.shows("actionOverrides");
    // The border of the tree, to the right; then the one over the answer, down.
    let (border, _) = term.place("┬");
    term.drag((border, 10), (border + 12, 10));
    term.until("a wider tree", |screen| screen.lines().any(|l| l.chars().position(|c| c == '┬') == Some(border + 12)));
    term.press("b").shows("next pane");
    let (_, row) = term.place("─ 200 OK");
    term.drag((75, row), (75, row + 5));
    term.until("a taller request", |screen| screen.lines().position(|l| l.contains("─ 200 OK")) == Some(row + 5));
    // Off, the terminal has its mouse for selecting text again.
    term.press(ESC).shows("? help").press(F2);
    term.until_terminal("the mouse given back", |t| t.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    term.press(F2);
    term.until_terminal("the mouse taken", |t| t.mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    term.press("q");
    assert_eq!(term.ended(), 0);
    term.given_back();
}
