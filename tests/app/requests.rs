//! What is typed and sent: the address bar, methods, parts, cancelling, confirming writes.

use super::support::{Bench, LINKS, asks_first, failure, json};
use orgdeck::app::ask::Owner;
use orgdeck::app::command::Scope;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::page::Outcome;
use orgdeck::app::rest::Focus;
use orgdeck::app::{Effect, Event};
use orgdeck::request::{FailureKind, Pair, RequestBody};
use orgdeck::wire::Phase;

fn sent_write(bench: &mut Bench) {
    bench.keys("a");
    bench.typed("POST sobjects/Account");
    bench.keys("enter");
}

#[test]
fn letters_in_the_address_are_text() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("qnN?12/yY!");
    assert_eq!(bench.address(), "qnN?12/yY!");
    assert!(bench.wanted.iter().all(|e| !matches!(e, Effect::Quit)));
    bench.keys("esc esc a");
    bench.typed("x");
    assert_eq!(bench.address(), "x", "going there selects all, as in a browser");
    bench.keys("ctrl-_ ctrl-_");
    assert_eq!(bench.address(), "qnN?12/yY!");
}

#[test]
fn what_is_typed_is_sent_and_its_answer_is_a_page() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (_, ask) = bench.page_ask();
    assert_eq!((ask.request.method.as_str(), ask.request.address.as_str()), ("GET", "limits"));
    assert!(ask.permit.is_none() && ask.variables.get("region").is_some());
    assert_eq!(bench.state.rest.focus, Focus::Answer);
    bench.page(200, r#"{"DailyApiRequests":{"Max":15000,"Remaining":13797}}"#);
    assert_eq!(bench.shown().exchange().unwrap().status, 200);
    assert_eq!(
        bench.past.kept.last().unwrap().1.exchange.url,
        "https://acme.my.salesforce.com/services/data/v67.0/limits"
    );
    bench.keys("r");
    assert_eq!(bench.page_ask().1.request.address, "limits", "r sends again");
}

#[test]
fn an_empty_address_is_asked_for() {
    let mut bench = Bench::rest();
    bench.keys("r");
    assert!(bench.sent.is_empty() && bench.notice().starts_with("Type an address"));
    assert_eq!(bench.state.rest.focus, Focus::Address);
}

#[test]
fn a_method_may_be_typed_before_the_address_or_walked_through() {
    let mut bench = Bench::rest();
    sent_write(&mut bench);
    let (_, ask) = bench.page_ask();
    assert_eq!((ask.request.method.as_str(), ask.request.address.as_str()), ("POST", "sobjects/Account"));
    assert_eq!((bench.state.rest.method.as_str(), bench.address()), ("POST", "sobjects/Account"));
    bench.keys("ctrl-t");
    assert_eq!(bench.state.rest.method, "PATCH");
    bench.keys("ctrl-t ctrl-t ctrl-t ctrl-t");
    assert_eq!(bench.state.rest.method, "GET");
}

#[test]
fn the_parts_of_a_request_are_lines() {
    let mut bench = Bench::rest();
    bench.keys("p");
    bench.typed("q=a=b");
    bench.keys("enter");
    bench.typed("# off=1");
    bench.keys("tab b");
    assert_eq!(bench.state.rest.focus, Focus::Body);
    bench.event(Event::Pasted("{\r\n  \"Name\": \"{{region}}\"\r\n}".to_owned()));
    bench.keys("esc e");
    bench.typed("If-Match: x");
    bench.keys("esc a");
    bench.typed("limits");
    bench.keys("enter");
    let request = bench.page_ask().1.request;
    assert_eq!(request.params, [Pair::new("q", "a=b"), Pair { on: false, name: "off".into(), value: "1".into() }]);
    assert_eq!(request.headers, [Pair::new("If-Match", "x")]);
    assert_eq!(request.body, RequestBody::Text("{\n  \"Name\": \"{{region}}\"\n}".to_owned()));
}

#[test]
fn a_read_is_cancelled_in_every_phase() {
    for phase in [
        Phase::LoggingIn,
        Phase::Connecting,
        Phase::Waiting,
        Phase::Receiving { received: 9, total: None },
        Phase::Indexing,
    ] {
        let mut bench = Bench::rest();
        bench.keys("a");
        bench.typed("limits");
        bench.keys("enter");
        let (id, ask) = bench.page_ask();
        bench.event(Event::Progressed(id, phase));
        bench.keys("esc");
        assert!(matches!(bench.wanted.last(), Some(Effect::Cancel(n)) if *n == id), "{phase:?}");
        assert_eq!(bench.notice(), "Cancelled");
        bench.event(Event::Answered(id, Box::new(Ok(json(&ask.profile.id(), 200, "{}")))));
        assert!(bench.state.rest.pages.current.is_none(), "its answer belongs nowhere");
        assert_eq!(bench.address(), "limits", "what was typed stays");
    }
}

