//! Finds nodes whose key or value holds a needle. Keys and strings match by what they say, not by how it is escaped;
//! numbers and the three words match as they stand. A container matches by its key only.
//!
//! ```text
//!  text    {"Name":"Ac\u006de","Phone":null, …        in windows of 64 KiB, `stop` asked before each
//!  events      ▲       ▲▲                             the needle's rarest letter with the rest around it, or a backslash
//!  nodes       └ Name  └ Name                         whose it is: decided once, exactly; on behind its end
//! ```
//!
//! The bytes are run over by `memchr`; only where a byte may matter is a node looked up. So a search that misses costs
//! little more than reading the text. A needle without slashes, quotes and control characters can come only from `\u` of
//! all escapes, so the others cost nothing; a text full of those costs decoding the strings that hold them.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::memchr;
use memchr::memmem::Finder;

use super::document::Document;
use super::needle::{Hunter, Needle};
use super::tape::NodeId;
use super::text::{Part, parts};

/// Bytes between two looks at `stop`.
const WINDOW: usize = 64 * 1024;

/// Bytes that are looked at first: the next match is often near, and a window is always gone through whole.
const NEAR: usize = 1024;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Down.
    Forward,
    /// Up.
    Backward,
}

/// The next node after (or before) `from` whose key or value holds the needle, around the end; `from` itself last.
/// `None` in `from` starts at the beginning (end). Looks at `stop` every 64 KiB and then gives `None`.
pub fn find(
    document: &Document,
    needle: &Needle,
    from: Option<NodeId>,
    direction: Direction,
    stop: &AtomicBool,
) -> Option<NodeId> {
    let mut search = Search::new(document, needle, stop);
    let end = document.bytes().len();
    match direction {
        Direction::Forward => {
            // What is behind the node, then all up to the node.
            let cut = from.map_or(0, |node| search.end_of(node));
            search.first_in(cut..end).or_else(|| search.first_in(0..cut))
        }
        Direction::Backward => {
            let cut = from.map_or(end, |node| search.begin_of(node));
            search.last_in(0..cut).or_else(|| search.last_in(cut..end))
        }
    }
}

/// How many nodes match, and how many of them up to and with `node`: `3 of 17`. Looks at `stop` every 64 KiB and then
/// gives what it has.
pub fn count(document: &Document, needle: &Needle, node: NodeId, stop: &AtomicBool) -> (usize, usize) {
    let mut search = Search::new(document, needle, stop);
    let (mut total, mut ordinal) = (0, 0);
    let mut at = 0;
    while at < document.bytes().len() && !search.stopped() {
        let end = document.bytes().len().min(at + WINDOW);
        search.matches_in(at..end);
        at = end;
        total += search.found.len();
        ordinal += search.found.iter().filter(|found| **found <= node).count();
    }
    (total, ordinal)
}

/// One search over one document.
struct Search<'a> {
    document: &'a Document,
    hunter: Hunter<'a>,
    /// Finds the escapes that may stand for a character of the needle.
    escapes: Finder<'static>,
    stop: &'a AtomicBool,
    /// The node decided last: it is not decided again when it goes on in the next window.
    decided: Option<NodeId>,
    /// The matches of the last window, in order.
    found: Vec<NodeId>,
    /// Decoded text, kept to use its memory again.
    decoded: String,
}

