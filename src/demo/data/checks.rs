//! What a saved record must be: it passes the validation rules, is no duplicate, and is unique where it must be.
//!
//! The row stands already; who refuses it undoes it. The rules themselves are data in the schema.

use super::body::Columns;
use super::error::SfError;
use super::lookup::short;
use super::schema::{Field, Object, Type};
use super::shape::Pen;
use super::viewer::Viewer;
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;
use serde_json::{Value, json};

/// Records told of as like a new one.
const TOLD: usize = 5;
/// How many parents up a ring is looked for.
const HIGHEST: usize = 500;

/// A validation rule: a record of which `when` (SQL over its own fields) is true is not saved.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    pub(super) name: String,
    /// Where the message belongs; none means the whole record.
    pub(super) field: Option<String>,
    pub(super) when: String,
    pub(super) message: String,
}

/// A duplicate rule: a record that is like another in all these fields is saved only on request.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DuplicateRule {
    pub(super) name: String,
    /// Name of the matching rule.
    pub(super) matching: String,
    pub(super) fields: Vec<String>,
    pub(super) message: String,
}

/// Checks a row of which these columns were set just now.
pub(super) fn check(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    key: i64,
    columns: &Columns<'_>,
) -> Result<(), SfError> {
    rings(db, object, key, columns)?;
    validation(db, object, key)?;
    if let Some(rule) = object.raw.duplicate.as_ref().filter(|_| !viewer.wishes.allow_duplicates) {
        duplicates(viewer, db, object, key, columns, rule)?;
    }
    unique(viewer, db, object, key, columns.iter().map(|(field, _)| *field))
}

fn validation(db: &Connection, object: &Object, key: i64) -> Result<(), SfError> {
    let rules = &object.raw.rule;
    if rules.is_empty() {
        return Ok(());
    }
    let conditions: Vec<String> = rules.iter().map(|rule| format!("coalesce({}, 0)", rule.when)).collect();
    let sql = format!("SELECT {} FROM \"{}\" WHERE \"Id\" = ?1", conditions.join(", "), object.name());
    let broken: Vec<bool> =
        db.prepare_cached(&sql)?.query_row([key], |row| (0..rules.len()).map(|at| row.get(at)).collect())?;
    let told = rules.iter().zip(broken).filter(|(_, broken)| *broken).map(|(rule, _)| SfError {
        fields: rule.field.iter().cloned().collect(),
        ..SfError::new(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message.as_str())
    });
    SfError::all(told.collect())
}

/// A record is not its own ancestor.
fn rings(db: &Connection, object: &Object, key: i64, columns: &Columns<'_>) -> Result<(), SfError> {
    for (field, value) in columns.iter().filter(|(field, _)| field.to == [object.index]) {
        let sql = format!("SELECT \"{}\" FROM \"{}\" WHERE \"Id\" = ?1", field.name(), object.name());
        let mut statement = db.prepare_cached(&sql)?;
        let mut above = value.clone();
        for _ in 0..HIGHEST {
            let Bound::Integer(parent) = above else { break };
            if parent == key {
                let told = "attempt to violate hierarchy constraints";
                return Err(SfError::at(field.name(), "CIRCULAR_DEPENDENCY", told));
            }
            above = statement.query_row([parent], |row| row.get(0)).optional()?.unwrap_or(Bound::Null);
        }
    }
    Ok(())
}

/// Whether another live record has the same value in one of these fields. Told of a record he does not see: that there
/// is one.
pub(super) fn unique<'f>(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    key: i64,
    fields: impl Iterator<Item = &'f Field>,
) -> Result<(), SfError> {
    let mut errors = Vec::new();
    let seen = viewer.eyes().rows(object, "other").unwrap_or_else(|| "1".to_owned());
    for field in fields.filter(|field| field.raw.unique) {
        let (table, column) = (object.name(), field.name());
        let sql = format!(
            "SELECT other.\"Id\", {seen} FROM \"{table}\" AS own JOIN \"{table}\" AS other \
             ON other.\"{column}\" = own.\"{column}\" AND other.\"Id\" <> own.\"Id\" AND other.\"IsDeleted\" = 0 \
             WHERE own.\"Id\" = ?1 LIMIT 1"
        );
        let found: Option<(i64, bool)> =
            db.prepare_cached(&sql)?.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((other, seen)) = found else { continue };
        let id = viewer.org.ids.write(other);
        let (name, id) = if seen { (column, short(&id)) } else { ("<unknown>", "<unknown>") };
        let told = format!("duplicate value found: {name} duplicates value on record with id: {id}");
        errors.push(SfError::new(400, "DUPLICATE_VALUE", told));
    }
    SfError::all(errors)
}

fn duplicates(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    key: i64,
    columns: &Columns<'_>,
    rule: &DuplicateRule,
) -> Result<(), SfError> {
    if !columns.iter().any(|(field, _)| rule.fields.iter().any(|name| name == field.name())) {
        return Ok(());
    }
    let same: Vec<String> = rule.fields.iter().map(|name| format!("other.\"{name}\" = own.\"{name}\"")).collect();
    let rows = viewer.eyes().rows(object, "other").map(|rows| format!(" AND {rows}")).unwrap_or_default();
    let sql = format!(
        "SELECT other.\"Id\" FROM \"{table}\" AS own JOIN \"{table}\" AS other ON {same} AND other.\"Id\" <> own.\"Id\" \
         AND other.\"IsDeleted\" = 0{rows} WHERE own.\"Id\" = ?1 ORDER BY 1 LIMIT {TOLD}",
        table = object.name(),
        same = same.join(" AND "),
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found: Vec<i64> = statement.query_map([key], |row| row.get(0))?.collect::<Result<_, _>>()?;
    if found.is_empty() {
        return Ok(());
    }
    // The name of the key is misspelt in Salesforce's answers, and clients read it so.
    let told = matches(&viewer.pen("67.0"), object, rule, &found);
    Err(SfError::new(400, "DUPLICATES_DETECTED", rule.message.as_str()).with("duplicateResut", told))
}

fn matches(pen: &Pen<'_>, object: &Object, rule: &DuplicateRule, found: &[i64]) -> Value {
    let one = |key: &i64| {
        json!({
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": { "attributes": pen.attributes(*key), "Id": pen.ids.write(*key) },
        })
    };
    json!({
        "allowSave": true,
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": object.name(),
        "errorMessage": rule.message,
        "matchResults": [{
            "entityType": object.name(),
            "errors": [],
            "matchEngine": "ExactMatchEngine",
            "matchRecords": found.iter().map(one).collect::<Vec<_>>(),
            "rule": rule.matching,
            "size": found.len(),
            "success": true,
        }],
    })
}

/// The references of an object that others may hang on, for whoever looks at what points to a record.
pub(super) fn is_link(field: &Field) -> bool {
    field.raw.kind == Type::Reference && field.stored() && !matches!(field.name(), "CreatedById" | "LastModifiedById")
}
