//! However orgdeck ends or stops, the terminal is as it was before, and nothing lies in the temporary folder.

use crate::home::Home;
use crate::term::{CTRL_C, CTRL_Z, Term};
use rustix::process::Signal;

const WELCOME: &str = "There is no profile yet in";

/// On the welcome screen, with the terminal taken.
fn welcome(home: &Home) -> Term {
    let mut term = Term::start(home, &[]);
    term.shows(WELCOME);
    taken(&mut term);
    term
}

fn taken(term: &mut Term) {
    term.until_terminal("the terminal taken", |screen| {
        screen.alternate_screen()
            && screen.bracketed_paste()
            && screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None
    });
    assert!(!term.modes_as_before(), "raw mode differs from the shell's");
}

#[test]
fn quitting_gives_the_terminal_back() {
    let home = Home::new();
    for key in ["q", CTRL_C] {
        let mut term = welcome(&home);
        term.press(key);
        assert_eq!(term.ended(), 0);
        term.given_back();
    }
    home.is_untouched();
}

#[test]
fn signals_give_the_terminal_back_and_tell_their_number() {
    let home = Home::new();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut term = welcome(&home);
        term.signal(signal);
        assert_eq!(term.ended(), code, "{signal:?}");
        term.given_back();
    }
    home.is_untouched();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let home = Home::new();
    let mut term = Term::start(&home, &["--test-panic"]);
    assert_eq!(term.ended(), 101);
    term.given_back();
    assert!(term.screen().contains("panicked at"), "the message is on the ordinary screen:\n{}", term.screen());
    home.is_untouched();
}

#[test]
fn the_keys_of_a_demo_go_with_it_however_it_ends() {
    let home = Home::new();
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut term = Term::start(&home, &["demo"]);
        term.shows("Acme Harbour Works");
        term.signal(signal);
        assert_eq!(term.ended(), code, "{signal:?}");
        term.given_back();
        home.is_untouched();
    }
    let mut term = Term::start(&home, &["demo", "--test-panic"]);
    assert_eq!(term.ended(), 101);
    term.given_back();
    home.is_untouched();
}

#[test]
fn a_demo_that_is_still_being_made_leaves_nothing_either() {
    let home = Home::new();
    for _ in 0..4 {
        let mut term = Term::start(&home, &["demo"]);
        term.shows("Starting the demo org").press("q");
        assert_eq!(term.ended(), 0);
        term.given_back();
        home.is_untouched();
    }
}

#[test]
fn stopped_and_continued_the_screen_is_drawn_again() {
    let home = Home::new();
    let mut term = welcome(&home);
    // By key, by the shell's signal, and by one that cannot be caught.
    for (key, signal) in [(Some(CTRL_Z), None), (None, Some(Signal::TSTP))] {
        key.map(|key| term.press(key));
        signal.map(|signal| term.signal(signal));
        term.stopped().until_terminal("the shell's screen", |screen| !screen.alternate_screen());
        term.given_back();
        assert!(!term.screen().contains(WELCOME));
        term.signal(Signal::CONT).shows(WELCOME);
        taken(&mut term);
    }
    term.signal(Signal::STOP).stopped();
    let drawn = term.bytes().len();
    term.signal(Signal::CONT).until_more_bytes(drawn).shows(WELCOME);
    taken(&mut term);
    term.press("q");
    assert_eq!(term.ended(), 0);
    term.given_back();
}
