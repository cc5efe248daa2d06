//! A query to a plan: the SQL of its rows and the shape of their answer. Nothing is read here.

use super::error::SfError;
use super::function::Made;
use super::path::{Place, Planner, Scope};
use super::rules;
use super::schema::{Child, Object};
use super::select::Selection;
use super::shape::Node;
use crate::soql::{Path, Query, Span};
use rusqlite::types::Value;
use std::sync::Arc;

/// What a plan answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Records, the first column being the key.
    Records,
    /// `COUNT()`: a number and no records.
    Count,
    /// Groups.
    Groups,
}

/// How to answer a query.
pub(super) struct Plan {
    pub(super) kind: Kind,
    /// Position of the object asked.
    pub(super) object: usize,
    /// FROM with its joins.
    pub(super) from: String,
    /// SQL name of the object asked.
    pub(super) alias: String,
    pub(super) columns: Vec<String>,
    pub(super) filter: String,
    /// GROUP BY and HAVING.
    pub(super) tail: String,
    /// ORDER BY without its words; empty means by key.
    pub(super) order: String,
    pub(super) limit: Option<u64>,
    pub(super) offset: u64,
    pub(super) params: Vec<Value>,
    pub(super) nodes: Vec<Node>,
    /// Subqueries. Their last parameter is the key of the parent.
    pub(super) children: Vec<Arc<Plan>>,
}

impl<'q> Planner<'q> {
    /// Plans a whole query.
    pub(super) fn plan(&mut self, query: &Query, all_rows: bool) -> Result<Plan, SfError> {
        self.all_rows = all_rows;
        let scope = self.from(query)?;
        self.finish(scope, query, Vec::new())
    }

