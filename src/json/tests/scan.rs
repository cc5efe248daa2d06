//! Which texts are JSON, what is kept of those that are not, and what is said about them.

use proptest::prelude::*;
use serde::de::IgnoredAny;

use super::super::{Document, Kind, line_of};
use super::model::{ANY, model};
use super::{is_shadowed, whole};

fn parse(text: &str) -> Document {
    Document::parse(text.as_bytes().to_vec())
}

/// Line, column, offset and sentence of the error.
fn error(text: &str) -> (usize, usize, usize, String) {
    let document = parse(text);
    let error = document.error().unwrap_or_else(|| panic!("no error in {text:?}")).clone();
    assert!(!document.is_complete());
    (error.line, error.column, error.offset, error.what)
}

#[test]
fn texts_that_are_json() {
    for text in [
        "0",
        "-0",
        "-0.0e-0",
        "1E+2",
        "123456789012345678901234567890.5",
        "1e999999",
        "\"\"",
        "\"\\u0000\"",
        "\"/\\/\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\u{7f}\u{80}\"",
        "\"\u{2028}\"",
        " [ ] ",
        "{ }",
        "[[],{}]",
        "{\"\":0}",
        "{\"a\":1,\"a\":2}",
        "\r\n\t true \r\n",
        "[null,false]",
        "\u{feff}{\"a\":1}",
        "\"\\\\\"",
        "[\"\\\"\",\"\\\\\\\"\"]",
    ] {
        whole(text);
    }
}

#[test]
fn texts_that_are_not() {
    for text in [
        "01",
        "-",
        "-01",
        "1.",
        ".5",
        "+1",
        "1e",
        "1e+",
        "0x10",
        "1_000",
        "NaN",
        "Infinity",
        "tru",
        "True",
        "nul",
        "nulll",
        "'a'",
        "\"\t\"",
        "\"\n\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\U0041\"",
        "\"abc",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "]",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:2}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "{,}",
        "[1}",
        "{\"a\":1]",
        "1 2",
        "{} {}",
        "[] x",
        "// c\n1",
        "/* */1",
        "\u{a0}1",
        "\u{c}1",
        "[1]\u{0}",
        "",
        "  \n ",
        "\u{feff}",
        "1\u{feff}",
        "\"\\",
        "\"\\u",
        "\"\\u12",
        "[\"a\",",
        "{\"a\":",
        "{\"a",
        "{",
        "[",
    ] {
        assert!(parse(text).error().is_some(), "{text:?} is taken for JSON");
        assert!(!parse(text).is_complete(), "{text:?} is taken for whole");
    }
}

#[test]
fn errors_name_their_place() {
    assert_eq!(error("{\n  \"é\": x}"), (2, 8, 9 + 1, "expected a value, found `x`".to_owned()));
    assert_eq!(error("[1,\r\n 2,]"), (2, 4, 8, "a comma may not stand before `]`".to_owned()));
    assert_eq!(error("\u{feff}[x]"), (1, 2, 4, "expected a value, found `x`".to_owned()));
    assert_eq!(error("{\"a\" 1}").3, "expected `:` after a key, found `1`");
    assert_eq!(error("{\"a\":1 2}").3, "expected `,` or `}` after a value of an object, found `2`");
    assert_eq!(error("[\"\u{1}\"]").3, "a control character (U+0001) may not stand in a string unescaped");
    assert_eq!(error("[\"\\q\"]").3, "a backslash followed by `q` is no escape");
    assert_eq!(error("{} x"), (1, 4, 3, "the value is at its end, but `x` follows".to_owned()));
    assert_eq!(error("[[1").3, "the text ends while 2 brackets are still open");
    assert_eq!(error("[{\"a\":[]}").3, "the text ends while one bracket is still open");
    assert_eq!(error("[\"abc").3, "the text ends inside a string");
    assert_eq!(error("[\"abc").2, 5);
    assert_eq!(error("").3, "there is no value, only an empty text");
    assert_eq!(error("<html>").3, "expected a value, found `<`: this looks like HTML or XML");
    assert_eq!(error("[00]"), (1, 2, 1, "a number may not begin with a zero and go on with digits".to_owned()));
}