impl<'a> Search<'a> {
    fn new(document: &'a Document, needle: &'a Needle, stop: &'a AtomicBool) -> Self {
        let hunter = Hunter::in_long(needle, document.bytes());
        let escapes = Finder::new(if needle.needs_escape() { b"\\".as_slice() } else { b"\\u".as_slice() });
        Self { document, hunter, escapes, stop, decided: None, found: Vec::new(), decoded: String::new() }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn first_in(&mut self, range: Range<usize>) -> Option<NodeId> {
        self.decided = None;
        let (mut at, mut size) = (range.start, NEAR);
        while at < range.end && !self.stopped() {
            let end = range.end.min(at + size);
            self.matches_in(at..end);
            if let Some(first) = self.found.first() {
                return Some(*first);
            }
            (at, size) = (end, WINDOW.min(size * 2));
        }
        None
    }

    fn last_in(&mut self, range: Range<usize>) -> Option<NodeId> {
        self.decided = None;
        let (mut at, mut size) = (range.end, NEAR);
        while at > range.start && !self.stopped() {
            let start = range.start.max(at.saturating_sub(size));
            self.matches_in(start..at);
            if let Some(last) = self.found.last() {
                return Some(*last);
            }
            (at, size) = (start, WINDOW.min(size * 2));
        }
        None
    }

    /// Where a node's own text ends: a container's with its bracket. The next node's begins there, with its key.
    fn end_of(&self, node: NodeId) -> usize {
        let range = self.document.range(node);
        if self.document.tape.container(node).is_some() { range.start + 1 } else { range.end }
    }

    fn begin_of(&self, node: NodeId) -> usize {
        node.checked_sub(1).map_or(0, |before| self.end_of(before))
    }

    /// The node whose own text a byte belongs to, from `near` on.
    fn owner(&self, byte: usize, near: NodeId) -> Option<NodeId> {
        let node = match self.document.tape.last_from_near(byte, near) {
            None => 0,
            Some(node) if byte < self.end_of(node) => node,
            Some(node) => node + 1,
        };
        ((node as usize) < self.document.len()).then_some(node)
    }

    /// Fills `found` with the nodes that match and have an event in this window.
    fn matches_in(&mut self, window: Range<usize>) {
        self.found.clear();
        let bytes = self.document.bytes();
        let plain = self.hunter.needle().is_plain();
        let next_plain = |search: &Self, at| {
            if plain { search.hunter.next(bytes, at, window.end).map(|(place, _)| place) } else { None }
        };
        let next_escape = |search: &Self, at| {
            // One byte more, since the `u` may stand behind the window.
            let ahead = bytes.get(at..bytes.len().min(window.end + 1))?;
            search.escapes.find(ahead).map(|found| at + found).filter(|place| *place < window.end)
        };
        let mut at = window.start;
        let (mut plain_at, mut escape_at) = (next_plain(self, at), next_escape(self, at));
        let mut near = 0;
        loop {
            let event = match (plain_at, escape_at) {
                (Some(one), Some(other)) => one.min(other),
                (Some(one), None) | (None, Some(one)) => one,
                (None, None) => return,
            };
            let Some(node) = self.owner(event, near) else { return };
            if self.decided != Some(node) {
                self.decided = Some(node);
                if self.matches(node) {
                    self.found.push(node);
                }
            }
            near = node;
            at = self.end_of(node).max(event + 1);
            if at >= window.end {
                return;
            }
            if plain_at.is_some_and(|place| place < at) {
                plain_at = next_plain(self, at);
            }
            if escape_at.is_some_and(|place| place < at) {
                escape_at = next_escape(self, at);
            }
        }
    }

    /// Whether a node's key or value holds the needle.
    fn matches(&mut self, node: NodeId) -> bool {
        let document = self.document;
        let key = document.key_range(node).map(|range| document.slice(range)).unwrap_or_default();
        if self.says(key) {
            return true;
        }
        match document.inner(node) {
            Some(inner) => self.says(inner),
            None if document.tape.container(node).is_some() => false,
            None => self.hunter.is_in(document.raw(node)),
        }
    }

    /// Whether a string, decoded, holds the needle. Goes in pieces, so that `stop` is seen in a long one.
    fn says(&mut self, inner: &[u8]) -> bool {
        if inner.is_empty() {
            return false;
        }
        if inner.len() <= WINDOW && memchr(b'\\', inner).is_none() {
            return self.hunter.is_in(inner);
        }
        self.decoded.clear();
        for part in parts(inner) {
            match part {
                Part::Escaped(character) => self.decoded.push(character),
                Part::Plain(text) => {
                    let mut rest = text;
                    while let Some((piece, after)) = rest.split_at_checked(rest.floor_char_boundary(WINDOW)) {
                        self.decoded.push_str(piece);
                        rest = after;
                        if rest.is_empty() || self.settled() {
                            break;
                        }
                    }
                }
            }
            if self.settled() {
                break;
            }
        }
        self.hunter.is_in(self.decoded.as_bytes())
    }

    /// Drops what was decoded but cannot be part of a match any more; true if there is a match, or no more wish for one.
    fn settled(&mut self) -> bool {
        if self.decoded.len() < WINDOW {
            return false;
        }
        if self.stopped() {
            self.decoded.clear();
            return true;
        }
        if self.hunter.is_in(self.decoded.as_bytes()) {
            return true;
        }
        let kept = self.decoded.len().saturating_sub(self.hunter.needle().longest());
        self.decoded.drain(..self.decoded.floor_char_boundary(kept));
        false
    }
}
