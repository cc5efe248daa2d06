//! The clauses after FROM, one rule each.

use super::cursor::{Parser, Stop};
use super::syntax::{GroupKind, Grouping, OrderBy, Query};
use super::token::Kind;

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
            "WITH" => self.with(query),
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
                self.wants("ROWS")?;
                query.all_rows = true;
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
        query.with.extend(self.path()?.parts);
        if self.takes("BIND") {
            loop {
                query.with.extend(self.path()?.parts);
                self.wants_mark("=")?;
                self.value(false)?;
                if !self.takes_mark(",") {
                    break;
                }
            }
        }
        Ok(())
    }

    /// `WITH SECURITY_ENFORCED`, `WITH DATA CATEGORY …`, `WITH UserId='…'`: words are kept, the rest is passed over.
    fn with(&mut self, query: &mut Query) -> Result<(), Stop> {
        query.with.push(self.name()?);
        while self.peek().is_some() && !self.at_clause() && !self.sees_mark(")") {
            if self.sees_mark("(") {
                self.step();
                self.skip_until(|_| false);
                self.wants_mark(")")?;
            } else if self.peek_kind(0) == Some(Kind::Word) {
                query.with.push(self.name()?);
            } else if matches!(self.peek_kind(0), Some(Kind::Strange | Kind::OpenText)) {
                return Err(self.unexpected());
            } else {
                self.step();
            }
        }
        Ok(())
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
    fn count_or_bind(&mut self) -> Result<Option<(u64, super::Span)>, Stop> {
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
