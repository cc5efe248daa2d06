//! The pane: walking, filling the editors, sending, what goes along with a request.

use super::Desk;
use crate::support::{LINKS, TOKEN};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::event::Target;
use orgdeck::app::rest::Focus;
use orgdeck::app::{Effect, Event};
use orgdeck::request::{RequestBody, VarOrigin};
use orgdeck::view;

#[test]
fn t_goes_to_the_tree_and_from_there_to_the_other_one() {
    let mut desk = Desk::new();
    desk.keys("x t");
    assert!(!desk.bench.state.saved.shown && desk.bench.state.rest.focus == Focus::Tree);
    desk.keys("t");
    assert!(desk.bench.state.saved.shown && desk.bench.state.saved.known, "it is read when it comes into sight");
    desk.keys("x t");
    assert!(desk.bench.state.saved.shown, "one comes back to what was there");
    desk.keys("t");
    assert!(!desk.bench.state.saved.shown);
}

#[test]
fn the_tabs_and_rows_can_be_clicked() {
    let mut desk = Desk::with_requests();
    desk.keys("t");
    let hit = |desk: &Desk, x: u16, y: u16| view::hit(&desk.bench.state, desk.bench.state.size, x, y);
    let saved = (0..40).find(|x| hit(&desk, *x, 2) == Target::LeftTab(true)).expect("no tab");
    assert!((saved..40).any(|x| hit(&desk, x, 2) == Target::LeftTab(false)));
    desk.event(Event::Clicked(Target::LeftTab(true)));
    assert!(desk.bench.state.saved.shown);
    assert_eq!(hit(&desk, 5, 4), Target::TreeRow(1));
    desk.event(Event::Clicked(Target::TreeRow(2)));
    assert_eq!(desk.bench.state.saved.row, 2);
    assert!(desk.bench.address().is_empty(), "the first click goes there, the second opens");
    desk.event(Event::Clicked(Target::TreeRow(2)));
    assert_eq!(desk.bench.address(), "limits");
    desk.event(Event::Wheeled(Target::TreeRow(0), -3));
    assert_eq!(desk.bench.state.saved.row, 0);
}

#[test]
fn folders_open_and_close() {
    let mut desk = Desk::with_requests();
    assert_eq!(desk.shown(), ["Shop", " accounts", " Limits left"], "a small collection is open at first");
    desk.choose("accounts");
    desk.keys("enter");
    assert_eq!(desk.shown()[2..], ["  Delete it", "  Make an account", "  Read it", " Limits left"]);
    desk.keys("right left left");
    assert_eq!(desk.shown(), ["Shop", " accounts", " Limits left"]);
    desk.keys("left left");
    assert_eq!(desk.shown(), ["Shop"]);
    desk.keys("right");
    assert_eq!(desk.shown().len(), 3);
    let built_in = desk.bench.state.saved.rows.len() - 3;
    assert_eq!(built_in, 1, "ours is closed, and last");
}

