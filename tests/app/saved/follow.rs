//! Files that somebody else moves while a tab shows them, and tabs that come back with the next start.

use super::{Desk, settle};
use crate::support::{Bench, profiles};
use orgdeck::app::Event;
use orgdeck::app::saved::{Outside, outside};
use orgdeck::app::tabs::{keep, restore};
use orgdeck::request::Trust;
use orgdeck::store::tabs::KeptTabs;

/// The next start, on the REST screen.
fn next(desk: &Desk, kept: KeptTabs) -> Desk {
    let mut again = Desk::of((120, 40));
    std::fs::remove_dir(again.config.path()).unwrap();
    copy(desk.config.path(), again.config.path());
    again.bench.keys("2");
    restore(&mut again.bench.state, kept);
    // What the runtime does then.
    again.event(Event::ProfilesLoaded(Box::new(profiles())));
    again
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for path in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap().path()) {
        let there = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &there) } else { _ = std::fs::copy(&path, &there).unwrap() }
    }
}

/// With `Limits left` in the editors, and something typed behind its address.
fn typed() -> Desk {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("enter end");
    desk.typed("?mine");
    desk
}

#[test]
fn what_was_moved_outside_is_followed_in_every_tab() {
    let mut desk = typed();
    desk.keys("esc T");
    std::fs::rename(desk.root().join("Shop"), desk.root().join("Store")).unwrap();
    desk.event(Event::FocusGained);
    desk.keys("esc [");
    desk.event(Event::FocusGained);
    let shown = |desk: &Desk| desk.bench.state.rest.origin.as_ref().unwrap().shown.clone();
    assert_eq!(shown(&desk), "Store/Limits left");
    assert_eq!(outside(&desk.bench.state), Outside::Same);
    // Another orgdeck gives it another name: the file is called and tells otherwise.
    let text = desk.text("Store/limits.toml").replace("Limits left", "Daily limits");
    std::fs::remove_file(desk.root().join("Store/limits.toml")).unwrap();
    std::fs::write(desk.root().join("Store/Daily limits.toml"), text).unwrap();
    desk.event(Event::FocusGained);
    assert_eq!(desk.notice(), "Store/Limits left was moved outside: it is Store/Daily limits now");
    assert_eq!(desk.bench.address(), "limits?mine", "what is typed stays");
    desk.keys("ctrl-s");
    assert_eq!(desk.notice(), "Saved as Store/Daily limits");
    assert!(desk.text("Store/Daily limits.toml").contains("limits?mine"));
    assert!(!desk.root().join("Store/limits.toml").exists() && !desk.root().join("Shop").exists());
}

#[test]
fn what_is_gone_is_told_once_and_can_be_written_again() {
    let mut desk = typed();
    std::fs::remove_file(desk.root().join("Shop/limits.toml")).unwrap();
    desk.event(Event::FocusGained);
    let told = "Shop/Limits left is no longer there: what is typed stays, ctrl-s writes it again";
    assert_eq!(desk.notice(), told);
    desk.bench.state.notice = None;
    desk.event(Event::FocusGained);
    assert_eq!(desk.bench.state.notice, None);
    assert_eq!((outside(&desk.bench.state), desk.bench.address()), (Outside::Gone, "limits?mine"));
    // Two that are alike could both be meant: none is.
    for name in ["a", "b"] {
        std::fs::write(desk.root().join(format!("Shop/{name}.toml")), "address = \"limits\"\n").unwrap();
    }
    desk.event(Event::FocusGained);
    assert_eq!(outside(&desk.bench.state), Outside::Gone);
    desk.keys("ctrl-s");
    assert_eq!(desk.notice(), "Saved as Shop/Limits left");
    let text = desk.text("Shop/limits.toml");
    assert!(text.contains("limits?mine") && text.contains("daily"), "what was told of it is there as well: {text}");
}

#[test]
fn a_change_that_nobody_saw_does_not_get_lost_by_a_new_name() {
    let mut desk = typed();
    std::fs::write(desk.root().join("Shop/limits.toml"), "name = \"Limits left\"\naddress = \"theirs\"\n").unwrap();
    desk.keys("shift-tab N ctrl-u");
    desk.typed("Limits");
    desk.keys("enter");
    assert_eq!(outside(&desk.bench.state), Outside::Changed);
    desk.keys("ctrl-s");
    assert!(desk.notice().contains("saved beside it"), "{}", desk.notice());
    assert!(desk.text("Shop/Limits.toml").contains("theirs") && desk.text("Shop/Limits 2.toml").contains("?mine"));
}

