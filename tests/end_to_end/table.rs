//! A query typed into the address: rows, further pages, the record of a row.

use crate::org::Org;
use crate::term::{BACKSPACE, CTRL_C, DOWN, END, ENTER, Term};
use orgdeck::demo::Options;

#[test]
fn a_query_is_a_table_that_loads_further_pages_and_opens_records() {
    let org = Org::start(Options { scale: 36_000, ..Options::default() });
    let home = org.home("kind = \"demo\"");
    let mut term = Term::start(&home, &["--config", "../config"]);
    term.shows("Ada Quill").press("2").shows("▸ limits");
    term.press("a").shows("complete").press("SELECT Id, Subject, Owner.Name FROM Task ORDER BY Id").press(ENTER);
    term.shows_all(&["200 OK", "Subject", "Owner.Name", "row 1 · 2,000 of "]);
    let total = total(&term);
    assert!(total > 4_000, "the scale gives {total} tasks");
    assert_eq!(org.seen("GET", "/query/"), 0, "no page is loaded unasked");
    // By key, then by walking over the end.
    term.press("m").shows(" 4,000 of ");
    assert_eq!(org.seen("GET", "/query/"), 1);
    term.press(END).shows("row 4,000 ·").press(DOWN).shows("row 4,001 · ").hides(" 4,000 of ");
    assert_eq!(org.seen("GET", "/query/"), 2);
    // The record of the row, and back to the row.
    let answer = |screen: &str| {
        screen.lines().skip(7).take(31).map(|l| l.chars().skip(31).collect::<String>()).collect::<Vec<_>>()
    };
    let before = answer(&term.screen());
    term.press(ENTER).shows_all(&["/services/data/v67.0/sobjects/Task/00T", "attributes {", "Subject: "]);
    assert_eq!(org.seen("GET", "/sobjects/Task/00T"), 1);
    term.press(BACKSPACE).until("the table as it was left", |screen| answer(screen) == before);
    term.press(CTRL_C);
    assert_eq!(term.ended(), 0);
}

/// What stands after `2,000 of`.
fn total(term: &Term) -> u64 {
    let line = term.line("2,000 of ");
    let (_, after) = line.split_once("2,000 of ").expect("found");
    let number: String = after.chars().take_while(|c| *c != ' ').filter(char::is_ascii_digit).collect();
    number.parse().unwrap_or_else(|_| panic!("{line}"))
}