#[test]
fn bytes_that_are_no_text_are_an_error_where_they_stand() {
    let document = Document::parse(b"[\"a\",\"b\xFFc\"]".to_vec());
    let error = document.error().unwrap();
    assert_eq!((error.offset, error.line, error.column), (7, 1, 8));
    assert_eq!(error.what, "the text is not UTF-8 here, found byte 0xFF");
    assert_eq!(document.text(1), "a");
    // A mistake before them is told first.
    assert_eq!(Document::parse(b"[x,\xFF".to_vec()).error().unwrap().offset, 1);
    // Behind the value they are what follows.
    assert_eq!(Document::parse(b"[] \xFF".to_vec()).error().unwrap().offset, 3);
}

#[test]
fn what_stands_before_an_error_is_kept() {
    let document = parse("{\"a\":[1,\"x\",{\"b\":true}],\"c\":!}");
    assert_eq!(document.len(), 6);
    assert_eq!(document.path(5), ".a[2].b");
    assert_eq!(document.child_count(0), 1);
    assert_eq!(document.end(0), 6);
    let trailing = parse("{\"a\":1} trailing");
    assert_eq!((trailing.root(), trailing.raw(0)), (Some(0), b"{\"a\":1}".as_slice()));
}

#[test]
fn a_beginning_is_no_error_but_a_mistake_in_it_is() {
    for text in ["", " ", "{", "[1,", "{\"a\":1", "[\"ab", "{\"a\"", "tr", "[1.", "-", "12", "\"\\u00"] {
        let document = Document::partial(text.as_bytes().to_vec());
        assert_eq!(document.error(), None, "{text:?}");
        assert!(!document.is_complete(), "{text:?}");
    }
    assert!(Document::partial(b"[1]".to_vec()).is_complete());
    assert!(Document::partial(b"[1,}".to_vec()).error().is_some());
    let in_character = Document::partial("[\"a\",\"é".as_bytes()[..7].to_vec());
    assert_eq!((in_character.error(), in_character.len()), (None, 2));
    // A number that may go on is not shown as if it were whole.
    assert_eq!(Document::partial(b"[1,23".to_vec()).len(), 2);
    assert_eq!(parse("[1,23").len(), 2);
}

#[test]
fn a_million_levels_are_no_danger() {
    let levels = 1_000_000;
    let text = "[".repeat(levels) + &"]".repeat(levels);
    let document = whole(&text);
    assert_eq!((document.len(), document.depth(levels as u32 - 1)), (levels, levels - 1));
    assert_eq!(document.path(levels as u32 - 1).len(), 1 + 3 * (levels - 1));
    let objects = "{\"a\":".repeat(10_000) + "1" + &"}".repeat(10_000);
    let document = whole(&objects);
    assert_eq!(document.lookup(&document.path(10_000)), Some(10_000));
    assert_eq!(parse(&"[".repeat(levels)).len(), levels);
}

#[test]
fn a_reading_that_nobody_wants_is_given_up() {
    let halt = std::sync::atomic::AtomicBool::new(true);
    let document = Document::parse_unless(b"[1,2,3]".to_vec(), &halt);
    assert!(!document.is_complete() && document.is_empty());
}

#[test]
fn a_text_beyond_the_limit_is_an_error_there() {
    let halt = std::sync::atomic::AtomicBool::new(false);
    let document = Document::read("[1,\"é\",22]".as_bytes().to_vec(), false, &halt, 5);
    assert_eq!(document.len(), 2);
    let error = document.error().unwrap();
    assert_eq!((error.offset, error.what.contains("longer")), (4, true));
    assert!(!document.is_complete());
    assert!(Document::read(b"[1,2]".to_vec(), false, &halt, 5).is_complete());
    assert_eq!(Document::read(b"[1,2] ".to_vec(), true, &halt, 5).error().map(|error| error.offset), Some(5));
}

