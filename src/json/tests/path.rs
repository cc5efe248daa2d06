//! Paths there and back.

use proptest::prelude::*;

use super::model::{ANY, model};
use super::{is_shadowed, whole};

#[test]
fn paths_are_spelled_as_jq_spells_them() {
    let document = whole(
        r#"{"fields":[{"name":1},{"name":2}],"a b":{"c":[[3]]},"x":{"q\"\\\n\u0001":4,"":5,"9":6,"_a1":7,"é":8}}"#,
    );
    let paths: Vec<_> = (0..document.len() as u32).map(|node| document.path(node)).collect();
    assert_eq!(
        paths,
        [
            ".",
            ".fields",
            ".fields[0]",
            ".fields[0].name",
            ".fields[1]",
            ".fields[1].name",
            ".[\"a b\"]",
            ".[\"a b\"].c",
            ".[\"a b\"].c[0]",
            ".[\"a b\"].c[0][0]",
            ".x",
            ".x[\"q\\\"\\\\\\n\\u0001\"]",
            ".x[\"\"]",
            ".x[\"9\"]",
            ".x._a1",
            ".x[\"é\"]",
        ]
    );
    let array = whole("[{\"a\":1}]");
    assert_eq!(array.path(2), ".[0].a");
}

#[test]
fn other_spellings_are_understood_and_mistakes_are_not() {
    let document = whole(r#"{"a":{"b c":[10,20,{"d":1}]}}"#);
    let third = document.lookup(".a[\"b c\"][2]");
    assert!(third.is_some());
    for path in [".a.[\"b c\"][-1]", " .a[\"b c\"][ 2 ] ", ".[\"a\"][\"b\\u0020c\"].[2]"] {
        assert_eq!(document.lookup(path), third, "{path}");
    }
    for path in [
        "",
        "a",
        "..a",
        ".a.",
        ".a..b",
        ".b",
        ".a[0]",
        ".a[\"b c\"][3]",
        ".a[\"b c\"][-4]",
        ".a[\"b c\"",
        ".a[\"b c]",
        ".a[",
        ".a[\"b c\"][2]d",
        ".[\"a\"",
        ".[]",
        ".[x]",
        ".a b",
        ".a[\"\\x\"]",
    ] {
        assert_eq!(document.lookup(path), None, "{path}");
    }
}

proptest! {
    #[test]
    fn a_path_leads_back(value in model(ANY), blanks in any::<u64>()) {
        let document = whole(&value.render(blanks));
        for node in 0..document.len() as u32 {
            if !is_shadowed(&document, node) {
                let path = document.path(node);
                prop_assert_eq!(document.lookup(&path), Some(node), "{}", path);
            }
        }
    }

    #[test]
    fn no_text_upsets_a_lookup(path in "[.\\[\\]\"\\\\a-c0-9 é-]{0,12}") {
        let _ = whole(r#"{"a":[{"b":1}],"c":{}}"#).lookup(&path);
    }
}

#[test]
fn of_keys_that_repeat_the_last_is_meant() {
    let document = whole(r#"{"a":{"b":1},"a":{"c":2}}"#);
    assert_eq!(document.path(1), document.path(3));
    assert_eq!(document.lookup(".a"), Some(3));
    assert_eq!(document.lookup(".a.b"), None);
}

#[test]
fn the_end_of_a_path_costs_no_climb() {
    let document = whole(&("{\"a\":[".repeat(5_000) + "1" + &"]}".repeat(5_000)));
    let node = 10_000;
    assert_eq!(document.path_end(node, 6), "…[0].a[0]");
    assert_eq!(document.path_end(node, 4), "….a[0]");
    assert_eq!(document.path_end(node, usize::MAX), document.path(node));
    assert!(document.path(node).ends_with(document.path_end(node, 100).trim_start_matches('…')));
    assert_eq!(document.path_end(0, 10), ".");
    assert_eq!(document.path_end(1, 1), ".a");
}
