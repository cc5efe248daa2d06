//! Records written through the API, as Salesforce writes them.
//!
//! ```text
//! body ─▶ columns (body, value, lookup) ─▶ INSERT or UPDATE ─▶ checks: validation, duplicates, uniqueness ─▶ rollups
//! ```
//! One record is one step that is kept or undone as a whole; inside [`Viewer::together`] it is a step of that.

use super::body::{self, Columns, Deed};
use super::error::SfError;
use super::schema::{Field, Object, Type};
use super::store::next_key;
use super::viewer::Viewer;
use super::{checks, content, lookup, rollup};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use serde_json::{Map, Value};

/// What an upsert did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upserted {
    /// 18 characters.
    pub id: String,
    /// Whether there was none before.
    pub created: bool,
}

/// What a request wants of its writes besides, told in headers or parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Save what a duplicate rule warns of.
    pub allow_duplicates: bool,
    /// An upsert that finds nothing makes nothing.
    pub update_only: bool,
}

/// Inserts a record and gives its key.
pub(super) fn create<'a>(viewer: &Viewer<'a>, object: &'a Object, body: &Map<String, Value>) -> Result<i64, SfError> {
    may(viewer, object, "create")?;
    if content::field_of(object).is_some() {
        content::create(viewer, object, body)
    } else {
        created(viewer, object, body)
    }
}

/// Makes a record without asking whether he may.
pub(super) fn created<'a>(viewer: &Viewer<'a>, object: &'a Object, body: &Map<String, Value>) -> Result<i64, SfError> {
    viewer.org.store.write(|db| {
        let columns = body::read(viewer, db, object, body, Deed::Create)?;
        insert(viewer, db, object, columns)
    })
}

/// Makes a record of columns that were read.
pub(super) fn insert<'a>(
    viewer: &Viewer<'a>,
    db: &Connection,
    object: &'a Object,
    mut columns: Columns<'a>,
) -> Result<i64, SfError> {
    copy(viewer, db, object, &mut columns)?;
    defaults(viewer, db, object, &mut columns)?;
    let key = next_key(db, object)?;
    let id = object.fields.iter().find(|field| field.raw.kind == Type::Id);
    columns.extend(id.map(|field| (field, Bound::Integer(key))));
    let auto = object.fields.iter().find(|field| field.raw.auto);
    columns.extend(auto.map(|field| (field, Bound::Text(number(field, key)))));
    let names: Vec<String> = columns.iter().map(|(field, _)| format!("\"{}\"", field.name())).collect();
    let marks = vec!["?"; columns.len()].join(",");
    let sql = format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", object.name(), names.join(","));
    db.prepare_cached(&sql)?.execute(params_from_iter(columns.iter().map(|(_, value)| value)))?;
    stamp(viewer, db, object, key)?;
    checks::check(viewer, db, object, key, &columns)?;
    rollup::of(db, &viewer.org.schema, &rollup::parents(db, object, key)?)?;
    Ok(key)
}

/// Changes fields of a record.
pub(super) fn update<'a>(
    viewer: &Viewer<'a>,
    object: &'a Object,
    key: i64,
    body: &Map<String, Value>,
) -> Result<(), SfError> {
    viewer.org.store.write(|db| {
        touchable(viewer, db, object, key, "update")?;
        let mut columns = body::read(viewer, db, object, body, Deed::Update)?;
        copy(viewer, db, object, &mut columns)?;
        let mut parents = rollup::parents(db, object, key)?;
        let mut all = columns.clone();
        all.extend(stamps(viewer, object));
        set(db, object, key, &all)?;
        stamp(viewer, db, object, key)?;
        checks::check(viewer, db, object, key, &columns)?;
        parents.extend(rollup::parents(db, object, key)?);
        rollup::of(db, &viewer.org.schema, &parents)?;
        rollup::into(db, &viewer.org.schema, object, key)
    })
}

