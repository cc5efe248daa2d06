//! What a JSON string says: escapes decoded, without decoding more than is asked for. Given only text that was checked.

use std::borrow::Cow;

use memchr::memchr;

/// The longest escape of one character: a pair of surrogates, `\ud83d\ude00`.
const LONGEST: usize = 12;

/// Bytes that are known to be UTF-8 as text. Where they are cut inside a character, the whole characters before it.
pub(super) fn as_text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default()
        }
    }
}

/// What stands between the quotes, decoded. Lone surrogates become U+FFFD.
pub(super) fn decode(inner: &[u8]) -> Cow<'_, str> {
    if memchr(b'\\', inner).is_none() {
        return Cow::Borrowed(as_text(inner));
    }
    let mut decoded = String::with_capacity(inner.len());
    for part in parts(inner) {
        match part {
            Part::Plain(text) => decoded.push_str(text),
            Part::Escaped(character) => decoded.push(character),
        }
    }
    Cow::Owned(decoded)
}

/// A stretch of a string.
pub(super) enum Part<'a> {
    /// Stands for itself.
    Plain(&'a str),
    /// Was an escape.
    Escaped(char),
}

/// A string's stretches, in order.
pub(super) fn parts(inner: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut rest = inner;
    std::iter::from_fn(move || {
        if rest.first()? == &b'\\' {
            let (character, length) = escape(rest);
            rest = rest.get(length..).unwrap_or_default();
            return Some(Part::Escaped(character));
        }
        let length = memchr(b'\\', rest).unwrap_or(rest.len());
        let (plain, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(Part::Plain(as_text(plain)))
    })
}

/// The character an escape stands for, and the escape's length in bytes.
fn escape(text: &[u8]) -> (char, usize) {
    let character = match text.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => return unicode(text),
        Some(other) => char::from(*other),
        None => char::REPLACEMENT_CHARACTER,
    };
    (character, 2)
}

/// The same for `\uXXXX`, together with the other half of a pair.
fn unicode(text: &[u8]) -> (char, usize) {
    let Some(high) = hex(text) else { return (char::REPLACEMENT_CHARACTER, 6) };
    if let Some(character) = char::from_u32(high) {
        return (character, 6);
    }
    let low = text.get(6..).and_then(hex).filter(|low| (0xDC00..0xE000).contains(low));
    match low {
        Some(low) if high < 0xDC00 => {
            let scalar = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER), LONGEST)
        }
        _ => (char::REPLACEMENT_CHARACTER, 6),
    }
}

/// The number of `\uXXXX` at the start of a text.
fn hex(text: &[u8]) -> Option<u32> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}

/// The first characters of a string, and whether it goes on. Looks at no more of it than they need.
pub(super) fn decode_start(inner: &[u8], max_chars: usize) -> (String, bool) {
    let reach = max_chars.saturating_add(1).saturating_mul(LONGEST).min(inner.len());
    let mut start = String::new();
    let mut left = max_chars;
    for part in parts(inner.get(..reach).unwrap_or_default()) {
        match part {
            Part::Plain(text) => {
                for character in text.chars() {
                    if left == 0 {
                        return (start, true);
                    }
                    start.push(character);
                    left -= 1;
                }
            }
            Part::Escaped(_) if left == 0 => return (start, true),
            Part::Escaped(character) => {
                start.push(character);
                left -= 1;
            }
        }
    }
    (start, reach < inner.len())
}

/// The first characters of a text that is no string, and whether it goes on.
pub(super) fn plain_start(raw: &[u8], max_chars: usize) -> (String, bool) {
    let reach = max_chars.saturating_mul(4).min(raw.len());
    let start: String = as_text(raw.get(..reach).unwrap_or_default()).chars().take(max_chars).collect();
    let more = start.len() < raw.len();
    (start, more)
}
