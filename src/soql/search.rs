//! SOSL: `FIND {…} IN … FIELDS RETURNING Object(fields WHERE … LIMIT n), … WITH … LIMIT n UPDATE …`.
//!
//! The brackets after an object hold the clauses of a query, so they are read by the same rules.

use super::cursor::{Parser, Stop};
use super::find::{self, Find};
use super::syntax::{From, Name, Path, Query, SelectItem};
use super::token::Kind;
use super::{Span, SyntaxError};

/// What IN may name.
const SCOPES: [&str; 5] = ["ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR"];
/// Excerpts are as long as this if nothing is said; characters.
const SNIPPET: u64 = 300;

/// One object of RETURNING.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchTarget {
    /// The object.
    pub object: Name,
    /// Fields, filter, order and limit; the select list may be empty.
    pub query: Query,
    /// `USING ListView=`.
    pub list_view: Option<Name>,
}

/// What WITH asks for. What an org has or has not (divisions, categories, networks) is only read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchWith {
    /// `SNIPPET`: excerpts of about so many characters.
    pub snippet: Option<u64>,
    /// `HIGHLIGHT`.
    pub highlight: bool,
    /// `METADATA='LABELS'`.
    pub labels: bool,
    /// `PricebookId='…'`.
    pub pricebook: Option<String>,
}

/// A search.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is looked for.
    pub find: Find,
    /// What stands in the braces, as written.
    pub text: String,
    /// `ALL`, `NAME`, `EMAIL`, `PHONE`, `SIDEBAR`; ALL if nothing is said.
    pub scope: String,
    /// RETURNING; empty means every object.
    pub targets: Vec<SearchTarget>,
    /// WITH.
    pub with: SearchWith,
    /// LIMIT of the whole.
    pub limit: Option<u64>,
}

/// Reads a search, or tells the first thing wrong with it.
pub fn parse_search(text: &str) -> Result<Search, SyntaxError> {
    let (braces, masked) = take_braces(text)?;
    let mut parser = Parser::new(&masked);
    let result = parser.search(text, braces);
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span.start);
    match (result, errors.into_iter().next()) {
        (Ok(search), None) => Ok(search),
        (_, Some(error)) => Err(error),
        (Err(Stop), None) => Err(SyntaxError { span: Span::default(), message: String::new() }),
    }
}

/// Where the text in the first braces is, and the whole with that text blanked out, so that the offsets stay true.
fn take_braces(text: &str) -> Result<(Option<Span>, String), SyntaxError> {
    let Some(open) = text.find('{') else { return Ok((None, text.to_owned())) };
    let mut escaped = false;
    for (at, c) in text.char_indices().filter(|(at, _)| *at > open) {
        if c == '}' && !escaped {
            let blank = " ".repeat(at - open - 1);
            let masked = format!("{}{blank}{}", text.get(..=open).unwrap_or(""), text.get(at..).unwrap_or(""));
            return Ok((Some(Span::new(open + 1, at)), masked));
        }
        escaped = c == '\\' && !escaped;
    }
    Err(find::mismatched(text, text.len(), "<EOF>", "}"))
}

