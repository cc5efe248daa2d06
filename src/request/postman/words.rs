//! The words of a script and its statements: just enough of JavaScript's surface to read one that sets variables.

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    /// A text, without its quotes.
    Text,
    Mark,
}

/// A word and its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The words, without comments.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        let (kind, long) = if c.is_whitespace() {
            (None, c.len_utf8())
        } else if rest.starts_with("//") {
            (None, rest.find('\n').unwrap_or(rest.len()))
        } else if rest.starts_with("/*") {
            (None, rest.find("*/").map_or(rest.len(), |end| end + 2))
        } else if matches!(c, '"' | '\'' | '`') {
            (Some(Kind::Text), quoted(rest, c))
        } else if c.is_alphabetic() || matches!(c, '_' | '$') {
            let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
            (Some(Kind::Name), rest.find(|c| !part(c)).unwrap_or(rest.len()))
        } else if c.is_ascii_digit() {
            (Some(Kind::Number), rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()))
        } else {
            (Some(Kind::Mark), c.len_utf8())
        };
        if let Some(kind) = kind {
            let whole = text.get(at..at + long).unwrap_or_default();
            let inner = whole.get(1..whole.len().saturating_sub(1)).unwrap_or_default();
            let text = if kind == Kind::Text { inner } else { whole };
            found.push(Word { kind, text, from: at, to: at + long });
        }
        at += long.max(1);
    }
    found
}

/// Bytes of a quoted text, both quotes included.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The statements, each as its words; a block belongs to what it follows.
pub(super) fn statements<'w, 'a>(text: &str, words: &'w [Word<'a>]) -> Vec<&'w [Word<'a>]> {
    let mut found = Vec::new();
    let (mut start, mut depth) = (0, 0_usize);
    for (at, word) in words.iter().enumerate() {
        let mark = if word.kind == Kind::Mark { word.text } else { "" };
        match mark {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        let next = words.get(at + 1);
        let line_ends = next.is_none_or(|next| text.get(word.to..next.from).is_some_and(|gap| gap.contains('\n')));
        let goes_on = matches!(mark, "=" | "+" | "?" | ":" | "." | "," | "&" | "|" | "!")
            || next.is_some_and(|next| matches!(next.text, "." | "?" | ":" | "+" | "{" | "else" | ")" | "&" | "|"));
        let block_ends = mark == "}" && !next.is_some_and(|next| matches!(next.text, "else" | ")" | ";" | "." | ","));
        if depth == 0 && (mark == ";" || block_ends || (line_ends && !goes_on)) {
            found.extend(words.get(start..=at).filter(|part| part.iter().any(|word| word.text != ";")));
            start = at + 1;
        }
    }
    found.extend(words.get(start..).filter(|part| !part.is_empty()));
    found
}
