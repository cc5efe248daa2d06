//! Several requests at once, and what was typed in them at the next start.

use crate::org::Org;
use crate::term::{CTRL_C, ESC, Term};
use orgdeck::demo::Options;
use rustix::process::Signal;

#[test]
fn what_was_typed_is_there_at_the_next_start() {
    let org = Org::start(Options::default());
    let home = org.home("kind = \"demo\"");
    let start = || Term::start(&home, &["--config", "../config"]);
    let mut term = start();
    term.shows_all(&["Ada Quill", "System Administrator", "Orgdeck_Access"]).press("2").shows("▸ limits");
    term.press("a").shows("complete").press("limits?note={{region}}&a=1").shows("}} is not set");
    term.press(ESC).shows("filter");
    term.press("T").shows("2 new").press("recent").shows("2 recent");
    // By whatever it ends.
    term.signal(Signal::TERM);
    assert_eq!(term.ended(), 143);
    let file = home.config().join("state/tabs.toml");
    let kept = std::fs::read_to_string(&file).unwrap();
    assert!(kept.contains("limits?note={{region}}&a=1") && kept.contains("recent"), "{kept}");
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions()) & 0o777,
        0o600
    );

    let mut term = start();
    term.shows("Ada Quill").press("2").shows_all(&["1 limits?note", "2 recent", "GET  recent"]);
    term.press("[").shows("GET  limits?note={{region}}&a=1");
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);

    // A file that was spoiled is set aside, and said so.
    std::fs::write(&file, "[[tab").unwrap();
    let mut term = start();
    term.shows("tabs.toml cannot be read");
    term.press(ESC).press(CTRL_C);
    assert_eq!(term.ended(), 0);
    assert_eq!(std::fs::read(home.config().join("state/tabs.toml.broken")).unwrap(), b"[[tab");
    assert!(!file.exists(), "nothing was typed, so there is nothing to keep");
}

#[test]
fn the_demo_leaves_no_tabs_behind() {
    let home = crate::home::Home::new();
    let mut term = Term::start(&home, &["demo"]);
    term.shows("Ada Quill").press("2").shows("▸ limits").press("a").shows("complete").press("limits?a=1");
    term.shows("limits?a=1").press(CTRL_C);
    assert_eq!(term.ended(), 0);
    home.is_untouched();
}
