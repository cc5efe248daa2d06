//! Records written through the API: checks as Salesforce makes them, then one statement.

use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::spec::Access;
use super::store::next_key;
use super::viewer::Viewer;
use rusqlite::params_from_iter;
use rusqlite::types::Value as Bound;
use serde_json::{Map, Value};

/// Inserts a record and gives its id.
pub(super) fn create(viewer: &Viewer<'_>, object: &Object, body: &Map<String, Value>) -> Result<String, SfError> {
    may(object, "create")?;
    let mut columns = checked(viewer, object, body)?;
    let given = |name: &str| body.iter().any(|(own, value)| own.eq_ignore_ascii_case(name) && !value.is_null());
    let missing: Vec<String> = object
        .fields
        .iter()
        .filter(|field| field.raw.need && !field.raw.preset && !given(field.name()))
        .map(own_name)
        .collect();
    if !missing.is_empty() {
        let told = format!("Required fields are missing: [{}]", missing.join(", "));
        return Err(SfError { fields: missing, ..SfError::new(400, "REQUIRED_FIELD_MISSING", told) });
    }
    let (me, now) = (viewer.person.key, viewer.planner("").now);
    for field in object.fields.iter().filter(|field| field.stored()) {
        if columns.iter().any(|(name, _)| name == field.name()) {
            continue;
        }
        let value = match field.name() {
            "OwnerId" | "CreatedById" | "LastModifiedById" => Bound::Integer(me),
            "CreatedDate" | "LastModifiedDate" => Bound::Integer(now),
            _ if field.raw.kind == Type::Boolean => Bound::Integer(0),
            _ if field.raw.preset => field.raw.values.first().map_or(Bound::Null, |text| Bound::Text(text.clone())),
            _ => continue,
        };
        columns.push((field.name().to_owned(), value));
    }
    let key = viewer.org.store.write(|db| {
        let key = next_key(db, object)?;
        columns.push(("Id".to_owned(), Bound::Integer(key)));
        let auto = object.fields.iter().find(|field| field.raw.auto);
        columns.extend(auto.map(|field| (field.name().to_owned(), Bound::Text(number(field, key)))));
        let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let marks = vec!["?"; columns.len()].join(",");
        let sql = format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", object.name(), names.join(","));
        db.execute(&sql, params_from_iter(columns.iter().map(|(_, value)| value)))?;
        Ok::<i64, SfError>(key)
    })?;
    Ok(viewer.org.ids.write(key))
}

/// Changes fields of a record.
pub(super) fn update(viewer: &Viewer<'_>, object: &Object, key: i64, body: &Map<String, Value>) -> Result<(), SfError> {
    may(object, "update")?;
    let mut columns = checked(viewer, object, body)?;
    let emptied = |field: &&Field| {
        field.raw.need && body.iter().any(|(name, value)| name.eq_ignore_ascii_case(field.name()) && value.is_null())
    };
    let missing: Vec<String> = object.fields.iter().filter(emptied).map(own_name).collect();
    if !missing.is_empty() {
        let told = format!("Required fields are missing: [{}]", missing.join(", "));
        return Err(SfError { fields: missing, ..SfError::new(400, "REQUIRED_FIELD_MISSING", told) });
    }
    columns.push(("LastModifiedDate".to_owned(), Bound::Integer(viewer.planner("").now)));
    columns.push(("LastModifiedById".to_owned(), Bound::Integer(viewer.person.key)));
    set(viewer, object, key, columns)
}

/// Puts a record into the recycle bin.
pub(super) fn delete(viewer: &Viewer<'_>, object: &Object, key: i64) -> Result<(), SfError> {
    may(object, "delete")?;
    set(viewer, object, key, vec![("IsDeleted".to_owned(), Bound::Integer(1))])
}

fn set(viewer: &Viewer<'_>, object: &Object, key: i64, mut columns: Vec<(String, Bound)>) -> Result<(), SfError> {
    let parts: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\" = ?")).collect();
    columns.push(("Id".to_owned(), Bound::Integer(key)));
    let sql = format!("UPDATE \"{}\" SET {} WHERE \"Id\" = ?", object.name(), parts.join(", "));
    viewer.org.store.write(|db| {
        db.execute(&sql, params_from_iter(columns.iter().map(|(_, value)| value)))?;
        Ok(())
    })
}

fn own_name(field: &Field) -> String {
    field.name().to_owned()
}

