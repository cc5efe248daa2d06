//! A typed body as JSON: where it is none, and laid out for reading. `{{variables}}` and functions in it stand for values,
//! and stay as they are.

use super::pieces::{Piece, PieceKind, pieces};
use crate::json::{Document, pretty};

/// Beyond this a body is not checked while it is typed; bytes.
const LONGEST: usize = 1 << 20;

/// Where and why a body is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyTrouble {
    /// From 0.
    pub line: usize,
    /// From 0, in characters.
    pub column: usize,
    /// In words.
    pub what: String,
}

/// Whether a text means to be JSON.
pub fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && !text.trim_start().starts_with("{{")
}

/// What is wrong with a body that means to be JSON, if it is not too long to be checked at once.
pub fn check_json(text: &str) -> Option<BodyTrouble> {
    if text.len() > LONGEST || !is_json(text) {
        return None;
    }
    let parts = pieces(text);
    if let Some((what, at)) = parts.iter().find_map(unclosed) {
        return Some(trouble(text, at, what.to_owned()));
    }
    let masked = masked(text, &parts, |part, _| "1".repeat(part.len()));
    let error = Document::parse(masked.into_bytes()).error()?.clone();
    let hidden = parts.iter().any(|part| part.kind != PieceKind::Text && part.span.contains(&error.offset));
    if !hidden {
        return Some(trouble(text, error.offset, error.what));
    }
    // A variable may hold whole pairs: what it comes to is not known here. In any other place it stands for a value.
    let pairs = ["expected a key", "expected `,`"].iter().any(|words| error.what.starts_with(words));
    let what = error.what.split(", found").next().unwrap_or_default().to_owned();
    (!pairs).then(|| trouble(text, error.offset, what))
}

fn unclosed(part: &Piece) -> Option<(&'static str, usize)> {
    match part.kind {
        PieceKind::Broken { what } => Some((what, part.span.start)),
        _ => None,
    }
}

fn trouble(text: &str, offset: usize, what: String) -> BodyTrouble {
    let before = text.get(..offset.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
    BodyTrouble { line, column, what }
}

/// The text with something else in place of what is no plain text.
fn masked(text: &str, parts: &[Piece], mut other: impl FnMut(&str, usize) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, part) in parts.iter().enumerate() {
        let own = text.get(part.span.clone()).unwrap_or_default();
        if part.kind == PieceKind::Text {
            out.push_str(own);
        } else {
            out.push_str(&other(own, number));
        }
    }
    out
}

/// The body laid out: one line a value, two spaces a level; keys, numbers and escapes as they stand.
///
/// # Errors
/// Where it is no JSON.
pub fn format_json(text: &str) -> Result<String, BodyTrouble> {
    if let Some(trouble) = check_json(text) {
        return Err(trouble);
    }
    let parts = pieces(text);
    // Digits are good as a value and within a text; these stand nowhere else in it.
    let head = (0_u32..).map(|n| format!("7{n}31")).find(|head| !text.contains(head.as_str())).unwrap_or_default();
    let stand_in = |number: usize| format!("{head}{number:06}");
    let document = Document::parse(masked(text, &parts, |_, number| stand_in(number)).into_bytes());
    let root = match (document.error(), document.root()) {
        (None, Some(root)) => root,
        (error, _) => {
            let what = error.map_or_else(String::new, |error| error.what.clone());
            return Err(BodyTrouble { line: 0, column: 0, what });
        }
    };
    let mut out = pretty(&document, root, usize::MAX);
    if parts.iter().any(|part| part.kind != PieceKind::Text) {
        out = put_back(&out, &head, text, &parts);
    }
    Ok(out)
}

/// What stood in the text in place of what stands for it.
fn put_back(laid: &str, head: &str, text: &str, parts: &[Piece]) -> String {
    let mut out = String::with_capacity(laid.len());
    let mut rest = laid;
    while let Some((before, behind)) = rest.split_once(head) {
        let (number, after) = behind.split_at_checked(6).unwrap_or((behind, ""));
        let own = number.parse::<usize>().ok().and_then(|number| text.get(parts.get(number)?.span.clone()));
        out.push_str(before);
        out.push_str(own.unwrap_or_default());
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_mistake_is_told() {
        for (text, line, column, what) in [
            ("{\n  \"a\": 1,\n  \"é\" 2\n}", 2, 6, "expected `:`"),
            ("{\"a\": [1, 2}", 0, 11, "expected `,` or `]`"),
            ("{\"a\": {{b}} \"c\"}", 0, 12, "expected `,` or `}`"),
            ("{\"a\" {{b}}}", 0, 5, "expected `:` after a key"),
            ("{\"a\": \"{{zz\"}", 0, 7, "}} is missing"),
            ("[1", 0, 2, "the text ends"),
        ] {
            let trouble = check_json(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((trouble.line, trouble.column), (line, column), "{text}: {trouble:?}");
            assert!(trouble.what.contains(what), "{trouble:?}");
        }
    }

    #[test]
    fn what_variables_stand_for_is_no_mistake() {
        for text in [
            "{\"a\": {{b}}, \"c\": \"x{{d}}y\", \"e\": [{{f}}{{g}}, -{{h}}]}",
            "{ {{pairs}} }",
            "{\"a\": \"{{now('+1d', \"%Y\")}}\"}",
            "{{whole}}",
            "Name,Id\n{",
            "",
            "<a/>",
        ] {
            assert_eq!(check_json(text), None, "{text}");
        }
        assert_eq!(check_json(&format!("[{}", "1,".repeat(1 << 20))), None, "too long to be checked at once");
    }

    #[test]
    fn it_is_laid_out_and_variables_stay() {
        let text = "{\"a\":{{ b }},\"c\":[1.50,\"{{uuid()}}{{d}}\\u00e9\"],\"e\":{},\"f\":\"7031\"}";
        let laid = format_json(text).unwrap();
        let wanted = "{\n  \"a\": {{ b }},\n  \"c\": [\n    1.50,\n    \"{{uuid()}}{{d}}\\u00e9\"\n  ],\n  \"e\": {},\n  \"f\": \"7031\"\n}";
        assert_eq!(laid, wanted);
        assert_eq!(format_json(&laid).unwrap(), wanted, "once is enough");
        assert!(format_json("{\"a\" 1}").is_err() && format_json("{ {{pairs}} }").is_err());
    }
}
