//! A record's body to the columns it sets: names to fields, each value checked, references followed.

use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::spec::Access;
use super::viewer::Viewer;
use super::{lookup, value};
use rusqlite::Connection;
use rusqlite::types::Value as Bound;
use serde_json::{Map, Value};

/// What is done with the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Deed {
    Create,
    Update,
}

/// Columns to set, each field once.
pub(super) type Columns<'a> = Vec<(&'a Field, Bound)>;

/// Reads a body. What is not understood ends it at once; what does not fit is told all together.
pub(super) fn read<'a>(
    viewer: &Viewer<'a>,
    db: &Connection,
    object: &'a Object,
    body: &Map<String, Value>,
    deed: Deed,
) -> Result<Columns<'a>, SfError> {
    let mut columns: Columns<'a> = Vec::new();
    let (mut refused, mut errors) = (Vec::new(), Vec::new());
    for (name, given) in body.iter().filter(|(name, _)| *name != "attributes") {
        let (field, outcome) = match (viewer.eyes().field(object, name), viewer.eyes().relation(object, name)) {
            (Some(field), _) if field.raw.kind == Type::Id => return Err(id_given(deed)),
            (Some(field), _) if !may_set(viewer, field) => {
                refused.push(field.name().to_owned());
                continue;
            }
            (Some(field), _) => (field, plain(viewer, db, object, field, given)),
            (None, Some(field)) if given.is_null() => (field, Ok(Bound::Null)),
            (None, Some(field)) => match given {
                Value::Object(named) => (field, lookup::by_external_id(viewer, db, field, named)),
                _ => return Err(value::wrong_type(Type::Reference, given)),
            },
            (None, None) => return Err(no_column(object, name)),
        };
        match outcome {
            Ok(column) => {
                columns.retain(|(own, _)| own.name() != field.name());
                columns.push((field, column));
            }
            Err(error) if matches!(error.code, "JSON_PARSER_ERROR" | "INVALID_FIELD") => return Err(error),
            Err(error) => errors.push(error),
        }
    }
    if !refused.is_empty() {
        return Err(not_writable(refused));
    }
    SfError::all(errors)?;
    required(object, &columns, deed)?;
    Ok(columns)
}

fn plain(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    field: &Field,
    given: &Value,
) -> Result<Bound, SfError> {
    if field.raw.kind != Type::Reference {
        return value::convert(field, given);
    }
    match given {
        given if value::is_nothing(given) => Ok(Bound::Null),
        Value::String(id) => lookup::by_id(viewer, db, object, field, id.trim()),
        _ => Err(value::wrong_type(Type::Reference, given)),
    }
}

/// Sales people keep the owner that a record has.
fn may_set(viewer: &Viewer<'_>, field: &Field) -> bool {
    field.writable() && (field.name() != "OwnerId" || viewer.person.user.access != Access::Sales)
}

fn id_given(deed: Deed) -> SfError {
    match deed {
        Deed::Create => SfError::at("Id", "INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call"),
        Deed::Update => in_address("Id"),
    }
}

/// The field stands in the address, so the body must not have it.
pub(super) fn in_address(name: &str) -> SfError {
    SfError::new(400, "INVALID_FIELD", format!("The {name} field should not be specified in the sobject data."))
}

fn no_column(object: &Object, name: &str) -> SfError {
    SfError::new(400, "INVALID_FIELD", format!("No such column '{name}' on sobject of type {}", object.name()))
}

fn not_writable(fields: Vec<String>) -> SfError {
    let told = format!(
        "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
         read/write for your profile or permission set.",
        fields.join(", ")
    );
    SfError { fields, ..SfError::new(400, "INVALID_FIELD_FOR_INSERT_UPDATE", told) }
}

/// What a record needs and has not: a field that is emptied, or on creating one that is not given and has no default.
fn required(object: &Object, columns: &Columns<'_>, deed: Deed) -> Result<(), SfError> {
    let lacks = |field: &&Field| match columns.iter().find(|(own, _)| own.name() == field.name()) {
        Some((_, value)) => *value == Bound::Null,
        None => deed == Deed::Create && !field.raw.preset && field.raw.copy.is_none(),
    };
    let missing: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.raw.need)
        .filter(lacks)
        .map(|field| field.name().to_owned())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let told = format!("Required fields are missing: [{}]", missing.join(", "));
    Err(SfError { fields: missing, ..SfError::new(400, "REQUIRED_FIELD_MISSING", told) })
}
