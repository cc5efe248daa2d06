//! Searches and filters of an answer, done as the runtime does them.

use orgdeck::app::event::{Found, Haystack};
use orgdeck::app::filter::{Filtered, Trouble};
use orgdeck::json::{Direction, Document, Needle, count, find};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// As the runtime searches.
pub fn search(haystack: &Haystack, needle: &str, from: Option<u64>, direction: Direction) -> Found {
    let (stop, Some(wanted)) = (AtomicBool::new(false), Needle::new(needle)) else { return Found::default() };
    match haystack {
        Haystack::Json(document) => {
            let from = from.and_then(|n| u32::try_from(n).ok());
            find(document, &wanted, from, direction, &stop).map_or_else(Found::default, |node| {
                let (total, ordinal) = count(document, &wanted, node, &stop);
                Found { at: Some(u64::from(node)), total, ordinal }
            })
        }
        Haystack::File(spool) => {
            let bytes = std::fs::read(&spool.path).unwrap_or_default();
            let at = memchr::memmem::find(&bytes, needle.as_bytes());
            Found { at: at.map(|n| n as u64), total: usize::from(at.is_some()), ordinal: 1 }
        }
        Haystack::Text(text) => Found { at: text.find(needle).map(|n| n as u64), total: 1, ordinal: 1 },
    }
}

/// What a filter gives, without a process of its own.
pub fn filtered(document: &Document, program: &str) -> Filtered {
    use orgdeck::json::filter::{FilterError, filter};
    let mut all = Vec::new();
    let ended = filter(program, document.bytes(), true, |text| {
        all.push(String::from_utf8(text).unwrap());
        all.len() < 1000
    });
    let trouble = ended.err().map(|error| match error {
        FilterError::Program { at, what } => Trouble { at: Some(at), what },
        other => Trouble { at: None, what: other.to_string() },
    });
    let text = if all.len() == 1 { all.concat() } else { format!("[\n{}\n]", all.join(",\n")) };
    let document = trouble.is_none().then(|| Arc::new(Document::parse(text.into_bytes())));
    Filtered { document, outputs: all.len(), cut: false, trouble }
}
