//! The grammar of a query as a whole: select list, FROM, and the order of the clauses.
//!
//! After a mistake it goes on at the next clause, so that one typo does not hide the rest of the tree.

use super::cursor::{Parser, Stop};
use super::syntax::{Expr, From, Name, Path, Query, SelectItem, TypeCase};
use super::token::Kind;
use super::{Span, SyntaxError};

/// What could be read of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The tree; `None` when it does not even begin with SELECT.
    pub query: Option<Query>,
    /// What is wrong, in the order of the text; empty for a good query.
    pub errors: Vec<SyntaxError>,
}

/// Reads a query. Never fails: mistakes are listed, and the tree holds what stands around them.
pub fn parse(text: &str) -> Parsed {
    let mut parser = Parser::new(text);
    let query = parser.query().ok();
    if query.is_some() && parser.peek().is_some() {
        parser.unexpected();
    }
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.span.start);
    Parsed { query, errors }
}

/// The keywords that begin a clause, in the order they must have.
const CLAUSES: [&str; 10] = ["USING", "WHERE", "WITH", "GROUP", "ORDER", "LIMIT", "OFFSET", "FOR", "UPDATE", "ALL"];

impl Parser<'_> {
    pub(super) fn query(&mut self) -> Result<Query, Stop> {
        let start = self.here();
        self.wants("SELECT")?;
        let mut query = Query::default();
        if self.select_list(&mut query.select).is_err() {
            self.skip_until(|parser| parser.sees(0, "FROM"));
        }
        if self.wants("FROM").is_err() || self.objects(&mut query.from).is_err() {
            self.skip_until(Self::at_clause);
        }
        self.clauses(&mut query);
        query.span = Span::new(start, self.behind());
        Ok(query)
    }

    /// Whether a clause begins here.
    pub(super) fn at_clause(&self) -> bool {
        CLAUSES.iter().any(|clause| self.sees(0, clause))
    }

    /// All clauses after FROM. They have an order; one out of place is an error but is read all the same.
    pub(super) fn clauses(&mut self, query: &mut Query) {
        let mut allowed = 0;
        loop {
            let Some(found) = CLAUSES.iter().position(|clause| self.sees(0, clause)) else {
                if self.peek().is_none() || self.sees_mark(")") {
                    return;
                }
                self.unexpected();
                self.step();
                self.skip_until(Self::at_clause);
                continue;
            };
            if found < allowed {
                self.unexpected();
            }
            allowed = found + 1;
            if self.clause(query).is_err() {
                self.skip_until(Self::at_clause);
            }
        }
    }

    fn select_list(&mut self, items: &mut Vec<SelectItem>) -> Result<(), Stop> {
        loop {
            if self.sees(0, "FROM") && !self.sees(1, "FROM") {
                return Err(self.unexpected());
            }
            let item = self.select_item()?;
            items.push(item);
            if !self.takes_mark(",") {
                return Ok(());
            }
        }
    }

    fn select_item(&mut self) -> Result<SelectItem, Stop> {
        if self.takes_mark("(") {
            let children = self.deeper(Self::query)?;
            self.wants_mark(")")?;
            return Ok(SelectItem::Children(Box::new(children)));
        }
        if self.sees(0, "TYPEOF") && self.peek_kind(1) == Some(Kind::Word) && !self.sees(1, "FROM") {
            return self.type_of();
        }
        let expr = self.expr()?;
        let named = self.peek_kind(0) == Some(Kind::Word) && !self.sees(0, "FROM");
        let alias = if named { Some(self.name()?) } else { None };
        Ok(SelectItem::Expr { expr, alias })
    }

    fn type_of(&mut self) -> Result<SelectItem, Stop> {
        self.step();
        let what = self.path()?;
        let mut cases = Vec::new();
        while self.takes("WHEN") {
            let object = Some(self.name()?);
            self.wants("THEN")?;
            cases.push(TypeCase { object, fields: self.paths()? });
        }
        if self.takes("ELSE") {
            cases.push(TypeCase { object: None, fields: self.paths()? });
        }
        self.wants("END")?;
        Ok(SelectItem::TypeOf { what, cases })
    }

    fn paths(&mut self) -> Result<Vec<Path>, Stop> {
        let mut paths = vec![self.path()?];
        while self.takes_mark(",") {
            paths.push(self.path()?);
        }
        Ok(paths)
    }

    pub(super) fn path(&mut self) -> Result<Path, Stop> {
        let start = self.here();
        let mut parts = vec![self.name()?];
        while self.takes_mark(".") {
            parts.push(self.name()?);
        }
        Ok(Path { parts, span: Span::new(start, self.behind()) })
    }

    /// A field, or a call of a function with fields, calls and constants in its brackets.
    pub(super) fn expr(&mut self) -> Result<Expr, Stop> {
        let path = self.path()?;
        if !self.sees_mark("(") || path.parts.len() > 1 {
            return Ok(Expr::Field(path));
        }
        self.step();
        let args = self.deeper(Self::args)?;
        self.wants_mark(")")?;
        let start = path.span.start;
        match path.parts.into_iter().next() {
            Some(name) => Ok(Expr::Call { name, args, span: Span::new(start, self.behind()) }),
            None => Err(self.unexpected()),
        }
    }

    fn args(&mut self) -> Result<Vec<Expr>, Stop> {
        let mut args = Vec::new();
        while !self.sees_mark(")") {
            let arg =
                if self.peek_kind(0) == Some(Kind::Word) { self.expr()? } else { Expr::Constant(self.value(false)?) };
            args.push(arg);
            if !self.takes_mark(",") {
                break;
            }
        }
        Ok(args)
    }

    fn objects(&mut self, from: &mut Vec<From>) -> Result<(), Stop> {
        loop {
            let path = self.path()?;
            let spelled = self.takes("AS");
            let aliased = self.peek_kind(0) == Some(Kind::Word) && !self.at_clause() && !self.sees(0, "FROM");
            let alias = if spelled || aliased { Some(self.name()?) } else { None };
            from.push(From { path, alias });
            if !self.takes_mark(",") {
                return Ok(());
            }
        }
    }

    /// `WORD, WORD`.
    pub(super) fn names(&mut self, into: &mut Vec<Name>) -> Result<(), Stop> {
        loop {
            into.push(self.name()?);
            if !self.takes_mark(",") {
                return Ok(());
            }
        }
    }
}
