//! What stands in the braces of a SOSL FIND: words, phrases, wildcards, AND, OR, AND NOT, brackets.
//!
//! `AND` and `AND NOT` bind before `OR` and are read from the right; words side by side are all wanted.
//! <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_sosl_find.htm>

use super::{Span, SyntaxError, row_column};

/// Beyond this the operators are ignored and any word will do; characters.
const LONGEST_WITH_OPERATORS: usize = 4_000;
/// Beyond this nothing is found; characters.
const LONGEST: usize = 10_000;
/// How deep brackets may stand in each other.
const DEEPEST: usize = 100;
/// Characters with a meaning of their own; they need a backslash outside of quotes.
const RESERVED: &str = "&|![]{}^~:+-'";

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Find {
    /// A word, in pieces.
    Word(Vec<Piece>),
    /// Words in this order; with `open`, the last may go on.
    Phrase {
        /// The words, quotes removed and escapes resolved.
        text: String,
        /// Whether a `*` stood at the end.
        open: bool,
    },
    /// All of these.
    All(Vec<Find>),
    /// Any of these; none of none.
    Any(Vec<Find>),
    /// The first, and not the second.
    But(Box<Find>, Box<Find>),
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Characters.
    Text(String),
    /// `*`: any characters, or none.
    Many,
    /// `?`: one character.
    One,
}

impl Find {
    /// Whether no word has the two characters that a search needs. In scripts without letters one is enough.
    pub fn is_too_short(&self) -> bool {
        let short = |text: &str| text.trim().chars().count() < 2 && text.is_ascii();
        match self {
            Self::Word(pieces) => {
                let text: String =
                    pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "" }).collect();
                short(&text)
            }
            Self::Phrase { text, .. } => short(text),
            Self::All(all) => all.iter().all(Self::is_too_short),
            Self::Any(any) => !any.is_empty() && any.iter().all(Self::is_too_short),
            Self::But(one, _) => one.is_too_short(),
        }
    }
}

/// Reads the text between braces, which begins at byte `base` of `whole`; errors point into `whole`.
pub(super) fn parse(text: &str, whole: &str, base: usize) -> Result<Find, SyntaxError> {
    let tokens = lex(text, whole, base, true)?;
    match text.chars().count() {
        LONGEST.. => return Ok(Find::Any(Vec::new())),
        LONGEST_WITH_OPERATORS.. => return Ok(words_of(tokens, Find::Any)),
        _ => {}
    }
    let mut reader = Reader { tokens, at: 0, depth: 0, end: base + text.len() };
    let find = reader.any()?;
    match reader.tokens.get(reader.at) {
        None => Ok(find),
        Some(token) => Err(token.unexpected()),
    }
}

/// Reads a search string that is no SOSL: what cannot be understood is passed over.
pub fn parse_find(text: &str) -> Find {
    let words = || words_of(lex(&text.replace('"', " "), text, 0, false).unwrap_or_default(), Find::All);
    parse_lenient(text).unwrap_or_else(words)
}

fn parse_lenient(text: &str) -> Option<Find> {
    let tokens = lex(text, text, 0, false).ok()?;
    let mut reader = Reader { tokens, at: 0, depth: 0, end: text.len() };
    let find = reader.any().ok()?;
    (reader.at == reader.tokens.len() && text.chars().count() < LONGEST_WITH_OPERATORS).then_some(find)
}

fn words_of(tokens: Vec<Token>, all: fn(Vec<Find>) -> Find) -> Find {
    all(tokens
        .into_iter()
        .filter_map(|token| if let What::Term(find) = token.what { Some(find) } else { None })
        .collect())
}

struct Token {
    what: What,
    span: Span,
    text: String,
}

#[derive(PartialEq)]
enum What {
    Term(Find),
    And,
    Or,
    Not,
    Open,
    Close,
}

impl Token {
    fn unexpected(&self) -> SyntaxError {
        SyntaxError { span: self.span, message: format!("unexpected token: '{}'", self.text) }
    }
}

/// The lexer's own complaint, in its words and with its column, which counts from 0.
pub(super) fn mismatched(whole: &str, at: usize, found: &str, wanted: &str) -> SyntaxError {
    let (row, column) = row_column(whole, at);
    let message = format!("line {row}:{} mismatched character '{found}' expecting '{wanted}'", column - 1);
    SyntaxError { span: Span::new(at, at), message }
}

