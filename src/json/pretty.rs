//! A value written out for reading: one line a value, two spaces a level, keys, numbers and escapes as they stand.

use super::document::Document;
use super::tape::{Kind, NodeId};
use super::text::as_text;

/// Deeper levels are indented no further: else a thousand brackets in a row would make a megabyte of blanks.
const DEEPEST: usize = 100;

/// The value indented by two spaces a level, order of keys and spelling of numbers kept. What is longer than
/// `max_bytes` is cut there (at a whole character) and a line with `…` alone says so. A container that the text's end
/// cut is closed.
pub fn pretty(document: &Document, node: NodeId, max_bytes: usize) -> String {
    let mut out = String::new();
    let end = document.end(node).min(document.len() as NodeId);
    // The containers that are open here, and the node each ends before.
    let mut open: Vec<(NodeId, char)> = Vec::new();
    let mut at = node;
    while at < end && out.len() <= max_bytes {
        if at != node {
            begin_line(&mut out, open.len());
            if let Some(key) = document.key_range(at) {
                out.push('"');
                push_raw(&mut out, document.slice(key), max_bytes);
                out.push_str("\": ");
            }
        }
        let close = match document.kind(at) {
            Kind::Object => Some(('{', '}')),
            Kind::Array => Some(('[', ']')),
            _ => None,
        };
        match close {
            Some((opens, closes)) => {
                out.push(opens);
                open.push((document.end(at), closes));
            }
            None => push_raw(&mut out, document.raw(at), max_bytes),
        }
        let goes_in = document.child_count(at) > 0;
        at += 1;
        let mut empty = close.is_some();
        while let Some((_, closes)) = open.pop_if(|(ends, _)| *ends <= at) {
            if !empty {
                begin_line(&mut out, open.len());
            }
            out.push(closes);
            empty = false;
            if out.len() > max_bytes {
                break;
            }
        }
        if at < end && !goes_in {
            out.push(',');
        }
    }
    shorten(out, max_bytes)
}

fn begin_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth.min(DEEPEST) {
        out.push_str("  ");
    }
}

/// Adds a stretch of the text, but not much more than is wanted.
fn push_raw(out: &mut String, raw: &[u8], max_bytes: usize) {
    let wanted = max_bytes.saturating_sub(out.len()).saturating_add(8).min(raw.len());
    out.push_str(as_text(raw.get(..wanted).unwrap_or_default()));
}

fn shorten(mut out: String, max_bytes: usize) -> String {
    if out.len() > max_bytes {
        out.truncate(out.floor_char_boundary(max_bytes));
        out.push_str("\n…");
    }
    out
}