#[test]
fn a_write_that_may_have_been_seen_ends_unknown() {
    for (phase, seen) in [
        (Phase::LoggingIn, false),
        (Phase::Connecting, false),
        (Phase::Sending { sent: 1, total: None }, true),
        (Phase::Waiting, true),
        (Phase::Receiving { received: 1, total: None }, true),
    ] {
        let mut bench = Bench::rest();
        sent_write(&mut bench);
        let (id, _) = bench.page_ask();
        bench.event(Event::Progressed(id, phase));
        bench.keys("esc");
        let unknown = bench.state.rest.pages.current.as_ref().map(|p| p.outcome.clone());
        match unknown {
            Some(Outcome::Failed(f)) => {
                assert!(
                    seen && f.kind == FailureKind::Unknown && f.title.starts_with("Outcome unknown"),
                    "{phase:?} {f:?}"
                );
            }
            other => assert!(!seen && other.is_none(), "{phase:?}"),
        }
    }
}

#[test]
fn sending_again_stops_what_was_waited_for() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (first, _) = bench.page_ask();
    bench.keys("r");
    assert_eq!(bench.sent.iter().filter(|(_, a)| a.owner == Owner::Page).count(), 1);
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::Cancel(n) if *n == first)));
}

#[test]
fn a_write_asks_and_only_y_sends_it() {
    let mut bench = Bench::rest();
    sent_write(&mut bench);
    for no in ["enter", "esc", "n"] {
        let (id, ask) = bench.page_ask();
        bench.answer(id, Err(asks_first(&ask)));
        assert!(matches!(bench.state.dialog, Some(Dialog::Write(..))));
        bench.keys(no);
        assert!(bench.state.dialog.is_none() && !bench.page_waits(), "{no} is no");
        assert!(bench.notice().starts_with("Not sent: POST https://acme.my"), "{}", bench.notice());
        bench.keys("r");
    }
    let (id, ask) = bench.page_ask();
    let told = asks_first(&ask);
    let FailureKind::Confirm(permit) = told.kind.clone() else { unreachable!() };
    bench.answer(id, Err(told));
    bench.keys("x q space y");
    assert!(!bench.page_waits() && bench.state.dialog.is_some(), "a y that comes at once was meant for something else");
    bench.later();
    bench.keys("y");
    let (id, again) = bench.page_ask();
    assert_eq!(again.permit, Some(*permit));
    assert_eq!(again.request, ask.request);
    bench.answer(id, Ok(json(&again.profile.id(), 201, r#"{"id":"0018d00000abc12AAA","success":true}"#)));
    assert_eq!(bench.shown().exchange().unwrap().status, 201);
}

#[test]
fn no_question_comes_up_under_typing_fingers() {
    let mut bench = Bench::rest();
    sent_write(&mut bench);
    let (id, ask) = bench.page_ask();
    bench.keys("a");
    bench.typed("so");
    bench.answer(id, Err(asks_first(&ask)));
    bench.typed("yyy");
    assert!(bench.state.dialog.is_none() && !bench.page_waits());
    assert_eq!(bench.address(), "soyyy", "what is typed goes where it went");
    assert!(matches!(&bench.shown().outcome, Outcome::Failed(f) if f.hint[0].contains("press r")));
    // Nor under those that look for somebody.
    sent_write(&mut bench);
    let (id, ask) = bench.page_ask();
    bench.keys("ctrl-o");
    bench.answer(id, Err(asks_first(&ask)));
    bench.typed("y");
    assert!(matches!(bench.state.dialog, Some(Dialog::Switcher(_))));
    assert!(!bench.page_waits());
}

#[test]
fn a_question_that_is_left_is_answered_with_no() {
    for way in ["ctrl-o", "f1", "alt-1"] {
        let mut bench = Bench::rest();
        sent_write(&mut bench);
        let (id, ask) = bench.page_ask();
        bench.answer(id, Err(asks_first(&ask)));
        bench.keys(way);
        assert!(!matches!(bench.state.dialog, Some(Dialog::Write(..))), "{way}");
        assert!(bench.notice().starts_with("Not sent"), "{way}: {}", bench.notice());
        assert!(!bench.page_waits());
    }
}

#[test]
fn a_failure_takes_no_keys_away_from_an_editor() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    bench.keys("a");
    bench.typed("quer");
    bench.answer(id, Err(failure("no connection", FailureKind::Network)));
    bench.typed("y");
    assert_eq!(bench.address(), "query");
    assert!(matches!(bench.shown().outcome, Outcome::Failed(_)));
}

#[test]
fn completions_are_taken_with_tab_or_chosen() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("lim");
    assert!(bench.state.rest.completion.is_open());
    bench.keys("tab");
    assert!(bench.address().starts_with("limits"), "{}", bench.address());
    bench.keys("ctrl-u");
    bench.typed("compo");
    bench.keys("down");
    let chosen = bench.state.rest.completion.best().unwrap().insert.clone();
    bench.keys("enter");
    assert_eq!(bench.address(), chosen);
    assert!(bench.sent.is_empty(), "enter took the completion");
    bench.keys("enter");
    assert_eq!(bench.page_ask().1.request.address, chosen, "with none chosen it sends");
}

#[test]
fn names_that_come_late_do_not_cover_why_nothing_was_sent() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("sobjects/Acc");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    bench.answer(id, Err(failure("acme is read-only", FailureKind::Refused)));
    assert_eq!(bench.state.rest.focus, Focus::Address);
    bench.answer_all();
    assert!(!bench.state.rest.completion.is_open(), "the answer of what was typed before is not asked for any more");
    bench.typed("o");
    assert!(bench.state.rest.completion.is_open());
}

