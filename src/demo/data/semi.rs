//! Semi-joins and anti-joins: `Id IN (SELECT AccountId FROM …)`, and where they may stand.
//! <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm>

use super::error::SfError;
use super::filter::OPERATOR;
use super::function::Typed;
use super::path::{Planner, Scope};
use super::schema::Type;
use crate::soql::{Condition, Expr, Op, Operand, Query, SelectItem, Span};

/// Semi-joins of a query.
const MOST: usize = 2;

impl<'q> Planner<'q> {
    /// WHERE. Semi-joins stand at its top, alone or between ANDs.
    pub(super) fn filter(&mut self, scope: &mut Scope<'q>, condition: &Condition) -> Result<String, SfError> {
        let parts = match condition {
            Condition::And(parts) => parts.as_slice(),
            whole => std::slice::from_ref(whole),
        };
        for part in parts {
            if let (false, Some((span, any))) = (is_join(part), deep_join(part, false)) {
                let told = if any {
                    "Semi join sub-selects are not allowed with the 'OR' operator"
                } else {
                    "Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE \
                     expressions."
                };
                return Err(self.at(span, "MALFORMED_QUERY", told));
            }
        }
        self.condition(scope, condition, false)
    }

    pub(super) fn semi_join(
        &mut self,
        scope: &Scope<'q>,
        typed: &Typed<'q>,
        op: Op,
        span: Span,
        query: &Query,
    ) -> Result<String, SfError> {
        if !matches!(typed.kind, Type::Id | Type::Reference) {
            let told = format!(
                "The left operand '{}' in the where expression for outer query in the semi join should be an id or reference \
                 field",
                typed.name
            );
            return Err(self.at(span, OPERATOR, &told));
        }
        self.semi_joins += 1;
        if self.semi_joins > MOST {
            let told = format!("Maximum {MOST} semi join sub-selects are allowed");
            return Err(self.at(span, "EXCEEDED_MAX_SEMIJOIN_SUBSELECTS", &told));
        }
        let inner = self.keys_of(scope, typed, query)?;
        let sql = &typed.sql;
        Ok(match op {
            Op::NotIn => format!("({sql} IS NULL OR {sql} NOT IN ({inner}))"),
            _ => format!("{sql} IN ({inner})"),
        })
    }

    /// The SQL of the keys a semi-join looks in. It shares the parameters of the query around it.
    fn keys_of(&mut self, outer: &Scope<'q>, left: &Typed<'q>, query: &Query) -> Result<String, SfError> {
        let one = "a semi join sub-select selects exactly one id or reference field";
        let bare =
            query.limit.is_none() && query.offset.is_none() && query.order.is_empty() && query.intents.is_empty();
        let wrong = match query.select.as_slice() {
            _ if query.filter.as_ref().is_some_and(|filter| deep_join(filter, false).is_some()) => {
                Some("Nesting of semi join sub-selects is not supported")
            }
            _ if !bare => Some("LIMIT, OFFSET, ORDER BY and FOR are not allowed in semi join sub-selects"),
            [SelectItem::Expr { expr: Expr::Field(_), alias: None }] if query.grouping.is_none() => None,
            _ => Some(one),
        };
        if let Some(told) = wrong {
            return Err(self.at(query.span, "MALFORMED_QUERY", told));
        }
        let [SelectItem::Expr { expr: Expr::Field(path), .. }] = query.select.as_slice() else {
            return Err(SfError::internal());
        };
        let mut scope = self.from(query)?;
        let place = self.resolve(&mut scope, path)?;
        let leads = |kind: Type, to: &[usize], owner: usize| match kind {
            Type::Reference => to.to_vec(),
            _ => vec![owner],
        };
        let inner = leads(place.kind, &place.field.to, place.object.index);
        let wanted = leads(left.kind, left.field.map_or(&[], |field| &field.to), left.owner.unwrap_or(usize::MAX));
        let told = if !matches!(place.kind, Type::Id | Type::Reference) {
            one
        } else if scope.object.index == outer.object.index {
            "The inner and outer selects should not be on the same object type"
        } else if !wanted.iter().any(|to| inner.contains(to)) {
            "The selected column in the semi join sub-select and the left operand in the where expression in the outer query \
             should point to the same object type"
        } else {
            let column = place.sql;
            let plan = self.finish(scope, query, vec![format!("{column} IS NOT NULL")])?;
            return Ok(format!("SELECT {column}{} WHERE {}", plan.from, plan.filter));
        };
        Err(self.at(path.span, "MALFORMED_QUERY", told))
    }
}

fn is_join(condition: &Condition) -> bool {
    matches!(condition, Condition::Test { right: Operand::Query(_), .. })
}

/// Where a semi-join stands in a condition, and whether an OR is around it.
fn deep_join(condition: &Condition, any: bool) -> Option<(Span, bool)> {
    match condition {
        Condition::And(parts) => parts.iter().find_map(|part| deep_join(part, any)),
        Condition::Or(parts) => parts.iter().find_map(|part| deep_join(part, true)),
        Condition::Not(inner) => deep_join(inner, any),
        Condition::Test { op_span, .. } => is_join(condition).then_some((*op_span, any)),
    }
}
