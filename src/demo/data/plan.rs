//! A query to a plan: the SQL of its rows and the shape of their answer. Nothing is read here.

use super::error::SfError;
use super::path::{Place, Planner, Scope};
use super::schema::{Child, Object, Type};
use super::select;
use super::shape::Node;
use crate::soql::{GroupKind, OrderBy, Path, Query, Span};
use rusqlite::types::Value;
use std::sync::Arc;

/// The largest OFFSET. <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_offset.htm>
const MOST_OFFSET: u64 = 2_000;

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
        let from = query.from.first().ok_or_else(SfError::internal)?;
        let name = from.path.dotted();
        let object = self.eyes.object(&name).ok_or_else(|| self.no_type(&name, from.path.span))?;
        let mut scope = self.scope(object);
        self.short_names(&mut scope, query);
        self.finish(scope, query, all_rows, Vec::new())
    }

    /// The SQL of a semi-join's rows. It shares the parameters of the query around it.
    pub(super) fn keys_of(&mut self, query: &Query) -> Result<String, SfError> {
        let plan = self.plan(query, false)?;
        let wanted = match plan.nodes.as_slice() {
            [Node::Leaf { column, kind: Type::Id | Type::Reference, .. }] => plan.columns.get(*column),
            [Node::Parent { nodes, .. }] => match nodes.as_slice() {
                [Node::Leaf { column, kind: Type::Id | Type::Reference, .. }] => plan.columns.get(*column),
                _ => None,
            },
            _ => None,
        };
        let column = wanted.filter(|_| plan.kind == Kind::Records && plan.children.is_empty()).ok_or_else(|| {
            self.at(query.span, "MALFORMED_QUERY", "a semi join selects exactly one id or reference field")
        })?;
        Ok(format!("SELECT {column}{} WHERE {} AND {column} IS NOT NULL", plan.from, plan.filter))
    }

    /// Plans a subquery of the select list, in the scope of its parent.
    pub(super) fn plan_children(&mut self, parent: &'q Object, query: &Query) -> Result<(String, Plan), SfError> {
        let from = query.from.first().ok_or_else(SfError::internal)?;
        let name = from.path.last().map_or("", |name| name.text.as_str());
        let child = parent.children.iter().find(|child| self.is_called(child, name)).ok_or_else(|| {
            let told = format!(
                "Didn't understand relationship '{name}' in FROM part of query call. If you are attempting to use a custom \
                 relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or \
                 the describe call for the appropriate names."
            );
            self.at(from.path.span, "INVALID_TYPE", &told)
        })?;
        let object = self.eyes.at(child.object).ok_or_else(SfError::internal)?;
        let field = object.fields.get(child.field).ok_or_else(SfError::internal)?.name();
        // A plan of its own, with parameters of its own: it is run once for each parent.
        let mut inner = Planner {
            eyes: self.eyes,
            ids: self.ids,
            text: self.text,
            now: self.now,
            zone: self.zone.clone(),
            params: Vec::new(),
            aliases: 0,
        };
        let mut scope = inner.scope(object);
        inner.short_names(&mut scope, query);
        let link = format!("{}.\"{field}\" = ", scope.alias);
        let mut plan = inner.finish(scope, query, false, vec![])?;
        if plan.kind != Kind::Records || !plan.children.is_empty() {
            return Err(self.at(query.span, "MALFORMED_QUERY", "a subquery selects the fields of child records only"));
        }
        plan.filter = format!("{} AND {link}?{}", plan.filter, plan.params.len() + 1);
        Ok((child.name.clone().unwrap_or_default(), plan))
    }

    fn is_called(&self, child: &Child, name: &str) -> bool {
        let seen = self.eyes.at(child.object).and_then(|object| object.fields.get(child.field));
        seen.is_some_and(|field| self.eyes.sees(field))
            && child.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    fn short_names(&mut self, scope: &mut Scope<'q>, query: &Query) {
        for (at, from) in query.from.iter().enumerate() {
            let long: Vec<String> = from.path.parts.iter().skip(1).map(|part| part.text.clone()).collect();
            if let Some(alias) = &from.alias {
                scope.names.push((alias.text.clone(), if at == 0 { Vec::new() } else { long }));
            }
        }
    }

    fn finish(
        &mut self,
        mut scope: Scope<'q>,
        query: &Query,
        all_rows: bool,
        mut filter: Vec<String>,
    ) -> Result<Plan, SfError> {
        self.limits(query)?;
        let alias = scope.alias.clone();
        if !(all_rows || query.all_rows) {
            filter.push(format!("{alias}.\"IsDeleted\" = 0"));
        }
        filter.extend(self.eyes.rows(scope.object, &alias));
        self.using(&scope, query, &mut filter)?;
        let selected = select::Selection::make(self, &mut scope, query)?;
        if let Some(condition) = &query.filter {
            filter.push(self.condition(&mut scope, condition, false)?);
        }
        let tail = self.grouping(&mut scope, query)?;
        let order = self.order(&mut scope, &query.order, selected.kind)?;
        let joins: String = scope.joins.iter().map(|join| join.sql.as_str()).collect();
        let filter = if filter.is_empty() { "1".to_owned() } else { filter.join(" AND ") };
        Ok(Plan {
            kind: selected.kind,
            object: scope.object.index,
            from: format!(" FROM {} AS {alias}{joins}", self.eyes.table(scope.object)),
            alias,
            columns: selected.columns,
            filter,
            tail,
            order,
            limit: query.limit.map(|limit| limit.0),
            offset: query.offset.map_or(0, |offset| offset.0),
            params: self.params.clone(),
            nodes: selected.nodes,
            children: selected.children,
        })
    }

    fn limits(&self, query: &Query) -> Result<(), SfError> {
        if let Some((_, span)) = query.offset.filter(|(offset, _)| *offset > MOST_OFFSET) {
            let told = format!("Maximum SOQL offset allowed is {MOST_OFFSET}");
            return Err(self.at(span, "NUMBER_OUTSIDE_VALID_RANGE", &told));
        }
        match query.limit.filter(|(limit, _)| *limit > i64::MAX as u64) {
            Some((_, span)) => Err(self.at(span, "NUMBER_OUTSIDE_VALID_RANGE", "LIMIT is too large")),
            None => Ok(()),
        }
    }

    /// `USING SCOPE mine` and `everything`; others are refused, since there are no teams and territories.
    fn using(&self, scope: &Scope<'q>, query: &Query, filter: &mut Vec<String>) -> Result<(), SfError> {
        let Some(name) = &query.scope else { return Ok(()) };
        if name.is("mine") && scope.object.raw.owner {
            filter.push(format!("{}.\"OwnerId\" = {}", scope.alias, self.eyes.me));
        } else if !name.is("everything") {
            return Err(self.at(name.span, "INVALID_FIELD", &format!("Invalid scope: {}", name.text)));
        }
        Ok(())
    }

    fn grouping(&mut self, scope: &mut Scope<'q>, query: &Query) -> Result<String, SfError> {
        let Some(grouping) = &query.grouping else { return Ok(String::new()) };
        if grouping.kind != GroupKind::Plain {
            let span = grouping.by.first().map_or(query.span, |expr| expr.span());
            return Err(self.at(
                span,
                "MALFORMED_QUERY",
                "ROLLUP and CUBE are not supported: the demo org groups plainly",
            ));
        }
        let mut by = Vec::new();
        for expr in &grouping.by {
            let typed = self.typed(scope, expr)?;
            self.short(&typed, expr.span(), "grouped")?;
            by.push(typed.sql);
        }
        let mut tail = format!(" GROUP BY {}", by.join(", "));
        if let Some(having) = &grouping.having {
            tail.push_str(&format!(" HAVING {}", self.condition(scope, having, true)?));
        }
        Ok(tail)
    }

    /// ORDER BY; nulls come first unless told otherwise, whatever the direction.
    fn order(&mut self, scope: &mut Scope<'q>, order: &[OrderBy], kind: Kind) -> Result<String, SfError> {
        let mut parts = Vec::new();
        for item in order {
            let typed = self.typed(scope, &item.expr)?;
            self.short(&typed, item.expr.span(), "sorted")?;
            if typed.aggregate && kind != Kind::Groups {
                let told = "aggregate functions are not allowed in the ORDER BY clause of a query without groups";
                return Err(self.at(item.expr.span(), "MALFORMED_QUERY", told));
            }
            let direction = if item.descending { "DESC" } else { "ASC" };
            let nulls = if item.nulls_first.unwrap_or(true) { "FIRST" } else { "LAST" };
            parts.push(format!("{} {direction} NULLS {nulls}", typed.sql));
        }
        if kind == Kind::Records && !parts.is_empty() {
            parts.push(format!("{}.\"Id\"", scope.alias));
        }
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
