//! The select list: columns to read and the tree of the answer, in the order the fields are named.

use super::error::SfError;
use super::function::{Made, is_aggregate, is_date_function};
use super::path::{Place, Planner, Scope, Step};
use super::plan::{Kind, Plan};
use super::schema::{Field, Type};
use super::shape::Node;
use crate::soql::{Expr, Query, SelectItem, Span};
use std::sync::Arc;

/// FIELDS(ALL) and FIELDS(CUSTOM) are unbounded, so they need a LIMIT of at most this.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_fields.htm>
const FIELDS_LIMIT: u64 = 200;

pub(super) struct Selection {
    pub(super) kind: Kind,
    pub(super) columns: Vec<String>,
    pub(super) nodes: Vec<Node>,
    pub(super) children: Vec<Arc<Plan>>,
    unnamed: usize,
}

impl Selection {
    pub(super) fn make<'q>(planner: &mut Planner<'q>, scope: &mut Scope<'q>, query: &Query) -> Result<Self, SfError> {
        let mut selection =
            Self { kind: Kind::Records, columns: Vec::new(), nodes: Vec::new(), children: Vec::new(), unnamed: 0 };
        if is_plain_count(query) {
            selection.kind = Kind::Count;
            return Ok(selection);
        }
        if query.grouping.is_some() || query.select.iter().any(needs_groups) {
            selection.kind = Kind::Groups;
            if let Some((_, span)) = query.limit.filter(|_| query.grouping.is_none()) {
                let told = "Non-grouped query that uses overall aggregate functions cannot also use LIMIT";
                return Err(planner.at(span, "MALFORMED_QUERY", told));
            }
            selection.groups(planner, scope, query)?;
            return Ok(selection);
        }
        selection.columns.push(format!("{}.\"Id\"", scope.alias));
        for item in &query.select {
            selection.item(planner, scope, query, item)?;
        }
        Ok(selection)
    }

    fn item<'q>(
        &mut self,
        planner: &mut Planner<'q>,
        scope: &mut Scope<'q>,
        query: &Query,
        item: &SelectItem,
    ) -> Result<(), SfError> {
        match item {
            SelectItem::Children(inner) => {
                let (key, plan) = planner.plan_children(scope, query, inner)?;
                self.children.push(Arc::new(plan));
                let node = Node::Children { key, plan: self.children.len() - 1 };
                self.insert(planner, Vec::new(), node, inner.span)
            }
            SelectItem::TypeOf { what, cases } => {
                let (steps, node) = planner.type_of(scope, self, what, cases)?;
                self.insert(planner, steps, node, what.span)
            }
            SelectItem::Expr { expr: Expr::Field(path), alias } => {
                if let Some(alias) = alias {
                    let told = "only aggregate expressions use field aliasing";
                    return Err(planner.at(alias.span, "MALFORMED_QUERY", told));
                }
                let place = planner.place(scope, path)?;
                self.field(planner, place, path.span)
            }
            SelectItem::Expr { expr: Expr::Call { name, args, span }, .. } if name.is("FIELDS") => {
                self.all_fields(planner, scope, query, args, *span)
            }
            SelectItem::Expr { expr, alias } => {
                let typed = planner.typed(scope, expr)?;
                if typed.made == Made::Local {
                    let told = "convertTimezone() can only be used in a date function";
                    return Err(planner.at(expr.span(), "MALFORMED_QUERY", told));
                }
                let key = match (alias, typed.made) {
                    (Some(alias), _) => alias.text.clone(),
                    (None, Made::Distance) => self.unnamed(),
                    (None, _) => typed.name,
                };
                let node = Node::Leaf { key, column: self.column(typed.sql), kind: typed.kind };
                self.insert(planner, Vec::new(), node, expr.span())
            }
        }
    }

    /// The name of the next expression that has none.
    fn unnamed(&mut self) -> String {
        self.unnamed += 1;
        format!("expr{}", self.unnamed - 1)
    }

    /// FIELDS(ALL), FIELDS(STANDARD), FIELDS(CUSTOM).
    fn all_fields<'q>(
        &mut self,
        planner: &mut Planner<'q>,
        scope: &mut Scope<'q>,
        query: &Query,
        args: &[Expr],
        span: Span,
    ) -> Result<(), SfError> {
        let which = match args {
            [Expr::Field(path)] => path.dotted().to_ascii_uppercase(),
            _ => String::new(),
        };
        let wanted: fn(&Field) -> bool = match which.as_str() {
            "ALL" => |_| true,
            "STANDARD" => |field| !field.custom(),
            "CUSTOM" => Field::custom,
            _ => return Err(planner.at(span, "MALFORMED_QUERY", "FIELDS takes ALL, STANDARD or CUSTOM")),
        };
        if which != "STANDARD" && query.limit.is_none_or(|(limit, _)| limit > FIELDS_LIMIT) {
            let told = format!("The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}");
            return Err(SfError::new(400, "MALFORMED_QUERY", told));
        }
        let names: Vec<&str> = planner.eyes.fields(scope.object).filter(|f| wanted(f)).map(Field::name).collect();
        for name in names {
            let known = self.nodes.iter().any(|node| matches!(node, Node::Leaf { key, .. } if key == name));
            if !known {
                let place = planner.place(scope, &Planner::own_path(name))?;
                self.field(planner, place, span)?;
            }
        }
        Ok(())
    }

    /// Puts a field where its parents are in the tree.
    pub(super) fn field<'q>(&mut self, planner: &Planner<'q>, place: Place<'q>, span: Span) -> Result<(), SfError> {
        let node = if place.kind == Type::Address {
            let parts = place.field.parts.iter().filter_map(|(key, name)| {
                let part = planner.eyes.field(place.object, name)?;
                Some((*key, self.column(format!("{}.\"{name}\"", place.alias)), part.raw.kind))
            });
            Node::Address { key: place.key, parts: parts.collect() }
        } else {
            Node::Leaf { key: place.key, column: self.column(place.sql), kind: place.kind }
        };
        self.insert(planner, place.steps, node, span)
    }

    /// Puts a node below the parents that lead to it.
    pub(super) fn insert(
        &mut self,
        planner: &Planner<'_>,
        steps: Vec<Step>,
        node: Node,
        span: Span,
    ) -> Result<(), SfError> {
        let ids: Vec<(String, usize)> = steps.into_iter().map(|step| (step.name, self.column(step.id))).collect();
        let mut level = &mut self.nodes;
        for (name, id) in ids {
            let found = level.iter().position(|node| key_of(node) == name);
            let at = found.unwrap_or_else(|| {
                level.push(Node::Parent { key: name.clone(), id, nodes: Vec::new() });
                level.len() - 1
            });
            // A TYPEOF of the same name leaves no room for it.
            let Some(Node::Parent { nodes, .. }) = level.get_mut(at) else {
                return Err(planner.duplicate(&name, span));
            };
            level = nodes;
        }
        if level.iter().any(|own| key_of(own) == key_of(&node)) {
            return Err(planner.duplicate(key_of(&node), span));
        }
        level.push(node);
        Ok(())
    }

    pub(super) fn column(&mut self, sql: String) -> usize {
        match self.columns.iter().position(|own| *own == sql) {
            Some(at) => at,
            None => {
                self.columns.push(sql);
                self.columns.len() - 1
            }
        }
    }

    /// The select list of a query with groups: flat, and every field either grouped by or aggregated.
    fn groups<'q>(&mut self, planner: &mut Planner<'q>, scope: &mut Scope<'q>, query: &Query) -> Result<(), SfError> {
        for item in &query.select {
            let SelectItem::Expr { expr, alias } = item else {
                let told = "Grouped query cannot use child relationships in SELECT list";
                return Err(planner.at(query.span, "MALFORMED_QUERY", told));
            };
            let typed = planner.typed(scope, expr)?;
            if !typed.settled {
                let told = format!("Field must be grouped or aggregated: {}", typed.name);
                return Err(planner.at(expr.span(), "MALFORMED_QUERY", &told));
            }
            let key = match (alias, typed.made) {
                (Some(alias), _) => alias.text.clone(),
                (None, Made::Field | Made::Label) => typed.name,
                (None, _) => self.unnamed(),
            };
            let node = Node::Leaf { key, column: self.column(typed.sql), kind: typed.kind };
            self.insert(planner, Vec::new(), node, expr.span())?;
        }
        Ok(())
    }
}

impl Planner<'_> {
    fn duplicate(&self, key: &str, span: Span) -> SfError {
        self.at(span, "MALFORMED_QUERY", &format!("duplicate field selected: {key}"))
    }
}

pub(super) fn key_of(node: &Node) -> &str {
    match node {
        Node::Leaf { key, .. }
        | Node::Parent { key, .. }
        | Node::OneOf { key, .. }
        | Node::Address { key, .. }
        | Node::Children { key, .. } => key,
    }
}

fn is_plain_count(query: &Query) -> bool {
    matches!(query.select.as_slice(), [SelectItem::Expr { expr: Expr::Call { name, args, .. }, .. }]
        if name.is("COUNT") && args.is_empty() && query.grouping.is_none())
}

/// Whether the item has a meaning for groups only: aggregates, and date functions, which must be grouped by.
fn needs_groups(item: &SelectItem) -> bool {
    fn calls(expr: &Expr) -> bool {
        let Expr::Call { name, args, .. } = expr else { return false };
        let upper = name.text.to_ascii_uppercase();
        is_aggregate(&upper) || is_date_function(&upper) || args.iter().any(calls)
    }
    matches!(item, SelectItem::Expr { expr, .. } if calls(expr))
}