fn lex(text: &str, whole: &str, base: usize, strict: bool) -> Result<Vec<Token>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        let what = match c {
            '(' => What::Open,
            ')' => What::Close,
            '"' => What::Term(phrase(&mut chars).ok_or_else(|| mismatched(whole, base + text.len(), "}", "\""))?),
            c if c.is_whitespace() => continue,
            c if RESERVED.contains(c) && strict => return Err(mismatched(whole, base + start, &c.to_string(), "}")),
            c if RESERVED.contains(c) => continue,
            c => {
                let mut pieces = Vec::new();
                let mut next = Some(c);
                while let Some(c) = next {
                    let escaped = if c == '\\' { chars.next_if(|(_, c)| !c.is_whitespace()) } else { None };
                    add(&mut pieces, escaped.map_or(c, |(_, c)| c), escaped.is_some());
                    let goes_on = |c: char| !c.is_whitespace() && !"()\"".contains(c) && !RESERVED.contains(c);
                    next = chars.next_if(|(_, c)| goes_on(*c)).map(|(_, c)| c);
                }
                word(pieces)
            }
        };
        let end = chars.peek().map_or(text.len(), |(at, _)| *at);
        let text = text.get(start..end).unwrap_or("").to_owned();
        tokens.push(Token { what, span: Span::new(base + start, base + end), text });
    }
    Ok(tokens)
}

fn add(pieces: &mut Vec<Piece>, c: char, escaped: bool) {
    match (c, pieces.last_mut()) {
        ('*', Some(Piece::Many)) if !escaped => {}
        ('*', _) if !escaped => pieces.push(Piece::Many),
        ('?', _) if !escaped => pieces.push(Piece::One),
        (c, Some(Piece::Text(text))) => text.push(c),
        (c, _) => pieces.push(Piece::Text(c.to_string())),
    }
}

/// An operator or a word. Wildcards stand within or at the end of a word: those before it are dropped.
fn word(mut pieces: Vec<Piece>) -> What {
    if let [Piece::Text(text)] = pieces.as_slice() {
        let operators = [("AND", What::And), ("OR", What::Or), ("NOT", What::Not)];
        if let Some((_, what)) = operators.into_iter().find(|(name, _)| text.eq_ignore_ascii_case(name)) {
            return what;
        }
    }
    let first = pieces.iter().position(|piece| matches!(piece, Piece::Text(_))).unwrap_or(pieces.len());
    pieces.drain(..first);
    What::Term(Find::Word(pieces))
}

/// A phrase up to its closing quotes.
fn phrase(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>) -> Option<Find> {
    let mut text = String::new();
    let mut open = false;
    loop {
        match chars.next()?.1 {
            '"' => return Some(Find::Phrase { text, open }),
            '\\' => {
                text.push(chars.next()?.1);
                open = false;
            }
            '*' => {
                text.push(' ');
                open = true;
            }
            c => {
                open &= c.is_whitespace();
                text.push(c);
            }
        }
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// Where the text ends.
    end: usize,
}

impl Reader {
    fn takes(&mut self, what: &What) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|token| token.what == *what);
        self.at += usize::from(found);
        found
    }

    /// Parts with OR between them.
    fn any(&mut self) -> Result<Find, SyntaxError> {
        let mut any = vec![self.all()?];
        while self.takes(&What::Or) {
            any.push(self.all()?);
        }
        Ok(one_or(any, Find::Any))
    }

    /// Terms with AND, AND NOT or nothing between them.
    fn all(&mut self) -> Result<Find, SyntaxError> {
        let mut terms = vec![(false, self.term()?)];
        loop {
            let not = if self.takes(&What::And) {
                self.takes(&What::Not)
            } else if self.tokens.get(self.at).is_some_and(|token| matches!(token.what, What::Term(_) | What::Open)) {
                false
            } else {
                break;
            };
            terms.push((not, self.term()?));
        }
        // From the right: what stands behind AND NOT is all the rest.
        let mut terms = terms.into_iter().rev();
        let Some((mut not, mut rest)) = terms.next() else { return Ok(Find::Any(Vec::new())) };
        for (before, term) in terms {
            rest = match rest {
                rest if not => Find::But(Box::new(term), Box::new(rest)),
                Find::All(mut all) => {
                    all.insert(0, term);
                    Find::All(all)
                }
                rest => Find::All(vec![term, rest]),
            };
            not = before;
        }
        Ok(rest)
    }

    fn term(&mut self) -> Result<Find, SyntaxError> {
        let end = Span::new(self.end, self.end);
        let nothing = SyntaxError { span: end, message: "unexpected token: '}'".to_owned() };
        let token = self.tokens.get(self.at).ok_or(nothing)?;
        match &token.what {
            What::Term(find) => {
                let find = find.clone();
                self.at += 1;
                Ok(find)
            }
            What::Open if self.depth < DEEPEST => {
                self.at += 1;
                self.depth += 1;
                let inner = self.any()?;
                self.depth -= 1;
                if self.takes(&What::Close) {
                    return Ok(inner);
                }
                let message = "unexpected token: '}'".to_owned();
                Err(self.tokens.get(self.at).map_or(SyntaxError { span: end, message }, Token::unexpected))
            }
            _ => Err(token.unexpected()),
        }
    }
}

