//! The recycle bin: what goes there with a record, and comes back with it.
//!
//! Children that cannot be without their parent go with it; other references to it are emptied. What was done is noted, so
//! that [`undelete`] undoes just that. The notes of erased records stay, so that no other record ever gets their ids.

use super::error::SfError;
use super::schema::{Object, Type};
use super::viewer::Viewer;
use super::{checks, id, rollup, write};
use rusqlite::{Connection, OptionalExtension, params};

/// What is in the bin: the record that was deleted, the one that went with it or was changed, and the reference that was
/// emptied.
pub(super) const TABLE: &str = "CREATE TABLE \"orgdeck.bin\" (root INTEGER, key INTEGER, field TEXT); \
    CREATE INDEX \"orgdeck.bin.root\" ON \"orgdeck.bin\"(root); CREATE INDEX \"orgdeck.bin.key\" ON \"orgdeck.bin\"(key)";

/// Records named when a deletion is refused for their sake.
const NAMED: usize = 5;

/// Puts a record into the recycle bin.
pub(super) fn delete(viewer: &Viewer<'_>, object: &Object, root: i64) -> Result<(), SfError> {
    viewer.org.store.write(|db| {
        write::touchable(viewer, db, object, root, "delete")?;
        let mut pending = vec![root];
        while let Some(key) = pending.pop() {
            let Some(object) = viewer.org.schema.at(id::object_of(key)) else { continue };
            unlink(viewer, db, object, root, key, &mut pending)?;
            let parents = rollup::parents(db, object, key)?;
            mark(viewer, db, object, key, true)?;
            note(db, root, key, None)?;
            rollup::of(db, &viewer.org.schema, &parents)?;
        }
        Ok(())
    })
}

