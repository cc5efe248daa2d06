//! Reads a text once from its beginning to its end, checks every rule of RFC 8259 and fills the tape. Must not recurse,
//! and must not copy text. Whether the bytes are UTF-8 is known before: it is given only the part that is.
//!
//! ```text
//!          ┌──────────────── comma (and key) ◀─────────────┐
//!  start ▶ value ── scalar or empty container ──▶ after a value ── last bracket ──▶ whole
//!          ▲  └─ bracket opens (and key) ─┐                ▲ └─ bracket closes ─┘
//!          └──────────────────────────────┘                └───────────────────
//! ```

use std::sync::atomic::{AtomicBool, Ordering};

use super::tape::{Container, NONE, Node, NodeId, Tape};

/// Why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The text ended before the value did.
    Cut,
    /// The text ended inside a string.
    CutString,
    /// There is nothing but blanks.
    Empty,
    Value,
    Key,
    Colon,
    CommaOrBrace,
    CommaOrBracket,
    TrailingComma,
    Control,
    Escape,
    Hex,
    LeadingZero,
    Digit,
    Literal,
    Trailing,
    NotUtf8,
    TooLong,
    /// Nobody wants it any more.
    Stopped,
}

/// Where and why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop {
    pub at: usize,
    pub why: Why,
}

impl Stop {
    /// Whether the text was right as far as it went.
    pub fn is_cut(self) -> bool {
        matches!(self.why, Why::Cut | Why::CutString | Why::Empty)
    }
}

