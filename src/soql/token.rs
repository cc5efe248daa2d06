//! Text to tokens. Every byte that is no blank or comment belongs to exactly one token; nothing is refused here.

use super::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword; the language reserves none.
    Word,
    /// `42`, `-1.5`, `1e3`.
    Number,
    /// A quoted text with its quotes.
    Text,
    /// A quoted text whose closing quote is missing.
    OpenText,
    /// `2026-01-31`.
    Date,
    /// `2026-01-31T10:00:00Z`, or with a fraction and an offset.
    DateTime,
    /// An operator or a bracket: `= != <> < <= > >= ( ) , . : { }`.
    Mark,
    /// A character the language has no use for.
    Strange,
}

/// A token and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// All tokens of the text, in order, without blanks and comments.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { text, at: 0 };
    let mut found = Vec::new();
    while let Some(token) = lexer.next() {
        found.push(token);
    }
    found
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    fn eat_while(&mut self, wanted: impl Fn(char) -> bool) {
        let rest = self.rest();
        let end = rest.find(|c| !wanted(c)).unwrap_or(rest.len());
        self.at += end;
    }

    fn skip_blanks(&mut self) {
        loop {
            self.eat_while(char::is_whitespace);
            let rest = self.rest();
            let skipped = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += skipped;
        }
    }

    fn next(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let first = self.peek()?;
        let kind = match first {
            '\'' => self.quoted(),
            c if is_word_start(c) => {
                self.eat_while(is_word);
                Kind::Word
            }
            c if c.is_ascii_digit() => self.digits(),
            '+' | '-' | '.' if self.peek_second().is_some_and(|c| c.is_ascii_digit()) => self.digits(),
            _ => self.mark(first),
        };
        Some(Token { kind, span: Span::new(start, self.at) })
    }

    fn quoted(&mut self) -> Kind {
        let mut escaped = false;
        let mut end = None;
        for (offset, c) in self.rest().char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '\'' => {
                    end = Some(offset + 1);
                    break;
                }
                _ => {}
            }
        }
        self.at += end.unwrap_or(self.rest().len());
        if end.is_some() { Kind::Text } else { Kind::OpenText }
    }

    /// A number, or a date where the digits have the shape of one.
    fn digits(&mut self) -> Kind {
        if let Some((length, kind)) = date_shape(self.rest()) {
            self.at += length;
            return kind;
        }
        self.at += 1;
        self.eat_while(|c| c.is_ascii_digit());
        if self.peek() == Some('.') && self.peek_second().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.eat_while(|c| c.is_ascii_digit());
        }
        let rest = self.rest();
        let exponent = rest.strip_prefix(['e', 'E']).map(|after| after.strip_prefix(['+', '-']).unwrap_or(after));
        if let Some(after) = exponent.filter(|after| after.starts_with(|c: char| c.is_ascii_digit())) {
            self.at += rest.len() - after.len();
            self.eat_while(|c| c.is_ascii_digit());
        }
        Kind::Number
    }

    fn mark(&mut self, first: char) -> Kind {
        let rest = self.rest();
        if ["!=", "<>", "<=", ">="].iter().any(|two| rest.starts_with(two)) {
            self.at += 2;
            return Kind::Mark;
        }
        self.at += first.len_utf8();
        if "=<>(),.:{}".contains(first) { Kind::Mark } else { Kind::Strange }
    }
}

fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether the bytes follow a pattern in which `0` stands for any digit.
fn follows(bytes: &[u8], pattern: &[u8]) -> bool {
    bytes.len() >= pattern.len()
        && pattern.iter().zip(bytes).all(|(want, got)| if *want == b'0' { got.is_ascii_digit() } else { want == got })
}

/// Length and kind of the date or datetime the text begins with.
fn date_shape(text: &str) -> Option<(usize, Kind)> {
    let bytes = text.as_bytes();
    if !follows(bytes, b"0000-00-00") {
        return None;
    }
    let after = bytes.get(10..).unwrap_or(&[]);
    if !follows(after, b"T00:00:00") && !follows(after, b"t00:00:00") {
        return Some((10, Kind::Date));
    }
    let mut length = 19;
    let tail = |at: usize| bytes.get(at..).unwrap_or(&[]);
    if tail(length).first() == Some(&b'.') {
        length += 1 + tail(length + 1).iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    let zone = tail(length);
    if matches!(zone.first(), Some(b'Z' | b'z')) {
        length += 1;
    } else if let Some(b'+' | b'-') = zone.first() {
        let offset = zone.get(1..).unwrap_or(&[]);
        if follows(offset, b"00:00") {
            length += 6;
        } else if follows(offset, b"0000") {
            length += 5;
        }
    }
    Some((length, Kind::DateTime))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Vec<(Kind, &str)> {
        tokens(text).iter().map(|token| (token.kind, token.span.of(text))).collect()
    }

    #[test]
    fn marks_words_and_texts() {
        assert_eq!(
            seen("a__c<>'it\\'s' -- <=1.5e3,.5 USD5"),
            [
                (Kind::Word, "a__c"),
                (Kind::Mark, "<>"),
                (Kind::Text, "'it\\'s'"),
                (Kind::Strange, "-"),
                (Kind::Strange, "-"),
                (Kind::Mark, "<="),
                (Kind::Number, "1.5e3"),
                (Kind::Mark, ","),
                (Kind::Number, ".5"),
                (Kind::Word, "USD5"),
            ]
        );
    }

    #[test]
    fn dates_by_their_shape() {
        assert_eq!(seen("2026-01-02"), [(Kind::Date, "2026-01-02")]);
        for text in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123-08:00", "2026-01-02T03:04:05+0100"] {
            assert_eq!(seen(text), [(Kind::DateTime, text)]);
        }
        assert_eq!(seen("2026-1-2").first(), Some(&(Kind::Number, "2026")));
    }

    #[test]
    fn comments_are_blanks_and_an_open_text_runs_to_the_end() {
        assert_eq!(seen("// x\n/* y */ a 'b"), [(Kind::Word, "a"), (Kind::OpenText, "'b")]);
        assert_eq!(seen("/* never closed"), []);
    }
}
