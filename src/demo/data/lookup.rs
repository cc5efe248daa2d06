//! From what a body or an address calls a record to its key: ids, external ids, and whether they lead anywhere.

use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::viewer::Viewer;
use super::{id, value};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};

/// Records told of when an external id means several.
const TOLD: usize = 50;

/// The keys of the records he sees whose field has this value, as an address or another record's body names them.
pub(super) fn keys_by(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    field: &Field,
    given: &Value,
) -> Result<Vec<i64>, SfError> {
    let wanted = match field.raw.kind {
        Type::Id => match given.as_str().and_then(|id| viewer.org.ids.read(id)) {
            Some(key) => Bound::Integer(key),
            None => return Ok(Vec::new()),
        },
        _ => match value::convert(field, given)? {
            Bound::Null => return Ok(Vec::new()),
            wanted => wanted,
        },
    };
    let rows = viewer.eyes().rows(object, "t").map(|rows| format!(" AND {rows}")).unwrap_or_default();
    let (table, column) = (object.name(), field.name());
    let sql = format!(
        "SELECT t.\"Id\" FROM \"{table}\" AS t WHERE t.\"{column}\" = ?1 AND t.\"IsDeleted\" = 0{rows} ORDER BY 1 LIMIT {TOLD}"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let keys = statement.query_map([wanted], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(keys)
}

/// The field of an object by which a record may be named, of those he sees.
pub(super) fn naming<'a>(viewer: &Viewer<'a>, object: &'a Object, name: &str) -> Option<&'a Field> {
    viewer.eyes().field(object, name).filter(|field| field.id_lookup())
}

/// The column value of a reference given by id: it must lead to a record he sees.
pub(super) fn by_id(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    field: &Field,
    id: &str,
) -> Result<Bound, SfError> {
    let at = |code, told: String| Err(SfError::at(field.name(), code, told));
    let wrong = format!("{}: id value of incorrect type: {id}", field.raw.label);
    let Some(key) = viewer.org.ids.read(id) else { return at("MALFORMED_ID", wrong) };
    let target = viewer.org.schema.at(id::object_of(key)).filter(|target| field.to.contains(&target.index));
    let Some(target) = target else { return at("FIELD_INTEGRITY_EXCEPTION", wrong) };
    let refused = || {
        let told = format!("insufficient access rights on cross-reference id: {}", short(&viewer.org.ids.write(key)));
        SfError::new(400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", told)
    };
    if !target.shown_to(viewer.person.user.access) {
        return Err(refused());
    }
    let seen = viewer.eyes().rows(target, "t").unwrap_or_else(|| "1".to_owned());
    let sql = format!("SELECT t.\"IsDeleted\", {seen} FROM \"{}\" AS t WHERE t.\"Id\" = ?1", target.name());
    let found: Option<(bool, bool)> =
        db.prepare_cached(&sql)?.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match found {
        None => at("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id".to_owned()),
        Some((true, _)) => Err(SfError::at(field.name(), "ENTITY_IS_DELETED", "entity is deleted")),
        Some((_, false)) => Err(refused()),
        Some(_) => {
            fits(viewer, db, object, field, target, key)?;
            Ok(Bound::Integer(key))
        }
    }
}

/// What a reference must besides: a record type is one of the object, an owner is somebody who can still log in.
fn fits(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    field: &Field,
    target: &Object,
    key: i64,
) -> Result<(), SfError> {
    let id = viewer.org.ids.write(key);
    if target.name() == "RecordType" {
        let sql = "SELECT count(*) FROM \"RecordType\" WHERE \"Id\" = ?1 AND \"SobjectType\" = ?2 AND \"IsActive\" = 1";
        let own: i64 = db.prepare_cached(sql)?.query_row((key, object.name()), |row| row.get(0))?;
        if own == 0 {
            let told = format!("{}: this ID value isn't valid for the user: {id}", field.raw.label);
            return Err(SfError::at(field.name(), "INVALID_CROSS_REFERENCE_KEY", told));
        }
    }
    if field.name() == "OwnerId" {
        let sql = "SELECT \"IsActive\" FROM \"User\" WHERE \"Id\" = ?1";
        let active: bool = db.prepare_cached(sql)?.query_row([key], |row| row.get(0))?;
        if !active {
            let what = object.raw.label.to_lowercase();
            let told = format!("operation performed with inactive user [{}] as owner of {what}", short(&id));
            return Err(SfError::new(400, "INACTIVE_OWNER_OR_USER", told));
        }
    }
    Ok(())
}

/// The column value of a reference whose record is named by an external id: `"Account": {"LedgerKey__c": "K-7"}`.
pub(super) fn by_external_id(
    viewer: &Viewer<'_>,
    db: &Connection,
    field: &Field,
    named: &Map<String, Value>,
) -> Result<Bound, SfError> {
    let invalid = |told: String| SfError::new(400, "INVALID_FIELD", told);
    let eyes = viewer.eyes();
    let kind = named.get("attributes").and_then(|attributes| attributes.get("type")).or_else(|| named.get("type"));
    let seen: Vec<&Object> = field.to.iter().filter_map(|to| eyes.at(*to)).collect();
    let target = match (seen.as_slice(), kind.and_then(Value::as_str)) {
        ([only], None) => Some(*only),
        (several, Some(name)) => several.iter().find(|object| object.name().eq_ignore_ascii_case(name)).copied(),
        _ => None,
    };
    let relation = field.raw.rel.as_deref().unwrap_or_default();
    let target = target.ok_or_else(|| {
        invalid(format!("The relationship {relation} needs the type of its record, one that it may lead to"))
    })?;
    let mut names = named.iter().filter(|(name, _)| !["attributes", "type"].contains(&name.as_str()));
    let (Some((name, value)), None) = (names.next(), names.next()) else {
        let told = format!("The foreign key of {relation} takes exactly one external id field");
        return Err(invalid(told));
    };
    let key = naming(viewer, target, name).ok_or_else(|| {
        let entity = target.name();
        invalid(format!(
            "Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for {entity}"
        ))
    })?;
    let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (own, entity) = (key.name(), target.name());
    match keys_by(viewer, db, target, key, value)?.as_slice() {
        [key] => Ok(Bound::Integer(*key)),
        [] => Err(invalid(format!("Foreign key external ID: {shown} not found for field {own} in entity {entity}"))),
        _ => Err(invalid(format!("Foreign key external ID: {shown} is not unique for field {own} in entity {entity}"))),
    }
}

/// An id as messages write it: 15 characters.
pub(super) fn short(id: &str) -> &str {
    id.get(..15).unwrap_or(id)
}