/// Indexes what can be read. `more` says that the text may go on, so that a number at its very end may not be whole.
/// Looks at `halt` every 64 KiB, between values.
pub(super) fn scan(bytes: &[u8], from: usize, more: bool, halt: &AtomicBool) -> (Tape, Option<Stop>) {
    let mut scanner = Scanner {
        bytes,
        pos: from,
        more,
        halt,
        next_look: 0,
        tape: Tape::default(),
        open: NONE,
        in_object: false,
        count: 0,
    };
    // Sixteen bytes a value is typical of records. Memory that is reserved and never touched costs nothing.
    let likely = (bytes.len() / 16).min(8 << 20);
    scanner.tape.nodes.reserve(likely);
    scanner.tape.containers.reserve(likely / 6);
    let stop = scanner.run().err();
    scanner.close_all();
    scanner.tape.finish();
    (scanner.tape, stop)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    pos: usize,
    more: bool,
    halt: &'a AtomicBool,
    /// Where `halt` is looked at again.
    next_look: usize,
    tape: Tape,
    /// The innermost open container, its kind and its children so far.
    open: u32,
    in_object: bool,
    count: u32,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        self.blanks();
        if self.peek().is_none() {
            return Err(Stop { at: self.bytes.len(), why: Why::Empty });
        }
        loop {
            let opened = self.value()?;
            if !opened && self.after_value()? {
                break;
            }
        }
        self.blanks();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.stop(Why::Trailing)),
        }
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.pos).copied()
    }

    #[inline]
    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.pos += 1;
        }
    }

    /// The mistake at this place, or the end of the text.
    #[cold]
    fn stop(&self, why: Why) -> Stop {
        if self.pos >= self.bytes.len() {
            Stop { at: self.bytes.len(), why: Why::Cut }
        } else {
            Stop { at: self.pos, why }
        }
    }

    /// Reads a scalar, or opens a container and stands at its first value: then true.
    #[inline]
    fn value(&mut self) -> Result<bool, Stop> {
        let start = self.pos;
        if start >= self.next_look {
            self.look()?;
        }
        let end = match self.peek() {
            Some(b'"') => string(self.bytes, start + 1)?,
            Some(bracket @ (b'{' | b'[')) => return self.enter(bracket == b'{'),
            Some(b'-' | b'0'..=b'9') => {
                let end = number(self.bytes, start)?;
                if end == self.bytes.len() && (self.more || self.open != NONE) {
                    return Err(Stop { at: end, why: Why::Cut });
                }
                end
            }
            Some(b't') => literal(self.bytes, start, b"true")?,
            Some(b'f') => literal(self.bytes, start, b"false")?,
            Some(b'n') => literal(self.bytes, start, b"null")?,
            _ => return Err(self.stop(Why::Value)),
        };
        self.tape.nodes.push(Node { start: start as u32, parent: self.open, extra: end as u32 });
        self.count += 1;
        self.pos = end;
        Ok(false)
    }

    #[cold]
    fn look(&mut self) -> Result<(), Stop> {
        self.next_look = self.pos + 64 * 1024;
        if self.halt.load(Ordering::Relaxed) { Err(Stop { at: self.pos, why: Why::Stopped }) } else { Ok(()) }
    }

    /// Opens a container; false if it is empty and closed again.
    #[inline]
    fn enter(&mut self, object: bool) -> Result<bool, Stop> {
        let node = self.tape.nodes.len() as NodeId;
        let place = self.tape.containers.len() as u32;
        let mut depth = 0;
        if let Some(parent) = self.tape.containers.get_mut(self.open as usize) {
            parent.count = self.count + 1;
            depth = parent.depth + 1;
        }
        self.tape.nodes.push(Node { start: self.pos as u32, parent: self.open, extra: place });
        self.tape.containers.push(Container { node, end: node + 1, close: 0, count: 0, depth });
        (self.open, self.in_object, self.count) = (place, object, 0);
        self.pos += 1;
        self.blanks();
        let closing = if object { b'}' } else { b']' };
        if self.peek() == Some(closing) {
            self.pos += 1;
            self.leave();
            return Ok(false);
        }
        if object {
            self.key()?;
        }
        Ok(true)
    }

    /// Closes the innermost container, whose bracket was read.
    #[inline]
    fn leave(&mut self) {
        let end = self.tape.nodes.len() as NodeId;
        let Some(container) = self.tape.containers.get_mut(self.open as usize) else { return };
        container.end = end;
        container.close = self.pos as u32;
        container.count = self.count;
        let node = container.node;
        self.open = self.tape.nodes.get(node as usize).map_or(NONE, |node| node.parent);
        let Some(parent) = self.tape.containers.get(self.open as usize) else { return };
        self.count = parent.count;
        let start = self.tape.nodes.get(parent.node as usize).map_or(0, |node| node.start);
        self.in_object = self.bytes.get(start as usize) == Some(&b'{');
    }

    /// Reads brackets that close, up to the next value (then false) or the end of the root.
    #[inline]
    fn after_value(&mut self) -> Result<bool, Stop> {
        while self.open != NONE {
            self.blanks();
            match (self.peek(), self.in_object) {
                (Some(b','), true) => {
                    self.pos += 1;
                    self.blanks();
                    self.key()?;
                    return Ok(false);
                }
                (Some(b','), false) => {
                    self.pos += 1;
                    self.blanks();
                    if self.peek() == Some(b']') {
                        return Err(self.stop(Why::TrailingComma));
                    }
                    return Ok(false);
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.pos += 1;
                    self.leave();
                }
                (_, true) => return Err(self.stop(Why::CommaOrBrace)),
                (_, false) => return Err(self.stop(Why::CommaOrBracket)),
            }
        }
        Ok(true)
    }

    /// Reads a key and its colon, and stands at the value.
    #[inline]
    fn key(&mut self) -> Result<(), Stop> {
        match self.peek() {
            Some(b'"') => self.pos = string(self.bytes, self.pos + 1)?,
            Some(b'}') => return Err(self.stop(Why::TrailingComma)),
            _ => return Err(self.stop(Why::Key)),
        }
        self.blanks();
        if self.peek() != Some(b':') {
            return Err(self.stop(Why::Colon));
        }
        self.pos += 1;
        self.blanks();
        Ok(())
    }

    /// Ends what is still open where reading stopped.
    fn close_all(&mut self) {
        self.pos = self.pos.min(self.bytes.len());
        while self.open != NONE {
            self.tape.unclosed += 1;
            self.leave();
        }
    }
}

