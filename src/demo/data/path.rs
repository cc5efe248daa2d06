//! Field paths to columns: parents become joins. Relationships to several objects are in `poly`.

use super::error::SfError;
use super::eyes::Eyes;
use super::group::Groups;
use super::id::Ids;
use super::poly;
use super::schema::{Field, Object, Type};
use crate::soql::{self, Path, Span};
use jiff::tz::TimeZone;
use rusqlite::types::Value;

/// How many parents a path may climb.
const HIGHEST: usize = 5;
/// How many different parents a query may look at.
/// <https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_relationships_query_limits.htm>
const MOST_PARENTS: usize = 55;

/// What all parts of one query share while it is planned.
pub(super) struct Planner<'q> {
    pub(super) eyes: Eyes<'q>,
    pub(super) ids: &'q Ids,
    pub(super) text: &'q str,
    /// Seconds since 1970.
    pub(super) now: i64,
    pub(super) zone: TimeZone,
    /// Of the user, as in `de_DE`.
    pub(super) locale: &'q str,
    /// Everything that came from the user; the SQL only names their numbers.
    pub(super) params: Vec<Value>,
    pub(super) aliases: usize,
    /// How many levels of child rows may stand in each other, the record asked being the first.
    pub(super) levels: usize,
    /// Whether deleted rows are seen too.
    pub(super) all_rows: bool,
    /// Semi-joins met so far.
    pub(super) semi_joins: usize,
}

/// One FROM: the object asked and the joins its paths need.
pub(super) struct Scope<'q> {
    pub(super) object: &'q Object,
    pub(super) alias: String,
    /// Short names of the FROM clause and the paths they stand for.
    pub(super) names: Vec<(String, Vec<String>)>,
    pub(super) joins: Vec<Join<'q>>,
    /// What GROUP BY groups by; absent where the single rows are meant, as in WHERE.
    pub(super) groups: Option<Groups>,
}

pub(super) struct Join<'q> {
    path: String,
    object: &'q Object,
    alias: String,
    pub(super) sql: String,
}

/// One step of a path to a parent.
#[derive(Clone)]
pub(super) struct Step {
    /// The relationship, in its true case.
    pub(super) name: String,
    /// The field behind it.
    pub(super) key: String,
    /// SQL of the parent's key; null when there is none or he may not see it.
    pub(super) id: String,
}

/// A record on the way of a path.
#[derive(Clone)]
pub(super) struct Spot<'q> {
    pub(super) object: &'q Object,
    /// SQL name of its table.
    pub(super) alias: String,
    pub(super) steps: Vec<Step>,
    /// The relationships taken so far, in lower case, each after a dot.
    pub(super) walked: String,
}

impl<'q> Spot<'q> {
    /// The record asked.
    pub(super) fn of(scope: &Scope<'q>) -> Self {
        Self { object: scope.object, alias: scope.alias.clone(), steps: Vec::new(), walked: String::new() }
    }
}

/// Where a path leads.
pub(super) struct Place<'q> {
    pub(super) object: &'q Object,
    pub(super) field: &'q Field,
    pub(super) steps: Vec<Step>,
    /// SQL of the value; for an address, of nothing.
    pub(super) sql: String,
    /// SQL name of the table the field is in; empty where it may be in several.
    pub(super) alias: String,
    /// The key in the answer, where it is not the field's own name.
    pub(super) key: String,
    pub(super) kind: Type,
}

impl<'q> Planner<'q> {
    /// Notes a value and gives the name it has in the SQL.
    pub(super) fn bind(&mut self, value: Value) -> String {
        self.params.push(value);
        format!("?{}", self.params.len())
    }

    pub(super) fn at(&self, span: Span, code: &'static str, message: &str) -> SfError {
        SfError::new(400, code, soql::pointed(self.text, span.start, message))
    }

