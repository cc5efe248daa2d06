//! Captures: typed, checked, taken, chained, and kept apart by app where they are secrets.

use super::Desk;
use orgdeck::app::Event;
use orgdeck::app::page::Outcome;
use orgdeck::app::rest::Focus;
use orgdeck::request::VarOrigin;

fn with_captures(lines: &str) -> Desk {
    let mut desk = Desk::new();
    desk.keys("C");
    desk.event(Event::Pasted(lines.to_owned()));
    desk.keys("esc a");
    desk.typed("limits");
    desk
}

#[test]
fn a_mistake_has_its_line_and_is_told_before_sending() {
    let mut desk = with_captures("id = jq .id\r\nbad{ = status\r\nx = jq .[");
    let errors: Vec<usize> = desk.bench.state.rest.capture_errors.iter().map(|error| error.line).collect();
    assert_eq!(errors, [1, 2]);
    desk.keys("enter");
    assert!(desk.notice().starts_with("Not sent: line 2 of the captures"), "{}", desk.notice());
    assert!(!desk.bench.page_waits() && desk.bench.state.rest.focus == Focus::Captures);
    desk.keys("ctrl-s");
    assert!(desk.notice().starts_with("Line 2 of the captures"), "{}", desk.notice());
}

#[test]
fn what_an_answer_holds_becomes_variables() {
    let mut desk = with_captures(
        "newId = jq .id\napiToken = jq .deep.key\nlast = jq .list | last\nkind = header content-type\nstatus = status\nnone = jq .nothing",
    );
    desk.keys("enter");
    desk.bench.page(200, r#"{"id":"{{region}}","deep":{"key":"hush-hush"},"list":[1,2,3]}"#);
    desk.settle();
    assert_eq!(desk.notice(), "Captured newId, apiToken, last, kind, status");
    let all = desk.bench.state.all_variables();
    let of = |name: &str| all.get(name).map(|v| (v.origin, v.shown(), v.is_secret()));
    let plain = |text: &str| Some((VarOrigin::Captured, text.to_owned(), false));
    assert_eq!(of("newId"), plain("{{region}}"));
    assert_eq!(of("last"), plain("3"));
    assert_eq!(of("status"), plain("200"));
    assert!(of("kind").unwrap().1.starts_with("application/json"));
    assert!(of("apiToken").is_some_and(|one| one.2), "its name says that it is a secret");
    assert!(of("none").is_none());
    let missed = &desk.bench.shown().missed;
    assert!(missed.len() == 1 && missed[0].contains("none is not set"), "{missed:?}");
    assert!(matches!(desk.bench.shown().outcome, Outcome::Answered(_)), "the answer is there all the same");
    // The org's word is taken as it is.
    desk.keys("a ctrl-u");
    desk.typed("sobjects/{{newId}}/x");
    desk.keys("esc esc c c");
    assert!(desk.bench.copied().unwrap().contains("/sobjects/%7B%7Bregion%7D%7D/x"), "{:?}", desk.bench.copied());
    assert!(!format!("{:?}", desk.bench.state.captured_secrets).contains("hush"));
    // A secret of one app is none of another's.
    desk.bench.switch_to("dev");
    let all = desk.bench.state.all_variables();
    assert!(all.get("apiToken").is_none() && all.get("newId").is_some());
    desk.bench.switch_to("sales");
    assert!(desk.bench.state.all_variables().get("apiToken").is_some(), "the same app");
}

#[test]
fn identities_do_not_hang_on_captures() {
    let mut desk = with_captures("IdURL = jq .elsewhere");
    desk.keys("enter");
    desk.bench.page(200, r#"{"elsewhere":"https://evil.example/id"}"#);
    desk.settle();
    assert_eq!(desk.bench.state.all_variables().get("IdURL").map(|v| v.origin), Some(VarOrigin::Captured));
    desk.keys("1 r");
    assert!(!desk.bench.sent.is_empty());
    for (_, ask) in &desk.bench.sent {
        assert!(ask.variables.get("IdURL").is_none(), "{}", ask.request.address);
    }
}

#[test]
fn one_that_is_set_by_hand_counts_and_one_captured_can_be_forgotten() {
    let mut desk = with_captures("newId = jq .id");
    desk.keys("enter");
    desk.bench.page(200, r#"{"id":"1"}"#);
    desk.settle();
    desk.keys("4");
    assert_eq!(desk.bench.state.all_variables().get("newId").map(|v| v.shown()).as_deref(), Some("1"));
    desk.keys("n");
    desk.typed("newId=2");
    desk.keys("enter");
    assert_eq!(desk.bench.state.all_variables().get("newId").map(|v| v.shown()).as_deref(), Some("2"));
    desk.keys("2 r");
    desk.bench.page(200, r#"{"id":"3"}"#);
    desk.settle();
    desk.keys("4 home d");
    assert_eq!(desk.notice(), "Forgot newId");
    assert_eq!(desk.bench.state.all_variables().get("newId").map(|v| v.shown()).as_deref(), Some("2"));
}

#[test]
fn an_error_says_itself_why_there_is_nothing_to_take() {
    let mut desk = with_captures("newId = jq .id");
    desk.keys("enter");
    desk.bench.page(404, r#"[{"errorCode":"NOT_FOUND","message":"no"}]"#);
    desk.settle();
    assert!(desk.bench.shown().missed.is_empty());
}

#[test]
fn a_variable_that_a_capture_would_set_names_its_request() {
    let mut desk = Desk::with_requests();
    desk.keys("a");
    desk.typed("sobjects/Account/{{newId}}");
    let screen = crate::screens::screen(&desk.bench, (160, 40));
    assert!(screen.contains("send Make an account first"), "{screen}");
}
