//! Fields of a parent that follow from its children, as `rollup` in the schema tells: an opportunity's amount from its lines.
//!
//! They are worked out again whenever a child comes, goes or changes, or somebody sets them by hand.

use super::error::SfError;
use super::id;
use super::schema::{Object, Schema};
use rusqlite::Connection;
use serde::Deserialize;

/// A field of the parent that is worked out from its children, while it has any.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rollup {
    /// The reference to the parent.
    pub(super) parent: String,
    /// The parent's field.
    pub(super) field: String,
    /// An SQL aggregate over the child's fields.
    pub(super) sql: String,
    /// Whether a parent without children gets it too.
    #[serde(default)]
    pub(super) always: bool,
}

/// A parent to be looked at: object and position of the rule, and key of the parent.
pub(super) type Parent = (usize, usize, i64);

/// The parents a record counts for now.
pub(super) fn parents(db: &Connection, object: &Object, key: i64) -> Result<Vec<Parent>, SfError> {
    let mut found = Vec::new();
    for (at, rollup) in object.raw.rollup.iter().enumerate() {
        let sql = format!("SELECT \"{}\" FROM \"{}\" WHERE \"Id\" = ?1", rollup.parent, object.name());
        let parent: Option<i64> = db.prepare_cached(&sql)?.query_row([key], |row| row.get(0))?;
        found.extend(parent.map(|parent| (object.index, at, parent)));
    }
    Ok(found)
}

/// Works the fields of these parents out again.
pub(super) fn of(db: &Connection, schema: &Schema, parents: &[Parent]) -> Result<(), SfError> {
    for (object, at, parent) in parents {
        let Some(child) = schema.at(*object) else { continue };
        if let (Some(rollup), Some(above)) = (child.raw.rollup.get(*at), schema.at(id::object_of(*parent))) {
            db.prepare_cached(&sql(child, rollup, above.name(), "= ?1"))?.execute([parent])?;
        }
    }
    Ok(())
}

/// Works out again what rolls up into this record: what somebody wrote there does not stand.
pub(super) fn into(db: &Connection, schema: &Schema, object: &Object, key: i64) -> Result<(), SfError> {
    for child in &schema.objects {
        for (at, rollup) in child.raw.rollup.iter().enumerate() {
            if child.field(&rollup.parent).is_some_and(|field| field.to == [object.index]) {
                of(db, schema, &[(child.index, at, key)])?;
            }
        }
    }
    Ok(())
}

/// Works everything out, once the org is made.
pub(super) fn all(db: &Connection, schema: &Schema) -> Result<(), rusqlite::Error> {
    for child in &schema.objects {
        for rollup in &child.raw.rollup {
            let above = child.field(&rollup.parent).and_then(|field| schema.at(*field.to.first()?));
            if let Some(above) = above {
                let with = format!("IN (SELECT \"{}\" FROM \"{}\")", rollup.parent, child.name());
                db.execute(&sql(child, rollup, above.name(), &with), [])?;
            }
        }
    }
    Ok(())
}

fn sql(child: &Object, rollup: &Rollup, above: &str, which: &str) -> String {
    let Rollup { parent, field, sql, always } = rollup;
    let lines =
        format!("FROM \"{}\" AS c WHERE c.\"{parent}\" = \"{above}\".\"Id\" AND c.\"IsDeleted\" = 0", child.name());
    let only = if *always { String::new() } else { format!(" AND EXISTS (SELECT 1 {lines})") };
    format!("UPDATE \"{above}\" SET \"{field}\" = (SELECT {sql} {lines}) WHERE \"Id\" {which}{only}")
}
