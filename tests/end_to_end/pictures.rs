//! Pictures on the real screen: half blocks anywhere, kitty's protocol where kitty is, and nothing of it left at the end.

use crate::home::Home;
use crate::term::{CTRL_C, ESC, Term};
use rustix::process::Signal;

/// A picture is sent, in its first piece.
const SENT: &str = "\x1b_Ga=T,";
const GONE: &str = "\x1b_Ga=d,d=A,q=2\x1b\\";
const LEAVES: &str = "\x1b[?1049l";

fn kitty() -> Home {
    let mut home = Home::new();
    home.set("KITTY_WINDOW_ID", "1");
    home
}

fn text(term: &Term) -> String {
    String::from_utf8_lossy(&term.bytes()).into_owned()
}

fn count(term: &Term, what: &str) -> usize {
    text(term).matches(what).count()
}

/// Waits until this was written so often.
fn until_written(term: &mut Term, what: &str, times: usize) {
    while count(term, what) < times {
        let before = term.bytes().len();
        if count(term, what) < times {
            term.until_more_bytes(before);
        }
    }
}

/// That what hung last was taken down before the screen was given back.
fn taken_down(term: &Term) {
    let text = text(term);
    let [sent, gone, left] = [SENT, GONE, LEAVES].map(|what| text.rfind(what).unwrap_or_else(|| panic!("no {what:?}")));
    assert!(sent < gone && gone < left, "{sent} {gone} {left}");
}

#[test]
fn kitty_gets_a_picture_once_and_loses_it_when_it_goes() {
    let home = kitty();
    let mut term = Term::start(&home, &["demo"]);
    term.shows_all(&["Ada Quill", "Orgdeck_Access"]);
    until_written(&mut term, SENT, 1);
    term.press("jjk").shows("▸ username");
    assert_eq!((count(&term, SENT), count(&term, GONE)), (1, 0), "what hangs there is not sent again");
    term.press("?").shows("Anywhere but in a text field");
    until_written(&mut term, GONE, 1);
    assert_eq!(count(&term, SENT), 1);
    term.press(ESC).hides("Anywhere but in a text field");
    until_written(&mut term, SENT, 2);
    term.press("2").shows("limits");
    until_written(&mut term, GONE, 2);
    term.press("1").shows("Orgdeck_Access");
    until_written(&mut term, SENT, 3);
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    assert_eq!(count(&term, GONE), 3);
    taken_down(&term);
    term.given_back();
}

#[test]
fn a_picture_is_gone_however_it_ends() {
    let home = kitty();
    let mut term = Term::start(&home, &["demo"]);
    until_written(&mut term, SENT, 1);
    term.signal(Signal::TERM);
    assert_eq!(term.ended(), 143);
    taken_down(&term);
    term.given_back();
}

#[test]
fn who_is_no_kitty_gets_cells() {
    let home = Home::new();
    let mut term = Term::start(&home, &["demo"]);
    term.shows_all(&["Ada Quill", "▀"]).press("2").shows("limits").press("a").shows("complete");
    term.press("/img/x/profile.png\r").shows_all(&["120 × 120 pixels", "▀"]).press(CTRL_C);
    assert_eq!(term.ended(), 0);
    assert_eq!(count(&term, "\x1b_G"), 0);
    let mut plain = Home::new();
    plain.set("NO_COLOR", "1");
    plain.set("KITTY_WINDOW_ID", "1");
    let mut term = Term::start(&plain, &["demo"]);
    term.shows_all(&["Ada Quill", "Orgdeck_Access"]).press("2").shows("limits").press("a").shows("complete");
    term.press("/img/x/profile.png\r").shows("120 × 120 pixels").press(CTRL_C);
    assert_eq!(term.ended(), 0);
    assert!(count(&term, "\x1b_G") == 0 && !term.screens().contains('▀'));
}

#[test]
fn the_settings_have_the_last_word() {
    let mut home = kitty();
    home.set("TMUX", "/tmp/tmux,1,0");
    std::fs::write(home.config().join("settings.toml"), "[screen]\npictures = \"iterm\"\n").unwrap();
    let mut term = Term::start(&home, &["demo", "--config", "../config"]);
    until_written(&mut term, "\x1b]1337;File=inline=1;", 1);
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    assert_eq!(count(&term, "\x1b_G"), 0);
}
