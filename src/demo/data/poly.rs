//! Relationships that lead to one of several objects: `What.Name`, `Owner.Type`, TYPEOF.
//!
//! A key tells its object, so each object that may be meant is joined and at most one of the joins finds a record.
//! Without TYPEOF only the fields of the entity `Name` are there, which stand for those of the objects that have them.

use super::dialect::COLLATION;
use super::error::SfError;
use super::path::{Place, Planner, Scope, Spot, Step};
use super::schema::{Field, Object, Type};
use super::select::Selection;
use super::shape::Node;
use crate::soql::{Path, TypeCase};

/// The fields of the entity `Name`.
/// <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_name.htm>
const NAME_FIELDS: [&str; 15] = [
    "Alias",
    "Email",
    "FirstName",
    "Id",
    "IsActive",
    "LastName",
    "LastReferencedDate",
    "LastViewedDate",
    "Name",
    "Phone",
    "ProfileId",
    "Title",
    "Type",
    "UserRoleId",
    "Username",
];

/// The objects a reference may lead to that the user sees.
pub(super) fn targets<'q>(planner: &Planner<'q>, field: &'q Field) -> Vec<&'q Object> {
    field.to.iter().filter_map(|to| planner.eyes.at(*to)).collect()
}

/// Whether a relationship leads to the entity `Name`. An owner may be a queue in Salesforce, though not in this org.
pub(super) fn names_several(field: &Field) -> bool {
    field.to.len() > 1 || field.name() == "OwnerId"
}

