//! A document as a value of jq, and a value of jq as JSON. Reading does not recurse over what a stranger nested; writing
//! gives nothing that is no JSON, whatever the value.
//!
//! A body of 100 MB has millions of strings: they stay where they are in the body, and a value points at them.

use super::document::Document;
use super::tape::{Kind, NodeId};
use super::text::{as_text, decode};
use bytes::Bytes;
use jaq_json::{Map, Num, Val};
use std::io::{self, Write};
use std::sync::Arc;

/// The bytes of a document that somebody else holds, too.
struct Held(Arc<Document>);

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.0.bytes()
    }
}

/// A container whose end has not been reached.
enum Inside {
    Array(Vec<Val>),
    Object(Map<Val, Val>),
}

/// A container, its name where it has one, and the node before which it ends.
struct Open {
    ends: NodeId,
    key: Option<Val>,
    inside: Inside,
}

/// The whole document; `None` where it holds nothing.
pub(super) fn value(document: &Arc<Document>) -> Option<Val> {
    let whole = Bytes::from_owner(Held(Arc::clone(document)));
    let mut open: Vec<Open> = Vec::new();
    for node in 0..document.len() as NodeId {
        let named = matches!(open.last(), Some(Open { inside: Inside::Object(_), .. }));
        let key = if named { document.key_range(node).map(|name| string(&whole, document.slice(name))) } else { None };
        let inside = match document.kind(node) {
            Kind::Array => Inside::Array(Vec::with_capacity(document.child_count(node))),
            Kind::Object => {
                Inside::Object(Map::with_capacity_and_hasher(document.child_count(node), Default::default()))
            }
            kind => {
                let leaf = leaf(document, &whole, node, kind);
                if let Some(root) = put(&mut open, key, leaf) {
                    return Some(root);
                }
                if let Some(root) = close(&mut open, node + 1) {
                    return Some(root);
                }
                continue;
            }
        };
        open.push(Open { ends: document.end(node), key, inside });
        if let Some(root) = close(&mut open, node + 1) {
            return Some(root);
        }
    }
    None
}

/// Closes what ends here; the outermost value once that is closed.
fn close(open: &mut Vec<Open>, here: NodeId) -> Option<Val> {
    while let Some(Open { key, inside, .. }) = open.pop_if(|open| open.ends <= here) {
        let done = match inside {
            Inside::Array(items) => Val::Arr(items.into()),
            Inside::Object(members) => Val::obj(members),
        };
        if let Some(root) = put(open, key, done) {
            return Some(root);
        }
    }
    None
}

/// Puts a value where it belongs; gives it back where nothing is around it.
fn put(open: &mut [Open], key: Option<Val>, value: Val) -> Option<Val> {
    match open.last_mut().map(|open| &mut open.inside) {
        None => return Some(value),
        Some(Inside::Array(items)) => items.push(value),
        // Of two members of one name the last counts.
        Some(Inside::Object(members)) => {
            members.insert(key.unwrap_or_default(), value);
        }
    }
    None
}

fn leaf(document: &Document, whole: &Bytes, node: NodeId, kind: Kind) -> Val {
    match kind {
        Kind::True => Val::Bool(true),
        Kind::False => Val::Bool(false),
        Kind::Number => {
            let text = as_text(document.raw(node));
            Val::Num(Num::from_str_radix(text, 10).unwrap_or_else(|| Num::Dec(text.to_owned().into())))
        }
        Kind::String => string(whole, document.inner(node).unwrap_or_default()),
        _ => Val::Null,
    }
}

fn string(whole: &Bytes, inner: &[u8]) -> Val {
    match decode(inner) {
        std::borrow::Cow::Borrowed(_) if inner.is_empty() => Val::utf8_str(Bytes::new()),
        std::borrow::Cow::Borrowed(_) => Val::utf8_str(whole.slice_ref(inner)),
        std::borrow::Cow::Owned(text) => Val::utf8_str(text.into_bytes()),
    }
}

