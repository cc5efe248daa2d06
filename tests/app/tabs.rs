//! Several requests at once: each tab keeps what is typed, its answers and its place, and gets its own answer.

use super::screens::{screen, snap};
use super::support::{Bench, accounts, asks_first, json};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::event::Target;
use orgdeck::app::page::Outcome;
use orgdeck::app::rest::Focus;
use orgdeck::app::{Event, tabs};

/// The addresses of all tabs.
fn addresses(bench: &Bench) -> Vec<&str> {
    tabs::all(&bench.state).map(|tab| tab.address.text()).collect()
}

fn two() -> Bench {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, r#"{"a":1}"#);
    bench.keys("T");
    bench
}

#[test]
fn a_tab_keeps_what_is_typed_and_where_one_is() {
    let mut bench = two();
    assert_eq!((bench.state.rest.focus, bench.address()), (Focus::Address, ""));
    bench.typed("query");
    bench.keys("esc esc b");
    bench.typed("{}");
    bench.keys("alt-pgup");
    assert_eq!((bench.address(), bench.state.rest.focus), ("limits", Focus::Answer));
    assert!(bench.shown().exchange().is_some());
    bench.keys("]");
    assert_eq!((bench.address(), bench.state.rest.focus), ("query", Focus::Body));
    bench.typed("]");
    assert_eq!(bench.state.rest.body.lines().join("\n"), "{}]", "a bracket is text in an editor");
    // Around the end.
    bench.keys("alt-pgdn");
    assert_eq!(bench.state.tabs.at(), 0);
    bench.keys("[");
    assert_eq!(bench.state.tabs.at(), 1);
    // A new one stands beside the one that was in front.
    bench.keys("alt-pgup T");
    bench.typed("between");
    assert_eq!(addresses(&bench), ["limits", "between", "query"]);
}

