//! The parser's place in the tokens, and what went wrong so far. No grammar here.

use super::syntax::Name;
use super::token::{Kind, Token, tokens};
use super::{Span, SyntaxError, row_column};

/// How deep brackets may stand in each other: beyond this no person wrote it, and the stack is finite.
const DEEPEST: usize = 100;

/// A rule gave up; the error is already noted.
#[derive(Debug)]
pub(super) struct Stop;

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    pub(super) errors: Vec<SyntaxError>,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, tokens: tokens(text), at: 0, depth: 0, errors: Vec::new() }
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    pub(super) fn peek_text(&self, ahead: usize) -> &'t str {
        self.tokens.get(self.at + ahead).map_or("", |token| token.span.of(self.text))
    }

    pub(super) fn peek_kind(&self, ahead: usize) -> Option<Kind> {
        self.tokens.get(self.at + ahead).map(|token| token.kind)
    }

    /// Where the next token begins, or the text ends.
    pub(super) fn here(&self) -> usize {
        self.peek().map_or(self.text.len(), |token| token.span.start)
    }

    /// Where the last token read ended.
    pub(super) fn behind(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.span.end)
    }

    pub(super) fn step(&mut self) {
        self.at += 1;
    }

    /// Whether the token `ahead` of the next is this keyword.
    pub(super) fn sees(&self, ahead: usize, keyword: &str) -> bool {
        self.peek_kind(ahead) == Some(Kind::Word) && self.peek_text(ahead).eq_ignore_ascii_case(keyword)
    }

    pub(super) fn sees_mark(&self, mark: &str) -> bool {
        self.peek_kind(0) == Some(Kind::Mark) && self.peek_text(0) == mark
    }

    /// Steps over the keyword if it is next.
    pub(super) fn takes(&mut self, keyword: &str) -> bool {
        let found = self.sees(0, keyword);
        self.at += usize::from(found);
        found
    }

    /// Steps over the mark if it is next.
    pub(super) fn takes_mark(&mut self, mark: &str) -> bool {
        let found = self.sees_mark(mark);
        self.at += usize::from(found);
        found
    }

    pub(super) fn wants(&mut self, keyword: &str) -> Result<(), Stop> {
        if self.takes(keyword) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn wants_mark(&mut self, mark: &str) -> Result<(), Stop> {
        if self.takes_mark(mark) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn name(&mut self) -> Result<Name, Stop> {
        match self.peek() {
            Some(token) if token.kind == Kind::Word => {
                self.at += 1;
                Ok(Name { text: token.span.of(self.text).to_owned(), span: token.span })
            }
            _ => Err(self.unexpected()),
        }
    }

    /// A whole number without sign, as LIMIT takes it.
    pub(super) fn count(&mut self) -> Result<(u64, Span), Stop> {
        let token = self.peek().filter(|token| token.kind == Kind::Number);
        let read = token.and_then(|token| Some((token.span.of(self.text).parse().ok()?, token.span)));
        let read = read.ok_or_else(|| self.unexpected())?;
        self.at += 1;
        Ok(read)
    }

    /// Notes that the next token should not be there.
    pub(super) fn unexpected(&mut self) -> Stop {
        let (span, message) = match self.peek() {
            None => (Span::new(self.text.len(), self.text.len()), "unexpected token: '<EOF>'".to_owned()),
            Some(token) if token.kind == Kind::OpenText => {
                let (row, column) = row_column(self.text, self.text.len());
                (token.span, format!("line {row}:{} mismatched character '<EOF>' expecting '''", column - 1))
            }
            Some(token) => (token.span, format!("unexpected token: '{}'", token.span.of(self.text))),
        };
        self.fail(span, message)
    }

    pub(super) fn fail(&mut self, span: Span, message: String) -> Stop {
        if !self.errors.iter().any(|error| error.span == span) {
            self.errors.push(SyntaxError { span, message });
        }
        Stop
    }

    /// Runs a rule one bracket deeper.
    pub(super) fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth >= DEEPEST {
            let here = Span::new(self.here(), self.here());
            return Err(self.fail(here, "the query is nested too deeply".to_owned()));
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// Steps on until `stop` says so at the present bracket level, or that level ends.
    pub(super) fn skip_until(&mut self, stop: impl Fn(&Self) -> bool) {
        let mut open = 0usize;
        while self.peek().is_some() {
            if open == 0 && (stop(self) || self.sees_mark(")")) {
                return;
            }
            if self.sees_mark("(") {
                open += 1;
            } else if self.sees_mark(")") {
                open -= 1;
            }
            self.step();
        }
    }
}