#[test]
fn a_save_that_ends_in_another_tab_belongs_to_its_own() {
    let mut desk = typed();
    // The runtime is slow.
    desk.bench.keys("ctrl-s esc T");
    desk.settle();
    assert!(desk.bench.state.rest.origin.is_none());
    desk.keys("esc [");
    assert!(!desk.bench.state.rest.is_changed() && outside(&desk.bench.state) == Outside::Same);
    assert!(desk.text("Shop/limits.toml").contains("?mine"));
}

#[test]
fn after_a_start_a_tab_knows_its_file_and_what_it_was_again() {
    let desk = typed();
    let kept = keep(&desk.bench.state);
    let mut again = next(&desk, kept.clone());
    assert!(again.bench.state.rest.is_changed() && outside(&again.bench.state) == Outside::Same);
    assert_eq!(keep(&again.bench.state), kept);
    let ours = again.bench.state.rest.origin.clone().unwrap();
    assert_eq!((ours.shown.as_str(), ours.own, ours.variables.len()), ("Shop/Limits left", true, 1));
    assert!(matches!(again.bench.state.rest.trust, Trust::Collection(_)));
    again.keys("ctrl-s");
    assert_eq!(again.notice(), "Saved as Shop/Limits left");
    assert!(again.text("Shop/limits.toml").contains("?mine") && again.text("Shop/limits.toml").contains("daily"));
    // Nobody has read the files yet: they are still known at the next start after that.
    let mut early = Bench::with(profiles(), (80, 24));
    restore(&mut early.state, kept.clone());
    assert_eq!(keep(&early.state), kept);
    early.keys("2 ctrl-s");
    assert!(early.notice().contains("being read"), "{}", early.notice());
    settle(&mut early, desk.config.path());
    assert!(early.state.rest.origin.is_some());
}

#[test]
fn what_became_of_its_file_between_two_starts_is_seen() {
    let desk = typed();
    let kept = keep(&desk.bench.state);
    let file = desk.root().join("Shop/limits.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("\"limits\"", "\"theirs\"")).unwrap();
    let mut again = next(&desk, kept.clone());
    assert_eq!(outside(&again.bench.state), Outside::Changed);
    again.keys("ctrl-s");
    assert!(again.notice().contains("was changed outside"), "{}", again.notice());
    assert!(again.text("Shop/limits.toml").contains("theirs") && again.text("Shop/limits 2.toml").contains("?mine"));
    // Moved.
    std::fs::write(&file, &text).unwrap();
    std::fs::rename(&file, desk.root().join("elsewhere.toml")).unwrap();
    let mut again = next(&desk, kept.clone());
    assert_eq!(again.bench.state.rest.origin.as_ref().unwrap().path.to_str(), Some("elsewhere.toml"));
    again.keys("ctrl-s");
    assert!(again.text("elsewhere.toml").contains("?mine"));
    // Gone: it is nobody's then, and may read nothing.
    std::fs::remove_file(desk.root().join("elsewhere.toml")).unwrap();
    let mut again = next(&desk, kept);
    assert!(again.notice().contains("Shop/limits is no longer there; ctrl-s writes it again"), "{}", again.notice());
    assert_eq!((outside(&again.bench.state), &again.bench.state.rest.trust), (Outside::Gone, &Trust::Nothing));
    again.keys("ctrl-s");
    assert!(again.text("Shop/limits.toml").contains("limits?mine"));
}

#[test]
fn a_request_that_comes_with_the_program_is_known_again_too() {
    let mut desk = Desk::with_requests();
    desk.keys("/");
    desk.typed("limits");
    desk.keys("enter");
    let built_in = |desk: &mut Desk| {
        let pane = &mut desk.bench.state.saved;
        let at =
            pane.rows.iter().position(|at| *at >= pane.library.own() && pane.library.get(*at).unwrap().depth() > 1);
        pane.row = at.unwrap();
    };
    built_in(&mut desk);
    desk.keys("enter");
    let shown = desk.bench.state.rest.origin.as_ref().unwrap().shown.clone();
    let kept = keep(&desk.bench.state);
    let again = next(&desk, kept);
    let origin = again.bench.state.rest.origin.as_ref().unwrap();
    assert_eq!((origin.shown.as_str(), origin.own), (shown.as_str(), false));
}

#[test]
fn the_demo_has_nothing_of_the_users_own() {
    let mut desk = typed();
    desk.event(Event::DemoStarting);
    assert!(desk.bench.state.rest.origin.is_none());
    assert_eq!(desk.bench.address(), "limits?mine");
}
