//! Text to the words that a search compares: small letters without accents, a space between words.
//!
//! The same is done to what is indexed and to what is looked for, so that they meet. Characters of scripts that put no
//! spaces between words are words of their own; a longer word of them is found as a phrase.

use icu_normalizer::DecomposingNormalizerBorrowed;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use std::ops::Range;

/// Makes `fold(text)` and `fold_phone(text)` known to a connection. The index's triggers call them, so that every
/// connection that writes needs them.
pub(super) fn register(connection: &Connection) -> Result<(), rusqlite::Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection
        .create_scalar_function("fold", 1, flags, |context| Ok(context.get_raw(0).as_str_or_null()?.map(fold)))?;
    connection.create_scalar_function("fold_phone", 1, flags, |context| {
        Ok(context.get_raw(0).as_str_or_null()?.map(fold_phone))
    })
}

/// The words of a text.
pub(super) fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    if text.is_ascii() {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() {
                out.push(char::from(byte.to_ascii_lowercase()));
            } else {
                space(&mut out);
            }
        }
    } else {
        for range in words(text) {
            space(&mut out);
            fold_word(text.get(range).unwrap_or(""), &mut out);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The words of a phone number, and the number in one: people look for it with and without its marks.
fn fold_phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    format!("{} {digits}", fold(text))
}

fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

fn fold_word(word: &str, out: &mut String) {
    let accent = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    if word.chars().next().is_some_and(stands_alone) {
        out.push_str(word);
        return;
    }
    let lower = word.to_lowercase();
    let plain = DecomposingNormalizerBorrowed::new_nfd().normalize(&lower);
    out.extend(plain.chars().filter(|c| !accent(c)));
}

/// Where the words of a text are, in bytes.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let alone = stands_alone(c);
        match found.last_mut() {
            Some(last) if open && !alone && is_of_word(c) => last.end = end,
            _ if alone || c.is_alphanumeric() => found.push(at..end),
            _ => {}
        }
        open = !alone && is_of_word(c) && found.last().is_some_and(|last| last.end == end);
    }
    found
}

/// Letters and digits, and the marks that stand on them.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

/// Han, kana, hangul: a word each.
fn stands_alone(c: char) -> bool {
    c.is_alphanumeric()
        && matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
            | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_small_and_plain() {
        for (text, words) in [
            ("", ""),
            ("Say \"Quoted\", twice!", "say quoted twice"),
            ("O'Marlin-Åse & Søn", "o marlin ase søn"),
            ("ÉCOLE e\u{301}cole", "ecole ecole"),
            ("東京Tower 港", "東 京 tower 港"),
            ("가나 Ａ", "가 나 ａ"),
            ("mail: a.b@x.example", "mail a b x example"),
            ("  العربية ", "العربية"),
            ("ガ行", "ガ 行"),
        ] {
            assert_eq!(fold(text), words, "{text}");
        }
        assert_eq!(fold_phone("+49 (40) 12-3"), "49 40 12 3 4940123");
    }

    #[test]
    fn words_lie_where_they_are_said_to() {
        let text = "Åse, 東京 x";
        let found: Vec<&str> = words(text).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(found, ["Åse", "東", "京", "x"]);
    }
}
