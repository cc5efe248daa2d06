//! Every way in which the screen sends: none brings a permit along, so that the guard of the org's client is asked each time,
//! and a yes counts for the one request that was shown.

use super::saved::Desk;
use super::support::{Bench, asks_first};
use orgdeck::app::ask::{Ask, Owner};
use orgdeck::app::event::TaskId;

const WRITE: &str = "POST sobjects/Account";

fn type_and_send(desk: &mut Desk) {
    desk.keys("a");
    desk.typed(WRITE);
    desk.keys("enter");
}

/// Sends it, has it confirmed and answered.
fn sent_once(desk: &mut Desk) {
    type_and_send(desk);
    confirm(&mut desk.bench);
    desk.bench.page(201, r#"{"id":"001","success":true}"#);
    desk.settle();
}

fn confirm(bench: &mut Bench) {
    let (id, ask) = last(bench).expect("nothing was sent");
    bench.answer(id, Err(asks_first(&ask)));
    bench.later();
    bench.keys("y");
}

/// The last that was sent for the answer pane or a comparison.
fn last(bench: &Bench) -> Option<(TaskId, Ask)> {
    let fits = |ask: &Ask| matches!(ask.owner, Owner::Page | Owner::Compare);
    bench.sent.iter().rfind(|(_, ask)| fits(ask)).cloned()
}

type Way = (&'static str, fn(&mut Desk));

/// Each after the same write was confirmed and sent once.
const WAYS: [Way; 13] = [
    ("the address bar", type_and_send),
    ("sent again", |desk| desk.keys("r")),
    ("an editor", |desk| desk.keys("b ctrl-r")),
    ("the palette", |desk| {
        desk.keys("ctrl-p");
        desk.typed("send");
        desk.keys("enter");
    }),
    ("the page before", |desk| {
        desk.bench.ask("limits", 200, "{}");
        desk.keys("backspace r");
    }),
    ("another tab", |desk| {
        desk.keys("T");
        desk.typed(WRITE);
        desk.keys("enter");
    }),
    ("a tab that was closed", |desk| {
        desk.keys("T esc alt-pgup alt-w alt-t enter");
    }),
    ("the history, as now", |desk| {
        desk.keys("3 home");
        find(desk);
        desk.keys("r");
    }),
    ("the history, as then", |desk| {
        desk.keys("3 home");
        find(desk);
        desk.keys("R");
    }),
    ("the history, shown and sent", |desk| {
        desk.keys("3 home");
        find(desk);
        desk.keys("enter r");
    }),
    ("as somebody else", |desk| desk.keys("= enter")),
    ("a saved request", |desk| {
        desk.keys("a shift-tab");
        desk.choose("accounts");
        desk.keys("enter");
        desk.choose("Make an account");
        desk.keys("enter enter");
    }),
    ("as another person after a switch", |desk| {
        desk.bench.switch_to("sales");
        desk.keys("r");
    }),
];

/// The write among what was asked.
fn find(desk: &mut Desk) {
    let rows = &desk.bench.state.history.page.rows;
    let at = rows.iter().position(|row| row.method == "POST").expect("the write is in the history");
    desk.bench.state.history.row = at;
}

#[test]
fn no_way_of_sending_brings_a_permit_along() {
    for (way, go) in WAYS {
        let mut desk = Desk::with_requests();
        sent_once(&mut desk);
        assert!(!desk.bench.page_waits(), "{way}");
        go(&mut desk);
        let Some((_, ask)) = last(&desk.bench) else { panic!("{way} sent nothing: {}", desk.notice()) };
        assert_eq!(ask.request.method, "POST", "{way}");
        assert!(ask.permit.is_none(), "{way} is asked again");
        // A yes counts for what was shown, and for that once.
        confirm(&mut desk.bench);
        assert!(last(&desk.bench).is_some_and(|(_, ask)| ask.permit.is_some()), "{way}");
    }
}

#[test]
fn what_is_sent_by_itself_is_a_read_and_never_asks() {
    let mut desk = Desk::new();
    desk.bench.ask("sobjects", 200, super::support::SOBJECTS);
    for (_, ask) in &desk.bench.sent {
        assert!(ask.request.method == "GET" && ask.permit.is_none(), "{:?}", ask.owner);
        assert!(!ask.owner.may_ask(), "{:?}", ask.owner);
    }
    // Further rows are read, whatever the request was that has them.
    let page = super::support::accounts(0, 3, 9, Some("/services/data/v67.0/query/01g-3"));
    desk.bench.ask("SELECT Id FROM Account", 200, &page);
    desk.keys("end down");
    let (_, ask) = desk.bench.sent.back().unwrap();
    assert!(matches!(ask.owner, Owner::MoreRows(_)) && ask.request.method == "GET" && !ask.owner.may_ask());
}
