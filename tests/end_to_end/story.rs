//! The main job, from the first screen to the last: log in, see who you are, ask, browse, be somebody else, leave.

use crate::home::Home;
use crate::term::{BACKSPACE, CTRL_O, ENTER, Term};

#[test]
fn the_demo_tells_who_one_is_answers_follows_links_and_switches_users() {
    let home = Home::new();
    let mut term = Term::start(&home, &["demo"]);
    // Who am I, and where?
    term.shows_all(&["Ada Quill", "admin@acme.example", "Acme Harbour Works", "Data Export", "DEMO"]);
    assert!(term.line("token").contains("••••"), "a token is masked");
    // The org's own resources, then one of them by address.
    term.press("2").shows_all(&["Resources", "▸ limits", "▸ sobjects"]);
    ask(&mut term, "sobjects/Account/describe");
    term.shows_all(&["200 OK", "fields [", "▸ Contact"]);
    let all = fields(&term);
    // A search as it is typed; its matches are walked to the link.
    term.press("/").press("sobject").shows("/ sobject").press(ENTER).shows(" .childRelationships[0].childSObject ");
    walk_to(&mut term, "n", " .urls.sobject ");
    let before = answer(&term.screen());
    assert!(before.contains("↗"), "an address of the org is a link:\n{before}");
    // The link, and back to the same rows.
    term.press(ENTER).shows_all(&["objectDescribe {", "200 OK"]);
    assert!(term.line("GET ").contains("/sobjects/Account"));
    term.press(BACKSPACE).until("the old answer as it was left", |screen| answer(screen) == before);
    // Somebody else: the old answer says whose it is, the new one shows less.
    be(&mut term, "acmesales", "▸ sales");
    term.shows_all(&["sales@acme.example", "as acme ▸ admin"]);
    ask(&mut term, "sobjects/Account/describe");
    term.shows_all(&["200 OK", "fields ["]).hides("as acme ▸ admin");
    let fewer = fields(&term);
    assert!(fewer < all, "the sales user sees {fewer} fields, the administrator {all}");
    term.press(BACKSPACE).shows_all(&["as acme ▸ admin", " .urls.sobject "]);
    // Out, and nothing is left.
    term.press("q");
    assert_eq!(term.ended(), 0);
    term.given_back();
    home.is_untouched();
}

/// Types an address and sends it.
fn ask(term: &mut Term, address: &str) {
    term.press("a").shows("complete").press(address).shows(address).press(ENTER);
}

/// Chooses somebody in the switcher by a few letters.
fn be(term: &mut Term, letters: &str, only: &str) {
    term.press(CTRL_O).shows("Who to be").press(letters);
    term.until("one person left", |screen| screen.contains(only) && screen.matches("@acme.example  demo").count() == 1);
    term.press(ENTER).hides("Who to be");
}

/// How many fields the describe on the screen has.
fn fields(term: &Term) -> u32 {
    let line = term.line("fields [");
    let (_, count) = line.split_once("fields [").expect("found");
    count.split(']').next().and_then(|n| n.parse().ok()).unwrap_or_else(|| panic!("{line}"))
}

/// Presses a key until this path stands under the answer.
fn walk_to(term: &mut Term, key: &str, path: &str) {
    for _ in 0..100 {
        let place = term.last_lines();
        if place.contains(path) {
            return;
        }
        term.press(key).until_last_lines_change(&place);
    }
    panic!("never came to {path}:\n{}", term.screen());
}

/// The answer's pane.
fn answer(screen: &str) -> String {
    let rows = screen.lines().skip(7).take(32);
    rows.map(|row| row.chars().skip(31).collect::<String>() + "\n").collect()
}
