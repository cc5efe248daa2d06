//! Terminals of every size, made larger and smaller while orgdeck runs.

use crate::home::Home;
use crate::term::{CTRL_C, CTRL_O, ESC, Term};

#[test]
fn no_size_is_too_small_and_the_screen_comes_back() {
    let home = Home::new();
    for size in [(1, 1), (20, 5)] {
        let mut term = Term::sized(&home, &["demo"], size);
        term.until_terminal("the terminal taken", vt100::Screen::alternate_screen);
        term.resize((120, 40)).shows_all(&["Ada Quill", "Acme Harbour Works"]);
        term.press("2").shows("▸ limits");
        // Every room and dialogue, where nobody can see them.
        term.resize(size);
        for keys in ["asobjects/Account/describe\r", "\x1b[B\x1b[B", "v", "v", "v", "3", "4", "1", "?", "q", CTRL_O] {
            term.press(keys);
        }
        term.resize((120, 40)).shows_all(&["Who to be", "acme ▸ admin"]);
        term.press(ESC).hides("Who to be").shows_all(&["Ada Quill", "Acme Harbour Works"]);
        for size in [(1, 1), (2, 1), (1, 30), (200, 1), (5, 3), (20, 5), (39, 11), (300, 90), (80, 24)] {
            term.resize(size).press("2").press("1");
        }
        term.shows_all(&["1 Identity", "Ada Quill"]);
        term.press("2").shows("200 OK").press(CTRL_C);
        assert_eq!(term.ended(), 0);
        term.given_back();
    }
    home.is_untouched();
}
