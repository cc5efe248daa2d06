//! Values written out.

use proptest::prelude::*;

use super::super::{Document, pretty};
use super::model::model;
use super::whole;

#[test]
fn keys_numbers_and_escapes_stay_as_they_are() {
    let document = whole("{\"b\":1.50,\"a\":[ ],\"c\":{},\"d\":[\"\\u00e9\",{\"x\":-0}],\"b\":null}");
    let expected = "{\n  \"b\": 1.50,\n  \"a\": [],\n  \"c\": {},\n  \"d\": [\n    \"\\u00e9\",\n    {\n      \"x\": -0\n    }\n  ],\n  \"b\": null\n}";
    assert_eq!(pretty(&document, 0, usize::MAX), expected);
    let inner = document.lookup(".d[1]").unwrap();
    assert_eq!(pretty(&document, inner, usize::MAX), "{\n  \"x\": -0\n}");
    assert_eq!(pretty(&document, 1, usize::MAX), "1.50");
}

#[test]
fn long_values_are_cut_and_say_so() {
    let document = whole("[\"ééééé\",2,3]");
    assert_eq!(pretty(&document, 0, 8), "[\n  \"é\n…");
    let all = pretty(&document, 0, usize::MAX);
    assert_eq!(pretty(&document, 0, all.len()), all);
    assert_eq!(pretty(&document, 0, all.len() - 1), format!("{}\n…", all.strip_suffix(']').unwrap()));
    let many = whole(&format!("[{}]", vec!["{\"a\":1}"; 100_000].join(",")));
    let cut = pretty(&many, 0, 1000);
    assert!(cut.len() <= 1000 + "\n…".len() && cut.ends_with("\n…"));
}

#[test]
fn deep_values_are_written_in_bounds() {
    let levels = 20_000;
    let document = whole(&("[".repeat(levels) + &"]".repeat(levels)));
    let text = pretty(&document, 0, usize::MAX);
    assert!(text.len() < levels * 2 * 210);
    assert!(Document::parse(text.into_bytes()).is_complete());
}

proptest! {
    /// Another printer writes the same, where spelling leaves no choice.
    #[test]
    fn another_printer_writes_the_same(value in model("[a-f\"\\\\\n é😀]{0,6}")) {
        if let Ok(other) = serde_json::from_str::<serde_json::Value>(&value.render(0)) {
            let document = whole(&other.to_string());
            prop_assert_eq!(pretty(&document, 0, usize::MAX), serde_json::to_string_pretty(&other).unwrap());
        }
    }
}
