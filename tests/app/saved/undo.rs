//! Changes that are taken back, and what is told of a request.

use super::Desk;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::{Effect, Event};

fn asked(desk: &Desk) -> &orgdeck::app::saved::Prompt {
    match &desk.bench.state.dialog {
        Some(Dialog::Prompt(prompt)) => prompt,
        other => panic!("nothing is asked for: {other:?}"),
    }
}

#[test]
fn every_change_is_taken_back_one_after_the_other() {
    let mut desk = Desk::with_requests();
    desk.choose("accounts");
    desk.keys("enter");
    let before = desk.shown();
    desk.choose("Limits left");
    desk.keys("enter shift-tab N ctrl-u");
    desk.typed("Limits");
    desk.keys("enter");
    assert_eq!(desk.notice(), "Renamed to Shop/Limits: u takes it back");
    desk.keys("m ctrl-u");
    desk.typed("Other/deep");
    desk.keys("enter");
    assert_eq!(desk.notice(), "Moved to Other/deep/Limits: u takes it back");
    assert_eq!(desk.bench.state.rest.origin.as_ref().unwrap().shown, "Other/deep/Limits");
    desk.choose("accounts");
    desk.keys("D");
    assert_eq!(desk.notice(), "Copied to Shop/accounts 2: u takes it back");
    assert!(desk.shown().contains(&" accounts 2".to_owned()) && desk.root().join("Shop/accounts 2/make.toml").exists());
    desk.choose("Make an account");
    desk.keys("d");
    assert_eq!(desk.notice(), "Deleted Shop/accounts/Make an account: u brings it back");
    let mut told = Vec::new();
    for _ in 0..4 {
        desk.keys("u");
        told.push(desk.notice().to_owned());
    }
    let wanted = [
        "Shop/accounts/Make an account is back",
        "Shop/accounts 2 is gone again",
        "Shop/Limits is back in its place",
        "It is called Shop/Limits left again",
    ];
    assert_eq!(told, wanted);
    assert_eq!(desk.shown(), before);
    assert!(!desk.root().join("Other").exists() && !desk.root().join(".orgdeck").exists(), "nothing is left over");
    assert_eq!(desk.bench.state.rest.origin.as_ref().unwrap().shown, "Shop/Limits left", "the editors went along");
    assert!(!desk.bench.state.rest.is_changed());
    desk.keys("u");
    assert!(desk.notice().contains("Nothing was changed"), "{}", desk.notice());
}

#[test]
fn what_was_changed_meanwhile_is_told_and_kept() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("m ctrl-u");
    desk.typed("Shop/accounts");
    desk.keys("enter D");
    std::fs::write(desk.root().join("Shop/limits.toml"), "address = \"theirs\"\n").unwrap();
    std::fs::write(desk.root().join("Shop/accounts/limits 2.toml"), "address = \"mine\"\n").unwrap();
    desk.keys("u");
    assert!(desk.notice().contains("limits 2.toml was changed since: it stays"), "{}", desk.notice());
    desk.keys("u");
    assert!(desk.notice().contains("Shop/limits.toml is taken: it is back as Shop/limits 2.toml"), "{}", desk.notice());
    assert!(desk.text("Shop/limits.toml").contains("theirs") && desk.text("Shop/limits 2.toml").contains("daily"));
    // What is gone holds nothing up.
    desk.choose("Shop");
    desk.keys("D n ctrl-u");
    desk.typed("Shop/x");
    desk.keys("enter");
    std::fs::remove_dir(desk.root().join("Shop/x")).unwrap();
    desk.keys("u");
    assert!(desk.notice().starts_with("Nothing to take back: Shop/x"), "{}", desk.notice());
    desk.keys("u");
    assert_eq!(desk.notice(), "Shop 2 is gone again");
}