const ONES: u64 = u64::MAX / 255;
const HIGHS: u64 = ONES << 7;

/// The high bit of the first byte that is a quote, a backslash or a control character; bits above it mean nothing.
#[inline]
fn special(word: u64) -> u64 {
    let quote = word ^ (ONES * b'"' as u64);
    let backslash = word ^ (ONES * b'\\' as u64);
    let found = (quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (word.wrapping_sub(ONES * 0x20) & !word);
    found & HIGHS
}

/// From behind the quote that opens a string to behind the one that closes it.
#[inline]
fn string(bytes: &[u8], mut pos: usize) -> Result<usize, Stop> {
    loop {
        while let Some(chunk) = bytes.get(pos..).and_then(|rest| rest.first_chunk::<8>()) {
            let found = special(u64::from_le_bytes(*chunk));
            if found != 0 {
                pos += found.trailing_zeros() as usize / 8;
                break;
            }
            pos += 8;
        }
        match bytes.get(pos) {
            Some(b'"') => return Ok(pos + 1),
            Some(b'\\') => pos = escape(bytes, pos)?,
            Some(0..0x20) => return Err(Stop { at: pos, why: Why::Control }),
            Some(_) => pos += 1,
            None => return Err(Stop { at: bytes.len(), why: Why::CutString }),
        }
    }
}

/// From a backslash to behind its escape.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Stop> {
    let cut = Stop { at: bytes.len(), why: Why::CutString };
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            for digit in at + 2..at + 6 {
                match bytes.get(digit) {
                    Some(byte) if byte.is_ascii_hexdigit() => {}
                    Some(_) => return Err(Stop { at, why: Why::Hex }),
                    None => return Err(cut),
                }
            }
            Ok(at + 6)
        }
        Some(_) => Err(Stop { at, why: Why::Escape }),
        None => Err(cut),
    }
}

/// From a number's first byte to behind its last.
#[inline]
fn number(bytes: &[u8], start: usize) -> Result<usize, Stop> {
    let mut pos = start + usize::from(bytes.get(start) == Some(&b'-'));
    let leading_zero = bytes.get(pos) == Some(&b'0');
    let whole = pos;
    pos = digits(bytes, pos)?;
    if leading_zero && pos > whole + 1 {
        return Err(Stop { at: whole, why: Why::LeadingZero });
    }
    if bytes.get(pos) == Some(&b'.') {
        pos = digits(bytes, pos + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(pos) {
        pos += 1;
        if let Some(b'+' | b'-') = bytes.get(pos) {
            pos += 1;
        }
        pos = digits(bytes, pos)?;
    }
    Ok(pos)
}

/// Over at least one digit.
#[inline]
fn digits(bytes: &[u8], start: usize) -> Result<usize, Stop> {
    let mut pos = start;
    while let Some(b'0'..=b'9') = bytes.get(pos) {
        pos += 1;
    }
    match bytes.get(pos) {
        _ if pos > start => Ok(pos),
        Some(_) => Err(Stop { at: pos, why: Why::Digit }),
        None => Err(Stop { at: pos, why: Why::Cut }),
    }
}

/// Over one of the three words.
#[inline]
fn literal(bytes: &[u8], start: usize, word: &[u8]) -> Result<usize, Stop> {
    let rest = bytes.get(start..).unwrap_or_default();
    if rest.starts_with(word) {
        return Ok(start + word.len());
    }
    if word.starts_with(rest) {
        return Err(Stop { at: bytes.len(), why: Why::Cut });
    }
    Err(Stop { at: start, why: Why::Literal })
}