#[test]
fn an_answer_comes_to_its_own_tab() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (first, ask) = bench.page_ask();
    bench.keys("T");
    bench.typed("query");
    bench.keys("enter");
    let (second, other) = bench.page_ask();
    assert_ne!(first, second);
    assert_eq!(bench.sent.iter().filter(|(id, _)| *id == first || *id == second).count(), 2, "neither is cancelled");
    assert!(screen(&bench, (120, 40)).contains("1 limits ⟳"), "{}", screen(&bench, (120, 40)));
    bench.answer(first, Ok(json(&ask.profile.id(), 200, r#"{"a":1}"#)));
    assert!(bench.state.rest.pages.current.is_none(), "the one in front goes on waiting");
    assert!(screen(&bench, (120, 40)).contains("1 limits ●"));
    bench.answer(second, Ok(json(&other.profile.id(), 200, r#"{"b":2}"#)));
    bench.keys("[");
    assert_eq!(bench.shown().request.address, "limits");
    assert!(!bench.state.rest.unseen);
    // A second request of one tab takes the place of its first, and leaves the other tab's alone.
    bench.keys("r ] r r");
    assert_eq!(bench.sent.iter().filter(|(_, a)| a.owner == orgdeck::app::ask::Owner::Page).count(), 2);
}

#[test]
fn rows_and_searches_find_the_tab_they_were_asked_in() {
    let mut bench = Bench::rest();
    bench.ask("SELECT Id FROM Account", 200, &accounts(0, 5, 10, Some("/services/data/v67.0/query/01g-5")));
    bench.keys("m");
    let (more, ask) = bench.sent.back().cloned().unwrap();
    bench.keys("/");
    bench.typed("Account 4");
    bench.keys("enter T");
    bench.find();
    bench.answer(more, Ok(json(&ask.profile.id(), 200, &accounts(5, 5, 10, None))));
    bench.keys("alt-pgup");
    let look = &bench.shown().look;
    assert_eq!(look.table.as_ref().unwrap().rows(), 10);
    assert_eq!(look.search.found.unwrap().total, 1);
}

#[test]
fn a_write_of_a_tab_behind_asks_and_is_sent_for_that_tab() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("POST /services/data/v67.0/sobjects/Account");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    bench.keys("T esc");
    bench.answer(id, Err(asks_first(&ask)));
    assert!(matches!(bench.state.dialog, Some(Dialog::Write(..))));
    bench.later();
    bench.keys("y");
    let (again, ask) = bench.page_ask();
    bench.answer(again, Ok(json(&ask.profile.id(), 201, r#"{"id":1}"#)));
    assert!(bench.state.rest.pages.current.is_none());
    bench.keys("[");
    assert_eq!(bench.shown().exchange().unwrap().status, 201);
}

#[test]
fn a_tab_is_closed_and_opened_again() {
    let mut bench = two();
    bench.typed("query");
    bench.keys("alt-w");
    assert_eq!(addresses(&bench), ["limits"]);
    bench.keys("alt-w");
    assert_eq!(bench.notice(), "This is the only tab");
    bench.keys("alt-t");
    assert_eq!((addresses(&bench), bench.address()), (vec!["limits", "query"], "query"));
    bench.keys("esc alt-t");
    assert_eq!(bench.notice(), "No tab was closed");
    // One that waits is not closed: what became of a write would be told to nobody.
    bench.keys("r alt-w");
    assert_eq!(bench.state.tabs.count(), 2);
    assert!(bench.notice().contains("esc cancels"));
    bench.keys("esc alt-w");
    assert_eq!(bench.state.tabs.count(), 1);
    bench.keys("]");
    assert_eq!(bench.notice(), "There is only this tab: T opens another");
}

#[test]
fn esc_cancels_what_the_tab_in_front_waits_for() {
    let mut bench = two();
    bench.typed("query");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    bench.keys("[ r");
    let (own, _) = bench.page_ask();
    bench.keys("esc");
    assert!(bench.state.flights.get(own).is_none() && bench.state.flights.get(id).is_some());
}

#[test]
fn all_tabs_together_hold_what_one_may() {
    let mut bench = Bench::rest();
    bench.state.rest.pages = orgdeck::app::page::Pages::with_budget(150_000);
    let big = format!("[\"{}\"]", "x".repeat(60_000));
    for name in ["one", "two", "three", "four"] {
        bench.ask(name, 200, &big);
        bench.keys("T esc");
    }
    let kept = |bench: &Bench| {
        let outcome = |tab: &orgdeck::app::rest::Rest| {
            tab.pages.current.as_ref().map(|page| matches!(page.outcome, Outcome::Answered(_)))
        };
        tabs::all(&bench.state).filter_map(outcome).collect::<Vec<_>>()
    };
    assert_eq!(kept(&bench), [false, false, true, true], "the nearest ones are kept");
}

#[test]
fn a_click_on_a_tab_goes_to_it() {
    let mut bench = two();
    let size = (120, 40);
    let seen = screen(&bench, size);
    let line = seen.lines().position(|line| line.contains("1 limits")).unwrap();
    let column = seen.lines().nth(line).unwrap().find("1 limits").unwrap();
    let target = orgdeck::view::hit(&bench.state, size, u16::try_from(column).unwrap(), u16::try_from(line).unwrap());
    assert_eq!(target, Target::Tab(0));
    bench.event(Event::Clicked(target));
    assert_eq!(bench.address(), "limits");
}

#[test]
fn tabs_on_the_screen() {
    let scene = |bench: &mut Bench| {
        bench.ask("sobjects/Account/describe", 200, r#"{"name":"Account"}"#);
        bench.keys("T");
        bench.typed("POST composite");
        bench.keys("esc T");
        bench.typed("/services/data/v67.0/limits");
        bench.keys("enter");
        bench.switch_to("sales");
        bench.keys("alt-pgup");
    };
    snap("tabs", scene, Bench::rest_of);
    snap(
        "tabs_many",
        |bench| {
            for n in 0..20 {
                bench.keys("T");
                bench.typed(&format!("日本語/resource/number/{n}"));
                bench.keys("esc");
            }
            bench.keys("[ [ [ [");
        },
        Bench::rest_of,
    );
}
