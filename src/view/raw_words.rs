//! Colours for a row of a body as it came: JSON and XML, told apart by what the row is part of. Looks at the row and at
//! little before it, so that a frame costs the same whatever the body weighs.

use super::Theme;
use crate::json::{Document, Kind};
use ratatui::style::Style;
use std::ops::Range;

/// Stretches of a row, in its own bytes, with their style; what lies between has none.
pub(super) type Spans = Vec<(Range<usize>, Style)>;

/// Bytes before a row in which the beginning of a tag is looked for.
const NEAR: usize = 1 << 14;

/// The colours of bytes `from..to` of a JSON body. The index knows what the first place is part of; from there on it is read.
pub(super) fn json(document: &Document, theme: &Theme, from: usize, to: usize) -> Spans {
    let bytes = document.bytes();
    let seen = bytes.get(..to).unwrap_or(bytes);
    let mut spans = Spans::new();
    let mut at = from;
    while let Some(byte) = seen.get(at) {
        // Whatever began before a later place was passed over whole, so that one lies outside of strings.
        let outside = if at > from { next(seen, at, *byte, theme) } else { None };
        let (end, style) = outside.unwrap_or_else(|| part(document, theme, at));
        let end = end.clamp(at + 1, to);
        spans.push((at - from..end - from, style));
        at = end;
    }
    spans
}

/// The end of what begins at this place, which lies outside of strings, and its style; `None` where the row does not tell.
fn next(seen: &[u8], at: usize, byte: u8, theme: &Theme) -> Option<(usize, Style)> {
    let rest = seen.get(at..)?;
    let until = |stop: fn(&u8) -> bool| at + rest.iter().position(stop).unwrap_or(rest.len());
    match byte {
        b'"' => {
            let close = at + closing(rest)?;
            let behind = seen.get(close..)?.iter().find(|byte| !byte.is_ascii_whitespace())?;
            Some((close, if *behind == b':' { theme.name } else { theme.string }))
        }
        b'-' | b'0'..=b'9' => {
            Some((until(|b| !matches!(b, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')), theme.number))
        }
        b'a'..=b'z' => Some((until(|b| !b.is_ascii_lowercase()), theme.word)),
        _ => Some((until(|b| matches!(b, b'"' | b'-' | b'0'..=b'9' | b'a'..=b'z')), theme.faint)),
    }
}

/// Where a string that begins here is over, behind its quote.
fn closing(text: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', text.get(at..)?)?;
        if text.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// The end of what this byte is part of, and its style.
fn part(document: &Document, theme: &Theme, at: usize) -> (usize, Style) {
    let Some(node) = document.node_at_offset(at) else { return (at + 1, theme.faint) };
    let value = document.offset(node);
    let end = value + document.raw(node).len();
    if at < value {
        // Its name, and the colon behind that.
        let quote = document.bytes().get(at..value).and_then(|text| memchr::memrchr(b'"', text));
        return match quote {
            Some(quote) => (at + quote + 1, theme.name),
            None => (value, theme.faint),
        };
    }
    match document.kind(node) {
        Kind::Object | Kind::Array => (at + 1, theme.faint),
        _ if at >= end => (at + 1, theme.faint),
        Kind::String => (end, theme.string),
        Kind::Number => (end, theme.number),
        Kind::True | Kind::False | Kind::Null => (end, theme.word),
    }
}

/// The colours of bytes `from..to` of a text in XML or HTML.
pub(super) fn xml(text: &[u8], theme: &Theme, from: usize, to: usize) -> Spans {
    let near = text.get(from.saturating_sub(NEAR)..from).unwrap_or_default();
    let mut inside = memchr::memrchr2(b'<', b'>', near).is_some_and(|at| near.get(at) == Some(&b'<'));
    let row = text.get(from..to).unwrap_or_default();
    let mut spans = Spans::new();
    let mut at = 0;
    // The first word of a tag is its name.
    let mut named = inside;
    while at < row.len() {
        let rest = row.get(at..).unwrap_or_default();
        if !inside {
            at = memchr::memchr(b'<', rest).map_or(row.len(), |found| at + found);
            if at < row.len() {
                spans.push((at..at + 1, theme.faint));
                (inside, named) = (true, false);
                at += 1;
            }
            continue;
        }
        let (length, style) = match rest.first() {
            Some(b'>') => {
                inside = false;
                (1, theme.faint)
            }
            Some(quote @ (b'"' | b'\'')) => {
                let close = memchr::memchr(*quote, rest.get(1..).unwrap_or_default());
                (close.map_or(rest.len(), |end| end + 2), theme.string)
            }
            Some(b'/' | b'=' | b'?' | b'!' | b' ' | b'\t' | b'\r' | b'\n') | None => (1, theme.faint),
            Some(_) => {
                let ends =
                    |byte: &u8| matches!(byte, b'>' | b'/' | b'=' | b'?' | b'"' | b'\'') || byte.is_ascii_whitespace();
                let length = rest.iter().position(ends).unwrap_or(rest.len());
                let style = if named { theme.name } else { theme.word };
                named = true;
                (length, style)
            }
        };
        spans.push((at..at + length, style));
        at += length;
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(spans: &Spans, row: &str, style: Style) -> Vec<String> {
        let wanted = spans.iter().filter(|(_, own)| *own == style);
        wanted.map(|(range, _)| row.get(range.clone()).unwrap().to_owned()).collect()
    }

    #[test]
    fn a_row_of_json_is_coloured_wherever_it_begins() {
        let theme = Theme::dark();
        let text = r#"{"name":"a \"b\": c","n":[1.5,true,null],"x":{"deep":"y"}}"#;
        let document = Document::parse(text.as_bytes().to_vec());
        let whole = json(&document, &theme, 0, text.len());
        assert_eq!(shown(&whole, text, theme.name), ["\"name\"", "\"n\"", "\"x\"", "\"deep\""]);
        assert_eq!(shown(&whole, text, theme.string), [r#""a \"b\": c""#, "\"y\""]);
        assert_eq!(shown(&whole, text, theme.number), ["1.5"]);
        assert_eq!(shown(&whole, text, theme.word), ["true", "null"]);
        // Every place as in the whole.
        let style_at = |spans: &Spans, at: usize| spans.iter().find(|(r, _)| r.contains(&at)).map(|(_, s)| *s);
        for from in 0..text.len() {
            let part = json(&document, &theme, from, text.len());
            for at in from..text.len() {
                assert_eq!(style_at(&part, at - from), style_at(&whole, at), "{at} of a row from {from}");
            }
        }
    }

    #[test]
    fn a_row_of_xml_is_coloured_wherever_it_begins() {
        let theme = Theme::dark();
        let text = r#"<a b="c>d" e='f'>text<g/></a>"#;
        let whole = xml(text.as_bytes(), &theme, 0, text.len());
        assert_eq!(shown(&whole, text, theme.word), ["a", "g", "a"]);
        assert_eq!(shown(&whole, text, theme.name), ["b", "e"]);
        assert_eq!(shown(&whole, text, theme.string), ["\"c>d\"", "'f'"]);
        // A row that begins inside a tag.
        let text = r#"<a b="c" e='f'>text<g/></a>"#;
        let from = text.find("e=").unwrap();
        let part = xml(text.as_bytes(), &theme, from, text.len());
        let row = text.get(from..).unwrap();
        assert_eq!(shown(&part, row, theme.string), ["'f'"]);
        let inside = xml(text.as_bytes(), &theme, text.find("text").unwrap(), text.len());
        assert_eq!(inside.first().map(|(range, _)| range.start), Some(4), "text has no colour");
    }
}
