//! SOQL and SOSL text: tokens with spans, a tolerant syntax tree, errors with their offset.
//!
//! It knows the language, not the org: whether a field exists is somebody else's question. Unfinished text still gives
//! a tree of what could be read, which is what an editor needs; a server takes the first error and refuses.
//!
//! ```text
//! text ──tokens()──▶ Vec<Token> ──parse()──▶ Parsed { query: Option<Query>, errors: Vec<SyntaxError> }
//! ```

mod clause;
mod condition;
mod cursor;
mod date;
mod find;
#[cfg(test)]
mod grammar_tests;
mod parse;
mod search;
mod syntax;
mod token;

pub use date::{DateLiteral, Unit, civil_from_days, days_from_civil};
pub use find::{Find, Piece, parse_find};
pub use parse::{Parsed, parse};
pub use search::{Search, SearchTarget, SearchWith, parse_search};
pub use syntax::{
    Category, Condition, Expr, From, GroupKind, Grouping, Literal, Lookup, Name, Op, Operand, OrderBy, Path, Query,
    SelectItem, TypeCase, Value, WithClause,
};
pub use token::{Kind, Token, tokens};

/// A piece of the text: byte offsets, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// From here to there.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The piece of `text`, empty when the span does not fit it.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// Something the language does not allow, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The token at fault; empty and at the end when the text just stops.
    pub span: Span,
    /// In Salesforce's words, e.g. `unexpected token: 'FORM'`.
    pub message: String,
}

/// Row and column of a byte offset, both from 1; the column counts characters.
pub fn row_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let row = before.matches('\n').count() + 1;
    let line = before.rsplit('\n').next().unwrap_or("");
    (row, line.chars().count() + 1)
}

/// The message as Salesforce words it: the line at fault, a caret under it, row and column, then what is wrong.
pub fn pointed(text: &str, offset: usize, message: &str) -> String {
    /// How much of a long line stands on either side of the caret.
    const AROUND: usize = 40;
    let (row, column) = row_column(text, offset);
    let line: Vec<char> = text.split('\n').nth(row - 1).unwrap_or("").chars().collect();
    let from = if line.len() > 2 * AROUND { (column - 1).saturating_sub(AROUND) } else { 0 };
    let shown: String = line.iter().skip(from).take(2 * AROUND).collect();
    let caret = " ".repeat((column - 1).saturating_sub(from));
    format!("\n{shown}\n{caret}^\nERROR at Row:{row}:Column:{column}\n{message}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_stands_under_the_token() {
        let text = "select Nme from Account";
        assert_eq!(pointed(text, 7, "no"), "\nselect Nme from Account\n       ^\nERROR at Row:1:Column:8\nno");
        let two = "SELECT Id\nFROM Ø x";
        assert_eq!(row_column(two, two.find('x').unwrap()), (2, 8));
    }

    #[test]
    fn a_long_line_is_cut_around_the_caret() {
        let text = format!("SELECT {} FROM X", vec!["Aaaaaaaaa"; 50].join(","));
        let told = pointed(&text, 300, "m");
        let lines: Vec<&str> = told.split('\n').collect();
        assert_eq!(lines[1].chars().count(), 80);
        assert_eq!(lines[2].len(), 41);
        assert_eq!(text.get(300..310), lines[1].get(40..50));
    }
}
