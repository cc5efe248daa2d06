//! What is searched for, and how one stretch of text is searched. Knows nothing of documents.
//!
//! Any case means: a letter of the needle also matches its capital, where that is one character. Letters that several
//! capitals share (`å` and the Ångström sign) or whose capital is two characters (`ß`) match the common form only.

use std::ops::Range;

use memchr::{memchr, memchr2};

/// A text is sampled in so many places, of so many bytes, to learn which letters are rare in it.
const SAMPLES: usize = 16;
const SAMPLE: usize = 4096;

/// What is searched for: any case, unless it holds a capital.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needle {
    letters: Vec<Letter>,
    /// Whether it can stand in a JSON string as it is: it holds nothing that has to be escaped there.
    plain: bool,
    /// Whether it holds a character that has an escape of its own, like `\n` and `\/`.
    escapable: bool,
    /// The longest text it matches, in bytes.
    longest: usize,
}

/// A character and its capital (itself where case matters or it has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    small: Form,
    capital: Form,
}

/// A character in UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Form {
    bytes: [u8; 4],
    len: u8,
}

impl Form {
    fn new(character: char) -> Self {
        let mut bytes = [0; 4];
        let len = character.encode_utf8(&mut bytes).len() as u8;
        Self { bytes, len }
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len as usize).unwrap_or_default()
    }

    /// The byte that tells it best from others of its script.
    fn last(&self) -> u8 {
        self.as_bytes().last().copied().unwrap_or_default()
    }
}

impl Letter {
    fn new(character: char, any_case: bool) -> Self {
        let mut upper = character.to_uppercase();
        let capital = match (upper.next(), upper.next()) {
            (Some(one), None) if any_case => one,
            _ => character,
        };
        Self { small: Form::new(character), capital: Form::new(capital) }
    }

    /// Its length at the start of a text.
    #[inline]
    fn at_start(&self, text: &[u8]) -> Option<usize> {
        [self.small, self.capital].iter().find(|form| text.starts_with(form.as_bytes())).map(|form| form.len as usize)
    }

    /// Its length at the end of a text.
    #[inline]
    fn at_end(&self, text: &[u8]) -> Option<usize> {
        [self.small, self.capital].iter().find(|form| text.ends_with(form.as_bytes())).map(|form| form.len as usize)
    }
}

impl Needle {
    /// `None` where there is nothing to search for.
    pub fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let any_case = !text.chars().any(char::is_uppercase);
        let letters: Vec<Letter> = text.chars().map(|character| Letter::new(character, any_case)).collect();
        let longest = letters.iter().map(|letter| letter.small.len.max(letter.capital.len) as usize).sum();
        let plain = !text.chars().any(|character| character < ' ' || character == '"' || character == '\\');
        let escapable = !plain || text.contains('/');
        Some(Self { letters, plain, escapable, longest })
    }

    /// Where it stands in a text: byte ranges, for marking. They do not overlap.
    pub fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        self.ranges_in(text.as_bytes())
    }

    /// The same in bytes that may be no text.
    pub fn ranges_in(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let hunter = Hunter::in_short(self);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some((_, range)) = hunter.next(bytes, from, bytes.len()) {
            from = range.end;
            found.push(range);
        }
        found
    }

    /// Whether it can stand in a JSON string unescaped.
    pub(super) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Whether other escapes than `\uXXXX` may stand for a character of it.
    pub(super) fn needs_escape(&self) -> bool {
        self.escapable
    }

    /// The longest text it matches, in bytes.
    pub fn longest(&self) -> usize {
        self.longest
    }
}

/// A needle, and the letter of it by which it is looked for.
pub(super) struct Hunter<'a> {
    needle: &'a Needle,
    pivot: Letter,
    before: &'a [Letter],
    after: &'a [Letter],
    /// Every letter is one byte: then a match is as long as the needle.
    ascii: bool,
}

impl<'a> Hunter<'a> {
    /// For texts too short to be worth a look ahead: goes by the first letter, so that matches come in order.
    pub fn in_short(needle: &'a Needle) -> Self {
        Self::by(needle, 0)
    }

    /// For one long text: goes by the letter that is rarest in samples of it.
    pub fn in_long(needle: &'a Needle, text: &[u8]) -> Self {
        let mut often = [0u32; 256];
        let stride = (text.len() / SAMPLES).max(SAMPLE);
        for chunk in text.chunks(stride).take(SAMPLES + 1) {
            for byte in chunk.iter().take(SAMPLE) {
                if let Some(count) = often.get_mut(usize::from(*byte)) {
                    *count += 1;
                }
            }
        }
        let count = |byte: u8| often.get(usize::from(byte)).copied().unwrap_or_default();
        let cost = |letter: &Letter| {
            let (small, capital) = (letter.small.last(), letter.capital.last());
            count(small) + if small == capital { 0 } else { count(capital) }
        };
        let rarest = needle.letters.iter().enumerate().min_by_key(|(_, letter)| cost(letter)).map_or(0, |(at, _)| at);
        Self::by(needle, rarest)
    }

    fn by(needle: &'a Needle, pivot: usize) -> Self {
        let (before, rest) = needle.letters.split_at_checked(pivot).unwrap_or((&[], &needle.letters));
        let nothing = Form { bytes: [0; 4], len: 1 };
        let (pivot, after) = match rest.split_first() {
            Some((pivot, after)) => (*pivot, after),
            None => (Letter { small: nothing, capital: nothing }, rest),
        };
        let ascii = needle.letters.iter().all(|letter| letter.small.len == 1 && letter.capital.len == 1);
        Self { needle, pivot, before, after, ascii }
    }

    /// What is looked for.
    pub fn needle(&self) -> &'a Needle {
        self.needle
    }

    /// The first match whose pivot byte lies from `from` to before `to`: the place of that byte, and the match.
    pub fn next(&self, text: &[u8], from: usize, to: usize) -> Option<(usize, Range<usize>)> {
        let (small, capital) = (self.pivot.small.last(), self.pivot.capital.last());
        let mut at = from;
        loop {
            let ahead = text.get(at..to)?;
            let found = if small == capital { memchr(small, ahead)? } else { memchr2(small, capital, ahead)? };
            let place = at + found;
            if let Some(range) = self.around(text, place) {
                return Some((place, range));
            }
            at = place + 1;
        }
    }

    /// Whether it stands anywhere in a text.
    pub fn is_in(&self, text: &[u8]) -> bool {
        self.next(text, 0, text.len()).is_some()
    }

    /// The match whose pivot ends with this byte.
    #[inline]
    fn around(&self, text: &[u8], place: usize) -> Option<Range<usize>> {
        if self.ascii {
            let start = place.checked_sub(self.before.len())?;
            let window = text.get(start..start + self.needle.letters.len())?;
            let one = |(byte, letter): (&u8, &Letter)| {
                letter.small.bytes.first() == Some(byte) || letter.capital.bytes.first() == Some(byte)
            };
            return window.iter().zip(&self.needle.letters).all(one).then(|| start..start + window.len());
        }
        let (mut head, mut tail) = text.split_at_checked(place + 1)?;
        head = head.get(..head.len() - self.pivot.at_end(head)?)?;
        for letter in self.before.iter().rev() {
            head = head.get(..head.len() - letter.at_end(head)?)?;
        }
        for letter in self.after {
            tail = tail.get(letter.at_start(tail)?..)?;
        }
        Some(head.len()..text.len() - tail.len())
    }
}