#[test]
fn enter_fills_the_editors_and_enter_again_sends() {
    let mut desk = Desk::with_requests();
    desk.keys("a");
    desk.typed("SELECT typed FROM before");
    desk.keys("shift-tab");
    desk.choose("accounts");
    desk.keys("enter");
    desk.choose("Make an account");
    desk.keys("enter");
    let rest = &desk.bench.state.rest;
    assert_eq!(
        (rest.method.as_str(), rest.address.text(), rest.focus),
        ("POST", "sobjects/{{object}}", Focus::Address)
    );
    assert_eq!(rest.captures.lines(), ["newId = jq .id"]);
    assert!(rest.headers.lines()[0].starts_with("Sforce-Duplicate"));
    let all = desk.bench.state.all_variables();
    assert_eq!(all.get("object").map(|v| (v.origin, v.shown())), Some((VarOrigin::Request, "Account".to_owned())));
    assert_eq!(all.get("name").map(|v| v.shown()), Some("Saved Ltd".to_owned()));
    desk.keys("enter");
    let (_, ask) = desk.bench.page_ask();
    assert_eq!(ask.request.body, RequestBody::Text("{\n  \"Name\": \"{{name}}\"\n}".to_owned()));
    assert_eq!(ask.variables.get("object").map(|v| v.origin), Some(VarOrigin::Request));
    desk.bench.page(201, r#"{"id":"0018d00000abc12AAA","success":true}"#);
    desk.settle();
    // What was typed before is one step back, and its variables are no longer in reach there.
    desk.keys("backspace");
    assert_eq!(desk.bench.address(), "SELECT typed FROM before");
    assert!(desk.bench.state.rest.origin.is_none() && desk.bench.state.all_variables().get("object").is_none());
    desk.keys("f");
    let rest = &desk.bench.state.rest;
    assert_eq!(rest.origin.as_ref().unwrap().shown, "Shop/accounts/Make an account");
    assert_eq!(rest.captures.lines(), ["newId = jq .id"]);
}

#[test]
fn r_sends_at_once_and_a_file_lies_beside_its_request() {
    let mut desk = Desk::with_requests();
    std::fs::write(
        desk.root().join("Shop/load.toml"),
        "name = \"Load\"\nmethod = \"PUT\"\naddress = \"jobs/ingest/1/batches\"\nbody_file = \"rows.csv\"\n",
    )
    .unwrap();
    desk.keys("R");
    desk.choose("Load");
    desk.keys("r");
    let (_, ask) = desk.bench.page_ask();
    assert_eq!(ask.request.body, RequestBody::File(desk.root().join("Shop/rows.csv")));
    assert_eq!(desk.bench.state.rest.body.lines(), ["@rows.csv"], "what is typed stays as it is");
    desk.keys("b end");
    desk.typed("2");
    desk.keys("ctrl-r");
    let (_, ask) = desk.bench.page_ask();
    assert_eq!(ask.request.body, RequestBody::File("rows.csv2".into()), "what is typed by hand lies where one is");
}

#[test]
fn a_link_belongs_to_no_file() {
    let mut desk = Desk::with_requests();
    desk.choose("Limits left");
    desk.keys("r");
    desk.bench.page(200, LINKS);
    assert!(desk.bench.state.rest.origin.is_some());
    desk.bench.go_to("self");
    desk.keys("x enter");
    assert!(desk.bench.state.rest.origin.is_none(), "ctrl-s must not write it over the saved request");
    let (_, ask) = desk.bench.page_ask();
    assert!(ask.variables.get("object").is_none());
}

#[test]
fn names_tags_and_addresses_are_looked_through() {
    let mut desk = Desk::with_requests();
    desk.keys("/");
    desk.typed("DAILY");
    assert_eq!(desk.shown(), ["Shop", " Limits left"]);
    desk.keys("enter");
    assert_eq!(desk.bench.state.saved.current().map(|e| e.name()).as_deref(), Some("Limits left"));
    desk.keys("esc /");
    desk.event(Event::Pasted("newid".to_owned()));
    assert_eq!(desk.shown(), ["Shop", " accounts", "  Delete it", "  Read it"]);
    desk.keys("esc");
    assert!(desk.shown().len() >= 3, "{:?}", desk.shown());
    desk.keys("/");
    desk.typed("no such thing");
    assert!(desk.bench.state.saved.rows.is_empty());
    desk.keys("enter enter d r");
    assert!(desk.bench.wanted.iter().all(|effect| !matches!(effect, Effect::Send(..))));
}

#[test]
fn space_tells_what_it_is_for() {
    let mut desk = Desk::with_requests();
    desk.choose("accounts");
    desk.keys("enter");
    desk.choose("Make an account");
    desk.keys("space");
    let Some(Dialog::Told { title, lines, .. }) = &desk.bench.state.dialog else { panic!("nothing to read") };
    assert_eq!(title, "Shop/accounts/Make an account");
    for wanted in ["Makes an account.", "POST sobjects/{{object}}", "  newId = jq .id", "  name = Saved Ltd"] {
        assert!(lines.iter().any(|line| line == wanted), "{wanted}: {lines:?}");
    }
    desk.keys("esc");
    assert!(desk.bench.state.dialog.is_none());
}

#[test]
fn what_comes_with_the_program_can_be_sent_and_copied_but_not_changed() {
    let mut desk = Desk::with_requests();
    desk.keys("end enter down enter down");
    let before = desk.bench.state.saved.library.entries().len();
    desk.keys("d N m");
    assert!(desk.notice().contains("cannot be changed"), "{}", desk.notice());
    assert!(desk.bench.state.dialog.is_none());
    assert_eq!(desk.bench.state.saved.library.entries().len(), before);
    desk.keys("enter ctrl-s");
    let Some(Dialog::Prompt(prompt)) = &desk.bench.state.dialog else { panic!("not asked where") };
    assert!(prompt.line.text().starts_with("My requests/"), "{}", prompt.line.text());
    desk.keys("enter");
    assert!(desk.notice().starts_with("Saved as My requests/"), "{}", desk.notice());
    let origin = desk.bench.state.rest.origin.clone().unwrap();
    assert!(origin.own && !origin.saved.description.is_empty() && !origin.saved.docs.is_empty());
    assert!(!format!("{:?}", desk.bench.state.rest).contains(TOKEN));
}
