//! Answers that are no JSON: XML and CSV as tree and table, pages as text, pictures as facts, bytes as numbers.

use super::support::{Bench, exchange};
use orgdeck::app::answer::{Form, View};
use orgdeck::app::event::Haystack;
use orgdeck::app::{Effect, Event};
use orgdeck::request::AnswerBody;
use orgdeck::view::{Theme, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

fn answered(size: (u16, u16), media: &str, body: AnswerBody) -> Bench {
    let mut bench = Bench::rest_of(size);
    bench.keys("a");
    bench.typed("jobs/query/750/results");
    bench.keys("enter");
    let (id, ask) = bench.page_ask();
    let told = exchange(&ask.profile.id(), 200, media, body);
    bench.answer(id, Ok(told));
    bench
}

fn text(media: &str, body: &str) -> Bench {
    answered((80, 24), media, AnswerBody::Text(body.into()))
}

fn screen(bench: &Bench) -> String {
    let (width, height) = bench.state.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(&bench.state, &Theme::plain(), frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let row = |y: u16| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn views(bench: &Bench) -> Vec<View> {
    bench.shown().look.views(bench.shown().exchange().unwrap())
}

const SOAP: &str = "<?xml version=\"1.0\"?><e:Envelope xmlns:e=\"u\"><e:Body><result><id>1</id><id>2</id></result></e:Body></e:Envelope>";

#[test]
fn xml_is_a_tree_that_folds_and_filters() {
    let mut bench = text("text/xml", SOAP);
    assert_eq!(views(&bench), [View::Tree, View::Raw, View::Headers, View::Timing]);
    assert_eq!(bench.shown().look.view, View::Tree);
    bench.keys("end");
    assert_eq!(bench.under(), ".[\"e:Envelope\"][\"e:Body\"].result.id[1]");
    bench.keys("|");
    bench.typed("[][].result?.id?[]?");
    bench.filter();
    assert_eq!(bench.shown().look.filter.status(), "2 results");
    bench.keys("esc v");
    assert_eq!(bench.shown().look.view, View::Raw);
    assert!(screen(&bench).contains("<?xml version=\"1.0\"?>"), "as it came");
    bench.keys("/");
    bench.typed("result");
    let searched = bench.wanted.iter().rev().find_map(|effect| match effect {
        Effect::Find { haystack, .. } => Some(matches!(haystack, Haystack::Text(_))),
        _ => None,
    });
    assert_eq!(searched, Some(true), "in the raw view its text is searched");
    bench.find();
    assert_eq!(bench.shown().look.search.status(), "1 of 1");
}

#[test]
fn csv_is_a_table() {
    let mut bench = text("text/csv; charset=UTF-8", "\"Id\",\"Name\"\n\"001\",\"b\"\n\"002\",\"a\"\n");
    assert_eq!(bench.shown().look.view, View::Table);
    bench.keys("right s");
    let table = bench.shown().look.table.as_ref().unwrap();
    assert_eq!(table.columns(), ["Id", "Name"]);
    assert_eq!(table.cell(0, 1).map(|(d, n)| d.text(n).into_owned()).as_deref(), Some("a"), "sorted");
    bench.keys("|");
    bench.typed("[].Id");
    bench.filter();
    assert_eq!(bench.body(), "[\n\"001\",\n\"002\"\n]");
    bench.keys("esc");
    assert_eq!(bench.shown().look.view, View::Table);
}

#[test]
fn a_long_text_is_converted_elsewhere_and_shown_when_it_is_there() {
    let rows: String = (0..20_000).map(|n| format!("{n},name {n}\n")).collect();
    let mut bench = text("text/csv", &format!("Id,Name\n{rows}"));
    assert_eq!(bench.shown().look.view, View::Raw, "as it came until then");
    let wanted = bench.wanted.iter().find_map(|effect| match effect {
        Effect::Derive { page, text, form } => Some((*page, text.clone(), *form)),
        _ => None,
    });
    let (page, text, form) = wanted.unwrap();
    assert_eq!(form, Form::Csv);
    let document = std::sync::Arc::new(form.document(&text).unwrap());
    bench.event(Event::Derived(page, Some(document)));
    assert_eq!(bench.shown().look.view, View::Table);
    assert_eq!(bench.shown().look.table.as_ref().unwrap().rows(), 20_000);
}

#[test]
fn what_cannot_be_read_stays_a_text() {
    let bench = text("application/xml", "<a><b></a>");
    assert_eq!(views(&bench), [View::Raw, View::Headers, View::Timing]);
    let mut empty = text("text/csv", "Id\n");
    assert_eq!(empty.shown().look.view, View::Tree, "a table without rows");
    empty.keys("v v");
    assert!(screen(&empty).contains("Id"));
}

#[test]
fn a_page_is_its_words() {
    let page = "<html><head><title>Down</title></head><body><h1>We are down</h1><p>Back <b>soon</b></body></html>";
    let mut bench = text("text/html", page);
    let seen = screen(&bench);
    assert!(seen.contains("We are down") && seen.contains("Back soon") && !seen.contains("<h1>"), "{seen}");
    bench.keys("v");
    assert!(screen(&bench).contains("<h1>We are"));
}

#[test]
fn bytes_are_numbers_and_pictures_tell_what_they_are() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x80\x08\x06\0\0\0";
    let mut bench = answered((80, 24), "image/png", AnswerBody::Binary(png.as_slice().into()));
    let seen = screen(&bench);
    assert!(seen.contains("PNG") && seen.contains("256 × 128 pixels") && seen.contains("S saves it"), "{seen}");
    bench.keys("v");
    assert!(screen(&bench).contains("00000000  89 50 4e 47"));
    let many: Vec<u8> = (0..100_000_u32).map(|n| (n % 251) as u8).collect();
    let mut bench = answered((120, 40), "application/zip", AnswerBody::Binary(many.into()));
    assert_eq!(views(&bench), [View::Hex, View::Headers, View::Timing]);
    bench.keys("end");
    let seen = screen(&bench);
    assert!(seen.contains("00018690  ") && seen.contains("6,250"), "{seen}");
}

#[test]
fn raw_lines_are_wrapped_or_scrolled() {
    let long = format!("first\n{}END\nlast 日本", "0123456789".repeat(30));
    let mut bench = text("text/plain", &long);
    assert!(screen(&bench).contains("END"), "wrapped: nothing is out of sight");
    bench.keys("w");
    let seen = screen(&bench);
    assert!(seen.contains("3 of 3") || seen.contains("1 of 3"), "a row a line: {seen}");
    assert!(!seen.contains("END"));
    for _ in 0..32 {
        bench.keys("right");
    }
    assert!(screen(&bench).contains("END"));
    for _ in 0..40 {
        bench.keys("left");
    }
    assert!(screen(&bench).contains("last 日"));
    bench.keys("w");
    assert!(screen(&bench).contains("END"));
    bench.keys("v w");
    assert!(bench.notice().contains("raw view"));
}