/// Changes the record that an external id names, or makes it.
pub(super) fn upsert<'a>(
    viewer: &Viewer<'a>,
    object: &'a Object,
    name: &str,
    value: &str,
    body: &Map<String, Value>,
) -> Result<Upserted, SfError> {
    let field = lookup::naming(viewer, object, name).filter(|field| field.writable() || field.raw.kind == Type::Id);
    let field = field.ok_or_else(|| no_such_key(name))?;
    if body.keys().any(|own| own.eq_ignore_ascii_case(field.name())) {
        return Err(body::in_address(field.name()));
    }
    let given = Value::from(value);
    viewer.org.store.write(|db| {
        let keys = lookup::keys_by(viewer, db, object, field, &given)?;
        match keys.as_slice() {
            [key] => {
                update(viewer, object, *key, body)?;
                Ok(Upserted { id: viewer.org.ids.write(*key), created: false })
            }
            [] if viewer.wishes.update_only || (field.raw.kind == Type::Id && !value.is_empty()) => {
                Err(SfError::not_found())
            }
            [] => {
                let mut body = body.clone();
                if field.raw.kind != Type::Id {
                    body.insert(field.name().to_owned(), given);
                }
                Ok(Upserted { id: viewer.org.ids.write(create(viewer, object, &body)?), created: true })
            }
            several => {
                let ids: Vec<String> = several.iter().map(|key| viewer.org.ids.write(*key)).collect();
                let told =
                    format!("{}: more than one record found for external id field: [{}]", field.name(), ids.join(", "));
                Err(SfError { status: 300, ..SfError::at(field.name(), "DUPLICATE_EXTERNAL_ID", told) })
            }
        }
    })
}

/// The refusal of an address that names records by what does not name them.
pub(super) fn no_such_key(name: &str) -> SfError {
    SfError::new(404, "NOT_FOUND", format!("Provided external ID field does not exist or is not accessible: {name}"))
}

