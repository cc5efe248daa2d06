//! Fields of the seed that follow from others: of a parent, as a write copies them when nothing is given, or of the row
//! itself. Done for all rows at once.

use super::schema::{Field, Object, Schema};
use rusqlite::Connection;

/// Fills what the seed left to its parents.
pub(super) fn fill(db: &Connection, schema: &Schema) -> rusqlite::Result<()> {
    for object in schema.objects.iter().filter(|object| object.raw.fixed + object.raw.share > 0) {
        for field in object.fields.iter().filter(|field| field.raw.make.is_none()) {
            if let Some(value) = field.raw.seed.clone().or_else(|| value(schema, object, field)) {
                db.execute(&format!("UPDATE \"{}\" SET \"{}\" = {value}", object.name(), field.name()), [])?;
            }
        }
    }
    Ok(())
}

/// The first of the parents that has it, as SQL.
fn value(schema: &Schema, object: &Object, field: &Field) -> Option<String> {
    let one = |part: &str| {
        let (reference, copied) = part.split_once('.')?;
        let reference = object.field(reference).filter(|reference| reference.to.len() == 1)?;
        let parent = schema.at(*reference.to.first()?)?;
        let copied = parent.field(copied)?.name();
        Some(format!(
            "(SELECT p.\"{copied}\" FROM \"{}\" AS p WHERE p.\"Id\" = \"{}\".\"{}\")",
            parent.name(),
            object.name(),
            reference.name()
        ))
    };
    let parts: Vec<String> = field.raw.copy.as_ref()?.split('|').filter_map(one).collect();
    (!parts.is_empty()).then(|| format!("coalesce({}, NULL)", parts.join(", ")))
}
