//! Saving and changing files, and files that somebody else changes.

use super::Desk;
use crate::support::LINKS;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::rest::Focus;
use orgdeck::app::saved::{Outside, outside};
use orgdeck::app::{Effect, Event};

/// Types an address and saves it under a path.
fn keep(desk: &mut Desk, address: &str, path: &str) {
    desk.keys("a");
    desk.typed(address);
    desk.keys("ctrl-s ctrl-u");
    desk.typed(path);
    desk.keys("enter");
}

#[test]
fn what_is_typed_is_saved_and_saved_again_over_its_file() {
    let mut desk = Desk::new();
    desk.keys("ctrl-s");
    assert!(desk.notice().contains("nothing to save") && desk.bench.state.rest.focus == Focus::Address);
    desk.typed("sobjects/Account/describe");
    desk.keys("ctrl-s");
    let Some(Dialog::Prompt(prompt)) = &desk.bench.state.dialog else { panic!("not asked where") };
    assert_eq!(prompt.line.text(), "My requests/GET sobjects Account describe");
    desk.keys("ctrl-u");
    desk.typed("Tools/Objects/Fields of accounts");
    desk.keys("enter");
    assert_eq!(desk.notice(), "Saved as Tools/Objects/Fields of accounts");
    let text = desk.text("Tools/Objects/Fields of accounts.toml");
    assert!(text.contains("address = \"sobjects/Account/describe\""), "{text}");
    assert!(!desk.bench.state.rest.is_changed());
    desk.keys("ctrl-s");
    assert!(desk.notice().contains("is saved as it stands"), "{}", desk.notice());
    // Somebody's comment stays when it is written over.
    std::fs::write(desk.root().join("Tools/Objects/Fields of accounts.toml"), format!("# why\n{text}")).unwrap();
    desk.event(Event::FocusGained);
    assert_eq!(outside(&desk.bench.state), Outside::Same, "a comment changes nothing of what is asked");
    desk.keys("esc t");
    desk.keys(if desk.bench.state.saved.shown { "R" } else { "t" });
    desk.choose("Fields of accounts");
    desk.keys("enter");
    assert_eq!(outside(&desk.bench.state), Outside::Same);
    desk.keys("end");
    desk.typed("?x=1");
    assert!(desk.bench.state.rest.is_changed());
    desk.keys("ctrl-s");
    let text = desk.text("Tools/Objects/Fields of accounts.toml");
    assert!(text.starts_with("# why\n") && text.contains("describe?x=1"), "{text}");
    assert!(desk.notice().starts_with("Saved as") && !desk.bench.state.rest.is_changed());
}

#[test]
fn two_sides_that_change_a_file_at_once_lose_nothing() {
    let mut desk = Desk::new();
    keep(&mut desk, "limits", "Tools/limits");
    // An editor that replaces the file, unseen.
    let file = desk.root().join("Tools/limits.toml");
    std::fs::write(file.with_extension("new"), "name = \"limits\"\naddress = \"theirs\"\n").unwrap();
    std::fs::rename(file.with_extension("new"), &file).unwrap();
    desk.keys("end");
    desk.typed("?mine");
    desk.keys("ctrl-s");
    assert!(desk.notice().contains("was changed outside"), "{}", desk.notice());
    assert!(desk.text("Tools/limits.toml").contains("theirs"));
    assert!(desk.text("Tools/limits 2.toml").contains("limits?mine"));
    assert_eq!(desk.bench.state.rest.origin.as_ref().unwrap().path.to_str(), Some("Tools/limits 2.toml"));
    // From now on it is the file beside it that is written over.
    desk.typed("!");
    desk.keys("ctrl-s");
    assert!(desk.text("Tools/limits 2.toml").contains("limits?mine!") && desk.notice().starts_with("Saved as"));
    assert!(desk.text("Tools/limits.toml").contains("theirs"));
}

#[test]
fn a_file_that_was_deleted_outside_is_there_again() {
    let mut desk = Desk::new();
    keep(&mut desk, "limits", "Tools/limits");
    std::fs::remove_dir_all(desk.root().join("Tools")).unwrap();
    desk.keys("ctrl-s");
    assert!(
        desk.notice().contains("is no longer there") && outside(&desk.bench.state) == Outside::Gone,
        "it looks again"
    );
    desk.keys("ctrl-s");
    assert!(desk.text("Tools/limits.toml").contains("limits"));
    assert_eq!(outside(&desk.bench.state), Outside::Same);
}