#[test]
fn what_is_printed_for_debugging_holds_no_text() {
    let printed = format!("{:?}", parse("{\"access_token\":\"hush\"}"));
    assert!(!printed.contains("hush") && !printed.contains("access"), "{printed}");
}

#[test]
fn lines_and_columns_of_bytes() {
    let text = "\u{feff}aé\nb\r\nc".as_bytes();
    assert_eq!(line_of(text, 0), (1, 1));
    assert_eq!(line_of(text, 4), (1, 2));
    assert_eq!(line_of(text, 6), (1, 3));
    assert_eq!(line_of(text, 7), (2, 1));
    assert_eq!(line_of(text, 10), (3, 1));
    assert_eq!(line_of(text, usize::MAX), (3, 2));
}

/// The verdict of another parser. It does not check UTF-8 in what it skips, so that is done before.
fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).is_ok() && serde_json::from_slice::<IgnoredAny>(bytes).is_ok()
}

/// Nothing that can be asked of a document, whole or broken, may fail, and all of it must fit together.
fn ask_everything(document: &Document) {
    for node in (0..document.len() as u32 + 2).chain([u32::MAX]) {
        let _ = (document.key(node), document.text(node), document.preview(node, 3), document.index(node));
        assert!(document.end(node) > node || node == u32::MAX);
        let path = document.path(node);
        if (node as usize) < document.len() {
            assert!(document.lookup(&path) == Some(node) || is_shadowed(document, node), "{path}");
            assert_eq!(document.children(node).count(), document.child_count(node));
            let raw = document.raw(node);
            assert!(!raw.is_empty() && document.bytes()[document.offset(node)..].starts_with(raw));
            assert_eq!(document.node_at_offset(document.offset(node)), Some(node));
        }
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_get_the_same_verdict(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let document = Document::parse(bytes.clone());
        prop_assert_eq!(document.error().is_none(), is_json(&bytes));
        prop_assert_eq!(document.is_complete(), is_json(&bytes));
        ask_everything(&document);
    }

    #[test]
    fn json_like_bytes_get_the_same_verdict(text in r#"[\[\]{}:,"\\u0-9a-f.eE+ \n-]{0,24}"#) {
        let document = Document::parse(text.clone().into_bytes());
        prop_assert_eq!(document.error().is_none(), is_json(text.as_bytes()));
        ask_everything(&document);
    }

    #[test]
    fn mutated_json_gets_the_same_verdict(
        value in model(ANY), blanks in any::<u64>(), at in any::<prop::sample::Index>(), byte in any::<u8>(), how in 0..4u8,
    ) {
        let mut bytes = value.render(blanks).into_bytes();
        let at = at.index(bytes.len());
        match how {
            0 => bytes[at] = byte,
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, byte),
            _ => bytes.truncate(at),
        }
        let document = Document::parse(bytes.clone());
        prop_assert_eq!(document.error().is_none(), is_json(&bytes));
        ask_everything(&document);
    }

    /// Every beginning of a text is right as far as it goes, and its nodes are the first of the whole.
    #[test]
    fn beginnings_agree_with_the_whole(value in model(ANY), blanks in any::<u64>(), cut in any::<prop::sample::Index>()) {
        let bytes = value.render(blanks).into_bytes();
        let whole = Document::parse(bytes.clone());
        let part = Document::partial(bytes[..cut.index(bytes.len())].to_vec());
        prop_assert_eq!(part.error(), None);
        prop_assert!(part.len() <= whole.len());
        for node in 0..part.len() as u32 {
            prop_assert_eq!(part.key(node), whole.key(node));
            prop_assert_eq!(part.kind(node), whole.kind(node));
            prop_assert_eq!(part.parent(node), whole.parent(node));
            if !matches!(part.kind(node), Kind::Object | Kind::Array) {
                prop_assert_eq!(part.raw(node), whole.raw(node));
            }
        }
        let cut_off = Document::parse(part.bytes().to_vec());
        prop_assert_eq!(cut_off.error().is_none(), cut_off.is_complete());
    }
}
