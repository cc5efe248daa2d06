//! Saved requests with the real program: kept with ctrl-s, seen when others change the files, kept apart from theirs.

use crate::org::{Org, private};
use crate::term::{CTRL_C, Term};
use orgdeck::demo::Options;

const CTRL_S: &str = "\x13";
const CTRL_U: &str = "\x15";
/// What a terminal tells when it comes to the front.
const FRONT: &str = "\x1b[I";

#[test]
fn a_request_is_kept_and_what_others_write_is_seen_and_never_lost() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows_all(&["Ada Quill", "System Administrator", "Orgdeck_Access"]).press("2").shows("▸ limits");
    term.press("a").press("limits").press(CTRL_S).shows("Save as").press(CTRL_U).press("Shop/What is left\r");
    term.shows("Saved as Shop/What is left");
    let file = home.config().join("requests/Shop/What is left.toml");
    assert!(std::fs::read_to_string(&file).unwrap().contains("address = \"limits\""));
    // Captured from the answer, and there at once.
    term.leaves_for("/ filter")
        .press("C")
        .shows("f4 editor")
        .press("left = jq .DailyApiRequests.Remaining")
        .press("\x12");
    term.shows("Captured left");
    // One that runs for ever, as somebody might have shared it, is stopped and told.
    term.press("C").press("\rnever = jq def f: f; f").press("\x12").shows("never is not set");
    // Somebody else writes a request, and changes this one.
    std::fs::write(file.with_file_name("theirs.toml"), "name = \"Made by another\"\naddress = \"recent\"\n").unwrap();
    term.press("t").press("t").shows("Made by another");
    std::fs::write(&file, "name = \"What is left\"\naddress = \"theirs\"\n").unwrap();
    term.press(FRONT).shows("changed outside");
    term.press(CTRL_S).shows("saved beside it as Shop/What is left");
    assert!(std::fs::read_to_string(&file).unwrap().contains("theirs"));
    let mine = std::fs::read_to_string(file.with_file_name("What is left 2.toml")).unwrap();
    assert!(mine.contains("address = \"limits\"") && mine.contains("set = \"left\""), "{mine}");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    term.given_back();
}

#[test]
fn what_is_saved_in_the_demo_goes_with_it() {
    let home = crate::home::Home::new();
    for by_key in [false, true] {
        let mut term = if by_key {
            let mut term = Term::start(&home, &[]);
            term.shows("try the demo org").press("d");
            term
        } else {
            Term::start(&home, &["demo"])
        };
        term.shows("Ada Quill").press("2").shows("▸ limits");
        term.press("a").press("limits").press(CTRL_S).shows("Save as").press(CTRL_U).press("Shop/What is left\r");
        term.shows("Saved as Shop/What is left");
        // Out of the address, the keys are the tree's.
        term.leaves_for("/ filter").press("t").shows("▾ Shop");
        term.press("G").press("g").press("D").shows("Copied to Shop 2").press("d").shows("brings it back");
        term.press("u").shows("is back");
        term.press("a").press("\r").shows("200 OK").press("T");
        term.press(CTRL_C);
        assert_eq!(term.ended(), 0);
        home.is_untouched();
    }
}

#[test]
fn a_tab_knows_its_saved_request_again_at_the_next_start() {
    let org = Org::start(Options::default());
    let mut home = org.home("kind = \"demo\"");
    let editor = home.path().join("editor.sh");
    private(&editor, "#!/bin/sh\necho 'tags = [\"by-hand\"]' >> \"$1\"\n");
    std::fs::set_permissions(&editor, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    home.set("VISUAL", "./editor.sh");
    let start = || Term::start(&home, &["--config", "../config"]);
    let mut term = start();
    term.shows_all(&["Ada Quill", "System Administrator", "Orgdeck_Access"]).press("2").shows("▸ limits");
    term.press("a").press("limits").press(CTRL_S).shows("Save as").press(CTRL_U).press("Shop/What is left\r");
    term.shows("Saved as Shop/What is left").press("?a=1").shows("What is left ●");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    let mut term = start();
    term.shows("Ada Quill").press("2").shows("Shop/What is left ●").press(CTRL_S).shows("Saved as Shop/What is left");
    let folder = home.config().join("requests");
    assert!(std::fs::read_to_string(folder.join("Shop/What is left.toml")).unwrap().contains("limits?a=1"));
    // The user's own editor has the file itself.
    term.leaves_for("/ filter").press("t").shows("▾ Shop").press("gj").press("e").shows("by-hand");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    let left: Vec<_> = home.files().into_iter().filter(|path| path.starts_with(&folder)).collect();
    assert_eq!(left, [folder.join("Shop/What is left.toml")], "and nothing beside it");
}