impl Parser<'_> {
    fn search(&mut self, whole: &str, braces: Option<Span>) -> Result<Search, Stop> {
        self.wants("FIND")?;
        self.wants_mark("{")?;
        self.wants_mark("}")?;
        let Some(braces) = braces else { return Err(self.unexpected()) };
        let text = braces.of(whole);
        let find = find::parse(text, whole, braces.start).map_err(|error| self.fail(error.span, error.message))?;
        let scope = if self.takes("IN") { self.search_scope()? } else { "ALL".to_owned() };
        let mut search = Search {
            find,
            text: text.to_owned(),
            scope,
            targets: Vec::new(),
            with: SearchWith::default(),
            limit: None,
        };
        if self.takes("RETURNING") {
            loop {
                search.targets.push(self.target()?);
                if !self.takes_mark(",") {
                    break;
                }
            }
        }
        while self.takes("WITH") {
            self.search_with(&mut search.with)?;
        }
        if self.takes("LIMIT") {
            search.limit = Some(self.count()?.0);
        }
        if self.takes("UPDATE") {
            while self.takes("TRACKING") || self.takes("VIEWSTAT") || self.takes_mark(",") {}
        }
        if self.peek().is_some() { Err(self.unexpected()) } else { Ok(search) }
    }

    fn search_scope(&mut self) -> Result<String, Stop> {
        let scope = self.peek_text(0).to_ascii_uppercase();
        for allowed in [SCOPES.as_slice(), &["FIELDS"]] {
            if !allowed.iter().any(|name| self.sees(0, name)) {
                let Some(token) = self.peek() else { return Err(self.unexpected()) };
                let told = format!("Malformed search token: {}", token.span.of(self.text));
                return Err(self.fail(token.span, told));
            }
            self.step();
        }
        Ok(scope)
    }

    fn search_with(&mut self, with: &mut SearchWith) -> Result<(), Stop> {
        if self.takes("SNIPPET") {
            with.snippet = Some(SNIPPET);
            if self.takes_mark("(") {
                self.wants("target_length")?;
                self.wants_mark("=")?;
                with.snippet = Some(self.count()?.0);
                self.wants_mark(")")?;
            }
        } else if self.takes("HIGHLIGHT") {
            with.highlight = true;
        } else if self.takes("METADATA") {
            with.labels = self.equal_to()?.eq_ignore_ascii_case("LABELS");
        } else if self.takes("PricebookId") {
            with.pricebook = Some(self.equal_to()?);
        } else if self.takes("DIVISION") || self.takes("SPELL_CORRECTION") {
            self.equal_to()?;
        } else if self.takes("NETWORK") || self.takes("DATA") {
            // The org has neither networks nor categories, so that there is nothing to choose by them.
            self.skip_until(|parser| ["WITH", "LIMIT", "UPDATE"].iter().any(|next| parser.sees(0, next)));
        } else {
            return Err(self.unexpected());
        }
        Ok(())
    }

    /// `= 'text'` or `= word`.
    fn equal_to(&mut self) -> Result<String, Stop> {
        self.wants_mark("=")?;
        let token = self.peek().filter(|token| matches!(token.kind, Kind::Text | Kind::Word));
        let Some(token) = token else { return Err(self.unexpected()) };
        self.step();
        Ok(token.span.of(self.text).trim_matches('\'').to_owned())
    }

    fn target(&mut self) -> Result<SearchTarget, Stop> {
        let object = self.name()?;
        let path = Path { parts: vec![object.clone()], span: object.span };
        let mut query = Query { from: vec![From { path, alias: None }], ..Query::default() };
        let mut list_view = None;
        if self.takes_mark("(") {
            if !self.sees(0, "USING") {
                loop {
                    query.select.push(SelectItem::Expr { expr: self.expr()?, alias: None });
                    if !self.takes_mark(",") {
                        break;
                    }
                }
            }
            if self.sees(0, "USING") && self.sees(1, "ListView") {
                self.step();
                self.step();
                self.wants_mark("=")?;
                list_view = Some(self.name()?);
            }
            self.clauses(&mut query);
            self.wants_mark(")")?;
        }
        Ok(SearchTarget { object, query, list_view })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_search() {
        let text = r"FIND {joe \{x\} é} IN NAME FIELDS RETURNING Account(Id, Name WHERE Type = 'x' LIMIT 3),
            Lead(USING ListView=Recent), Case(toLabel(Status) ORDER BY CaseNumber OFFSET 2) WITH DIVISION = 'Global'
            WITH DATA CATEGORY Place__c AT (A__c, B__c) WITH SNIPPET (target_length=120) WITH HIGHLIGHT
            WITH METADATA = 'LABELS' WITH SPELL_CORRECTION = false WITH NETWORK IN ('a', 'b') WITH PricebookId = '01s'
            LIMIT 5 UPDATE TRACKING, VIEWSTAT";
        let search = parse_search(text).unwrap();
        assert_eq!((search.text.as_str(), search.scope.as_str(), search.limit), (r"joe \{x\} é", "NAME", Some(5)));
        assert!(matches!(&search.find, Find::All(all) if all.len() == 3));
        assert_eq!(search.targets.len(), 3);
        assert_eq!(search.targets[0].query.limit.map(|limit| limit.0), Some(3));
        assert_eq!(search.targets[0].query.select.len(), 2);
        assert!(search.targets[1].query.select.is_empty());
        assert_eq!(search.targets[1].list_view.as_ref().map(|name| name.text.as_str()), Some("Recent"));
        assert_eq!(search.targets[2].query.offset.map(|offset| offset.0), Some(2));
        let with = SearchWith { snippet: Some(120), highlight: true, labels: true, pricebook: Some("01s".to_owned()) };
        assert_eq!(search.with, with);
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, at, message) in [
            ("FIND joe", 5, "unexpected token: 'joe'"),
            ("FIND {joe", 9, "line 1:9 mismatched character '<EOF>' expecting '}'"),
            ("FIND {joe} RETURNING", 20, "unexpected token: '<EOF>'"),
            ("FIND {ü} BUT", 10, "unexpected token: 'BUT'"),
            ("FIND {aa} RETURNING Lead(Id", 27, "unexpected token: '<EOF>'"),
            ("FIND {name} IN ALL TYPE RETURNING Account", 19, "Malformed search token: TYPE"),
            ("FIND {name} IN SOME FIELDS", 15, "Malformed search token: SOME"),
            ("FIND {John|jane}", 10, "line 1:10 mismatched character '|' expecting '}'"),
            ("FIND {aa} WITH NOTHING", 15, "unexpected token: 'NOTHING'"),
            ("FIND {aa} LIMIT x", 16, "unexpected token: 'x'"),
        ] {
            let error = parse_search(text).unwrap_err();
            assert_eq!((error.span.start, error.message.as_str()), (at, message), "{text}");
        }
    }
}