#[test]
fn what_others_do_to_the_files_is_seen_when_one_comes_back() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    std::fs::write(desk.root().join("Shop/a new one.toml"), "address = \"limits\"\n").unwrap();
    std::fs::write(desk.root().join("Shop/broken.toml"), "address = \n").unwrap();
    desk.event(Event::FocusGained);
    assert_eq!(desk.shown(), ["Shop", " accounts", " a new one", " broken", " Limits left"]);
    assert_eq!(desk.bench.state.saved.current().map(|e| e.name()).as_deref(), Some("Limits left"), "the cursor stays");
    desk.choose("broken");
    desk.keys("enter");
    assert!(desk.notice().contains("1:"), "{}", desk.notice());
    // Elsewhere nothing is read for nobody.
    desk.keys("3");
    desk.bench.event(Event::FocusGained);
    assert!(desk.bench.wanted.iter().all(|effect| !matches!(effect, Effect::Collections(..))));
}

#[test]
fn names_folders_copies_and_the_way_back() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("enter shift-tab N ctrl-u");
    desk.typed("Limits / now");
    desk.keys("enter");
    assert_eq!(desk.shown(), ["Shop", " accounts", " Limits / now"]);
    assert_eq!(desk.bench.state.rest.origin.as_ref().unwrap().shown, "Shop/Limits / now", "the editors know of it");
    desk.keys("D");
    assert_eq!(desk.shown(), ["Shop", " accounts", " Limits / now", " Limits / now 2"]);
    desk.keys("m ctrl-u");
    desk.typed("Other/deep");
    desk.keys("enter");
    assert_eq!(desk.shown()[..3], ["Other", " deep", "  Limits / now 2"]);
    desk.choose("Shop");
    desk.keys("n");
    desk.typed("empty");
    desk.keys("enter");
    assert!(desk.root().join("Shop/empty").is_dir());
    desk.choose("Shop");
    desk.keys("d");
    assert!(desk.notice().contains("u brings it back"), "{}", desk.notice());
    assert_eq!(desk.shown(), ["Other", " deep", "  Limits / now 2"]);
    desk.keys("u");
    assert!(desk.shown().contains(&"Shop".to_owned()) && desk.notice().contains("is back"), "{}", desk.notice());
    desk.choose("Shop");
    desk.keys("m ctrl-u");
    desk.typed("Shop/empty");
    desk.keys("enter");
    let Some(Dialog::Prompt(prompt)) = &desk.bench.state.dialog else { panic!("it went into itself") };
    assert!(prompt.wrong.as_deref().unwrap().contains("itself"));
}

#[test]
fn what_is_known_is_offered_and_what_is_there_is_not_written_over() {
    let mut desk = Desk::with_requests();
    desk.keys("a");
    desk.typed("recent");
    desk.keys("ctrl-s ctrl-u");
    desk.typed("sh");
    let offers = |desk: &Desk| match &desk.bench.state.dialog {
        Some(Dialog::Prompt(prompt)) => prompt.offers.clone(),
        _ => panic!("nothing is asked for"),
    };
    assert_eq!(offers(&desk), ["Shop/", "Shop/accounts/"]);
    desk.keys("down down enter");
    desk.typed("make");
    desk.keys("enter");
    let Some(Dialog::Prompt(prompt)) = &desk.bench.state.dialog else { panic!("it was written over") };
    assert!(prompt.wrong.as_deref().unwrap().contains("is there already"), "{:?}", prompt.wrong);
    desk.typed(" another");
    desk.keys("enter");
    assert!(desk.text("Shop/accounts/make another.toml").contains("recent"));
    for wrong in ["", "alone", "Salesforce/x/y", "/", "a//b", "Shop/"] {
        desk.keys("a end");
        desk.typed("x");
        desk.bench.state.rest.origin = None;
        desk.keys("ctrl-s ctrl-u");
        desk.typed(wrong);
        desk.keys("enter");
        let Some(Dialog::Prompt(prompt)) = &desk.bench.state.dialog else { panic!("{wrong:?} was taken") };
        assert!(prompt.wrong.is_some(), "{wrong:?}");
        desk.keys("esc");
    }
}

#[test]
fn a_secret_is_saved_in_no_file() {
    let mut desk = Desk::new();
    desk.bench.ask("limits", 200, LINKS);
    desk.keys("e");
    desk.typed("Authorization: Bearer 00D8d000008abcd!AQ8AQNotToBeSeenAnywhere");
    desk.keys("ctrl-s");
    assert!(desk.notice().starts_with("Not saved: Authorization holds"), "{}", desk.notice());
    assert!(!desk.root().exists());
}

#[test]
fn one_change_at_a_time() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    // The runtime is slow.
    desk.bench.keys("d d");
    assert!(desk.notice().contains("just being changed"));
    let jobs = desk.bench.wanted.iter().filter(|effect| matches!(effect, Effect::Collections(..))).count();
    assert_eq!(jobs, 1);
    desk.settle();
    assert_eq!(desk.shown(), ["Shop", " accounts"]);
}
