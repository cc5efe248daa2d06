//! Conditions and constants.
//!
//! AND, OR and NOT do not mix: beside one of them another needs brackets, and NOT may stand only first and alone, as in
//! `a = 1 AND (NOT b = 2)`. <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_logicaloperators.htm>

use super::Span;
use super::cursor::{Parser, Stop};
use super::date::DateLiteral;
use super::syntax::{Condition, Literal, Op, Operand, Value};
use super::token::{Kind, Token};

impl Parser<'_> {
    pub(super) fn condition(&mut self) -> Result<Condition, Stop> {
        if self.takes("NOT") {
            let inner = self.simple()?;
            if self.sees(0, "AND") || self.sees(0, "OR") {
                return Err(self.unexpected());
            }
            return Ok(Condition::Not(Box::new(inner)));
        }
        let first = self.simple()?;
        for (word, other) in [("AND", "OR"), ("OR", "AND")] {
            if !self.sees(0, word) {
                continue;
            }
            let mut all = vec![first];
            while self.takes(word) {
                all.push(self.simple()?);
            }
            if self.sees(0, other) {
                return Err(self.unexpected());
            }
            return Ok(if word == "AND" { Condition::And(all) } else { Condition::Or(all) });
        }
        Ok(first)
    }

    /// A bracketed condition or a comparison.
    fn simple(&mut self) -> Result<Condition, Stop> {
        if self.takes_mark("(") {
            let inner = self.deeper(Self::condition)?;
            self.wants_mark(")")?;
            return Ok(inner);
        }
        if self.sees(0, "NOT") {
            return Err(self.unexpected());
        }
        let left = self.expr()?;
        let start = self.here();
        let op = self.op()?;
        let op_span = Span::new(start, self.behind());
        let right = match op {
            Op::In | Op::NotIn | Op::Includes | Op::Excludes => self.list()?,
            _ => Operand::One(self.value(op == Op::Like)?),
        };
        Ok(Condition::Test { left, op, op_span, right })
    }

    fn op(&mut self) -> Result<Op, Stop> {
        if self.sees(0, "NOT") && self.sees(1, "IN") {
            self.step();
            self.step();
            return Ok(Op::NotIn);
        }
        let op = match self.peek_text(0).to_ascii_uppercase().as_str() {
            "=" => Op::Eq,
            "!=" | "<>" => Op::Ne,
            "<" => Op::Lt,
            "<=" => Op::Le,
            ">" => Op::Gt,
            ">=" => Op::Ge,
            "LIKE" => Op::Like,
            "IN" => Op::In,
            "INCLUDES" => Op::Includes,
            "EXCLUDES" => Op::Excludes,
            _ => return Err(self.unexpected()),
        };
        self.step();
        Ok(op)
    }

    /// What IN takes: constants or a query in brackets, or a bind variable.
    fn list(&mut self) -> Result<Operand, Stop> {
        if self.sees_mark(":") {
            return Ok(Operand::One(self.value(false)?));
        }
        self.wants_mark("(")?;
        if self.sees(0, "SELECT") {
            let query = self.deeper(Self::query)?;
            self.wants_mark(")")?;
            return Ok(Operand::Query(Box::new(query)));
        }
        let mut values = vec![self.value(false)?];
        while self.takes_mark(",") {
            values.push(self.value(false)?);
        }
        self.wants_mark(")")?;
        Ok(Operand::Many(values))
    }

    /// A constant; in a pattern, escaped wildcards keep their backslash.
    pub(super) fn value(&mut self, pattern: bool) -> Result<Value, Stop> {
        let Some(token) = self.peek() else { return Err(self.unexpected()) };
        let text = token.span.of(self.text);
        let literal = match token.kind {
            Kind::Number => Literal::Number(text.to_owned()),
            Kind::Date => Literal::Date(text.to_owned()),
            Kind::DateTime => Literal::DateTime(text.to_owned()),
            Kind::Text => self.text_value(token, pattern)?,
            Kind::Word => self.word_value(token)?,
            Kind::Mark if text == ":" => {
                self.step();
                let path = self.path()?;
                let span = Span::new(token.span.start, self.behind());
                return Ok(Value { literal: Literal::Bind(path.dotted()), span });
            }
            _ => return Err(self.unexpected()),
        };
        self.step();
        Ok(Value { literal, span: Span::new(token.span.start, self.behind()) })
    }

    /// `null`, `true`, a relative date, or an amount of a currency. Leaves the last token of it to be stepped over.
    fn word_value(&mut self, token: Token) -> Result<Literal, Stop> {
        let text = token.span.of(self.text);
        match text.to_ascii_lowercase().as_str() {
            "null" => return Ok(Literal::Null),
            "true" => return Ok(Literal::Bool(true)),
            "false" => return Ok(Literal::Bool(false)),
            _ => {}
        }
        if let Some(date) = DateLiteral::plain(text) {
            return Ok(Literal::Relative(date));
        }
        if self.peek_text(1) == ":" && self.peek_kind(2) == Some(Kind::Number) {
            let n = self.peek_text(2).parse().ok();
            if let Some(date) = n.and_then(|n| DateLiteral::counted(text, n)) {
                self.step();
                self.step();
                return Ok(Literal::Relative(date));
            }
        }
        match text.split_at_checked(3) {
            Some((code, amount))
                if code.bytes().all(|byte| byte.is_ascii_uppercase())
                    && !amount.is_empty()
                    && amount.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Ok(Literal::Currency(code.to_owned(), amount.to_owned()))
            }
            _ => Err(self.unexpected()),
        }
    }

    fn text_value(&mut self, token: Token, pattern: bool) -> Result<Literal, Stop> {
        let quoted = token.span.of(self.text);
        let inner = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or("");
        match unescape(inner, pattern) {
            Ok(text) if pattern => Ok(Literal::Pattern(text)),
            Ok(text) => Ok(Literal::Text(text)),
            Err(sequence) => Err(self.fail(
                token.span,
                format!("Invalid string literal '{inner}'. Illegal character sequence '{sequence}' in string literal."),
            )),
        }
    }
}

/// Resolves the escapes of a quoted text, or tells the sequence that is none.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm>
fn unescape(inner: &str, pattern: bool) -> Result<String, String> {
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n' | 'N') => out.push('\n'),
            Some('r' | 'R') => out.push('\r'),
            Some('t' | 'T') => out.push('\t'),
            Some('b' | 'B') => out.push('\u{8}'),
            Some('f' | 'F') => out.push('\u{c}'),
            Some(quote @ ('"' | '\'')) => out.push(quote),
            Some(wild @ ('\\' | '%' | '_')) => {
                if pattern {
                    out.push('\\');
                }
                out.push(wild);
            }
            Some(u @ ('u' | 'U')) => {
                let digits: String = rest.by_ref().take(4).collect();
                let whole = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| whole).and_then(char::from_u32);
                out.push(code.ok_or_else(|| format!("\\{u}{digits}"))?);
            }
            Some(other) => return Err(format!("\\{other}")),
            None => return Err("\\".to_owned()),
        }
    }
    Ok(out)
}