/// Whether he may do this with the object's records at all.
pub(super) fn may(viewer: &Viewer<'_>, object: &Object, what: &str) -> Result<(), SfError> {
    if viewer.eyes().can(object, what) {
        return Ok(());
    }
    if !object.can(what) || what == "create" {
        let done = match what {
            "create" => "inserted",
            "delete" => "deleted",
            _ => "updated",
        };
        let told = format!("entity type cannot be {done}: {}", object.raw.label);
        return Err(SfError::new(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", told));
    }
    Err(no_right())
}

fn no_right() -> SfError {
    SfError::new(403, "INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
}

/// Whether he may do this with the record: it is there, he sees it, and it is his to change.
pub(super) fn touchable(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    key: i64,
    what: &str,
) -> Result<(), SfError> {
    let eyes = viewer.eyes();
    let rows = eyes.rows(object, "t").map(|rows| format!(" AND {rows}")).unwrap_or_default();
    let mine = eyes.own_rows(object, "t").unwrap_or_else(|| "1".to_owned());
    let sql = format!("SELECT t.\"IsDeleted\", {mine} FROM \"{}\" AS t WHERE t.\"Id\" = ?1{rows}", object.name());
    let found: Option<(bool, bool)> =
        db.prepare_cached(&sql)?.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    match found {
        None => Err(SfError::not_found()),
        Some((deleted, mine)) => {
            may(viewer, object, what)?;
            match (deleted, mine) {
                (true, _) => Err(SfError::new(404, "ENTITY_IS_DELETED", "entity is deleted")),
                (_, false) => Err(no_right()),
                _ => Ok(()),
            }
        }
    }
}

/// Who changed a record last, and when.
pub(super) fn stamps<'o>(viewer: &Viewer<'_>, object: &'o Object) -> Columns<'o> {
    let (me, now) = (Bound::Integer(viewer.person.key), Bound::Integer(viewer.now()));
    let stamps = [("LastModifiedById", me), ("LastModifiedDate", now)];
    stamps.into_iter().filter_map(|(name, value)| Some((object.field(name)?, value))).collect()
}

/// Sets columns of a record.
pub(super) fn set(db: &Connection, object: &Object, key: i64, columns: &Columns<'_>) -> Result<(), SfError> {
    let parts: Vec<String> = columns.iter().map(|(field, _)| format!("\"{}\" = ?", field.name())).collect();
    let sql = format!("UPDATE \"{}\" SET {} WHERE \"Id\" = ?", object.name(), parts.join(", "));
    let id = Bound::Integer(key);
    let values = columns.iter().map(|(_, value)| value).chain([&id]);
    db.prepare_cached(&sql)?.execute(params_from_iter(values))?;
    Ok(())
}

/// What a new record gets where its body says nothing.
fn defaults<'a>(
    viewer: &Viewer<'a>,
    db: &Connection,
    object: &'a Object,
    columns: &mut Columns<'a>,
) -> Result<(), SfError> {
    let (me, now) = (viewer.person.key, viewer.now());
    for field in object.fields.iter().filter(|field| field.stored()) {
        if columns.iter().any(|(own, _)| own.name() == field.name()) {
            continue;
        }
        let value = match field.name() {
            "OwnerId" | "CreatedById" | "LastModifiedById" => Bound::Integer(me),
            "CreatedDate" | "LastModifiedDate" => Bound::Integer(now),
            "RecordTypeId" => {
                let sql = "SELECT min(\"Id\") FROM \"RecordType\" WHERE \"SobjectType\" = ?1 AND \"IsActive\" = 1";
                db.prepare_cached(sql)?.query_row([object.name()], |row| row.get(0))?
            }
            _ if field.raw.kind == Type::Boolean => Bound::Integer(0),
            _ if field.raw.preset => field.raw.values.first().map_or(Bound::Null, |text| Bound::Text(text.clone())),
            _ => continue,
        };
        columns.push((field, value));
    }
    Ok(())
}

/// Fields that follow a reference: filled from its record where the reference is set and they are not.
fn copy<'o>(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &'o Object,
    columns: &mut Columns<'o>,
) -> Result<(), SfError> {
    for field in &object.fields {
        let given = |name: &str| columns.iter().find(|(own, value)| own.name() == name && *value != Bound::Null);
        let ways = field.raw.copy.as_deref().filter(|_| given(field.name()).is_none()).unwrap_or_default();
        let found = ways.split('|').find_map(|way| {
            let (reference, source) = way.split_once('.')?;
            let Some((_, Bound::Integer(key))) = given(reference) else { return None };
            let target = viewer.org.schema.at(super::id::object_of(*key))?;
            let source = target.field(source)?.name();
            Some((format!("SELECT \"{source}\" FROM \"{}\" WHERE \"Id\" = ?1", target.name()), *key))
        });
        if let Some((sql, key)) = found {
            let value = db.prepare_cached(&sql)?.query_row([key], |row| row.get(0))?;
            columns.push((field, value));
        }
    }
    Ok(())
}

/// Fields that tell since when something is so.
fn stamp(viewer: &Viewer<'_>, db: &Connection, object: &Object, key: i64) -> Result<(), SfError> {
    for field in &object.fields {
        let Some(when) = &field.raw.stamp else { continue };
        let (table, column) = (object.name(), field.name());
        let sql = format!(
            "UPDATE \"{table}\" SET \"{column}\" = CASE WHEN {when} THEN coalesce(\"{column}\", ?1) END WHERE \"Id\" = ?2"
        );
        db.prepare_cached(&sql)?.execute((viewer.now(), key))?;
    }
    Ok(())
}

/// The next number of an automatic name.
fn number(field: &Field, key: i64) -> String {
    let prefix = field.raw.make.as_deref().and_then(|make| make.strip_prefix("seq:")).unwrap_or("");
    format!("{prefix}{:08}", super::id::seq_of(key) + 1_001)
}
