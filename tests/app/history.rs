//! The history screen: what is kept and shown, looked for, opened, sent again, deleted.

use super::screens::screen;
use super::support::{Bench, LINKS, TOKEN, accounts, failure, json, profiles};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::page::Outcome;
use orgdeck::app::{Effect, Event, Place};
use orgdeck::profile::Profiles;
use orgdeck::request::{AnswerBody, Failure, FailureKind, PastPage, Request, RequestBody};
use orgdeck::secret::MASK;
use orgdeck::wire::Phase;

const NOT_FOUND: &str = r#"[{"errorCode":"NOT_FOUND","message":"no"}]"#;

/// Two asked: `limits` and then `query`, on the history screen.
fn two() -> Bench {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.ask("query", 404, NOT_FOUND);
    bench.keys("3");
    bench
}

fn addresses(bench: &Bench) -> Vec<&str> {
    bench.state.history.page.rows.iter().map(|row| row.address.as_str()).collect()
}

#[test]
fn the_history_shows_and_sends_again() {
    let mut bench = two();
    let newest: Vec<(u16, &str)> =
        bench.state.history.page.rows.iter().take(2).map(|row| (row.status, row.address.as_str())).collect();
    assert_eq!(newest, [(404, "query"), (200, "limits")]);
    bench.keys("down enter");
    assert_eq!((bench.state.place, bench.address()), (Place::Rest, "limits"));
    let exchange = bench.shown().exchange().unwrap();
    assert_eq!(exchange.status, 200);
    assert_eq!(exchange.notes, ["as it was on 2026-11-03 12:00:00, asked by acme/admin@acme.example; r asks again"]);
    assert!(bench.sent.is_empty(), "it is shown, not asked again");
    bench.keys("3 home r");
    assert_eq!(bench.page_ask().1.request.address, "query");
    assert_eq!(bench.state.place, Place::Rest);
}

#[test]
fn what_is_kept_knows_its_secrets_and_whose_it_is() {
    let mut bench = Bench::rest();
    bench.state.set_variable("apiKey", "hunter22");
    bench.ask("limits", 200, LINKS);
    let (_, record) = bench.past.kept.last().unwrap();
    let secrets: Vec<&str> = record.secrets.iter().map(|secret| secret.expose()).collect();
    assert!(secrets.contains(&TOKEN) && secrets.contains(&"hunter22"), "{}", secrets.len());
    assert_eq!(record.org_id, "00D8d000008abcdEAA");
    assert_eq!(record.instance, "https://acme.my.salesforce.com");
}

#[test]
fn it_is_sent_as_then_by_who_asked() {
    let mut bench = two();
    bench.switch_to("sales");
    bench.log_in();
    bench.answer_all();
    bench.keys("3 home R");
    assert_eq!(bench.who().username, "admin@acme.example");
    assert_eq!(bench.page_ask().1.profile.user.username, "admin@acme.example");
    bench.answer_all();
    let only = Profiles { apps: profiles().apps.into_iter().rev().take(1).collect(), ..profiles() };
    bench.event(Event::ProfilesLoaded(Box::new(only)));
    bench.keys("3 home R");
    assert!(bench.notice().contains("in no profile any more"), "{}", bench.notice());
}

#[test]
fn a_request_with_a_part_that_was_not_kept_is_filled_in_and_not_sent() {
    let mut bench = two();
    let (_, record) = bench.past.kept.last_mut().unwrap();
    record.request =
        Request { body: RequestBody::Text(format!("password={MASK}")), ..Request::get("services/oauth2/token") };
    bench.keys("r");
    assert!(bench.sent.is_empty());
    assert!(bench.notice().starts_with("Not sent: a part of it was not kept"), "{}", bench.notice());
    assert_eq!(bench.address(), "services/oauth2/token");
}

#[test]
fn this_runs_own_answer_is_shown_whole_while_a_page_holds_it() {
    let mut bench = two();
    // As it comes back from the file: the body was too big.
    for (_, record) in &mut bench.past.kept {
        let mut cut = (*record.exchange).clone();
        cut.body = AnswerBody::Text("the beginning".into());
        record.exchange = cut.into();
    }
    bench.keys("enter");
    assert!(bench.shown().exchange().unwrap().body.json().is_some(), "whole");
    bench.state.rest.pages = Default::default();
    bench.keys("3 enter");
    assert!(bench.shown().exchange().unwrap().body.json().is_none(), "as it was kept");
}