    /// The object a query asks, with its short names.
    pub(super) fn from(&mut self, query: &Query) -> Result<Scope<'q>, SfError> {
        let from = query.from.first().ok_or_else(SfError::internal)?;
        let name = from.path.dotted();
        let object = self.eyes.object(&name).ok_or_else(|| self.no_type(&name, from.path.span))?;
        let mut scope = self.scope(object);
        self.short_names(&mut scope, query)?;
        Ok(scope)
    }

    /// Plans a subquery of the select list, in the scope of its parent.
    pub(super) fn plan_children(
        &mut self,
        parent: &Scope<'q>,
        outer: &Query,
        query: &Query,
    ) -> Result<(String, Plan), SfError> {
        if self.levels < 2 {
            let told =
                "SOQL statements cannot query more levels of parent-to-child relationships than the API version knows";
            return Err(self.at(query.span, "MALFORMED_QUERY", told));
        }
        if let Some((_, span)) = query.offset.filter(|_| outer.limit.is_none_or(|(limit, _)| limit != 1)) {
            let told = "OFFSET in a subquery needs LIMIT 1 in the query around it";
            return Err(self.at(span, "MALFORMED_QUERY", told));
        }
        let (name, object, field) = self.child(parent, query)?;
        let mut inner = self.below();
        let mut scope = inner.scope(object);
        inner.short_names(&mut scope, query)?;
        let link = format!("{}.\"{field}\" = ", scope.alias);
        let mut plan = inner.finish(scope, query, Vec::new())?;
        if plan.kind != Kind::Records {
            return Err(self.at(query.span, "MALFORMED_QUERY", "a subquery selects the fields of child records only"));
        }
        plan.filter = format!("{} AND {link}?{}", plan.filter, plan.params.len() + 1);
        Ok((name, plan))
    }

    /// The relationship of a subquery in its true case, the object, and the field that points to the parent.
    pub(super) fn child(&self, parent: &Scope<'q>, query: &Query) -> Result<(String, &'q Object, &'q str), SfError> {
        let from = query.from.first().ok_or_else(SfError::internal)?;
        let name = self.child_name(parent, &from.path)?;
        let child = parent.object.children.iter().find(|child| self.is_called(child, &name)).ok_or_else(|| {
            let told = format!(
                "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or \
                 the describe call for the appropriate names."
            );
            self.at(from.path.span, "INVALID_TYPE", &told)
        })?;
        let object = self.eyes.at(child.object).ok_or_else(SfError::internal)?;
        let field = object.fields.get(child.field).ok_or_else(SfError::internal)?.name();
        Ok((child.name.clone().unwrap_or_default(), object, field))
    }

    /// A planner for child rows: with parameters of its own, since its plan is run once for each parent.
    pub(super) fn below(&self) -> Self {
        Planner {
            zone: self.zone.clone(),
            params: Vec::new(),
            aliases: 0,
            levels: self.levels.saturating_sub(1),
            semi_joins: 0,
            ..*self
        }
    }

    /// The relationship of `FROM Contacts`, `FROM Account.Contacts` or `FROM a.Contacts`.
    fn child_name(&self, parent: &Scope<'q>, path: &Path) -> Result<String, SfError> {
        let own = |first: &str| {
            first.eq_ignore_ascii_case(parent.object.name())
                || parent.names.iter().any(|(name, long)| long.is_empty() && name.eq_ignore_ascii_case(first))
        };
        match path.parts.as_slice() {
            [name] => Ok(name.text.clone()),
            [first, name] if own(&first.text) => Ok(name.text.clone()),
            parts => Err(self.no_relation(path, parts.first().map_or("", |name| &name.text))),
        }
    }

    fn is_called(&self, child: &Child, name: &str) -> bool {
        let seen = self.eyes.at(child.object).and_then(|object| object.fields.get(child.field));
        seen.is_some_and(|field| self.eyes.sees(field))
            && child.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    /// Notes the short names of FROM: of the object asked, and of relationships that begin at a name noted before.
    pub(super) fn short_names(&mut self, scope: &mut Scope<'q>, query: &Query) -> Result<(), SfError> {
        for (at, from) in query.from.iter().enumerate() {
            let mut long = Vec::new();
            if at > 0 {
                let mut parts = from.path.parts.iter().map(|part| part.text.clone());
                let first = parts.next().unwrap_or_default();
                let known = scope.names.iter().find(|(name, _)| name.eq_ignore_ascii_case(&first));
                match known {
                    Some((_, path)) => long.extend(path.iter().cloned()),
                    None if first.eq_ignore_ascii_case(scope.object.name()) => {}
                    None => return Err(self.no_relation(&from.path, &first)),
                }
                long.extend(parts);
            }
            if let Some(alias) = &from.alias {
                scope.names.push((alias.text.clone(), long));
            }
        }
        Ok(())
    }

    pub(super) fn finish(
        &mut self,
        mut scope: Scope<'q>,
        query: &Query,
        mut filter: Vec<String>,
    ) -> Result<Plan, SfError> {
        self.rules(&scope, query)?;
        let alias = scope.alias.clone();
        if !self.all_rows {
            filter.push(format!("{alias}.\"IsDeleted\" = 0"));
        }
        filter.extend(self.eyes.rows(scope.object, &alias));
        filter.extend(self.using(&scope, query)?);
        let mut tail = match &query.grouping {
            Some(grouping) => self.group_by(&mut scope, grouping)?,
            None => String::new(),
        };
        let selected = Selection::make(self, &mut scope, query)?;
        if let Some(condition) = &query.filter {
            filter.push(self.in_rows(&mut scope, |planner, scope| planner.filter(scope, condition))?);
        }
        if let Some(having) = query.grouping.as_ref().and_then(|grouping| grouping.having.as_ref()) {
            tail.push_str(&format!(" HAVING {}", self.condition(&mut scope, having, true)?));
        }
        let order = self.order(&mut scope, query, selected.kind)?;
        rules::constants(self.params.len())?;
        let mut joins: String = scope.joins.iter().map(|join| join.sql.as_str()).collect();
        joins.extend(scope.groups.iter().map(|groups| groups.join()));
        Ok(Plan {
            kind: selected.kind,
            object: scope.object.index,
            from: format!(" FROM {} AS {alias}{joins}", self.eyes.table(scope.object)),
            alias,
            columns: selected.columns,
            filter: if filter.is_empty() { "1".to_owned() } else { filter.join(" AND ") },
            tail,
            order,
            limit: query.limit.map(|limit| limit.0),
            offset: query.offset.map_or(0, |offset| offset.0),
            params: self.params.clone(),
            nodes: selected.nodes,
            children: selected.children,
        })
    }

    /// ORDER BY; nulls come first unless told otherwise, whatever the direction.
    fn order(&mut self, scope: &mut Scope<'q>, query: &Query, kind: Kind) -> Result<String, SfError> {
        let mut parts = Vec::new();
        for item in &query.order {
            let span = item.expr.span();
            let typed = self.typed(scope, &item.expr)?;
            self.sortable(&typed, span)?;
            if kind == Kind::Groups && !typed.settled {
                let told = format!("Ordered field must be grouped or aggregated: {}", typed.name);
                return Err(self.at(span, "MALFORMED_QUERY", &told));
            }
            if kind == Kind::Records && matches!(typed.made, Made::Aggregate | Made::Date) {
                let told =
                    "aggregate and date functions are not allowed in the ORDER BY clause of a query without groups";
                return Err(self.at(span, "MALFORMED_QUERY", told));
            }
            let direction = if item.descending { "DESC" } else { "ASC" };
            let nulls = if item.nulls_first.unwrap_or(true) { "FIRST" } else { "LAST" };
            let keys = self.sort_keys(&typed).into_iter();
            parts.extend(keys.map(|sql| format!("{sql} {direction} NULLS {nulls}")));
        }
        if kind == Kind::Records && !parts.is_empty() {
            parts.push(format!("{}.\"Id\"", scope.alias));
        }
        parts.extend(scope.groups.iter().flat_map(|groups| groups.order()));
        Ok(parts.join(", "))
    }

    pub(super) fn no_type(&self, name: &str, span: Span) -> SfError {
        let told = format!(
            "sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the \
             '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names."
        );
        self.at(span, "INVALID_TYPE", &told)
    }

    /// The field of this name, for our own use.
    pub(super) fn place(&mut self, scope: &mut Scope<'q>, path: &Path) -> Result<Place<'q>, SfError> {
        self.resolve(scope, path)
    }
}

impl Plan {
    /// SELECT of the columns; `more` are further conditions, `order` and `limit` what follows.
    pub(super) fn sql(&self, columns: &str, more: &str, end: &str) -> String {
        format!("SELECT {columns}{} WHERE {}{more}{}{end}", self.from, self.filter, self.tail)
    }

    /// All columns.
    pub(super) fn columns(&self) -> String {
        self.columns.join(", ")
    }
}
