//! The body's editor: mistakes at their place, laid out, the user's own editor, paths of files.

use super::support::Bench;
use orgdeck::app::key::{Code, Key};
use orgdeck::app::rest::Focus;
use orgdeck::app::{Effect, Event};
use orgdeck::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn body(text: &str) -> Bench {
    let mut bench = Bench::rest();
    bench.keys("b");
    bench.event(Event::Pasted(text.to_owned()));
    bench
}

fn function(bench: &mut Bench, number: u8) {
    bench.event(Event::Key(Key::of(Code::F(number))));
}

fn lines(bench: &Bench) -> Vec<String> {
    bench.state.rest.body.lines().to_vec()
}

fn screen(bench: &Bench) -> String {
    let (columns, rows) = bench.state.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| view::draw(&bench.state, &view::Theme::terminal(), frame)).unwrap();
    terminal.backend().to_string()
}

#[test]
fn a_mistake_is_told_at_its_place_while_one_types() {
    let mut bench = body("{\"Name\": \"a\",\n \"x\" 1}");
    let trouble = bench.state.rest.body_trouble.clone().unwrap();
    assert_eq!((trouble.line, trouble.column), (1, 5));
    let shown = screen(&bench);
    assert!(shown.contains("\"x\" 1}  ! expected `:` after a key") && shown.contains("Body !"), "{shown}");
    bench.keys("left left");
    bench.typed(":");
    assert_eq!(bench.state.rest.body_trouble, None);
    assert!(!screen(&bench).contains("expected"));
    // What means to be no JSON is none, and another request has its own body.
    assert_eq!(body("Name,Id\n\"a").state.rest.body_trouble, None);
    let mut bench = body("[1");
    assert!(bench.state.rest.body_trouble.is_some());
    bench.state.rest.fill(&orgdeck::request::Request::get("limits"));
    assert_eq!(bench.state.rest.body_trouble, None);
}

#[test]
fn a_body_is_laid_out_and_comes_back_by_undo() {
    let mut bench = body("{\"Name\":\"{{name}}\",\"N\":{{n}}}");
    function(&mut bench, 7);
    assert_eq!(lines(&bench), ["{", "  \"Name\": \"{{name}}\",", "  \"N\": {{n}}", "}"]);
    bench.state.rest.body.undo();
    bench.state.rest.body.undo();
    assert_eq!(lines(&bench), ["{\"Name\":\"{{name}}\",\"N\":{{n}}}"]);
    let mut broken = body("{\"Name\" 1}");
    function(&mut broken, 7);
    assert!(broken.notice().contains("Line 1, column 9"), "{}", broken.notice());
    let mut text = body("plain");
    function(&mut text, 7);
    assert!(text.notice().contains("Only a body of JSON"));
}

#[test]
fn the_users_editor_gets_the_template_and_gives_it_back() {
    let mut bench = body("{\"t\": \"{{accessToken}}\"}");
    function(&mut bench, 4);
    let wanted = bench.wanted.iter().any(|effect| {
        matches!(effect, Effect::EditText { focus: Focus::Body, name: "body.json", text } if text.contains("{{accessToken}}"))
    });
    assert!(wanted, "{:?}", bench.wanted);
    bench.event(Event::TextEdited(Focus::Body, Ok("[1,\n2".to_owned())));
    assert_eq!(lines(&bench), ["[1,", "2"]);
    assert!(bench.state.rest.body_trouble.is_some());
    bench.event(Event::TextEdited(Focus::Body, Err("vi could not be started".to_owned())));
    assert_eq!(lines(&bench), ["[1,", "2"]);
    assert!(bench.notice().contains("could not be started"));
}

#[test]
fn the_path_of_a_file_is_completed() {
    let mut bench = body("@ro");
    bench.keys("tab");
    let asked = bench.wanted.iter().any(|effect| matches!(effect, Effect::FindPaths { typed, .. } if typed == "ro"));
    assert!(asked && bench.state.rest.focus == Focus::Body, "{:?}", bench.wanted);
    let found = |names: &[&str]| Event::PathsFound("ro".to_owned(), names.iter().map(|n| (*n).to_owned()).collect());
    bench.event(found(&["rows/a.csv", "rows/b.csv"]));
    assert_eq!(lines(&bench), ["@rows/"]);
    assert!(bench.notice().contains("a.csv  b.csv"));
    // What was asked for something else is late.
    bench.event(found(&["rover.csv"]));
    assert_eq!(lines(&bench), ["@rows/"]);
    let mut text = body("plain");
    text.keys("tab");
    assert_ne!(text.state.rest.focus, Focus::Body, "elsewhere tab goes on");
}