/// Writes a value as JSON, in one line or indented by two spaces a level. What JSON has no word for is written as jq
/// does (`nan` as null, infinities as the greatest numbers) or, where jq has none of it, as the text closest to it.
pub(super) fn write(out: &mut dyn Write, value: &Val, indent: Option<usize>) -> io::Result<()> {
    match value {
        Val::Null => out.write_all(b"null"),
        Val::Bool(yes) => write!(out, "{yes}"),
        Val::Num(Num::Float(number)) if number.is_nan() => out.write_all(b"null"),
        Val::Num(Num::Float(number)) if number.is_infinite() => {
            write!(out, "{}1.7976931348623157e308", if *number < 0.0 { "-" } else { "" })
        }
        Val::Num(number) => write!(out, "{number}"),
        Val::TStr(text) | Val::BStr(text) => write_string(out, text),
        Val::Arr(items) => {
            let inner = indent.map(|depth| depth + 1);
            out.write_all(b"[")?;
            for (at, item) in items.iter().enumerate() {
                separate(out, at, inner)?;
                write(out, item, inner)?;
            }
            end(out, items.len(), indent, b"]")
        }
        Val::Obj(members) => {
            let inner = indent.map(|depth| depth + 1);
            out.write_all(b"{")?;
            for (at, (key, item)) in members.iter().enumerate() {
                separate(out, at, inner)?;
                match key {
                    Val::TStr(name) => write_string(out, name)?,
                    other => {
                        let mut name = Vec::new();
                        write(&mut name, other, None)?;
                        write_string(out, &name)?;
                    }
                }
                out.write_all(b": ")?;
                write(out, item, inner)?;
            }
            end(out, members.len(), indent, b"}")
        }
    }
}

fn separate(out: &mut dyn Write, at: usize, indent: Option<usize>) -> io::Result<()> {
    match (at, indent) {
        (0, None) => Ok(()),
        (_, None) => out.write_all(b", "),
        (at, Some(depth)) => {
            if at > 0 {
                out.write_all(b",")?;
            }
            line(out, depth)
        }
    }
}

fn end(out: &mut dyn Write, count: usize, indent: Option<usize>, close: &[u8]) -> io::Result<()> {
    if let Some(depth) = indent.filter(|_| count > 0) {
        line(out, depth)?;
    }
    out.write_all(close)
}

fn line(out: &mut dyn Write, depth: usize) -> io::Result<()> {
    /// Deeper levels are indented no further: else many brackets in a row would make a multitude of blanks.
    const DEEPEST: usize = 100;
    const BLANKS: [u8; 2 * DEEPEST] = [b' '; 2 * DEEPEST];
    out.write_all(b"\n")?;
    out.write_all(BLANKS.get(..2 * depth.min(DEEPEST)).unwrap_or(&BLANKS))
}

fn write_string(out: &mut dyn Write, text: &[u8]) -> io::Result<()> {
    serde_json::to_writer(out, &String::from_utf8_lossy(text)).map_err(io::Error::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(text: &str) -> String {
        let value = value(&Arc::new(Document::parse(text.as_bytes().to_vec()))).unwrap();
        let mut out = Vec::new();
        write(&mut out, &value, None).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_document_becomes_a_value_and_comes_back() {
        for text in [
            "null",
            "[]",
            "{}",
            "[[], {}, [[1]], \"\"]",
            r#"{"a": {"b": [true, false, null]}, "c": "d", "e\"\n": "\u001b日"}"#,
            "[12345678901234567890, 1.50, -3, 1e400]",
        ] {
            assert_eq!(through(text), text);
        }
        assert_eq!(through(r#"{"a":1,"b":2,"a":3}"#), r#"{"a": 3, "b": 2}"#);
    }

    #[test]
    fn nesting_is_no_danger_on_the_way_in() {
        let text = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        let value = value(&Arc::new(Document::parse(text.into_bytes()))).unwrap();
        // Its end recurses, as does all of jq: that is for a process that may fall over.
        std::mem::forget(value);
    }

    #[test]
    fn what_is_no_json_is_written_as_json() {
        let float = |number| Val::Num(Num::Float(number));
        let odd: Map<Val, Val> = [(float(2.5), Val::byte_str(b"\xff".to_vec()))].into_iter().collect();
        let all = Val::Arr(vec![float(f64::NAN), float(f64::NEG_INFINITY), Val::obj(odd)].into());
        let mut out = Vec::new();
        write(&mut out, &all, Some(0)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "[\n  null,\n  -1.7976931348623157e308,\n  {\n    \"2.5\": \"\u{fffd}\"\n  }\n]");
        assert!(Document::parse(text.into_bytes()).is_complete());
    }
}
