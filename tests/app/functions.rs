//! Functions in the address bar: offered, shown before they are sent, the same when they are sent.

use super::support::{Bench, asks_first};
use orgdeck::request::{Need, Request, Trust, expand_as, needs};
use orgdeck::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn screen(bench: &Bench) -> String {
    let (columns, rows) = bench.state.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view::draw(&bench.state, &view::Theme::terminal(), frame)).unwrap();
    terminal.backend().to_string()
}

/// What an ask would send.
fn sent(ask: &orgdeck::app::ask::Ask) -> String {
    let whole = expand_as(&ask.request.address, &ask.variables, &ask.request.trust, "the address").unwrap();
    whole.text.expose().to_owned()
}

#[test]
fn functions_are_offered_after_two_braces() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits?x={{u");
    let labels: Vec<_> = bench.state.rest.completion.candidates.iter().map(|c| c.label.clone()).collect();
    for wanted in ["username", "uuid()", "url_encode(text)"] {
        assert!(labels.iter().any(|label| label == wanted), "{labels:?}");
    }
    bench.typed("ui");
    bench.keys("tab");
    assert_eq!(bench.address(), "limits?x={{uuid()}}");
    bench.keys("ctrl-u");
    bench.typed("x/{{base6");
    bench.keys("tab");
    assert_eq!(bench.address(), "x/{{base64()}}");
    // What it is given is typed, and offered, inside.
    bench.typed("usern");
    bench.keys("tab");
    assert_eq!(bench.address(), "x/{{base64(username)}}");
}

#[test]
fn what_chance_gives_is_shown_before_and_sent_as_shown() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits?x={{uuid()}}");
    let shown = screen(&bench).lines().find(|line| line.contains("→ ")).unwrap().to_owned();
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    let uuid = sent(&ask).split_once('=').unwrap().1.to_owned();
    assert!(shown.contains(&uuid), "{uuid} is not in {shown}");
    // A confirmed one is the same; sent again it is another.
    bench.answer(id, Err(asks_first(&ask)));
    bench.later();
    bench.keys("y");
    let (_, again) = bench.page_ask();
    assert_eq!(sent(&again).split_once('=').unwrap().1, uuid);
    bench.page(200, "{}");
    bench.keys("r");
    assert_ne!(sent(&bench.page_ask().1).split_once('=').unwrap().1, uuid);
}

#[test]
fn time_is_a_sample_until_it_is_sent() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits?x={{now('', '%H%M')}}");
    let shown = screen(&bench);
    assert!(shown.contains("≈ ") && shown.contains("limits?x=1200"), "{shown}");
}

#[test]
fn what_is_not_closed_is_told_under_the_address() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits?x={{zz");
    assert!(screen(&bench).contains("{{zz is not closed"), "{}", screen(&bench));
}

#[test]
fn what_is_typed_may_read_and_what_came_from_elsewhere_may_not() {
    let mut bench = Bench::rest();
    bench.keys("a");
    bench.typed("limits?x={{env('HOME')}}");
    bench.keys("esc a enter");
    let (_, ask) = bench.page_ask();
    assert_eq!(needs(&ask.request, &ask.variables), [Need::Env("HOME".to_owned())]);
    bench.page(200, "{}");
    // A request that is put into the editors keeps the trust that it has, whatever is typed to it.
    bench.state.rest.fill(&Request::get("limits?y={{env('HOME')}}"));
    bench.keys("a end");
    bench.typed("&z=1");
    assert!(screen(&bench).contains("it reads only where it was typed by hand"), "{}", screen(&bench));
    assert_eq!(bench.state.rest.request().trust, Trust::Nothing);
}

#[test]
fn braces_in_a_link_of_an_answer_name_nothing() {
    let mut bench = Bench::rest();
    bench.ask("x", 200, r#"{"self":"/services/data/v67.0/limits?t={{accessToken}}&e={{env('HOME')}}"}"#);
    bench.keys("down enter");
    assert!(bench.sent.is_empty(), "it is no link");
    // Nodes of the tree, rows and further pages go by this.
    let followed = Request::follow("/services/data/v67.0/x?t={{accessToken}}&e={{{env('HOME')}}}");
    assert_eq!(followed.address, "/services/data/v67.0/x?t=%7B%7BaccessToken}}&e=%7B%7B{env('HOME')}}}");
    assert_eq!(needs(&followed, &bench.state.all_variables()), []);
}
