//! The clauses after FROM, one rule each.

use super::Span;
use super::cursor::{Parser, Stop};
use super::syntax::{Category, GroupKind, Grouping, Lookup, OrderBy, Query, WithClause};

impl Parser<'_> {
    /// The clause whose keyword is next.
    pub(super) fn clause(&mut self, query: &mut Query) -> Result<(), Stop> {
        let keyword = self.peek_text(0).to_ascii_uppercase();
        self.step();
        match keyword.as_str() {
            "USING" => self.using(query),
            "WHERE" => {
                query.filter = Some(self.condition()?);
                Ok(())
            }
            "WITH" => {
                query.with = Some(self.with()?);
                Ok(())
            }
            "GROUP" => self.group(query),
            "ORDER" => {
                self.wants("BY")?;
                self.order(&mut query.order)
            }
            "LIMIT" => {
                query.limit = self.count_or_bind()?;
                Ok(())
            }
            "OFFSET" => {
                query.offset = self.count_or_bind()?;
                Ok(())
            }
            "ALL" => {
                let start = self.behind().saturating_sub(keyword.len());
                self.wants("ROWS")?;
                query.all_rows = Some(Span::new(start, self.behind()));
                Ok(())
            }
            _ => self.intents(query),
        }
    }

    fn using(&mut self, query: &mut Query) -> Result<(), Stop> {
        if self.takes("SCOPE") {
            query.scope = Some(self.name()?);
            return Ok(());
        }
        self.wants("LOOKUP")?;
        let field = self.path()?;
        let mut bind = Vec::new();
        if self.takes("BIND") {
            loop {
                let path = self.path()?;
                self.wants_mark("=")?;
                bind.push((path, self.value(false)?));
                if !self.takes_mark(",") {
                    break;
                }
            }
        }
        query.lookup = Some(Lookup { field, bind });
        Ok(())
    }

    fn with(&mut self) -> Result<WithClause, Stop> {
        if self.sees(0, "DATA") && self.sees(1, "CATEGORY") {
            self.step();
            self.step();
            let mut categories = vec![self.category()?];
            while self.takes("AND") {
                categories.push(self.category()?);
            }
            return Ok(WithClause::Categories(categories));
        }
        let name = self.name()?;
        if self.takes_mark("=") {
            return Ok(WithClause::Filter(name, self.value(false)?));
        }
        if !self.takes_mark("(") {
            return Ok(WithClause::Mode(name));
        }
        let mut options = Vec::new();
        loop {
            let option = self.name()?;
            self.wants_mark("=")?;
            options.push((option, self.value(false)?));
            if !self.takes_mark(",") {
                break;
            }
        }
        self.wants_mark(")")?;
        Ok(WithClause::Options(name, options))
    }

    fn category(&mut self) -> Result<Category, Stop> {
        let group = self.name()?;
        if !["AT", "ABOVE", "BELOW", "ABOVE_OR_BELOW"].iter().any(|selector| self.sees(0, selector)) {
            return Err(self.unexpected());
        }
        let selector = self.name()?;
        let mut names = Vec::new();
        if self.takes_mark("(") {
            self.names(&mut names)?;
            self.wants_mark(")")?;
        } else {
            names.push(self.name()?);
        }
        Ok(Category { group, selector, names })
    }

    fn group(&mut self, query: &mut Query) -> Result<(), Stop> {
        self.wants("BY")?;
        let kind = match () {
            () if self.sees(0, "ROLLUP") && self.peek_text(1) == "(" => GroupKind::Rollup,
            () if self.sees(0, "CUBE") && self.peek_text(1) == "(" => GroupKind::Cube,
            () => GroupKind::Plain,
        };
        if kind != GroupKind::Plain {
            self.step();
            self.step();
        }
        let mut by = vec![self.expr()?];
        while self.takes_mark(",") {
            by.push(self.expr()?);
        }
        if kind != GroupKind::Plain {
            self.wants_mark(")")?;
        }
        let having = if self.takes("HAVING") { Some(self.condition()?) } else { None };
        query.grouping = Some(Grouping { kind, by, having });
        Ok(())
    }

    fn order(&mut self, order: &mut Vec<OrderBy>) -> Result<(), Stop> {
        loop {
            let expr = self.expr()?;
            let descending = self.takes("DESC");
            if !descending {
                self.takes("ASC");
            }
            let nulls_first = if self.takes("NULLS") {
                let first = self.takes("FIRST");
                if !first {
                    self.wants("LAST")?;
                }
                Some(first)
            } else {
                None
            };
            order.push(OrderBy { expr, descending, nulls_first });
            if !self.takes_mark(",") {
                return Ok(());
            }
        }
    }

    /// A number; in Apex a bind variable may stand there, which gives no number.
    fn count_or_bind(&mut self) -> Result<Option<(u64, Span)>, Stop> {
        if self.sees_mark(":") {
            return Err(self.unexpected());
        }
        self.count().map(Some)
    }

    fn intents(&mut self, query: &mut Query) -> Result<(), Stop> {
        let known = ["VIEW", "REFERENCE", "UPDATE", "TRACKING", "VIEWSTAT"];
        if !known.iter().any(|intent| self.sees(0, intent)) {
            return Err(self.unexpected());
        }
        self.names(&mut query.intents)
    }
}