#[test]
fn what_is_typed_looks_for_it_and_esc_shows_all() {
    let mut bench = two();
    let all = bench.state.history.page.total;
    bench.keys("/");
    bench.typed("limi");
    assert_eq!((addresses(&bench)[0], bench.state.history.row), ("limits", 0));
    assert!(bench.state.history.page.total < all);
    bench.typed("q");
    assert_eq!(bench.state.history.page.total, 0);
    bench.keys("esc");
    assert_eq!((bench.state.history.page.total, bench.state.history.typing), (all, false));
    bench.keys("/");
    bench.typed("status:404 after:soon");
    assert_eq!(bench.state.history.page.total, 1);
    assert!(bench.state.history.wrong.as_ref().unwrap().contains("after:soon is not understood"));
    bench.keys("enter q esc");
    assert!(bench.wanted.iter().any(|e| matches!(e, Effect::Quit)), "q is a key again");
    assert_eq!(bench.state.history.page.total, all, "esc in the list as well");
    bench.event(Event::Pasted("query\n".to_owned()));
    assert!(bench.state.history.typing && addresses(&bench).contains(&"query"));
}

#[test]
fn a_reading_that_is_overtaken_is_stopped_and_its_rows_are_dropped() {
    let mut bench = two();
    bench.late = true;
    bench.keys("/");
    bench.typed("li");
    let readings: Vec<_> = bench
        .wanted
        .iter()
        .filter_map(|effect| match effect {
            Effect::ReadHistory { id, .. } => Some((*id, false)),
            Effect::Cancel(id) => Some((*id, true)),
            _ => None,
        })
        .collect();
    let (first, second) = (readings[0].0, readings.last().unwrap().0);
    assert_eq!(readings, [(first, false), (first, true), (second, false)]);
    bench.event(Event::HistoryRead(first, Ok(PastPage { total: 77, ..PastPage::default() })));
    assert_ne!(bench.state.history.page.total, 77);
    bench.event(Event::HistoryRead(second, Ok(PastPage::default())));
    assert_eq!(bench.state.history.page.total, 0);
    bench.event(Event::HistoryRead(second, Err("again".to_owned())));
    assert_eq!(bench.notice(), "");
}

#[test]
fn only_a_window_is_read_and_the_cursor_stays_on_its_exchange() {
    let mut bench = two();
    let mut one = bench.past.kept.pop().unwrap();
    for at in 0..5000 {
        one.0 += 1;
        one.1.request.address = format!("n{at}");
        bench.past.kept.push(one.clone());
    }
    bench.keys("1 3");
    assert_eq!(bench.state.history.page.total, bench.past.kept.len());
    assert!(bench.state.history.page.rows.len() < 300);
    bench.keys("end");
    assert_eq!(bench.state.history.current().unwrap().id, 1, "the oldest is there at once");
    assert!(bench.state.history.page.first > 4000);
    bench.keys("home down down");
    let under = bench.state.history.current().unwrap().id;
    one.0 += 1;
    bench.past.kept.push(one);
    bench.event(Event::HistoryKept(9999, 1));
    assert_eq!((bench.state.history.row, bench.state.history.current().unwrap().id), (3, under));
    bench.keys("pgdn pgdn pgdn pgup");
    assert!(bench.state.history.current().is_some());
}

#[test]
fn one_is_deleted_at_once_and_all_after_a_question() {
    let mut bench = two();
    let all = bench.state.history.page.total;
    bench.keys("x");
    assert_eq!((bench.state.history.page.total, addresses(&bench)[0]), (all - 1, "limits"));
    bench.keys("X n");
    assert_eq!(bench.state.history.page.total, all - 1);
    bench.keys("X");
    assert!(matches!(bench.state.dialog, Some(Dialog::ClearHistory)));
    bench.keys("y");
    assert_eq!((bench.state.history.page.total, bench.state.history.row), (0, 0));
    bench.keys("X enter r x y");
    assert_eq!(bench.state.place, Place::History);
}

#[test]
fn who_has_gone_elsewhere_is_not_called_back() {
    let mut bench = two();
    bench.late = true;
    bench.keys("enter 4");
    let (task, past) = bench
        .wanted
        .iter()
        .find_map(|effect| match effect {
            Effect::OpenPast(task, _) => Some((*task, bench.past.answer(effect).unwrap())),
            _ => None,
        })
        .unwrap();
    bench.event(past);
    assert_eq!(bench.state.place, Place::Variables);
    bench.late = false;
    bench.keys("3");
    bench.event(Event::PastOpened(task, Ok(None)));
    assert_eq!((bench.state.place, bench.notice()), (Place::History, ""));
}

