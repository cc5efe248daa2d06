//! Two answers compared: which two, what is told, where one goes from there.

use super::screens::{screen, snap};
use super::support::{Bench, accounts, asks_first, exchange, failure, json};
use orgdeck::app::Effect;
use orgdeck::app::Place;
use orgdeck::app::answer::View;
use orgdeck::app::ask::Owner;
use orgdeck::app::dialog::Dialog;
use orgdeck::app::diff::{Pane, Stage};
use orgdeck::request::{AnswerBody, FailureKind};

const BEFORE: &str = r#"{"name":"Account","label":"Account","createable":true,"fields":[{"name":"Id","type":"id"},{"name":"Phone","label":"Phone","length":40},{"name":"Fax","label":"Fax"}],"urls":{"sobject":"/services/data/v66.0/sobjects/Account"},"SystemModstamp":"2026-11-01"}"#;
const AFTER: &str = r#"{"label":"Accounts","name":"Account","createable":true,"fields":[{"name":"Phone","label":"Telephone number","length":40},{"name":"Id","type":"id"},{"name":"Rating","label":"Rating","picklistValues":[{"value":"Hot"},{"value":"Cold"}]}],"urls":{"sobject":"/services/data/v67.0/sobjects/Account"},"SystemModstamp":"2026-11-03"}"#;

fn pane(bench: &Bench) -> &Pane {
    bench.state.diff.pane.as_ref().expect("nothing is compared")
}

fn count(bench: &Bench) -> usize {
    pane(bench).compared().expect("it is not compared yet").count()
}

/// The same asked twice, and the two answers compared.
fn twice(size: (u16, u16)) -> Bench {
    let mut bench = Bench::rest_of(size);
    bench.ask("sobjects/Account/describe", 200, BEFORE);
    bench.later();
    bench.ask("sobjects/Account/describe", 200, AFTER);
    bench.keys("D");
    bench.compare();
    bench
}

