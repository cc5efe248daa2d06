//! Browsing an answer: folding, searching, tables, errors, what is kept.

use super::support::{Bench, LINKS, accounts, exchange, failure, json};
use orgdeck::app::answer::View;
use orgdeck::app::ask::Owner;
use orgdeck::app::page::{Outcome, Pages};
use orgdeck::app::{Effect, Event};
use orgdeck::request::{AnswerBody, FailureKind};

fn rows(bench: &Bench) -> usize {
    bench.shown().look.tree.outline.rows()
}

#[test]
fn values_fold_by_one_by_level_and_all() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    let all = rows(&bench);
    bench.go_to("deep");
    bench.keys("left");
    assert!(rows(&bench) < all);
    bench.keys("left");
    assert_eq!(bench.under(), ".", "then to the parent");
    bench.go_to("deep");
    bench.keys("right right");
    assert_eq!(bench.under(), ".deep.list", "opened, then inside");
    assert_eq!(rows(&bench), all);
    bench.keys("z");
    assert!(rows(&bench) < all && bench.under() == ".deep.list");
    bench.keys("z Z");
    assert_eq!(rows(&bench), 9, "the root and its members");
    bench.keys("Z");
    assert_eq!(rows(&bench), all);
}

#[test]
fn a_search_finds_as_one_types_and_walks() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, &accounts(0, 30, 30, None));
    bench.keys("down /");
    bench.typed("acc");
    let finds = bench.wanted.iter().filter(|e| matches!(e, Effect::Find { .. })).count();
    let stops = bench.wanted.iter().filter(|e| matches!(e, Effect::Cancel(_))).count();
    assert_eq!((finds, stops), (3, 2), "each key searches, and stops the search before");
    bench.find();
    let first = bench.under();
    assert!(bench.shown().look.search.status().starts_with("1 of "), "{}", bench.shown().look.search.status());
    bench.keys("down");
    bench.find();
    assert_ne!(bench.under(), first);
    bench.keys("esc");
    assert_eq!(bench.under(), ".totalSize", "back to where it began");
    bench.keys("/");
    bench.typed("Account 29");
    bench.keys("enter");
    bench.find();
    assert_eq!(bench.under(), ".records[29].Name");
    bench.keys("n");
    bench.find();
    assert_eq!(bench.under(), ".records[29].Name", "round, to the only one");
    bench.keys("/");
    bench.typed("Account 3");
    assert_eq!(bench.shown().look.search.line.text(), "Account 3", "the old needle is replaced");
    bench.find();
    bench.keys("enter N");
    bench.find();
    assert_eq!(bench.shown().look.search.status(), "1 of 1");
    bench.keys("/");
    bench.typed("zzz");
    bench.find();
    assert_eq!(bench.shown().look.search.status(), "no match");
}

#[test]
fn a_search_pasted_is_searched_for() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, &accounts(0, 30, 30, None));
    bench.keys("/");
    bench.event(Event::Pasted("Account 12\n".to_owned()));
    bench.find();
    assert_eq!(bench.under(), ".records[12].Name");
}

#[test]
fn a_search_that_ends_after_one_left_belongs_to_its_page() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, "{\"a\":1}");
    bench.ask("query", 200, &accounts(0, 30, 30, None));
    bench.keys("/");
    bench.typed("Account 12");
    bench.keys("enter backspace");
    bench.find();
    assert_eq!(bench.under(), ".");
    bench.keys("f");
    assert_eq!((bench.shown().look.search.running, bench.under().as_str()), (None, ".records[12].Name"));
    bench.keys("n");
    let running = bench.shown().look.search.running;
    bench.keys("esc");
    assert!(matches!((bench.wanted.last(), running), (Some(Effect::Cancel(n)), Some(r)) if *n == r), "it is stopped");
}

