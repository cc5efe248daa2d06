//! Following links and record ids, and the way back.

use super::support::{Bench, LINKS, SOBJECTS, failure, json};
use orgdeck::app::ask::Owner;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::rest::Focus;
use orgdeck::app::{Effect, Event};
use orgdeck::request::FailureKind;

const OBJECTS: &str = "/services/data/v67.0/sobjects";

fn page() -> Bench {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench
}

fn enter_on(bench: &mut Bench, name: &str) {
    bench.go_to(name);
    bench.keys("enter");
}

#[test]
fn a_path_is_followed_and_back_restores_request_and_row() {
    let mut bench = page();
    enter_on(&mut bench, "self");
    bench.page(200, r#"{"Id":"0018d00000abc12AAA","Name":"Acme"}"#);
    assert_eq!(bench.address(), "/services/data/v67.0/sobjects/Account/0018d00000abc12AAA");
    bench.keys("down");
    bench.keys("backspace");
    assert_eq!((bench.address(), bench.under().as_str()), ("limits", ".self"));
    bench.keys("backspace");
    assert_eq!(bench.notice(), "There is no answer before this one");
    bench.keys("f");
    assert_eq!(
        (bench.address(), bench.under().as_str()),
        ("/services/data/v67.0/sobjects/Account/0018d00000abc12AAA", ".Id")
    );
    bench.keys("f");
    assert_eq!(bench.notice(), "There is no answer after this one");
    assert!(bench.sent.is_empty(), "none of it asked the org again");
    // Another way from here forgets what lay ahead.
    bench.keys("backspace");
    bench.ask("query", 200, "{}");
    assert_eq!(bench.state.rest.pages.around(), (1, 0));
}

#[test]
fn an_id_waits_for_the_objects_and_is_followed() {
    let mut bench = page();
    enter_on(&mut bench, "contact");
    assert_eq!(bench.waits_for(), [OBJECTS]);
    let (id, ask) = bench.sent[0].clone();
    bench.answer(id, Ok(json(&ask.profile.id(), 200, SOBJECTS)));
    assert_eq!(bench.waits_for(), ["/services/data/v67.0/sobjects/Contact/0038d00000abc12AAA"]);
    bench.page(200, "{}");
    bench.keys("backspace");
    enter_on(&mut bench, "nobody");
    assert!(bench.notice().starts_with("No object of this org has ids like a0X"), "{}", bench.notice());
}

#[test]
fn an_org_that_tells_no_objects_is_asked_once() {
    let mut bench = page();
    enter_on(&mut bench, "contact");
    let (id, ask) = bench.sent[0].clone();
    bench.answer(id, Ok(json(&ask.profile.id(), 200, r#"{"sobjects":[]}"#)));
    assert!(bench.sent.is_empty(), "{:?}", bench.waits_for());
    assert!(bench.notice().starts_with("No object"));
}

#[test]
fn an_id_of_another_persons_answer_is_asked_for_once() {
    let mut bench = page();
    bench.switch_to("dev");
    bench.log_in();
    bench.answer_all();
    bench.keys("x");
    enter_on(&mut bench, "contact");
    bench.answer_all();
    assert!(bench.sent.is_empty());
}

#[test]
fn whoever_went_on_is_not_taken_to_a_record() {
    for elsewhere in ["a", "t", "/", "backspace"] {
        let mut bench = page();
        bench.ask("query", 200, LINKS);
        enter_on(&mut bench, "contact");
        let (id, ask) = bench.sent[0].clone();
        bench.keys(elsewhere);
        let before = bench.address().to_owned();
        bench.answer(id, Ok(json(&ask.profile.id(), 200, SOBJECTS)));
        assert!(bench.sent.is_empty(), "{elsewhere}");
        assert_eq!(bench.address(), before, "{elsewhere}");
    }
}

#[test]
fn objects_that_cannot_be_had_leave_the_record_where_it_is() {
    let mut bench = page();
    enter_on(&mut bench, "contact");
    let (id, _) = bench.sent[0].clone();
    bench.answer(id, Err(failure("no connection", FailureKind::Network)));
    assert_eq!(bench.notice(), "The object of 0038d00000abc12AAA is not known: no connection");
    // When they come later, nobody jumps.
    bench.keys("a");
    bench.typed("x");
    bench.keys("esc esc t");
    let objects = (0..)
        .map_while(|at| bench.state.tree()?.get(at).map(|r| r.node.address.clone()))
        .position(|a| a == OBJECTS)
        .unwrap();
    bench.state.tree_mut().unwrap().go_to(objects);
    bench.keys("right");
    bench.answer_all();
    assert!(bench.sent.is_empty() && bench.address() == "x");
}

#[test]
fn pages_for_people_open_in_the_browser_after_asking() {
    let mut bench = page();
    enter_on(&mut bench, "site");
    assert!(
        matches!(&bench.state.dialog, Some(Dialog::Browser(url)) if url.as_str() == "https://www.example.com/about")
    );
    bench.keys("enter");
    assert!(bench.wanted.iter().all(|e| !matches!(e, Effect::OpenBrowser(_))), "enter is no");
    bench.keys("enter y");
    assert!(matches!(bench.wanted.last(), Some(Effect::OpenBrowser(_))));
    bench.event(Event::Opened(Ok("Opened www.example.com in the browser".to_owned())));
    assert!(bench.notice().starts_with("Opened"));
}

#[test]
fn what_acts_is_not_followed_and_words_lead_nowhere() {
    let mut bench = page();
    enter_on(&mut bench, "acts");
    assert!(bench.notice().starts_with("Not followed: it acts"), "{}", bench.notice());
    enter_on(&mut bench, "words");
    assert_eq!(bench.notice(), "Nothing to follow here");
    assert!(bench.sent.is_empty());
}

#[test]
fn the_tree_opens_folds_and_remembers() {
    let mut bench = Bench::rest();
    assert_eq!(bench.state.rest.focus, Focus::Tree);
    let count = |bench: &Bench| bench.state.tree().unwrap().shown().len();
    let all = count(&bench);
    assert!(all > 6, "the version's resources are there at once");
    bench.keys("left");
    assert!(count(&bench) < all);
    bench.keys("right");
    assert_eq!((count(&bench), bench.sent.len()), (all, 0), "opening again asks nothing");
    bench.keys("R");
    assert_eq!(bench.sent.len(), 1, "only when it is wanted");
    bench.answer_all();
    bench.keys("right enter");
    let (_, ask) = bench.page_ask();
    assert_eq!(ask.owner, Owner::Page);
    bench.page(200, "{}");
    bench.keys("/");
    bench.typed("qlim");
    bench.keys("backspace backspace backspace backspace");
    bench.typed("lim");
    let names: Vec<String> = bench
        .state
        .tree()
        .unwrap()
        .shown()
        .iter()
        .map(|at| bench.state.tree().unwrap().get(*at).unwrap().node.label.clone())
        .collect();
    assert_eq!(names.last().map(String::as_str), Some("limits"));
    bench.keys("enter esc");
    assert_eq!(count(&bench), all);
}

#[test]
fn a_node_that_fails_says_so_and_can_be_asked_again() {
    let mut bench = Bench::rest();
    let at = (0..)
        .map_while(|at| bench.state.tree()?.get(at).map(|r| r.node.label.clone()))
        .position(|l| l == "tooling")
        .unwrap();
    bench.state.tree_mut().unwrap().go_to(at);
    bench.keys("right");
    let (id, ask) = bench.sent[0].clone();
    bench.answer(id, Ok(json(&ask.profile.id(), 403, r#"[{"errorCode":"INSUFFICIENT_ACCESS","message":"no"}]"#)));
    let branch = |bench: &Bench| format!("{:?}", bench.state.tree().unwrap().get(at).unwrap().branch);
    assert!(branch(&bench).starts_with("Failed"), "{}", branch(&bench));
    bench.keys("right esc");
    assert_eq!(branch(&bench), "Closed", "asked again, and stopped");
}

/// Records and next rows as a stranger would write them, or an org that is not well.
const ACTING: &str = r#"{"totalSize":9,"done":false,"nextRecordsUrl":"/services/apexrest/evil?u={{username}}","records":[
  {"attributes":{"type":"A","url":"/services/data/v67.0/tooling/executeAnonymous/?anonymousBody=x"},"Name":"one"}]}"#;
const PLAIN: &str = r#"{"totalSize":9,"done":false,"nextRecordsUrl":"/services/data/v67.0/query/01g-1","records":[
  {"attributes":{"type":"Account","url":"/services/data/v67.0/sobjects/Account/0018d00000abc12AAA"},"Name":"one"}]}"#;

/// Shows this answer as a table and tries its record and its next rows; whether anything was asked.
fn table_asks(text: &str, with_identity: bool) -> bool {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("https://stranger.example/x.json");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    let mut answer = json(&ask.profile.id(), 200, text);
    answer.with_identity = with_identity;
    bench.answer(id, Ok(answer));
    bench.keys("v");
    assert_eq!(bench.shown().look.view, orgdeck::app::answer::View::Table);
    bench.keys("enter m down");
    !bench.sent.is_empty()
}

#[test]
fn a_table_of_a_stranger_asks_the_own_org_for_nothing() {
    assert!(!table_asks(ACTING, false));
    assert!(!table_asks(PLAIN, false));
    assert!(!table_asks(ACTING, true), "nor does the org's own answer make anything act");
    assert!(table_asks(PLAIN, true), "what the org itself names is followed");
}

#[test]
fn a_link_of_another_app_s_answer_is_not_asked_of_this_one() {
    let mut bench = page();
    bench.keys("ctrl-o");
    bench.typed("dev");
    bench.keys("enter");
    bench.answer_all();
    bench.keys("x");
    enter_on(&mut bench, "self");
    assert!(bench.notice().starts_with("This is an answer of acme"), "{}", bench.notice());
    assert!(!bench.page_waits());
}
