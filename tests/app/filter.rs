//! The jq line: what runs, what is shown in place of the answer, and how one gets back.

use super::support::{Bench, LINKS, accounts};
use orgdeck::app::answer::View;
use orgdeck::app::filter::Filtered;
use orgdeck::app::{Effect, Event};

fn records(bench: &mut Bench) {
    bench.ask("query", 200, &accounts(0, 30, 30, None));
}

#[test]
fn each_key_stops_the_run_before_and_the_last_result_is_shown() {
    let mut bench = Bench::rest();
    records(&mut bench);
    bench.keys("v v |");
    bench.typed("records|length");
    let runs = bench.wanted.iter().filter(|e| matches!(e, Effect::Filter { .. })).count();
    let stops = bench.wanted.iter().filter(|e| matches!(e, Effect::Cancel(_))).count();
    assert_eq!((runs, stops), (14, 13), "each key runs, and stops the run before");
    let stale = bench.wanted.iter().find_map(|e| match e {
        Effect::Filter { id, .. } => Some(*id),
        _ => None,
    });
    bench.event(Event::Filtered(stale.unwrap(), Box::new(Filtered::failed("late".to_owned()))));
    assert!(bench.shown().look.filter.trouble.is_none(), "what is no longer waited for is dropped");
    bench.filter();
    assert_eq!(bench.body(), "30");
    assert_eq!(bench.shown().look.filter.status(), "1 result");
    bench.keys("esc");
    assert!(bench.body().starts_with("{\"totalSize\":30"), "the whole answer");
}

#[test]
fn several_outputs_are_an_array_and_a_mistake_keeps_the_last_good_result() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.keys("|");
    bench.typed("deep.list[]");
    bench.filter();
    assert_eq!(bench.shown().look.filter.status(), "3 results");
    let good = bench.body();
    assert_eq!(good, "[\n1,\n2,\n{\n  \"three\": null\n}\n]");
    bench.typed("|nosuch");
    bench.filter();
    let trouble = bench.shown().look.filter.trouble.clone().unwrap();
    assert_eq!((trouble.at, trouble.what.as_str()), (Some(13), "there is no nosuch/0"));
    assert_eq!(bench.body(), good);
    bench.keys("enter");
    assert!(bench.shown().look.filter.typing, "what is wrong is not kept");
}

#[test]
fn what_is_kept_is_walked_searched_copied_and_left() {
    let mut bench = Bench::rest();
    records(&mut bench);
    bench.keys("v v");
    bench.keys("|");
    bench.typed("records[:3]");
    bench.filter();
    bench.keys("enter");
    assert!(!bench.shown().look.filter.typing);
    let look = &bench.shown().look;
    assert_eq!(look.table.as_ref().map(orgdeck::app::table::TableLook::rows), Some(3), "records are a table");
    bench.event(Event::Clicked(orgdeck::app::Target::View(View::Tree)));
    bench.keys("end up");
    bench.keys("/");
    bench.typed("Account 1");
    bench.find();
    bench.keys("enter");
    assert_eq!(bench.under(), ".[1].Name");
    bench.keys("y");
    assert_eq!(bench.copied().as_deref(), Some("Account 1"));
    bench.keys("esc");
    assert!(bench.shown().look.filter.is_on(), "first the search is left");
    bench.keys("esc");
    assert!(!bench.shown().look.filter.is_on());
    assert_eq!(bench.shown().look.filter.line.text(), ".records[:3]", "it can be had again");
}

#[test]
fn tab_completes_and_the_arrows_recall() {
    let mut bench = Bench::rest();
    records(&mut bench);
    bench.keys("|");
    bench.typed("rec");
    bench.keys("tab");
    bench.typed("[0].Na");
    bench.keys("tab");
    assert_eq!(bench.shown().look.filter.line.text(), ".records[0].Name");
    bench.filter();
    assert_eq!(bench.body(), "\"Account 0\"");
    bench.keys("enter | ctrl-u");
    bench.typed(".done");
    bench.filter();
    bench.keys("enter | up");
    assert_eq!(bench.shown().look.filter.line.text(), ".done");
    bench.keys("up");
    assert_eq!(bench.shown().look.filter.line.text(), ".records[0].Name");
    bench.keys("up");
    assert_eq!(bench.notice(), "There is no older filter");
    bench.keys("down down");
    assert_eq!(bench.shown().look.filter.line.text(), ".done", "what was typed before");
}

#[test]
fn an_empty_filter_is_the_whole_answer_and_runs_nothing() {
    let mut bench = Bench::rest();
    records(&mut bench);
    bench.keys("|");
    bench.typed("done");
    bench.filter();
    assert_eq!(bench.body(), "true");
    bench.wanted.clear();
    bench.keys("ctrl-w");
    assert!(!bench.wanted.iter().any(|e| matches!(e, Effect::Filter { .. })));
    assert!(bench.body().starts_with("{\"totalSize\""));
}

#[test]
fn rows_that_come_later_belong_to_the_whole() {
    let mut bench = Bench::rest();
    bench.ask("query", 200, &accounts(0, 5, 10, Some("/services/data/v67.0/query/01g-5")));
    bench.event(Event::Clicked(orgdeck::app::Target::View(View::Table)));
    bench.keys("m |");
    bench.typed("records[:2]");
    bench.filter();
    let (id, ask) = bench.sent.back().cloned().unwrap();
    let more = super::support::json(&ask.profile.id(), 200, &accounts(5, 5, 10, None));
    bench.answer(id, Ok(more));
    let rows = |bench: &Bench| bench.shown().look.table.as_ref().unwrap().rows();
    assert_eq!(rows(&bench), 2);
    bench.keys("esc");
    assert_eq!(rows(&bench), 10);
}

#[test]
fn a_filter_that_was_used_is_kept_and_one_with_a_secret_is_not() {
    let mut bench = Bench::rest();
    bench.state.set_variable("apiKey", "hunter22");
    bench.ask("limits", 200, LINKS);
    let mut use_it = |text: &str| {
        bench.keys("| ctrl-u");
        bench.typed(text);
        bench.filter();
        bench.keys("enter");
        let kept = bench.wanted.iter().rposition(|e| matches!(e, Effect::KeepFilter(_)));
        kept.map(|at| match bench.wanted.remove(at) {
            Effect::KeepFilter(text) => text,
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(use_it(".deep.list").as_deref(), Some(".deep.list"));
    assert_eq!(use_it("[.words == \"token\"]").as_deref(), Some("[.words == \"token\"]"));
    for secret in [
        "[.words == \"hunter22\"]",
        "[.password == \"s3cret\"]",
        "[.deep | .access_token? != \"abc\"]",
        "[.words == \"00D8d000008abcd!AQ8AQabcdefghijklmnop\"]",
    ] {
        assert_eq!(use_it(secret), None, "{secret}");
    }
    assert_eq!(bench.state.rest.filters.len(), 6, "until the end they are there");
}