fn may(object: &Object, what: &str) -> Result<(), SfError> {
    if object.can(what) {
        return Ok(());
    }
    let told = format!("entity type {} does not support {what}", object.name());
    Err(SfError::new(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", told))
}

/// The next number of an automatic name.
fn number(field: &Field, key: i64) -> String {
    let prefix = field.raw.make.as_deref().and_then(|make| make.strip_prefix("seq:")).unwrap_or("");
    format!("{prefix}{:08}", super::id::seq_of(key) + 1_001)
}

/// The columns a body sets, each checked against its field.
fn checked(viewer: &Viewer<'_>, object: &Object, body: &Map<String, Value>) -> Result<Vec<(String, Bound)>, SfError> {
    let mut columns: Vec<(String, Bound)> = Vec::new();
    for (name, value) in body.iter().filter(|(name, _)| *name != "attributes") {
        let field = object.field(name).filter(|field| viewer.eyes().sees(field)).ok_or_else(|| {
            SfError::new(400, "INVALID_FIELD", format!("No such column '{name}' on sobject of type {}", object.name()))
        })?;
        if !field.writable() || (field.name() == "OwnerId" && viewer.person.user.access == Access::Sales) {
            let told = format!(
                "Unable to create/update fields: {}. Please check the security settings of this field and verify that it is \
                 read/write for your profile or permission set.",
                field.name()
            );
            return Err(at(field, "INVALID_FIELD_FOR_INSERT_UPDATE", told));
        }
        let column = convert(viewer, field, value)?;
        columns.retain(|(own, _)| own != field.name());
        columns.push((field.name().to_owned(), column));
    }
    Ok(columns)
}

fn at(field: &Field, code: &'static str, told: String) -> SfError {
    SfError { fields: vec![own_name(field)], ..SfError::new(400, code, told) }
}

fn convert(viewer: &Viewer<'_>, field: &Field, value: &Value) -> Result<Bound, SfError> {
    let wrong = |kind: &str| {
        let shown = match value {
            Value::String(text) => format!("VALUE_STRING value {text}"),
            Value::Number(number) => format!("VALUE_NUMBER value {number}"),
            Value::Bool(flag) => format!("VALUE_BOOLEAN value {flag}"),
            Value::Array(_) => "START_ARRAY value [".to_owned(),
            _ => "START_OBJECT value {".to_owned(),
        };
        let told =
            format!("Cannot deserialize instance of {kind} from {shown} or request may be missing a required field");
        SfError::new(400, "JSON_PARSER_ERROR", told)
    };
    if value.is_null() {
        return Ok(if field.raw.kind == Type::Boolean { Bound::Integer(0) } else { Bound::Null });
    }
    match field.raw.kind {
        Type::Boolean => value.as_bool().map(|flag| Bound::Integer(i64::from(flag))).ok_or_else(|| wrong("boolean")),
        Type::Int => value.as_i64().map(Bound::Integer).ok_or_else(|| wrong("int")),
        Type::Double => value.as_f64().map(Bound::Real).ok_or_else(|| wrong("double")),
        Type::Currency => value.as_f64().map(Bound::Real).ok_or_else(|| wrong("currency")),
        Type::Percent => value.as_f64().map(Bound::Real).ok_or_else(|| wrong("percent")),
        Type::Date => {
            let date =
                value.as_str().and_then(|text| text.parse::<jiff::civil::Date>().ok()).ok_or_else(|| wrong("date"))?;
            let (year, month, day) = (date.year().into(), date.month().into(), date.day().into());
            Ok(Bound::Integer(crate::soql::days_from_civil(year, month, day)))
        }
        Type::Datetime => {
            let time = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
            time.map(|time| Bound::Integer(time.as_second())).ok_or_else(|| wrong("datetime"))
        }
        Type::Reference => reference(viewer, field, value.as_str().ok_or_else(|| wrong("reference"))?),
        _ => text(field, value.as_str().ok_or_else(|| wrong("string"))?),
    }
}

/// A reference must lead to a record he sees.
fn reference(viewer: &Viewer<'_>, field: &Field, id: &str) -> Result<Bound, SfError> {
    let Some(key) = viewer.org.ids.read(id) else {
        let told = format!("{}: id value of incorrect type: {id}", field.raw.label);
        return Err(at(field, "MALFORMED_ID", told));
    };
    let object = viewer.eyes().at(super::id::object_of(key)).filter(|object| field.to.contains(&object.index));
    let found = object.and_then(|object| viewer.look("67.0", object.name(), id, Some("Id")).ok());
    match found {
        Some(_) => Ok(Bound::Integer(key)),
        None => Err(at(field, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id".to_owned())),
    }
}

fn text(field: &Field, text: &str) -> Result<Bound, SfError> {
    let most = field.raw.length as usize;
    if most > 0 && text.chars().count() > most {
        let shown: String = text.chars().take(100).collect();
        let told = format!("{}: data value too large: {shown} (max length={most})", field.raw.label);
        return Err(at(field, "STRING_TOO_LONG", told));
    }
    if field.raw.restricted && !field.raw.values.iter().any(|value| value == text) {
        let told = format!("{}: bad value for restricted picklist field: {text}", field.raw.label);
        return Err(at(field, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", told));
    }
    // An empty text is no text.
    Ok(if text.is_empty() { Bound::Null } else { Bound::Text(text.to_owned()) })
}
