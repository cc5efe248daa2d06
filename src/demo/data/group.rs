//! GROUP BY, plain and with subtotals.
//!
//! ROLLUP and CUBE multiply each row by the grouping sets it counts for: a set is a number whose bit `i` says that the
//! field `i` is summed over. Such a field is null in the set's groups, and GROUPING() reads the bit. So subtotals are groups
//! like others, and HAVING, ORDER BY and LIMIT need to know nothing of them.
//!
//! ```text
//! FROM "Lead" AS t0 CROSS JOIN (VALUES (0),(2),(3)) AS sets        -- ROLLUP(LeadSource, Rating)
//! GROUP BY sets.column1, CASE WHEN sets.column1 & 1 THEN NULL ELSE t0."LeadSource" END, …
//! ```

use super::describe;
use super::error::SfError;
use super::function::{Made, Typed};
use super::path::{Planner, Scope};
use super::poly::collated;
use super::schema::Type;
use crate::soql::{Expr, GroupKind, Grouping, Name, Span};

/// Fields of a ROLLUP or CUBE.
const MOST_SUBTOTALS: usize = 3;

/// What a query groups by.
pub(super) struct Groups {
    kind: GroupKind,
    /// The SQL of each expression and its type.
    by: Vec<(String, Type)>,
}

impl Groups {
    /// The SQL in the groups of an expression that is grouped by.
    fn shown(&self, sql: &str) -> Option<String> {
        let at = self.by.iter().position(|(own, _)| own == sql)?;
        self.at(at)
    }

    fn at(&self, at: usize) -> Option<String> {
        let (sql, kind) = self.by.get(at)?;
        if self.kind == GroupKind::Plain {
            return Some(sql.clone());
        }
        Some(collated(*kind, format!("CASE WHEN {} THEN NULL ELSE {sql} END", summed(at))))
    }

    fn all(&self) -> impl Iterator<Item = String> {
        (0..self.by.len()).filter_map(|at| self.at(at))
    }

    /// What is joined to have each row once for each of its grouping sets.
    pub(super) fn join(&self) -> String {
        let count = self.by.len();
        let sets: Vec<usize> = match self.kind {
            GroupKind::Plain => return String::new(),
            // From the right to the left: nothing summed over, then the last field, then the last two.
            GroupKind::Rollup => (0..=count).map(|left| ((1 << count) - 1) & !((1 << (count - left)) - 1)).collect(),
            GroupKind::Cube => (0..1 << count).collect(),
        };
        let rows: Vec<String> = sets.iter().map(|set| format!("({set})")).collect();
        format!(" CROSS JOIN (VALUES {}) AS sets", rows.join(","))
    }

    /// Subtotals stand behind what they sum up; nothing for plain groups.
    pub(super) fn order(&self) -> Vec<String> {
        if self.kind == GroupKind::Plain {
            return Vec::new();
        }
        self.all().enumerate().flat_map(|(at, sql)| [summed(at), format!("{sql} NULLS FIRST")]).collect()
    }
}

/// Whether field number `at` is summed over.
fn summed(at: usize) -> String {
    format!("(sets.column1 >> {at} & 1)")
}

impl<'q> Planner<'q> {
    /// Reads GROUP BY into the scope; gives the SQL of the clause.
    pub(super) fn group_by(&mut self, scope: &mut Scope<'q>, grouping: &Grouping) -> Result<String, SfError> {
        if let Some(more) = grouping.by.get(MOST_SUBTOTALS).filter(|_| grouping.kind != GroupKind::Plain) {
            let told = format!("GROUP BY ROLLUP and CUBE take at most {MOST_SUBTOTALS} fields");
            return Err(self.at(more.span(), "MALFORMED_QUERY", &told));
        }
        let mut by = Vec::new();
        for expr in &grouping.by {
            let typed = self.typed(scope, expr)?;
            self.groupable(&typed, expr)?;
            by.push((typed.sql, typed.kind));
        }
        let groups = Groups { kind: grouping.kind, by };
        let mut parts: Vec<String> = groups.all().collect();
        if grouping.kind != GroupKind::Plain {
            parts.insert(0, "sets.column1".to_owned());
        }
        scope.groups = Some(groups);
        Ok(format!(" GROUP BY {}", parts.join(", ")))
    }

    fn groupable(&self, typed: &Typed<'q>, expr: &Expr) -> Result<(), SfError> {
        if !matches!(typed.made, Made::Field | Made::Date) {
            let told = format!("'{}' can not be grouped in a query call", expr.span().of(self.text));
            return Err(self.at(expr.span(), "MALFORMED_QUERY", &told));
        }
        let Some(field) = typed.field else { return Ok(()) };
        if describe::groupable(field) {
            return Ok(());
        }
        let told = format!("field '{}' can not be grouped in a query call", typed.name);
        Err(self.at(expr.span(), "MALFORMED_QUERY", &told))
    }

    /// Marks an expression that has one value in each group.
    pub(super) fn settled(scope: &Scope<'q>, mut typed: Typed<'q>) -> Typed<'q> {
        if let Some(sql) = scope.groups.as_ref().and_then(|groups| groups.shown(&typed.sql)) {
            typed.sql = sql;
            typed.settled = true;
        }
        typed
    }

    /// `GROUPING(field)`: 1 in the subtotals over this field.
    pub(super) fn grouping(
        &mut self,
        scope: &mut Scope<'q>,
        name: &Name,
        args: &[Expr],
        span: Span,
    ) -> Result<Typed<'q>, SfError> {
        let groups = scope.groups.take();
        let typed = match args {
            [arg] => self.typed(scope, arg),
            _ => Err(self.unknown_function(name, span)),
        };
        scope.groups = groups;
        let typed = typed?;
        let groups = scope.groups.as_ref().filter(|groups| groups.kind != GroupKind::Plain);
        let at = groups.and_then(|groups| groups.by.iter().position(|(sql, _)| *sql == typed.sql));
        let Some(at) = at else {
            let told = "GROUPING() takes a field of GROUP BY ROLLUP or GROUP BY CUBE";
            return Err(self.at(span, "MALFORMED_QUERY", told));
        };
        Ok(Typed { settled: true, ..Typed::new(Made::Aggregate, summed(at), Type::Int, &typed.name) })
    }

    /// Runs a rule that means single rows.
    pub(super) fn in_rows<T>(
        &mut self,
        scope: &mut Scope<'q>,
        rule: impl FnOnce(&mut Self, &mut Scope<'q>) -> Result<T, SfError>,
    ) -> Result<T, SfError> {
        let groups = scope.groups.take();
        let result = rule(self, scope);
        scope.groups = groups;
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(kind: GroupKind, count: usize) -> String {
        Groups { kind, by: vec![("x".to_owned(), Type::Int); count] }.join()
    }

    #[test]
    fn sets_sum_from_the_right() {
        assert_eq!(sets(GroupKind::Plain, 2), "");
        assert_eq!(sets(GroupKind::Rollup, 1), " CROSS JOIN (VALUES (0),(1)) AS sets");
        assert_eq!(sets(GroupKind::Rollup, 3), " CROSS JOIN (VALUES (0),(4),(6),(7)) AS sets");
        assert_eq!(sets(GroupKind::Cube, 2), " CROSS JOIN (VALUES (0),(1),(2),(3)) AS sets");
    }
}