fn one_or(mut list: Vec<Find>, many: fn(Vec<Find>) -> Find) -> Find {
    match (list.len(), list.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            list.extend(last);
            many(list)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Find {
        Find::Word(vec![Piece::Text(text.to_owned())])
    }

    fn find(text: &str) -> Find {
        parse(text, text, 0).unwrap_or_else(|error| panic!("{text}: {error:?}"))
    }

    #[test]
    fn operators_bind_as_documented() {
        let (a, b, c) = (word("aa"), word("bb"), word("cc"));
        let all = |list: &[&Find]| Find::All(list.iter().map(|&find| find.clone()).collect());
        assert_eq!(find("aa"), a);
        assert_eq!(find("aa bb"), all(&[&a, &b]));
        assert_eq!(find("aa and bb cc"), all(&[&a, &b, &c]));
        assert_eq!(find("aa OR bb AND cc"), Find::Any(vec![a.clone(), all(&[&b, &c])]));
        assert_eq!(find("(aa OR bb) cc"), all(&[&Find::Any(vec![a.clone(), b.clone()]), &c]));
        let but = |one: &Find, other: &Find| Find::But(Box::new(one.clone()), Box::new(other.clone()));
        assert_eq!(find("aa AND NOT bb AND cc"), but(&a, &all(&[&b, &c])));
        assert_eq!(find("cc aa AND NOT bb"), all(&[&c, &but(&a, &b)]));
    }

    #[test]
    fn words_have_wildcards_and_escapes() {
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(find("*j?e**"), Find::Word(vec![text("j"), Piece::One, text("e"), Piece::Many]));
        assert_eq!(find(r"a\*b\-c"), word("a*b-c"));
        let text_of = |text: &str, open| Find::Phrase { text: text.to_owned(), open };
        assert_eq!(find(r#""say \"x\" new*""#), text_of("say \"x\" new ", true));
        assert_eq!(find(r#""a* b""#), Find::Phrase { text: "a  b".to_owned(), open: false });
        assert_eq!(find("\"and\""), Find::Phrase { text: "and".to_owned(), open: false });
    }

    #[test]
    fn what_has_no_sense_has_a_place() {
        for (text, at, message) in [
            ("a|b", 1, "line 1:1 mismatched character '|' expecting '}'"),
            ("é-b", 2, "line 1:1 mismatched character '-' expecting '}'"),
            ("\"ab", 3, "line 1:3 mismatched character '}' expecting '\"'"),
            ("AND ab", 0, "unexpected token: 'AND'"),
            ("ab OR", 5, "unexpected token: '}'"),
            ("(ab", 3, "unexpected token: '}'"),
            ("ab)", 2, "unexpected token: ')'"),
            ("", 0, "unexpected token: '}'"),
        ] {
            let error = parse(text, text, 0).unwrap_err();
            assert_eq!((error.span.start, error.message.as_str()), (at, message), "{text}");
        }
        assert!(parse(&"(".repeat(3_000), "", 0).is_err());
    }

    #[test]
    fn a_plain_search_passes_over_what_it_cannot_read() {
        assert_eq!(parse_find("marie-pier"), Find::All(vec![word("marie"), word("pier")]));
        assert_eq!(parse_find("AND joe OR ("), Find::All(vec![word("joe")]));
        assert_eq!(parse_find("a OR b"), Find::Any(vec![word("a"), word("b")]));
        assert!(parse_find("a OR b*").is_too_short());
        assert!(!parse_find("a bb").is_too_short() && !parse_find("港").is_too_short());
        assert!(parse_find("").is_too_short());
    }

    #[test]
    fn a_long_search_loses_its_operators_and_a_longer_one_its_results() {
        assert!(matches!(find(&"ab AND ".repeat(600)), Find::Any(all) if all.len() == 600));
        assert_eq!(find(&"ab ".repeat(4_000)), Find::Any(vec![]));
    }
}