#[test]
fn a_search_in_the_raw_view_scrolls_it() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, &accounts(0, 300, 300, None));
    while bench.shown().look.view != View::Raw {
        bench.keys("v");
    }
    bench.keys("/");
    bench.typed("Account 250");
    bench.find();
    let look = &bench.shown().look;
    let raw = look.raw.as_ref().unwrap();
    let body = bench.shown().exchange().unwrap().body.json().unwrap().bytes();
    let seen: Vec<u8> = (look.top..look.top + 20).flat_map(|row| raw.row(body, row).to_vec()).collect();
    assert!(String::from_utf8_lossy(&seen).contains("Account 250"));
}

#[test]
fn a_table_sorts_up_down_and_as_it_came() {
    let mut bench = Bench::rest();
    bench.ask("SELECT Id, Name, Employees FROM Account", 200, &accounts(0, 30, 30, None));
    let table = |bench: &Bench| bench.shown().look.table.clone().unwrap();
    assert_eq!(bench.shown().look.view, View::Table, "who types a query wants rows");
    assert_eq!(table(&bench).columns(), ["Id", "Name", "Employees"]);
    let numbers = |bench: &Bench| -> Vec<u32> {
        let t = table(bench);
        (0..t.rows()).map(|row| t.cell(row, 2).map(|(d, n)| d.text(n).parse().unwrap()).unwrap()).collect()
    };
    let came = numbers(&bench);
    bench.keys("right right s");
    assert!(numbers(&bench).is_sorted(), "by number, not by text");
    bench.keys("s");
    assert!(numbers(&bench).iter().rev().is_sorted());
    bench.keys("s");
    assert_eq!(numbers(&bench), came);
}

#[test]
fn further_rows_come_at_the_end_and_are_the_askers() {
    let mut bench = Bench::rest();
    let admin = bench.who();
    bench.ask(
        "SELECT Id, Name, Employees FROM Account",
        200,
        &accounts(0, 30, 60, Some("/services/data/v67.0/query/01g-30")),
    );
    bench.switch_to("sally");
    bench.sent.clear();
    bench.keys("x end down down");
    let more: Vec<_> = bench.sent.iter().filter(|(_, a)| matches!(a.owner, Owner::MoreRows(_))).cloned().collect();
    assert_eq!(more.len(), 1, "it is asked once");
    assert_eq!(
        (more[0].1.request.address.as_str(), more[0].1.profile.id()),
        ("/services/data/v67.0/query/01g-30", admin.clone())
    );
    // One column less, another one more.
    let text = accounts(30, 30, 60, None).replace("Employees", "Revenue");
    bench.answer(more[0].0, Ok(json(&admin, 200, &text)));
    let table = bench.shown().look.table.as_ref().unwrap();
    assert_eq!((table.rows(), table.row), (60, 30), "and the cursor goes on to the first of them");
    assert!(table.next.is_none());
    assert!(table.cell(31, 2).is_none(), "a cell that a record lacks is empty");
    let name = table.cell(31, 1).map(|(d, n)| d.text(n).into_owned());
    assert_eq!(name.as_deref(), Some("Account 31"));
    bench.keys("m");
    assert_eq!(bench.notice(), "All rows are loaded");
}

#[test]
fn rows_that_cannot_be_had_are_told_and_can_be_asked_again() {
    let mut bench = Bench::rest();
    bench.ask("SELECT Id FROM Account", 200, &accounts(0, 30, 60, Some("/services/data/v67.0/query/01g-30")));
    for _ in 0..2 {
        bench.keys("m");
        let (id, ask) = bench.sent[0].clone();
        let error = r#"[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]"#;
        bench.answer(id, Ok(json(&ask.profile.id(), 400, error)));
        assert!(bench.notice().contains("INVALID_QUERY_LOCATOR"), "{}", bench.notice());
    }
    assert_eq!(bench.shown().look.table.as_ref().unwrap().rows(), 30);
}

#[test]
fn a_record_opens_from_its_row() {
    let mut bench = Bench::rest();
    bench.ask("SELECT Id FROM Account", 200, &accounts(5, 30, 30, None));
    bench.keys("down enter");
    assert_eq!(bench.page_ask().1.request.address, "/services/data/v67.0/sobjects/Account/0018d0000000006AAA");
}

