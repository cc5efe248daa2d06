//! What a query may ask at all, before its fields are looked at: the governor's limits, and the clauses that mean something
//! to few objects or to Apex only.

use super::error::SfError;
use super::path::{Planner, Scope};
use crate::soql::{Expr, Query, SelectItem, Span, WithClause};

/// The largest OFFSET. <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_offset.htm>
const MOST_OFFSET: u64 = 2_000;
/// Subqueries of the select list.
const MOST_CHILDREN: usize = 20;
/// Fields of ORDER BY.
const MOST_SORTED: usize = 32;
/// Constants of all conditions: SQLite takes 32,766, and a few are our own.
const MOST_CONSTANTS: usize = 32_700;
/// Characters of a query.
/// <https://developer.salesforce.com/docs/atlas.en-us.salesforce_app_limits_cheatsheet.meta/salesforce_app_limits_cheatsheet/salesforce_app_limits_platform_soslsoql.htm>
const LONGEST: usize = 100_000;

/// Refuses a text that is too long to be looked at.
pub(super) fn length(text: &str) -> Result<(), SfError> {
    if text.len() > LONGEST && text.chars().count() > LONGEST {
        let told = format!("SOQL statements cannot be longer than {LONGEST} characters.");
        return Err(SfError::new(400, "QUERY_TOO_COMPLICATED", told));
    }
    Ok(())
}

/// Refuses more constants than the database takes.
pub(super) fn constants(count: usize) -> Result<(), SfError> {
    if count > MOST_CONSTANTS {
        let told = "the filter conditions are too complicated: there are too many constants in them";
        return Err(SfError::new(400, "QUERY_TOO_COMPLICATED", told));
    }
    Ok(())
}

impl<'q> Planner<'q> {
    /// What holds for every query and subquery.
    pub(super) fn rules(&self, scope: &Scope<'q>, query: &Query) -> Result<(), SfError> {
        if let Some((_, span)) = query.offset.filter(|(offset, _)| *offset > MOST_OFFSET) {
            let told = format!("Maximum SOQL offset allowed is {MOST_OFFSET}");
            return Err(self.at(span, "NUMBER_OUTSIDE_VALID_RANGE", &told));
        }
        if let Some((_, span)) = query.limit.filter(|(limit, _)| *limit > i64::MAX as u64) {
            return Err(self.at(span, "NUMBER_OUTSIDE_VALID_RANGE", "LIMIT is too large"));
        }
        let mut children = query.select.iter().filter_map(|item| match item {
            SelectItem::Children(inner) => Some(inner.span),
            _ => None,
        });
        let mut refused = None;
        if let Some(span) = children.nth(MOST_CHILDREN) {
            refused =
                Some((span, format!("SOQL statements cannot have more than {MOST_CHILDREN} child relationships")));
        } else if let Some(item) = query.order.get(MOST_SORTED) {
            refused = Some((item.expr.span(), format!("ORDER BY takes at most {MOST_SORTED} fields")));
        } else if let Some(span) = query.all_rows {
            refused = Some((span, "ALL ROWS not allowed in this context".to_owned()));
        } else if let Some(lookup) = &query.lookup {
            let name = lookup.field.dotted();
            refused = Some((lookup.field.span, format!("there is no lookup filter on '{name}'")));
        }
        if let Some((span, told)) = refused {
            return Err(self.at(span, "MALFORMED_QUERY", &told));
        }
        self.counts_alone(query)?;
        self.intents(scope, query)?;
        self.with(query)
    }

    /// COUNT() has nothing beside it.
    fn counts_alone(&self, query: &Query) -> Result<(), SfError> {
        let bare = query.select.iter().find_map(|item| match item {
            SelectItem::Expr { expr: Expr::Call { name, args, span }, alias }
                if name.is("COUNT") && args.is_empty() =>
            {
                Some((*span, alias.is_some()))
            }
            _ => None,
        });
        let Some((span, named)) = bare else { return Ok(()) };
        if query.select.len() > 1 || named || query.grouping.is_some() {
            let told = "COUNT() must be the only element in the SELECT list, without GROUP BY and without an alias";
            return Err(self.at(span, "MALFORMED_QUERY", told));
        }
        if let Some(item) = query.order.first() {
            return Err(self.at(item.expr.span(), "MALFORMED_QUERY", "COUNT() can not be used with ORDER BY"));
        }
        Ok(())
    }

    /// FOR and UPDATE.
    fn intents(&self, scope: &Scope<'q>, query: &Query) -> Result<(), SfError> {
        for intent in &query.intents {
            let name = scope.object.name();
            let told = if intent.is("UPDATE") && !query.order.is_empty() {
                "FOR UPDATE can not be used with ORDER BY".to_owned()
            } else if intent.is("TRACKING") || intent.is("VIEWSTAT") {
                format!("UPDATE {} is not supported for '{name}': it is for knowledge articles", intent.text)
            } else if query.grouping.is_some() {
                format!("FOR {} can not be used with GROUP BY", intent.text)
            } else {
                continue;
            };
            return Err(self.at(intent.span, "MALFORMED_QUERY", &told));
        }
        Ok(())
    }

    /// WITH. The API always sees with the user's eyes, so the modes that say so change nothing.
    fn with(&self, query: &Query) -> Result<(), SfError> {
        let (span, told) = match &query.with {
            None => return Ok(()),
            Some(WithClause::Mode(mode)) if mode.is("SECURITY_ENFORCED") || mode.is("USER_MODE") => return Ok(()),
            Some(WithClause::Mode(mode)) if mode.is("SYSTEM_MODE") => {
                (mode.span, "WITH SYSTEM_MODE is not allowed here: the API sees what the user sees".to_owned())
            }
            Some(WithClause::Mode(word)) => (word.span, format!("unexpected token: '{}'", word.text)),
            Some(WithClause::Categories(all)) => {
                let Some(first) = all.first() else { return Ok(()) };
                (first.group.span, format!("Invalid data category group: '{}'", first.group.text))
            }
            Some(WithClause::Filter(name, _) | WithClause::Options(name, _)) => {
                (name.span, format!("WITH {} is not supported for this object", name.text))
            }
        };
        Err(self.at(span, "MALFORMED_QUERY", &told))
    }

    /// USING SCOPE: whose records are meant.
    /// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_using_scope.htm>
    pub(super) fn using(&self, scope: &Scope<'q>, query: &Query) -> Result<Option<String>, SfError> {
        let Some(name) = &query.scope else { return Ok(None) };
        let (alias, me) = (&scope.alias, self.eyes.me);
        let known = match name.text.to_ascii_lowercase().as_str() {
            "everything" => return Ok(None),
            // Nobody is in a queue, so the records of one's groups are one's own.
            "mine" | "mine_and_my_groups" => format!("{alias}.\"OwnerId\" = {me}"),
            "team" => {
                let team: Vec<String> = self.eyes.owners.iter().map(i64::to_string).collect();
                format!("{alias}.\"OwnerId\" IN ({})", team.join(","))
            }
            "delegated" => format!("({alias}.\"CreatedById\" = {me} AND {alias}.\"OwnerId\" <> {me})"),
            _ => return Err(self.no_scope(name.span, &name.text, scope)),
        };
        if !scope.object.raw.owner {
            return Err(self.no_scope(name.span, &name.text, scope));
        }
        Ok(Some(known))
    }

    fn no_scope(&self, span: Span, name: &str, scope: &Scope<'q>) -> SfError {
        let told = format!("The scope '{name}' is not supported for '{}'", scope.object.name());
        self.at(span, "INVALID_QUERY_SCOPE", &told)
    }
}
