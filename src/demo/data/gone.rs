//! The recycle bin of the seed: what is made deleted takes with it what cannot be without it, and is let go by the rest.
//!
//! Parents are made before what points to them, so that each record is settled as it is made.

use super::bin;
use super::checks::is_link;
use super::schema::{Field, Object, Schema};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::collections::HashMap;

/// Records that were made deleted, with the record for whose sake.
#[derive(Default)]
pub(super) struct Gone(HashMap<i64, i64>);

/// Columns of an object that matter here.
pub(super) struct Links<'f> {
    deleted: Option<usize>,
    links: Vec<(usize, &'f Field)>,
}

impl<'f> Links<'f> {
    /// `columns`: in the order of the values of a record, of which the first is its key.
    pub(super) fn of(columns: impl Iterator<Item = &'f Field>) -> Self {
        let mut links = Self { deleted: None, links: Vec::new() };
        for (at, field) in columns.enumerate() {
            if field.name() == "IsDeleted" {
                links.deleted = Some(at);
            } else if is_link(field) {
                links.links.push((at, field));
            }
        }
        links
    }
}

impl Gone {
    /// Makes a record what it is, seen what became of those that it points to.
    pub(super) fn settle(&mut self, db: &Connection, links: &Links<'_>, values: &mut [Value]) -> rusqlite::Result<()> {
        let Some(Value::Integer(key)) = values.first().cloned() else { return Ok(()) };
        let deleted = links.deleted.and_then(|at| values.get(at)) == Some(&Value::Integer(1));
        if deleted {
            self.0.insert(key, key);
        }
        for (at, field) in &links.links {
            let Some(Value::Integer(parent)) = values.get(*at) else { continue };
            let (parent, Some(root)) = (*parent, self.0.get(parent).copied()) else { continue };
            // Who was deleted before keeps what he pointed to.
            if self.0.contains_key(&key) {
                continue;
            }
            let keeps = field.raw.restrict;
            match links.deleted.and_then(|at| values.get_mut(at)) {
                Some(flag) if field.raw.cascade || field.raw.need => {
                    *flag = Value::Integer(1);
                    // What would have kept its parent was deleted before it, and on its own.
                    self.0.insert(key, if keeps { key } else { root });
                    if !keeps {
                        bin::note(db, root, key, None)?;
                    }
                }
                _ => {
                    if let Some(value) = values.get_mut(*at) {
                        *value = Value::Null;
                    }
                    if !keeps {
                        bin::note(db, root, key, Some(&format!("{}:{parent}", field.name())))?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Notes the records for whose sake others went: they are what is taken out of the bin.
    pub(super) fn finish(&self, db: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO \"orgdeck.bin\" (root, key) SELECT DISTINCT root, root FROM \"orgdeck.bin\"";
        db.execute(sql, [])?;
        Ok(())
    }
}

/// The objects, those that others point to first.
pub(super) fn in_order(schema: &Schema) -> Vec<&Object> {
    let mut left: Vec<&Object> = schema.objects.iter().collect();
    let mut order: Vec<&Object> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let waits = |object: &Object| {
            let mut links = object.fields.iter().filter(|field| is_link(field)).flat_map(|field| &field.to);
            links.any(|to| *to != object.index && left.iter().any(|other| other.index == *to))
        };
        // A ring, which the schema has not, is begun anywhere.
        let next = left.iter().position(|object| !waits(object)).unwrap_or(0);
        order.push(left.remove(next));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_come_before_what_points_to_them() {
        let schema = Schema::load().unwrap();
        let order = in_order(&schema);
        assert_eq!(order.len(), schema.objects.len());
        let place = |name: &str| order.iter().position(|object| object.name() == name).unwrap();
        for (parent, child) in [("Account", "Contact"), ("Shipment__c", "Task"), ("Opportunity", "OpportunityLineItem")]
        {
            assert!(place(parent) < place(child), "{parent}");
        }
    }
}
