//! What is wrong with a text, as a place and a sentence. Must not hold more of the text than one character: a body may
//! carry secrets, and an error is shown and logged.

use super::scan::{Stop, Why};
use memchr::{memchr_iter, memrchr};

/// Where and why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// From 0, in bytes.
    pub offset: usize,
    /// A sentence without a full stop.
    pub what: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    pub(super) fn of(bytes: &[u8], stop: Stop, open: usize) -> Self {
        let (line, column) = line_of(bytes, stop.at);
        Self { line, column, offset: stop.at, what: sentence(bytes, stop, open) }
    }
}

/// The byte order mark some servers put before a text.
pub(super) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Line and column (in characters) of a byte, both from 1. A byte order mark at the start is no column; a place behind
/// the end counts as the end.
pub fn line_of(bytes: &[u8], offset: usize) -> (usize, usize) {
    let before = bytes.get(..offset.min(bytes.len())).unwrap_or_default();
    let line = memchr_iter(b'\n', before).count() + 1;
    let start = memrchr(b'\n', before).map_or(0, |found| found + 1);
    let mut in_line = before.get(start..).unwrap_or_default();
    if line == 1 {
        in_line = in_line.strip_prefix(MARK).unwrap_or(in_line);
    }
    let column = match std::str::from_utf8(in_line) {
        Ok(text) => text.chars().count(),
        // Slower; a stray byte that is no UTF-8 counts for one character.
        Err(_) => in_line.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum(),
    };
    (line, column + 1)
}

fn sentence(bytes: &[u8], stop: Stop, open: usize) -> String {
    let found = shown(bytes, stop.at);
    match stop.why {
        Why::Cut if open == 0 => "the text ends before the value does".to_owned(),
        Why::Cut if open == 1 => "the text ends while one bracket is still open".to_owned(),
        Why::Cut => format!("the text ends while {open} brackets are still open"),
        Why::CutString => "the text ends inside a string".to_owned(),
        Why::Empty => "there is no value, only an empty text".to_owned(),
        Why::Value => value_sentence(bytes, stop.at, &found),
        Why::Key => format!("expected a key in double quotes, found {found}"),
        Why::Colon => format!("expected `:` after a key, found {found}"),
        Why::CommaOrBrace => format!("expected `,` or `}}` after a value of an object, found {found}"),
        Why::CommaOrBracket => format!("expected `,` or `]` after a value of an array, found {found}"),
        Why::TrailingComma => format!("a comma may not stand before {found}"),
        Why::Control => format!("a control character ({found}) may not stand in a string unescaped"),
        Why::Escape => format!("a backslash followed by {} is no escape", shown(bytes, stop.at + 1)),
        Why::Hex => "`\\u` needs four hexadecimal digits".to_owned(),
        Why::LeadingZero => "a number may not begin with a zero and go on with digits".to_owned(),
        Why::Digit => format!("expected a digit, found {found}"),
        Why::Literal => "expected `true`, `false` or `null` here".to_owned(),
        Why::Trailing => format!("the value is at its end, but {found} follows"),
        Why::NotUtf8 => format!("the text is not UTF-8 here, found {found}"),
        Why::TooLong => "the text is longer than can be indexed (4 GiB)".to_owned(),
        Why::Stopped => "reading was given up here".to_owned(),
    }
}

fn value_sentence(bytes: &[u8], at: usize, found: &str) -> String {
    match bytes.get(at) {
        Some(b'\'') => "expected a value, found `'`: strings stand in double quotes".to_owned(),
        Some(b'<') => "expected a value, found `<`: this looks like HTML or XML".to_owned(),
        Some(b'N' | b'I' | b'u') => format!("expected a value, found {found}: NaN, Infinity and undefined are no JSON"),
        Some(b'+' | b'.') => format!("expected a value, found {found}: a number begins with a digit or `-`"),
        Some(b'/') => "expected a value, found `/`: JSON has no comments".to_owned(),
        _ => format!("expected a value, found {found}"),
    }
}

/// The character at a place, so that it can be read.
fn shown(bytes: &[u8], at: usize) -> String {
    let rest = bytes.get(at..bytes.len().min(at.saturating_add(4))).unwrap_or_default();
    let Some(first) = rest.first() else { return "the end".to_owned() };
    match rest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next()) {
        Some(character) if character.is_alphanumeric() || character.is_ascii_graphic() => format!("`{character}`"),
        Some(character) => format!("U+{:04X}", u32::from(character)),
        None => format!("byte 0x{first:02X}"),
    }
}