#[test]
fn an_answer_is_compared_with_the_one_before_to_the_same() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, r#"{"a":1}"#);
    bench.keys("D");
    assert!(bench.notice().starts_with("This was not asked before"), "{}", bench.notice());
    bench.ask("query", 200, r#"{"a":9}"#);
    bench.ask("limits", 200, r#"{"a":2}"#);
    bench.keys("D");
    bench.compare();
    assert_eq!(count(&bench), 1);
    assert_eq!(pane(&bench).left.exchange.body.json().unwrap().bytes(), br#"{"a":1}"#, "the older one is on the left");
    bench.keys("esc");
    assert!(bench.state.diff.pane.is_none());
}

#[test]
fn two_answers_are_marked_one_after_the_other() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, r#"{"a":1}"#);
    bench.keys("d");
    assert!(bench.notice().starts_with("Marked"));
    bench.keys("d");
    assert_eq!(bench.notice(), "No longer marked");
    bench.keys("d");
    bench.ask("other", 200, r#"{"a":[1]}"#);
    bench.keys("d");
    bench.compare();
    assert_eq!(count(&bench), 1);
    assert!(bench.state.diff.marked.is_none(), "the mark is used up");
    // In the history as well, with answers of both rooms.
    bench.keys("esc 3 down d");
    assert!(bench.notice().starts_with("Marked"));
    bench.keys("up d");
    bench.compare();
    assert_eq!((count(&bench), pane(&bench).place), (1, Place::History));
    // The other rooms are as they were.
    bench.keys("2");
    assert!(bench.state.diff.shown(Place::Rest).is_none());
    bench.keys("3 esc");
    assert!(bench.state.diff.pane.is_none());
}

#[test]
fn nothing_is_compared_with_what_is_no_answer() {
    let mut bench = Bench::rest();
    bench.keys("x d");
    assert_eq!(bench.notice(), "There is no answer here to compare");
    bench.keys("=");
    assert!(bench.state.dialog.is_none());
}

#[test]
fn a_comparison_goes_to_the_place_in_the_answer_and_back() {
    let mut bench = twice((120, 40));
    assert_eq!(count(&bench), 6);
    let first = pane(&bench).row;
    bench.keys("n n");
    let row = pane(&bench).row;
    assert!(row > first);
    bench.keys("Y");
    assert_eq!(bench.copied().as_deref(), Some(".fields[0].label"));
    bench.keys("enter");
    assert!(bench.state.diff.shown(Place::Rest).is_none());
    assert_eq!((bench.under().as_str(), bench.shown().look.view), (".fields[0].label", View::Tree));
    bench.keys("backspace");
    assert_eq!(pane(&bench).row, row, "back at the same row");
    // What was removed is in the left answer, which is another page.
    bench.keys("n");
    let pages = bench.state.rest.pages.around();
    bench.keys("enter");
    assert_eq!(bench.under(), ".fields[2]");
    assert_eq!(bench.state.rest.pages.around().0, pages.0 + 1);
    bench.keys("backspace n n n n");
    assert_eq!(bench.notice(), "There is no difference after this one");
    bench.keys("N N N N N N N");
    assert_eq!(bench.notice(), "There is no difference before this one");
    assert_eq!(pane(&bench).row, first);
}

#[test]
fn what_changes_by_itself_is_ignored_only_when_asked_for() {
    let mut bench = twice((120, 40));
    bench.keys("i");
    bench.compare();
    assert_eq!(count(&bench), 4);
    assert!(screen(&bench, (120, 40)).contains("times and versions ignored"));
    bench.keys("i");
    bench.compare();
    assert_eq!(count(&bench), 6);
}

#[test]
fn the_view_follows_the_width_until_it_is_chosen() {
    let mut bench = twice((120, 40));
    assert!(!pane(&bench).is_unified(120));
    assert!(pane(&bench).is_unified(80));
    bench.keys("n n v");
    assert!(pane(&bench).is_unified(120));
    assert_eq!(pane(&bench).difference(120), Some(2), "at the same difference");
}

#[test]
fn somebody_else_is_asked_the_same_and_the_answers_are_compared() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, r#"{"a":1}"#);
    bench.keys("=");
    assert!(screen(&bench, (120, 40)).contains("Send this also as"));
    bench.typed("sales");
    bench.keys("enter");
    let (id, ask) = bench.sent.iter().find(|(_, a)| a.owner == Owner::Compare).cloned().unwrap();
    assert_eq!((ask.profile.user.username.as_str(), ask.request.address.as_str()), ("sally@acme.example", "limits"));
    assert_eq!(bench.who().username, "admin@acme.example", "one is who one was");
    assert!(screen(&bench, (120, 40)).contains("Asking as acme ▸ sales"));
    bench.answer(id, Ok(json(&ask.profile.id(), 200, r#"{"a":2}"#)));
    bench.compare();
    assert_eq!(count(&bench), 1);
    assert_eq!(pane(&bench).right.as_ref().unwrap().exchange.who.username, "sally@acme.example");
    bench.keys("enter");
    assert_eq!(bench.shown().who.username, "sally@acme.example");
}

#[test]
fn a_write_as_somebody_else_asks_first() {
    let mut bench = Bench::rest();
    bench.ask("sobjects/Account", 201, r#"{"id":1}"#);
    bench.keys("= enter");
    let (id, ask) = bench.sent.iter().find(|(_, a)| a.owner == Owner::Compare).cloned().unwrap();
    bench.answer(id, Err(asks_first(&ask)));
    assert!(matches!(bench.state.dialog, Some(Dialog::Write(..))));
    bench.later();
    bench.keys("y");
    let (id, again) = bench.sent.iter().find(|(_, a)| a.owner == Owner::Compare).cloned().unwrap();
    assert!(again.permit.is_some());
    bench.answer(id, Ok(json(&ask.profile.id(), 201, r#"{"id":2}"#)));
    bench.compare();
    assert_eq!(count(&bench), 1);
    // Declined, the pane says so.
    bench.keys("esc = enter");
    let (id, ask) = bench.sent.iter().find(|(_, a)| a.owner == Owner::Compare).cloned().unwrap();
    bench.answer(id, Err(asks_first(&ask)));
    bench.keys("n");
    assert!(matches!(&pane(&bench).stage, Stage::Failed(why) if why.title.starts_with("Not sent")));
}

#[test]
fn what_is_closed_is_stopped_and_what_comes_late_is_dropped() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, r#"{"a":1}"#);
    bench.keys("= enter esc");
    assert!(bench.state.diff.pane.is_none());
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::Cancel(_))), "the other request is cancelled");
    let waiting = bench.state.flights.waiting(&Owner::Compare);
    assert_eq!(waiting, None);
    bench.ask("limits", 200, r#"{"a":2}"#);
    bench.keys("D i");
    // The first comparison was overtaken by the one by other rules.
    let first = bench.wanted.iter().position(|e| matches!(e, Effect::Compare { .. })).unwrap();
    let Effect::Compare { id, left, right, .. } = bench.wanted.remove(first) else { unreachable!() };
    let late = super::support::compared(&left, &right, false);
    bench.event(orgdeck::app::Event::Compared(id, late.into()));
    assert!(matches!(pane(&bench).stage, Stage::Comparing(_)));
    bench.compare();
    assert_eq!(count(&bench), 1);
}

#[test]
fn another_answer_that_does_not_come_is_told() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, r#"{"a":1}"#);
    bench.keys("= enter");
    let (id, _) = bench.sent.iter().find(|(_, a)| a.owner == Owner::Compare).cloned().unwrap();
    bench.answer(id, Err(failure("no connection", FailureKind::Network)));
    assert!(screen(&bench, (120, 40)).contains("no connection"));
}

#[test]
fn texts_are_compared_by_lines_and_bytes_as_a_whole() {
    let mut bench = Bench::rest();
    let who = bench.who();
    let ask = |bench: &mut Bench, body: AnswerBody| {
        bench.keys("a");
        bench.typed("page");
        bench.keys("enter");
        let (id, _) = bench.page_ask();
        bench.answer(id, Ok(exchange(&who, 200, "text/plain", body)));
    };
    let text = |middle: &str| {
        AnswerBody::Text(
            (0..20)
                .map(|n| if n == 10 { format!("{middle}\n") } else { format!("line {n}\n") })
                .collect::<String>()
                .into(),
        )
    };
    ask(&mut bench, text("one"));
    ask(&mut bench, text("two"));
    bench.keys("D");
    bench.compare();
    assert_eq!(count(&bench), 1);
    let seen = screen(&bench, (120, 40));
    assert!(seen.contains("~ one") && seen.contains("~ two") && seen.contains("⋯ 8 equal"), "{seen}");
    bench.keys("enter");
    assert_eq!(bench.shown().look.view, View::Raw);
    bench.keys("backspace esc");
    ask(&mut bench, AnswerBody::Binary(vec![0, 1].into()));
    ask(&mut bench, AnswerBody::Binary(vec![0, 2].into()));
    bench.keys("D");
    bench.compare();
    assert!(screen(&bench, (120, 40)).contains("Their bytes differ"));
    bench.keys("enter");
    assert!(bench.notice().starts_with("Go to a difference"));
}

#[test]
fn a_comparison_on_the_screen() {
    snap("diff", |bench| bench.keys("n n"), twice);
    snap(
        "diff_other_view",
        |bench| {
            bench.keys("v n i");
            bench.compare();
        },
        twice,
    );
    snap(
        "diff_waiting",
        |bench| {
            bench.keys("esc =");
            bench.typed("sales");
            bench.keys("enter");
        },
        twice,
    );
    snap(
        "diff_same",
        |_| {},
        |size| {
            let mut bench = Bench::rest_of(size);
            bench.ask("query", 200, &accounts(0, 20, 20, None));
            bench.ask("query", 200, &accounts(0, 20, 20, None));
            bench.keys("D");
            bench.compare();
            bench
        },
    );
    snap("diff_marked", |bench| bench.keys("esc d v"), twice);
}
