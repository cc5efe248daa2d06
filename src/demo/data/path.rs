//! Field paths to columns: parents become joins, a relationship to several objects becomes a choice between them.

use super::error::SfError;
use super::eyes::Eyes;
use super::id::Ids;
use super::schema::{Field, Object, Type};
use crate::soql::{self, Path, Span};
use jiff::tz::TimeZone;
use rusqlite::types::Value;

/// How many parents a path may climb.
const HIGHEST: usize = 5;

/// What all parts of one query share while it is planned.
pub(super) struct Planner<'q> {
    pub(super) eyes: Eyes<'q>,
    pub(super) ids: &'q Ids,
    pub(super) text: &'q str,
    /// Seconds since 1970.
    pub(super) now: i64,
    pub(super) zone: TimeZone,
    /// Everything that came from the user; the SQL only names their numbers.
    pub(super) params: Vec<Value>,
    pub(super) aliases: usize,
}

/// One FROM: the object asked and the joins its paths need.
pub(super) struct Scope<'q> {
    pub(super) object: &'q Object,
    pub(super) alias: String,
    /// Short names of the FROM clause and the paths they stand for.
    pub(super) names: Vec<(String, Vec<String>)>,
    pub(super) joins: Vec<Join<'q>>,
}

pub(super) struct Join<'q> {
    path: String,
    object: &'q Object,
    alias: String,
    pub(super) sql: String,
}

/// One step of a path to a parent.
pub(super) struct Step {
    /// The relationship, in its true case.
    pub(super) name: String,
    /// SQL of the parent's key; null when there is none or he may not see it.
    pub(super) id: String,
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
        Scope { object, alias, names: Vec::new(), joins: Vec::new() }
    }

    /// Finds the field a path leads to, adding the joins it needs.
    pub(super) fn resolve(&mut self, scope: &mut Scope<'q>, path: &Path) -> Result<Place<'q>, SfError> {
        let (parents, last) = self.walkable(scope, path);
        if parents.len() > HIGHEST {
            let told = format!("SOQL statements cannot climb more than {HIGHEST} relationships from the root entity.");
            return Err(self.at(path.span, "INVALID_FIELD", &told));
        }
        let mut object = scope.object;
        let mut alias = scope.alias.clone();
        let mut steps = Vec::new();
        let mut walked = String::new();
        for (at, name) in parents.iter().enumerate() {
            let field = self.eyes.relation(object, name).ok_or_else(|| self.no_relation(path, name))?;
            walked = format!("{walked}.{}", name.to_lowercase());
            let seen: Vec<&'q Object> = field.to.iter().filter_map(|to| self.eyes.at(*to)).collect();
            let relation = field.raw.rel.clone().unwrap_or_default();
            let [target] = seen.as_slice() else {
                if at + 1 < parents.len() {
                    return Err(self.no_relation(path, parents.get(at + 1).map_or("", String::as_str)));
                }
                return self.several(&seen, &format!("{alias}.\"{}\"", field.name()), relation, steps, path, &last);
            };
            alias = self.join(scope, &walked, target, &format!("{alias}.\"{}\"", field.name()));
            steps.push(Step { name: relation, id: format!("{alias}.\"Id\"") });
            object = target;
        }
        let field = self.eyes.field(object, &last).ok_or_else(|| self.no_column(path, &last, object.name()))?;
        let sql = self.eyes.column(&alias, field);
        Ok(Place { object, field, steps, sql, alias, key: field.name().to_owned(), kind: field.raw.kind })
    }

    /// The names of a path without the leading name of the object asked, and with a short name replaced by its path.
    fn walkable(&self, scope: &Scope<'q>, path: &Path) -> (Vec<String>, String) {
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

    fn join(&mut self, scope: &mut Scope<'q>, path: &str, object: &'q Object, reference: &str) -> String {
        if let Some(join) = scope.joins.iter().find(|join| join.path == path && join.object.index == object.index) {
            return join.alias.clone();
        }
        let alias = format!("t{}", self.aliases);
        self.aliases += 1;
        let seen = self.eyes.rows(object, &alias).map(|rows| format!(" AND {rows}")).unwrap_or_default();
        let sql = format!(" LEFT JOIN \"{}\" AS {alias} ON {alias}.\"Id\" = {reference}{seen}", object.name());
        scope.joins.push(Join { path: path.to_owned(), object, alias: alias.clone(), sql });
        alias
    }

    /// A field of a parent that may be of several objects: each is looked up where it is the one.
    fn several(
        &self,
        targets: &[&'q Object],
        reference: &str,
        relation: String,
        mut steps: Vec<Step>,
        path: &Path,
        last: &str,
    ) -> Result<Place<'q>, SfError> {
        let lookup = |object: &'q Object, column: &str| {
            let seen = self.eyes.rows(object, "p").map(|rows| format!(" AND {rows}")).unwrap_or_default();
            let (index, table) = (object.index, object.name());
            format!(
                " WHEN {index} THEN (SELECT p.\"{column}\" FROM \"{table}\" AS p WHERE p.\"Id\" = {reference}{seen})"
            )
        };
        let choose = |arms: Vec<String>| format!("CASE ({reference} >> 40){} END", arms.concat());
        let id = choose(targets.iter().map(|object| lookup(object, "Id")).collect());
        let is_type = last.eq_ignore_ascii_case("Type");
        let is_name = last.eq_ignore_ascii_case("Name");
        let found: Vec<(&'q Object, &'q Field)> = targets
            .iter()
            .filter_map(|object| {
                let field = match () {
                    () if is_type => object.field("Id"),
                    () if is_name => object.name_field(),
                    () => self
                        .eyes
                        .field(object, last)
                        .filter(|field| field.raw.kind != Type::Address && field.raw.mine.is_none()),
                };
                field.map(|field| (*object, field))
            })
            .collect();
        let (object, field) = *found.first().ok_or_else(|| self.no_column(path, last, "Name"))?;
        steps.push(Step { name: relation, id: id.clone() });
        let arms = found.iter().map(|(object, field)| lookup(object, field.name())).collect();
        let sql = if is_type {
            let names = targets.iter().map(|object| format!(" WHEN {} THEN '{}'", object.index, object.name()));
            format!("CASE (({id}) >> 40){} END COLLATE NOCASE", names.collect::<String>())
        } else {
            choose(arms)
        };
        let key = match () {
            () if is_type => "Type",
            () if is_name => "Name",
            () => field.name(),
        };
        let kind = if is_type { Type::Picklist } else { field.raw.kind };
        Ok(Place { object, field, steps, sql, alias: String::new(), key: key.to_owned(), kind })
    }

    fn no_column(&self, path: &Path, name: &str, entity: &str) -> SfError {
        let span = path.span;
        let told = format!(
            "No such column '{name}' on entity '{entity}'. If you are attempting to use a custom field, be sure to append \
             the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names."
        );
        self.at(span, "INVALID_FIELD", &told)
    }

    fn no_relation(&self, path: &Path, name: &str) -> SfError {
        let told = format!(
            "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, be \
             sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call \
             for the appropriate names."
        );
        self.at(path.span, "INVALID_FIELD", &told)
    }
}