/// Deletes a record past the bin, with all that goes along.
pub(super) fn erase(viewer: &Viewer<'_>, object: &Object, root: i64) -> Result<(), SfError> {
    viewer.org.store.write(|db| {
        delete(viewer, object, root)?;
        let sql = "SELECT key FROM \"orgdeck.bin\" WHERE root = ?1 AND field IS NULL";
        let mut statement = db.prepare_cached(sql)?;
        let keys: Vec<i64> = statement.query_map([root], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for key in keys {
            if let Some(object) = viewer.org.schema.at(id::object_of(key)) {
                db.prepare_cached(&format!("DELETE FROM \"{}\" WHERE \"Id\" = ?1", object.name()))?.execute([key])?;
            }
        }
        Ok(())
    })
}

/// Sets whether a record is deleted, and by whom and when.
fn mark(viewer: &Viewer<'_>, db: &Connection, object: &Object, key: i64, deleted: bool) -> Result<(), SfError> {
    let mut columns = write::stamps(viewer, object);
    let flag = rusqlite::types::Value::Integer(i64::from(deleted));
    columns.extend(object.field("IsDeleted").map(|field| (field, flag)));
    write::set(db, object, key, &columns)
}

/// Notes that a record went for another's sake, or what it pointed to.
pub(super) fn note(db: &Connection, root: i64, key: i64, field: Option<&str>) -> rusqlite::Result<()> {
    let sql = "INSERT INTO \"orgdeck.bin\" (root, key, field) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![root, key, field])?;
    Ok(())
}

/// What points to the record goes with it, lets it go, or keeps it.
fn unlink(
    viewer: &Viewer<'_>,
    db: &Connection,
    object: &Object,
    root: i64,
    key: i64,
    pending: &mut Vec<i64>,
) -> Result<(), SfError> {
    for link in &object.children {
        let child = viewer.org.schema.at(link.object);
        let found = child.and_then(|child| Some((child, child.fields.get(link.field)?)));
        let Some((child, field)) = found.filter(|(_, field)| checks::is_link(field)) else { continue };
        let (table, column) = (child.name(), field.name());
        let sql = format!("SELECT \"Id\" FROM \"{table}\" WHERE \"{column}\" = ?1 AND \"IsDeleted\" = 0");
        let mut statement = db.prepare_cached(&sql)?;
        let keys: Vec<i64> = statement.query_map([key], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if field.raw.restrict && !keys.is_empty() {
            return Err(kept(db, object, key, child, &keys));
        }
        if field.raw.cascade {
            pending.extend(keys.iter().filter(|child| !pending.contains(child)).copied().collect::<Vec<_>>());
            continue;
        }
        let sql = format!("UPDATE \"{table}\" SET \"{column}\" = NULL WHERE \"Id\" = ?1");
        for other in keys {
            db.prepare_cached(&sql)?.execute([other])?;
            note(db, root, other, Some(&format!("{column}:{key}")))?;
        }
    }
    Ok(())
}

/// The refusal that names what still needs the record.
fn kept(db: &Connection, object: &Object, key: i64, child: &Object, keys: &[i64]) -> SfError {
    let name = |object: &Object, key: i64| {
        let field = object.name_field().filter(|field| field.raw.kind != Type::Address)?;
        let sql = format!("SELECT \"{}\" FROM \"{}\" WHERE \"Id\" = ?1", field.name(), object.name());
        db.query_row(&sql, [key], |row| row.get::<_, Option<String>>(0)).ok().flatten()
    };
    let names: Vec<String> = keys.iter().take(NAMED).filter_map(|key| name(child, *key)).collect();
    let told = format!(
        "Your attempt to delete {} could not be completed because it is associated with the following {}.: {}\n",
        name(object, key).unwrap_or_default(),
        child.raw.plural.to_lowercase(),
        names.join(", ")
    );
    SfError::new(400, "DELETE_FAILED", told)
}

/// Takes a record out of the recycle bin, with all that went there for its sake.
pub(super) fn undelete(viewer: &Viewer<'_>, object: &Object, root: i64) -> Result<(), SfError> {
    let absent = || SfError::new(400, "UNDELETE_FAILED", "Entity is not in the recycle bin");
    write::may(viewer, object, "delete")?;
    viewer.org.store.write(|db| {
        let mine = viewer.eyes().own_rows(object, "t").unwrap_or_else(|| "1".to_owned());
        let sql = format!("SELECT \"IsDeleted\" FROM \"{}\" AS t WHERE \"Id\" = ?1 AND {mine}", object.name());
        let deleted: Option<bool> = db.prepare_cached(&sql)?.query_row([root], |row| row.get(0)).optional()?;
        // What went with another record comes back with it, not alone.
        let sql = "SELECT count(*) FROM \"orgdeck.bin\" WHERE key = ?1 AND root <> ?1 AND field IS NULL";
        let with_other: i64 = db.prepare_cached(sql)?.query_row([root], |row| row.get(0))?;
        if deleted != Some(true) || with_other > 0 {
            return Err(absent());
        }
        let mut statement = db.prepare_cached("SELECT key, field FROM \"orgdeck.bin\" WHERE root = ?1")?;
        let mut noted: Vec<(i64, Option<String>)> =
            statement.query_map([root], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        if noted.is_empty() {
            // It was in the bin when the org was made.
            noted.push((root, None));
        }
        db.prepare_cached("DELETE FROM \"orgdeck.bin\" WHERE root = ?1")?.execute([root])?;
        for (key, field) in &noted {
            restore(viewer, db, *key, field.as_deref())?;
        }
        Ok(())
    })
}

fn restore(viewer: &Viewer<'_>, db: &Connection, key: i64, emptied: Option<&str>) -> Result<(), SfError> {
    let Some(object) = viewer.org.schema.at(id::object_of(key)) else { return Ok(()) };
    let Some(emptied) = emptied else {
        mark(viewer, db, object, key, false)?;
        checks::unique(viewer, db, object, key, object.fields.iter())?;
        return rollup::of(db, &viewer.org.schema, &rollup::parents(db, object, key)?);
    };
    let Some((column, parent)) = emptied.split_once(':') else { return Ok(()) };
    // Who got another reference meanwhile keeps it.
    let sql = format!("UPDATE \"{}\" SET \"{column}\" = ?1 WHERE \"Id\" = ?2 AND \"{column}\" IS NULL", object.name());
    db.prepare_cached(&sql)?.execute(params![parent.parse::<i64>().ok(), key])?;
    Ok(())
}