#[test]
fn only_the_farthest_answers_are_let_go() {
    let mut bench = Bench::rest();
    let text = accounts(0, 100, 100, None);
    let one = orgdeck::json::Document::parse(text.as_bytes().to_vec()).memory();
    bench.state.rest.pages = Pages::with_budget(one * 4);
    for n in 0..4 {
        bench.ask(&format!("limits/{n}"), 200, &text);
    }
    bench.keys("a");
    bench.typed("limits/broken");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    bench.answer(id, Err(failure("no connection", FailureKind::Network)));
    for n in 5..8 {
        bench.ask(&format!("limits/{n}"), 200, &text);
    }
    // Back to the middle: what is near on both sides is there, what is far is not.
    bench.keys("backspace backspace backspace");
    assert!(matches!(bench.shown().outcome, Outcome::Failed(_)), "a failure weighs nothing and stays");
    let there = |bench: &Bench| !matches!(bench.shown().outcome, Outcome::Dropped);
    let mut seen = Vec::new();
    bench.keys("f f f");
    for _ in 0..8 {
        seen.push((bench.address().to_owned(), there(&bench)));
        bench.keys("backspace");
    }
    let dropped: Vec<&str> = seen.iter().filter(|(_, there)| !there).map(|(a, _)| a.as_str()).collect();
    assert_eq!(dropped, ["limits/7", "limits/1", "limits/0"]);
    // The request of one that was let go can be sent again.
    assert_eq!(bench.address(), "limits/0");
    bench.keys("r");
    assert_eq!(bench.page_ask().1.request.address, "limits/0");
}

#[test]
fn an_error_is_shown_with_what_to_do() {
    let mut bench = Bench::rest();
    let error = r#"[{"message":"\nSELECT Nmae FROM Account\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nmae' on entity 'Account'","errorCode":"INVALID_FIELD"}]"#;
    bench.ask("SELECT Nmae FROM Account", 400, error);
    let trouble = bench.shown().exchange().unwrap().trouble.clone().unwrap();
    assert!(trouble.title.contains("INVALID_FIELD"), "{trouble:?}");
    assert_eq!(bench.shown().look.view, View::Tree);
    bench.ask("limits", 200, "{\"a\": tru");
    assert_eq!(bench.shown().look.view, View::Tree, "what could be read is shown");
    bench.ask("limits", 200, "<xml/>");
    assert_eq!(bench.shown().look.view, View::Raw);
}

#[test]
fn what_is_no_json_is_readable_as_soon_as_it_comes() {
    let mut bench = Bench::rest();
    for body in [
        AnswerBody::Text("<html>We are down</html>\nfor maintenance".into()),
        AnswerBody::Binary(vec![0, 1, 2, 255].into()),
    ] {
        bench.keys("a");
        bench.typed("limits");
        bench.keys("enter");
        let (id, ask) = bench.page_ask();
        bench.answer(id, Ok(exchange(&ask.profile.id(), 503, "text/html", body)));
        assert!(matches!(bench.shown().look.view, View::Page | View::Hex));
    }
    bench.keys("backspace v");
    assert!(bench.shown().look.view == View::Raw && bench.shown().look.raw.is_some());
    bench.event(Event::Resized(50, 20));
    let width = usize::from(bench.state.measures.answer_width);
    assert_eq!(bench.shown().look.raw.as_ref().unwrap().width(), width, "and is cut anew for another width");
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    bench.answer(id, Ok(exchange(&ask.profile.id(), 204, "", AnswerBody::Empty)));
    assert_eq!(bench.shown().look.view, View::Headers);
}

#[test]
fn help_scrolls_no_further_than_its_end() {
    let mut bench = Bench::with(super::support::profiles(), (80, 12));
    bench.keys("?");
    for _ in 0..200 {
        bench.keys("down");
    }
    let top = |bench: &Bench| match &bench.state.dialog {
        Some(orgdeck::app::dialog::Dialog::Help(help)) => help.top,
        _ => panic!("help is closed"),
    };
    let end = top(&bench);
    assert!(end < 100);
    bench.keys("up");
    assert_eq!(top(&bench), end - 1);
}
