//! What a node is, says and stands beside.

use proptest::prelude::*;

use super::super::{Document, Kind};
use super::model::{ANY, Model, model};
use super::whole;

#[test]
fn escapes_and_surrogates_are_decoded() {
    let document = whole(
        r#"["\ud83d\ude00","\ud800","\ud800x","\udc00\ud83d\ude00","\ud800\ud83d\ude00","\ud800\u0041","\b\f\n\r\t\/\\\"\u00e9"]"#,
    );
    let said: Vec<_> = document.children(0).map(|node| document.text(node).into_owned()).collect();
    assert_eq!(
        said,
        ["😀", "\u{fffd}", "\u{fffd}x", "\u{fffd}😀", "\u{fffd}😀", "\u{fffd}A", "\u{8}\u{c}\n\r\t/\\\"é"]
    );
    assert_eq!(document.raw(2), br#""\ud800""#);
}

#[test]
fn keys_are_found_before_their_values() {
    let document = whole("{\"\":1,\"a\\\"\\\\\" \n:\t2 , \"\\\\\\\\\":{\"\\u0061\":[3]},\"k\":4,\"k\":5}");
    let keys: Vec<_> = (0..document.len() as u32).map(|node| document.key(node).map(String::from)).collect();
    let expected = [None, Some(""), Some("a\"\\"), Some("\\\\"), Some("a"), None, Some("k"), Some("k")];
    assert_eq!(keys, expected.map(|key| key.map(String::from)));
    assert_eq!(document.get(0, "k"), Some(7));
    assert_eq!(document.get(3, "a"), Some(4));
    assert_eq!(document.get(4, "a"), None);
    assert_eq!(document.get(0, "missing"), None);
}

#[test]
fn a_key_is_not_taken_for_one_spelled_like_it() {
    // Two backslashes, then one that is written like them.
    let document = whole(r#"{"\u005c\u005c":0,"\\":1}"#);
    assert_eq!(document.get(0, r"\\"), Some(1));
    assert_eq!(document.get(0, r"\"), Some(2));
}

#[test]
fn numbers_stay_as_they_are_spelled() {
    let long = format!("-{}.{}E+{}", "9".repeat(400), "0".repeat(400), "1".repeat(40));
    let document = whole(&format!("[{long} ,1.0]"));
    assert_eq!(document.text(1), long);
    assert_eq!(document.text(2), "1.0");
    assert_eq!(document.preview(1, 5), ("-9999".to_owned(), true));
}

#[test]
fn places_in_wide_containers_are_found() {
    for element in ["7", "{\"a\":[1,2]}", "[]", "\"x\""] {
        let mut text = format!("{{\"list\":[{}", vec![element; 1000].join(","));
        text.push_str(",{\"last\":true},0]}");
        let document = whole(&text);
        let children: Vec<_> = document.children(1).collect();
        assert_eq!(children.len(), 1002);
        for (place, child) in children.iter().enumerate() {
            assert_eq!(document.at(1, place), Some(*child));
            assert_eq!(document.index(*child), Some(place));
        }
        assert_eq!(document.at(1, 1002), None);
        assert_eq!(document.at(0, 0), None);
    }
}

#[test]
fn nodes_are_found_by_byte() {
    let text = "  {\"name\" : \"x\", \"list\": [1, 22]}  ";
    let document = whole(text);
    let node = |what: &str| document.node_at_offset(text.find(what).unwrap());
    assert_eq!(document.node_at_offset(0), None);
    assert_eq!(node("{"), Some(0));
    assert_eq!(node("name"), Some(1));
    assert_eq!(node("x"), Some(1));
    assert_eq!(node("list"), Some(2));
    assert_eq!(node("22"), Some(4));
    assert_eq!(document.node_at_offset(usize::MAX - 1), Some(4));
}

#[test]
fn an_empty_document_answers_everything() {
    let document = Document::parse(Vec::new());
    assert_eq!((document.root(), document.len(), document.is_empty()), (None, 0, true));
    assert_eq!((document.kind(0), document.text(0).as_ref(), document.path(0).as_str()), (Kind::Null, "", "."));
    assert_eq!(document.lookup("."), None);
}

proptest! {
    /// Kinds, keys, texts, places and neighbours are those of the tree the text was written from.
    #[test]
    fn the_index_is_the_tree(value in model(ANY), blanks in any::<u64>()) {
        check(&value, blanks)?;
    }

    #[test]
    fn a_preview_is_the_beginning_of_the_text(value in model(ANY), chars in 0..12usize) {
        let document = whole(&value.render(0));
        for node in 0..document.len() as u32 {
            let text = document.text(node);
            let (start, more) = document.preview(node, chars);
            prop_assert_eq!(&start, &text.chars().take(chars).collect::<String>());
            prop_assert_eq!(more, text.chars().count() > chars, "{:?}", text);
        }
    }

    /// The same value for another parser.
    #[test]
    fn another_parser_reads_the_same(value in model("[a-f\"\\\\\n é😀]{0,6}"), blanks in any::<u64>()) {
        let text = value.render(blanks);
        // It refuses numbers that do not fit, which we keep.
        if let Ok(other) = serde_json::from_str::<serde_json::Value>(&text) {
            let document = whole(&text);
            same(&document, 0, &other)?;
        }
    }
}

fn check(value: &Model, blanks: u64) -> Result<(), TestCaseError> {
    let document = whole(&value.render(blanks));
    let flat = value.flat();
    prop_assert_eq!(document.len(), flat.len());
    for (node, expected) in flat.iter().enumerate() {
        let node = node as u32;
        prop_assert_eq!(document.kind(node), expected.kind);
        prop_assert_eq!(document.key(node).map(String::from), expected.key.clone());
        prop_assert_eq!(document.index(node), expected.index);
        prop_assert_eq!(document.parent(node), expected.parent);
        prop_assert_eq!(document.depth(node), expected.depth);
        prop_assert_eq!(document.end(node), expected.end);
        prop_assert_eq!(document.child_count(node), expected.children.len());
        prop_assert_eq!(&document.children(node).collect::<Vec<_>>(), &expected.children);
        if let Some(text) = &expected.text {
            prop_assert_eq!(&document.text(node), text);
        }
    }
    Ok(())
}

fn same(document: &Document, node: u32, other: &serde_json::Value) -> Result<(), TestCaseError> {
    match other {
        serde_json::Value::Object(members) => {
            prop_assert_eq!(document.kind(node), Kind::Object);
            for (key, value) in members {
                let child = document.get(node, key);
                prop_assert!(child.is_some(), "{}", key);
                same(document, child.unwrap(), value)?;
            }
        }
        serde_json::Value::Array(values) => {
            prop_assert_eq!(document.child_count(node), values.len());
            for (index, value) in values.iter().enumerate() {
                same(document, document.at(node, index).unwrap(), value)?;
            }
        }
        serde_json::Value::String(text) => prop_assert_eq!(&document.text(node), text),
        other => {
            let again: serde_json::Value = serde_json::from_slice(document.raw(node)).unwrap();
            prop_assert_eq!(&again, other);
        }
    }
    Ok(())
}
