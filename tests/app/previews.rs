//! Answers that arrive in pieces: the reader's place, folds and typing survive the end.

use super::support::{Bench, accounts, json};
use orgdeck::app::Event;
use orgdeck::app::answer::View;
use orgdeck::app::event::TaskId;
use orgdeck::app::page::Outcome;
use orgdeck::json::Document;
use orgdeck::profile::ProfileId;
use std::sync::Arc;

fn arriving(address: &str, text: &str, most: usize) -> (Bench, TaskId, ProfileId) {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, "{\"a\":1}");
    bench.keys("a");
    bench.typed(address);
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    preview(&mut bench, id, text, most);
    (bench, id, ask.profile.id())
}

fn preview(bench: &mut Bench, id: TaskId, text: &str, most: usize) {
    bench.event(Event::Previewed(id, Arc::new(Document::partial(text.as_bytes()[..most].to_vec()))));
}

#[test]
fn the_row_stays_when_the_end_arrives() {
    let text = accounts(0, 100, 100, None);
    let (mut bench, id, who) = arriving("sobjects/Account/updated", &text, 4_000);
    assert_eq!(bench.shown().exchange().unwrap().status, 0);
    bench.keys("G up up");
    let under = bench.under();
    preview(&mut bench, id, &text, 9_000);
    assert_eq!(bench.under(), under);
    bench.answer(id, Ok(json(&who, 200, &text)));
    assert_eq!((bench.under(), bench.shown().exchange().unwrap().status), (under, 200));
    assert_eq!(bench.state.rest.pages.around(), (1, 0), "it is one page");
}

#[test]
fn the_row_of_the_table_stays_as_well() {
    let text = accounts(0, 100, 100, None);
    let (mut bench, id, who) = arriving("sobjects/Account/updated", &text, 4_000);
    bench.keys("v");
    assert_eq!(bench.shown().look.view, View::Table);
    bench.keys("down down down right");
    bench.answer(id, Ok(json(&who, 200, &text)));
    let look = &bench.shown().look;
    let table = look.table.as_ref().unwrap();
    assert_eq!((look.view, table.row, table.column, table.rows()), (View::Table, 3, 1, 100));
}

#[test]
fn a_search_being_typed_goes_on() {
    let text = accounts(0, 100, 100, None);
    let (mut bench, id, who) = arriving("sobjects/Account/updated", &text, 4_000);
    bench.keys("/");
    preview(&mut bench, id, &text, 9_000);
    bench.typed("q");
    bench.answer(id, Ok(json(&who, 200, &text)));
    bench.typed("q1");
    assert_eq!(bench.shown().look.search.line.text(), "qq1", "no letter became a command");
    bench.keys("backspace backspace backspace");
    bench.typed("Account 77");
    bench.find();
    assert_eq!(bench.under(), ".records[77].Name");
}

#[test]
fn a_page_that_was_left_is_filled_where_it_is() {
    let text = accounts(0, 100, 100, None);
    let (mut bench, id, who) = arriving("sobjects/Account/updated", &text, 4_000);
    bench.keys("backspace");
    assert_eq!(bench.address(), "limits");
    preview(&mut bench, id, &text, 9_000);
    bench.answer(id, Ok(json(&who, 200, &text)));
    assert_eq!((bench.address(), bench.state.rest.pages.around()), ("limits", (0, 1)), "the reader is left alone");
    bench.keys("f");
    assert_eq!(bench.shown().exchange().unwrap().status, 200);
}

#[test]
fn what_was_cancelled_keeps_its_beginning_and_says_so() {
    let text = accounts(0, 100, 100, None);
    for away in [false, true] {
        let (mut bench, id, _) = arriving("sobjects/Account/updated", &text, 4_000);
        if away {
            bench.keys("backspace");
        }
        bench.keys("esc");
        preview(&mut bench, id, &text, 9_000);
        if away {
            bench.keys("f");
        }
        let exchange = bench.shown().exchange().unwrap();
        assert!(exchange.cut.as_ref().unwrap().title.starts_with("Cancelled"));
        assert_eq!(exchange.body.len(), 4_000, "what came after belongs nowhere");
    }
}

#[test]
fn a_preview_for_nobody_shows_nothing() {
    let mut bench = Bench::rest();
    preview(&mut bench, 999, "{\"a\":", 5);
    assert!(bench.state.rest.pages.current.is_none());
    bench.ask("limits", 200, "{}");
    assert!(matches!(bench.shown().outcome, Outcome::Answered(_)));
}
