//! An answer in the pager and in the editor, and saved: other programs get the terminal and give it back.

use crate::home::Home;
use crate::org::private;
use crate::term::{CTRL_C, Term};
use std::os::unix::fs::PermissionsExt;

const ESC: &str = "\x1b";

#[test]
fn an_answer_goes_to_the_pager_the_editor_and_a_file() {
    let mut home = Home::new();
    let script = |name: &str, text: &str| {
        private(&home.path().join(name), text);
        std::fs::set_permissions(home.path().join(name), std::fs::Permissions::from_mode(0o700)).unwrap();
    };
    // Each tells what it was given, and how open that is. The pager is interrupted, as ctrl-c does.
    script(
        "pager.sh",
        "#!/bin/sh\ncp \"$1\" paged; stat -c %a \"$1\" \"$(dirname \"$1\")\" > modes\ntrap '' INT; kill -INT 0\n",
    );
    script("editor.sh", "#!/bin/sh\nbasename \"$2\" > edited; stat -c %a \"$2\" \"$(dirname \"$2\")\" >> edited\n");
    home.set("PAGER", "./pager.sh");
    home.set("VISUAL", "./editor.sh -R");
    let mut term = Term::start(&home, &["demo"]);
    term.shows_all(&["Ada Quill", "Orgdeck_Access"]).press("2").shows("▸ limits");
    term.press("alimits\r").shows("200 OK").press("o").press("|").shows("whole answer");
    let read = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    assert!(read("paged").starts_with("{\n  \"") && read("modes") == "600\n700\n", "{}", read("modes"));
    term.press(ESC).shows("follow / fold").press("O").press("|").shows("whole answer").press(ESC);
    assert_eq!(read("edited"), "limits.json\n400\n700\n");
    term.shows("follow / fold").press("S").shows("Save to a file").press("\r").shows("Saved to");
    let saved = home.path().join("limits.json");
    assert!(read("limits.json").starts_with("{\""));
    assert_eq!(saved.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    term.press("S").shows("Save to a file").press("\r").shows("is there already").press("n").shows("stays as it is");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
    term.given_back();
    let copies: Vec<_> = home.files().into_iter().filter(|p| p.ends_with("limits.json") && *p != saved).collect();
    assert!(copies.is_empty(), "{copies:?}");
}

#[test]
fn a_filter_that_never_ends_is_left_at_once() {
    let home = Home::new();
    let mut term = Term::start(&home, &["demo"]);
    term.shows_all(&["Ada Quill", "Orgdeck_Access"]).press("2").shows("▸ limits");
    term.press("alimits\r").shows("200 OK").press("|").shows("whole answer");
    term.press("|def f: f; f").shows("running…").press(ESC).hides("running…").shows("follow / fold");
    // And one that works, after it.
    term.press("|").press("\x15").press("keys|length").shows("1 result").press("q").shows("there is no lengthq/0");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
}