#[test]
fn the_objects_are_asked_for_once_where_they_are_needed() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("sobjects/");
    assert_eq!(bench.waits_for(), ["/services/data/v67.0/sobjects"]);
    bench.typed("Acc");
    assert_eq!(bench.sent.len(), 1);
    bench.answer_all();
    bench.typed("o");
    assert!(bench.state.rest.completion.candidates.iter().any(|c| c.label == "Account"));
    assert!(bench.sent.is_empty());
}

#[test]
fn objects_that_cannot_be_had_are_not_asked_for_with_every_key() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("sobjects/");
    let (id, _) = bench.sent[0].clone();
    bench.answer(id, Err(failure("no connection", FailureKind::Network)));
    bench.typed("Account");
    assert!(bench.sent.is_empty(), "{:?}", bench.waits_for());
}

#[test]
fn a_link_replaces_what_is_typed_and_undo_brings_it_back() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.keys("a");
    bench.typed("SELECT Id FROM Account WHERE Name = 'long'");
    bench.keys("esc esc b");
    bench.typed("body");
    bench.keys("esc");
    bench.go_to("self");
    bench.keys("enter");
    assert_eq!(bench.address(), "/services/data/v67.0/sobjects/Account/0018d00000abc12AAA");
    assert!(bench.state.rest.request().body == RequestBody::Empty);
    bench.keys("a ctrl-_");
    assert_eq!(bench.address(), "SELECT Id FROM Account WHERE Name = 'long'");
    bench.state.rest.body.undo();
    assert_eq!(bench.state.rest.body.lines(), ["body"]);
}

#[test]
fn pasting_outside_an_editor_is_an_address() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.event(Event::Pasted(" SELECT Id\nFROM Account \n".to_owned()));
    assert_eq!((bench.address(), bench.state.rest.focus), ("SELECT Id FROM Account", Focus::Address));
}

#[test]
fn the_copy_menu_lets_one_leave() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.keys("c ctrl-c");
    assert!(matches!(bench.wanted.last(), Some(Effect::Quit)));
    assert!(bench.state.dialog.is_none());
    bench.keys("c p");
    assert_eq!(bench.copied().as_deref(), Some("."));
}

#[test]
fn a_request_that_cannot_be_sent_is_corrected_where_it_was_typed() {
    let mut bench = Bench::rest();
    let cannot = || Err(failure("{{nmae}} is not set", FailureKind::Usage));
    bench.keys("a");
    bench.typed("sobjects/{{nmae}}");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    bench.answer(id, cannot());
    assert_eq!((bench.state.rest.focus, bench.address()), (Focus::Address, "sobjects/{{nmae}}"));
    bench.keys("backspace");
    assert_eq!(bench.address(), "sobjects/{{nmae}", "the caret stands where it stood");
    // From the answer there is nowhere to go back to; and without an answer there is nothing to follow or fold.
    bench.keys("esc r");
    let (id, _) = bench.page_ask();
    bench.answer(id, cannot());
    assert_eq!(bench.state.rest.focus, Focus::Answer);
    assert!(!bench.state.scopes().contains(&Scope::AnswerTree));
    // Where the network failed, the address is not to blame.
    bench.keys("a enter");
    let (id, _) = bench.page_ask();
    bench.answer(id, Err(failure("no connection", FailureKind::Network)));
    assert_eq!(bench.state.rest.focus, Focus::Answer);
}