#[test]
fn tags_and_the_description_are_changed_and_found() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("#");
    assert_eq!(asked(&desk).line.text(), "daily");
    desk.typed(", read only, daily,, ");
    desk.keys("enter");
    assert_eq!(desk.notice(), "Changed what is told of Shop/Limits left: u takes it back");
    assert!(desk.text("Shop/limits.toml").contains("tags = [\"daily\", \"read only\"]"));
    // What is known is offered for another one.
    desk.choose("accounts");
    desk.keys("enter");
    desk.choose("Read it");
    desk.keys("#");
    desk.typed("daily, re");
    assert_eq!(asked(&desk).offers, ["read only"]);
    desk.keys("tab");
    assert_eq!(asked(&desk).line.text(), "daily, read only");
    desk.keys("enter / R E A D");
    desk.typed(" only");
    assert_eq!(desk.shown(), ["Shop", " accounts", "  Read it", " Limits left"]);
    desk.keys("enter esc");
    desk.choose("Read it");
    desk.keys("w");
    desk.typed("One account, as it is now.");
    desk.keys("enter");
    assert!(desk.text("Shop/accounts/read.toml").contains("description = \"One account, as it is now.\""));
    desk.keys("u u");
    assert!(!desk.text("Shop/accounts/read.toml").contains("daily"));
    desk.choose("Make an account");
    desk.keys("w");
    assert!(desk.notice().contains("several lines: e opens its file"), "{}", desk.notice());
    desk.choose("accounts");
    desk.keys("#");
    assert!(desk.notice().contains("requests only"), "{}", desk.notice());
    desk.choose("Salesforce");
    desk.keys("e");
    assert!(desk.notice().contains("D copies it into yours"), "{}", desk.notice());
}

#[test]
fn what_is_told_of_a_request_is_no_change_of_what_is_typed() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("enter end");
    desk.typed("?mine");
    desk.keys("shift-tab #");
    desk.typed(", second");
    desk.keys("enter ctrl-s");
    assert_eq!(desk.notice(), "Saved as Shop/Limits left", "it goes over its own file");
    let text = desk.text("Shop/limits.toml");
    assert!(text.contains("limits?mine") && text.contains("second"), "{text}");
}

#[test]
fn e_opens_the_file_itself() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("enter shift-tab e");
    let file = desk.root().join("Shop/limits.toml");
    let handed = |desk: &mut Desk| {
        let at = desk.bench.wanted.iter().position(|effect| matches!(effect, Effect::EditFile(_))).unwrap();
        let Effect::EditFile(path) = desk.bench.wanted.remove(at) else { panic!() };
        path
    };
    assert_eq!(handed(&mut desk), file);
    std::fs::write(&file, "name = \"Limits left\"\naddress = \"limits?edited\"\n").unwrap();
    desk.event(Event::FileEdited(Ok(())));
    assert_eq!(desk.bench.address(), "limits?edited", "nothing else was typed");
    // With something typed that stays, and the other side is told.
    desk.keys("a end");
    desk.typed("&mine");
    desk.keys("shift-tab e");
    handed(&mut desk);
    std::fs::write(&file, "address = \"theirs\"\n").unwrap();
    desk.event(Event::FileEdited(Ok(())));
    assert_eq!(desk.bench.address(), "limits?edited&mine");
    desk.keys("ctrl-s");
    assert!(desk.notice().contains("was changed outside"), "{}", desk.notice());
    assert!(desk.text("Shop/limits.toml").contains("theirs"));
    // A mistake is told with its place, and the file can be opened again.
    desk.choose("limits");
    desk.keys("e");
    handed(&mut desk);
    std::fs::write(&file, "address = \"x\"\nadress = 1\n").unwrap();
    desk.event(Event::FileEdited(Ok(())));
    assert!(desk.notice().contains("2:1: unknown field"), "{}", desk.notice());
    desk.keys("e");
    assert_eq!(handed(&mut desk), file);
    desk.event(Event::FileEdited(Err("vi could not be started: no".to_owned())));
    assert!(desk.notice().contains("could not be started"));
}