    pub(super) fn scope(&mut self, object: &'q Object) -> Scope<'q> {
        let alias = format!("t{}", self.aliases);
        self.aliases += 1;
        Scope { object, alias, names: Vec::new(), joins: Vec::new(), groups: None }
    }

    /// Finds the field a path leads to, adding the joins it needs.
    pub(super) fn resolve(&mut self, scope: &mut Scope<'q>, path: &Path) -> Result<Place<'q>, SfError> {
        let (parents, last) = self.walkable(scope, path);
        let start = Spot::of(scope);
        self.climb(scope, start, &parents, &last, path)
    }

    /// Goes from a record up to its parents, and finds the field there.
    pub(super) fn climb(
        &mut self,
        scope: &mut Scope<'q>,
        start: Spot<'q>,
        parents: &[String],
        last: &str,
        path: &Path,
    ) -> Result<Place<'q>, SfError> {
        if start.walked.matches('.').count() + parents.len() > HIGHEST {
            let told = format!("SOQL statements cannot climb more than {HIGHEST} relationships from the root entity.");
            return Err(self.at(path.span, "INVALID_FIELD", &told));
        }
        let mut spot = start;
        for (at, name) in parents.iter().enumerate() {
            let field = self.eyes.relation(spot.object, name).ok_or_else(|| self.no_relation(path, name))?;
            let top = parents.get(at + 1);
            let names = poly::names_several(field);
            let single = match poly::targets(self, field).as_slice() {
                [target] if !(names && top.is_none() && last.eq_ignore_ascii_case("Type")) => Some(*target),
                _ => None,
            };
            let Some(target) = single else {
                return match top {
                    Some(further) => Err(self.no_relation(path, further)),
                    None => self.several(scope, spot, field, path, last),
                };
            };
            spot = self.step(scope, spot, field, target)?;
        }
        let object = spot.object;
        let field = self.eyes.field(object, last).ok_or_else(|| self.no_column(path, last, object.name()))?;
        let sql = self.eyes.column(&spot.alias, field);
        let (steps, alias) = (spot.steps, spot.alias);
        Ok(Place { object, field, steps, sql, alias, key: field.name().to_owned(), kind: field.raw.kind })
    }

    /// One step up, to a parent of this object.
    pub(super) fn step(
        &mut self,
        scope: &mut Scope<'q>,
        mut spot: Spot<'q>,
        field: &'q Field,
        target: &'q Object,
    ) -> Result<Spot<'q>, SfError> {
        let relation = field.raw.rel.clone().unwrap_or_default();
        spot.walked = format!("{}.{}", spot.walked, relation.to_lowercase());
        let reference = format!("{}.\"{}\"", spot.alias, field.name());
        spot.alias = self.join(scope, &spot.walked, target, &reference)?;
        spot.object = target;
        spot.steps.push(Step { name: relation, key: field.name().to_owned(), id: format!("{}.\"Id\"", spot.alias) });
        Ok(spot)
    }

    /// The names of a path without the leading name of the object asked, and with a short name replaced by its path.
    pub(super) fn walkable(&self, scope: &Scope<'q>, path: &Path) -> (Vec<String>, String) {
        let mut parts: Vec<String> = path.parts.iter().map(|part| part.text.clone()).collect();
        let last = parts.pop().unwrap_or_default();
        if let Some(first) = parts.first().cloned() {
            let short = scope.names.iter().find(|(name, _)| name.eq_ignore_ascii_case(&first));
            if let Some((_, long)) = short {
                parts.splice(..1, long.iter().cloned());
            } else if first.eq_ignore_ascii_case(scope.object.name())
                && self.eyes.relation(scope.object, &first).is_none()
            {
                parts.remove(0);
            }
        }
        (parts, last)
    }

    fn join(
        &mut self,
        scope: &mut Scope<'q>,
        path: &str,
        object: &'q Object,
        reference: &str,
    ) -> Result<String, SfError> {
        if let Some(join) = scope.joins.iter().find(|join| join.path == path && join.object.index == object.index) {
            return Ok(join.alias.clone());
        }
        if scope.joins.len() >= MOST_PARENTS {
            let told =
                format!("SOQL statements cannot reference more than {MOST_PARENTS} child-to-parent relationships");
            return Err(SfError::new(400, "MALFORMED_QUERY", told));
        }
        let alias = format!("t{}", self.aliases);
        self.aliases += 1;
        let seen = self.eyes.rows(object, &alias).map(|rows| format!(" AND {rows}")).unwrap_or_default();
        let sql = format!(" LEFT JOIN \"{}\" AS {alias} ON {alias}.\"Id\" = {reference}{seen}", object.name());
        scope.joins.push(Join { path: path.to_owned(), object, alias: alias.clone(), sql });
        Ok(alias)
    }

    pub(super) fn no_column(&self, path: &Path, name: &str, entity: &str) -> SfError {
        let span = path.span;
        let told = format!(
            "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append \
             the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
        );
        self.at(span, "INVALID_FIELD", &told)
    }

    pub(super) fn no_relation(&self, path: &Path, name: &str) -> SfError {
        let told = format!(
            "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be \
             sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call \
             for the appropriate names."
        );
        self.at(path.span, "INVALID_FIELD", &told)
    }
}