#[test]
fn what_is_to_be_known_of_its_place_is_told() {
    let mut bench = two();
    bench.event(Event::HistoryPlaced { this_run_only: true, words: Some("The history is not kept: x".to_owned()) });
    assert_eq!((bench.notice(), bench.state.history.this_run_only), ("The history is not kept: x", true));
}

#[test]
fn what_had_no_answer_is_in_the_history_and_is_sent_again() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits");
    bench.keys("enter");
    let (id, _) = bench.page_ask();
    let why =
        Failure { detail: "connection refused".to_owned(), ..failure("Nobody answers there", FailureKind::Network) };
    bench.answer(id, Err(why));
    bench.keys("3 home");
    let row = bench.state.history.current().unwrap().clone();
    assert_eq!((row.failed.as_str(), row.address.as_str()), ("Nobody answers there", "limits"));
    assert!(row.url.ends_with("/services/data/v67.0/limits"), "{}", row.url);
    assert!(screen(&bench, (80, 24)).contains("Nobody answers there"));
    bench.keys("enter");
    match &bench.shown().outcome {
        Outcome::Failed(why) => {
            assert_eq!((why.title.as_str(), why.detail.as_str()), ("Nobody answers there", "connection refused"));
            assert!(why.hint.iter().any(|hint| hint.starts_with("as it was on")), "{why:?}");
        }
        other => panic!("{other:?}"),
    }
    bench.keys("3 home d");
    assert!(bench.notice().starts_with("There was no answer"), "{}", bench.notice());
    bench.keys("r");
    assert_eq!(bench.page_ask().1.request.address, "limits");
}

#[test]
fn a_write_that_was_cancelled_on_its_way_is_kept_and_what_was_not_sent_is_not() {
    let mut bench = Bench::rest();
    for (kind, kept) in
        [(FailureKind::Usage, 0), (FailureKind::Refused, 0), (FailureKind::Login, 0), (FailureKind::Network, 1)]
    {
        let before = bench.past.kept.len();
        bench.keys("a");
        bench.typed("limits");
        bench.keys("enter");
        let (id, _) = bench.page_ask();
        bench.answer(id, Err(failure("No", kind.clone())));
        assert_eq!(bench.past.kept.len() - before, kept, "{kind:?}");
    }
    // Read or not sent yet: nothing. A write under way: its outcome is not known.
    for (method, phase, kept) in
        [("GET", Phase::Waiting, 0), ("POST", Phase::Connecting, 0), ("POST", Phase::Waiting, 1)]
    {
        let before = bench.past.kept.len();
        bench.state.rest.fill(&Request { method: method.to_owned(), ..Request::get("sobjects/Account").typed() });
        bench.keys("a enter");
        let (id, _) = bench.page_ask();
        bench.event(Event::Progressed(id, phase));
        bench.keys("esc esc");
        assert_eq!(bench.past.kept.len() - before, kept, "{method} {phase:?}");
    }
    let (_, record) = bench.past.kept.last().unwrap();
    assert_eq!(record.exchange.unanswered().unwrap().kind, FailureKind::Unknown);
}

#[test]
fn further_pages_of_a_table_count_where_the_query_stands() {
    let mut bench = Bench::rest();
    bench.ask("SELECT Id FROM Account", 200, &accounts(0, 5, 9, Some("/services/data/v67.0/query/01g-5")));
    bench.keys("end down");
    let kept = bench.past.last;
    let (id, ask) = bench.sent.back().cloned().unwrap();
    bench.answer(id, Ok(json(&ask.profile.id(), 200, &accounts(5, 4, 9, None))));
    let (_, record) = bench.past.kept.last().unwrap();
    assert_eq!(record.page_of, Some(kept));
    // One that is no page stands by itself.
    bench.ask("SELECT Id FROM Account", 200, &accounts(0, 5, 9, Some("/services/data/v67.0/query/01g-5")));
    bench.keys("end down");
    let (id, ask) = bench.sent.back().cloned().unwrap();
    bench.answer(id, Ok(json(&ask.profile.id(), 500, "[]")));
    assert_eq!(bench.past.kept.last().unwrap().1.page_of, None);
}
