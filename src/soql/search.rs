//! SOSL: `FIND {text} IN … FIELDS RETURNING Object(fields WHERE … LIMIT n), … LIMIT n`.
//!
//! The brackets after an object hold the clauses of a query, so they are read by the same rules.

use super::SyntaxError;
use super::cursor::{Parser, Stop};
use super::syntax::{From, Name, Path, Query, SelectItem};

/// One object of RETURNING.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchTarget {
    /// The object.
    pub object: Name,
    /// Fields, filter, order and limit; the select list may be empty.
    pub query: Query,
}

/// A search.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is looked for, escapes resolved.
    pub find: String,
    /// `ALL`, `NAME`, `EMAIL`, `PHONE`, `SIDEBAR`; ALL if nothing is said.
    pub scope: String,
    /// RETURNING; empty means every object.
    pub targets: Vec<SearchTarget>,
    /// LIMIT of the whole.
    pub limit: Option<u64>,
}

/// Reads a search, or tells the first thing wrong with it.
pub fn parse_search(text: &str) -> Result<Search, SyntaxError> {
    let (find, masked) = take_braces(text);
    let mut parser = Parser::new(&masked);
    match parser.search(find) {
        Ok(search) if parser.errors.is_empty() => Ok(search),
        _ => {
            let mut errors = parser.errors;
            errors.sort_by_key(|error| error.span.start);
            Err(errors
                .into_iter()
                .next()
                .unwrap_or(SyntaxError { span: super::Span::default(), message: String::new() }))
        }
    }
}

/// The text in the first braces, and the whole with that text blanked out, so that the offsets stay true.
fn take_braces(text: &str) -> (Option<String>, String) {
    let Some(open) = text.find('{') else { return (None, text.to_owned()) };
    let mut found = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().filter(|(at, _)| *at > open) {
        if escaped {
            found.push(c);
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '}' {
            let before = text.get(..=open).unwrap_or("");
            let after = text.get(at..).unwrap_or("");
            let blank = " ".repeat(at.saturating_sub(open + 1));
            return (Some(found), format!("{before}{blank}{after}"));
        } else {
            found.push(c);
        }
    }
    (None, text.to_owned())
}

impl Parser<'_> {
    fn search(&mut self, find: Option<String>) -> Result<Search, Stop> {
        self.wants("FIND")?;
        self.wants_mark("{")?;
        self.wants_mark("}")?;
        let Some(find) = find else { return Err(self.unexpected()) };
        let mut search = Search { find, scope: "ALL".to_owned(), targets: Vec::new(), limit: None };
        if self.takes("IN") {
            search.scope = self.name()?.text.to_ascii_uppercase();
            self.wants("FIELDS")?;
        }
        if self.takes("RETURNING") {
            loop {
                search.targets.push(self.target()?);
                if !self.takes_mark(",") {
                    break;
                }
            }
        }
        while self.takes("WITH") {
            self.skip_until(|parser| parser.sees(0, "WITH") || parser.sees(0, "LIMIT"));
        }
        if self.takes("LIMIT") {
            search.limit = Some(self.count()?.0);
        }
        if self.peek().is_some() { Err(self.unexpected()) } else { Ok(search) }
    }

    fn target(&mut self) -> Result<SearchTarget, Stop> {
        let object = self.name()?;
        let path = Path { parts: vec![object.clone()], span: object.span };
        let mut query = Query { from: vec![From { path, alias: None }], ..Query::default() };
        if self.takes_mark("(") {
            loop {
                query.select.push(SelectItem::Expr { expr: self.expr()?, alias: None });
                if !self.takes_mark(",") {
                    break;
                }
            }
            self.clauses(&mut query);
            self.wants_mark(")")?;
        }
        Ok(SearchTarget { object, query })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_search() {
        let text =
            r"FIND {joe \{x\} é} IN NAME FIELDS RETURNING Account(Id, Name WHERE Type = 'x' LIMIT 3), Lead LIMIT 5";
        let search = parse_search(text).unwrap();
        assert_eq!((search.find.as_str(), search.scope.as_str(), search.limit), ("joe {x} é", "NAME", Some(5)));
        assert_eq!(search.targets.len(), 2);
        assert_eq!(search.targets[0].query.limit.map(|limit| limit.0), Some(3));
        assert_eq!(search.targets[0].query.select.len(), 2);
        assert!(search.targets[1].query.select.is_empty());
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, message) in [
            ("FIND joe", "unexpected token: 'joe'"),
            ("FIND {joe", "unexpected token: 'joe'"),
            ("FIND {joe} RETURNING", "unexpected token: '<EOF>'"),
            ("FIND {ü} BUT", "unexpected token: 'BUT'"),
            ("FIND {a} RETURNING Lead(Id", "unexpected token: '<EOF>'"),
        ] {
            assert_eq!(parse_search(text).unwrap_err().message, message, "{text}");
        }
        let error = parse_search("FIND {ü} BUT").unwrap_err();
        assert_eq!(error.span.start, "FIND {ü} ".len());
    }
}
