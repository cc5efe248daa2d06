//! The answer leaves the screen: saved, opened elsewhere, copied; what is secret asks first.

use super::support::{Bench, LINKS, exchange, json};
use orgdeck::app::dialog::Dialog;
use orgdeck::app::event::Clip;
use orgdeck::app::rest::file_name;
use orgdeck::app::{Effect, Event};
use orgdeck::request::AnswerBody;

fn saved(bench: &Bench) -> Option<(String, bool)> {
    bench.wanted.iter().rev().find_map(|effect| match effect {
        Effect::Save(_, path, replace) => Some((path.clone(), *replace)),
        _ => None,
    })
}

#[test]
fn a_body_is_saved_under_the_name_typed_and_replaces_nothing_unasked() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.keys("S");
    assert!(matches!(&bench.state.dialog, Some(Dialog::Save(line, _)) if line.text() == "limits.json"));
    bench.keys("ctrl-u");
    bench.typed("~/q/a.json");
    bench.keys("enter");
    assert_eq!(saved(&bench), Some(("~/q/a.json".to_owned(), false)));
    let shown = bench.shown().exchange().unwrap().body.clone();
    bench.event(Event::Exists("~/q/a.json".to_owned(), shown.clone()));
    assert!(matches!(bench.state.dialog, Some(Dialog::Replace(..))));
    bench.keys("n");
    assert_eq!((bench.notice(), saved(&bench).unwrap().1), ("Not saved: ~/q/a.json stays as it is", false));
    bench.event(Event::Exists("~/q/a.json".to_owned(), shown.clone()));
    bench.keys("y");
    assert_eq!(saved(&bench), Some(("~/q/a.json".to_owned(), true)));
    // Under typing fingers there is no question.
    bench.keys("a");
    bench.event(Event::Exists("~/q/a.json".to_owned(), shown));
    assert!(bench.state.dialog.is_none() && bench.notice().contains("is there already"));
}

#[test]
fn files_are_called_as_what_they_are() {
    let bench = Bench::rest();
    let named = |url: &str, media: &str, body: AnswerBody| {
        let mut one = exchange(&bench.who(), 200, media, body);
        one.url = url.to_owned();
        file_name(&one)
    };
    let text = || AnswerBody::Text("x".into());
    let bytes = || AnswerBody::Binary([0_u8].as_slice().into());
    assert_eq!(named("https://a.example/jobs/query/750/results?x=1", "text/csv", text()), "results.csv");
    assert_eq!(named("https://a.example/", "text/html; charset=UTF-8", text()), "a.example.html");
    assert_eq!(named("https://a.example/photo/005.PNG", "image/png", bytes()), "005.PNG");
    assert_eq!(named("https://a.example/VersionData", "application/octetstream", bytes()), "VersionData.bin");
    assert_eq!(named("https://a.example/..%2f..%2fetc", "text/plain", text()), "2f..-2fetc.txt");
}

#[test]
fn pager_and_editor_get_what_is_shown() {
    let mut bench = Bench::rest();
    bench.ask("limits", 200, LINKS);
    bench.keys("|");
    bench.typed("words");
    bench.filter();
    bench.keys("enter o O");
    let opened: Vec<(String, bool)> = bench
        .wanted
        .iter()
        .filter_map(|effect| match effect {
            Effect::Present(shown, editor) => {
                Some((String::from_utf8_lossy(shown.body.json().unwrap().bytes()).into_owned(), *editor))
            }
            _ => None,
        })
        .collect();
    assert_eq!(opened, [("\"no link\"".to_owned(), false), ("\"no link\"".to_owned(), true)]);
}

#[test]
fn what_an_answer_calls_a_secret_asks_before_it_is_copied() {
    let mut bench = Bench::rest();
    bench.ask("token", 200, r#"{"access_token":"abc","token_type":"Bearer","note":"00D8d000008abcd!AQ8AQ","n":null}"#);
    bench.go_to("access_token");
    bench.keys("y");
    assert!(bench.copied().is_none());
    assert!(matches!(&bench.state.dialog, Some(Dialog::CopySecret(name, _)) if name == "access_token"));
    bench.keys("y");
    assert!(matches!(bench.wanted.last(), Some(Effect::Copy(_, Clip::Secret(secret))) if secret.expose() == "abc"));
    bench.wanted.clear();
    bench.go_to("note");
    bench.keys("y n");
    assert!(bench.copied().is_none(), "it looks like a session id");
    bench.go_to("token_type");
    bench.keys("y");
    assert_eq!(bench.copied().as_deref(), Some("Bearer"));
    bench.wanted.clear();
    bench.keys("c b n");
    assert!(bench.copied().is_none(), "the whole body holds it");
    bench.keys("Y");
    assert_eq!(bench.copied().as_deref(), Some(".token_type"));
    // A SOAP login's answer is a text.
    bench.keys("r");
    let (id, ask) = bench.page_ask();
    let mut soap = json(&ask.profile.id(), 200, "{}");
    soap.body = AnswerBody::Text("<sessionId>00D8d000008abcd!AQ8AQ</sessionId>".into());
    bench.answer(id, Ok(soap));
    bench.wanted.clear();
    bench.keys("c b");
    assert!(bench.copied().is_none() && bench.state.dialog.is_some());
}