impl<'q> Planner<'q> {
    /// A field of a parent that may be of several objects.
    pub(super) fn several(
        &mut self,
        scope: &mut Scope<'q>,
        spot: Spot<'q>,
        field: &'q Field,
        path: &Path,
        last: &str,
    ) -> Result<Place<'q>, SfError> {
        let known = NAME_FIELDS.iter().find(|name| name.eq_ignore_ascii_case(last));
        let key = *known.ok_or_else(|| self.no_column(path, last, "Name"))?;
        let mut steps = spot.steps.clone();
        let (mut ids, mut values) = (Vec::new(), Vec::new());
        let mut found: Option<(&'q Object, &'q Field)> = None;
        for target in targets(self, field) {
            let parent = self.step(scope, spot.clone(), field, target)?;
            ids.push(format!("{}.\"Id\"", parent.alias));
            let own = match key {
                "Type" => target.field("Id"),
                "Name" => target.name_field(),
                _ => self.eyes.field(target, key),
            };
            if let Some(own) = own {
                found.get_or_insert((target, own));
                values.push(match key {
                    "Type" => format!("CASE WHEN {0}.\"Id\" IS NOT NULL THEN '{1}' END", parent.alias, target.name()),
                    _ => self.eyes.column(&parent.alias, own),
                });
            }
        }
        let (object, own) = found.ok_or_else(|| self.no_column(path, last, "Name"))?;
        let name = field.raw.rel.clone().unwrap_or_default();
        steps.push(Step { name, key: field.name().to_owned(), id: first_of(ids) });
        let kind = if key == "Type" { Type::String } else { own.raw.kind };
        let sql = collated(kind, first_of(values));
        Ok(Place { object, field: own, steps, sql, alias: String::new(), key: key.to_owned(), kind })
    }

    /// `TYPEOF what WHEN … END`: the steps to the record that holds the reference, and the node of the answer.
    pub(super) fn type_of(
        &mut self,
        scope: &mut Scope<'q>,
        selection: &mut Selection,
        what: &Path,
        cases: &[TypeCase],
    ) -> Result<(Vec<Step>, Node), SfError> {
        let (parents, last) = self.walkable(scope, what);
        let mut spot = Spot::of(scope);
        for name in &parents {
            let field = self.eyes.relation(spot.object, name).ok_or_else(|| self.no_relation(what, name))?;
            let [target] = targets(self, field).try_into().map_err(|_| self.no_relation(what, &last))?;
            spot = self.step(scope, spot, field, target)?;
        }
        let field = self.eyes.relation(spot.object, &last).ok_or_else(|| self.no_relation(what, &last))?;
        let key = field.raw.rel.clone().unwrap_or_default();
        if !names_several(field) {
            let told =
                format!("'{key}' is not a polymorphic relationship: TYPEOF needs one that leads to several objects");
            return Err(self.at(what.span, "MALFORMED_QUERY", &told));
        }
        let seen = targets(self, field);
        let mut chosen: Vec<(usize, Vec<Node>)> = Vec::new();
        let mut ids = Vec::new();
        for case in cases {
            let mut objects = seen.clone();
            match &case.object {
                None => objects.retain(|object| chosen.iter().all(|(other, _)| *other != object.index)),
                Some(name) => {
                    let object = self.eyes.object(&name.text).ok_or_else(|| self.no_type(&name.text, name.span))?;
                    if !seen.iter().any(|own| own.index == object.index) {
                        let told =
                            format!("'{key}' does not lead to {}: WHEN needs an object that it may be", object.name());
                        return Err(self.at(name.span, "MALFORMED_QUERY", &told));
                    }
                    objects.retain(|own| own.index == object.index);
                }
            }
            for object in objects {
                let parent = self.step(scope, spot.clone(), field, object)?;
                let nodes = self.branch(scope, selection, &parent, case)?;
                chosen.push((object.index, nodes));
                ids.push(format!("{}.\"Id\"", parent.alias));
            }
        }
        let id = selection.column(first_of(ids));
        Ok((spot.steps, Node::OneOf { key, id, cases: chosen }))
    }

    /// The fields of one branch of a TYPEOF, for one object.
    fn branch(
        &mut self,
        scope: &mut Scope<'q>,
        selection: &mut Selection,
        parent: &Spot<'q>,
        case: &TypeCase,
    ) -> Result<Vec<Node>, SfError> {
        let outer = std::mem::take(&mut selection.nodes);
        // The branch has a record of its own, so its fields lie below that.
        let start = Spot { steps: Vec::new(), ..parent.clone() };
        for path in &case.fields {
            let mut names: Vec<String> = path.parts.iter().map(|part| part.text.clone()).collect();
            let last = names.pop().unwrap_or_default();
            let of_name = case.object.is_none() && names.is_empty();
            if of_name && !NAME_FIELDS.iter().any(|name| name.eq_ignore_ascii_case(&last)) {
                return Err(self.no_column(path, &last, "Name"));
            }
            if of_name && last.eq_ignore_ascii_case("Type") {
                let column = selection.column(format!("'{}'", parent.object.name()));
                let node = Node::Leaf { key: "Type".to_owned(), column, kind: Type::String };
                selection.insert(self, Vec::new(), node, path.span)?;
                continue;
            }
            let place = match parent.object.name_field() {
                Some(own) if of_name && last.eq_ignore_ascii_case("Name") => {
                    let place = self.climb(scope, start.clone(), &names, own.name(), path)?;
                    Place { key: "Name".to_owned(), ..place }
                }
                // What the entity Name has and this object does not is null.
                _ if of_name && self.eyes.field(parent.object, &last).is_none() => {
                    let column = selection.column("NULL".to_owned());
                    let name = NAME_FIELDS.iter().find(|name| name.eq_ignore_ascii_case(&last)).copied();
                    let key = name.unwrap_or_default().to_owned();
                    selection.insert(self, Vec::new(), Node::Leaf { key, column, kind: Type::String }, path.span)?;
                    continue;
                }
                _ => self.climb(scope, start.clone(), &names, &last, path)?,
            };
            selection.field(self, place, path.span)?;
        }
        Ok(std::mem::replace(&mut selection.nodes, outer))
    }
}

/// The first that is not null.
fn first_of(mut all: Vec<String>) -> String {
    match all.len() {
        0 => "NULL".to_owned(),
        1 => all.pop().unwrap_or_default(),
        _ => format!("coalesce({})", all.join(", ")),
    }
}

/// A worked-out text forgets the collation of its columns.
pub(super) fn collated(kind: Type, sql: String) -> String {
    let text = !matches!(
        kind,
        Type::Id
            | Type::Reference
            | Type::Boolean
            | Type::Int
            | Type::Double
            | Type::Currency
            | Type::Percent
            | Type::Date
            | Type::Datetime
    );
    if text { format!("({sql}) COLLATE {COLLATION}") } else { sql }
}
