//! Records reached from another along relationships, and the record types an object has.

use super::error::SfError;
use super::find;
use super::schema::Object;
use super::viewer::Viewer;
use rusqlite::types::Value as Bound;
use serde_json::{Value, json};

/// Where a path of relationships ends.
pub enum Related {
    /// At a parent: its object and id.
    Parent(String, String),
    /// At the children of a record: object, the reference that leads to it, and the record's id.
    Children(String, String, String),
}

impl<'a> Viewer<'a> {
    /// Follows a path of relationships from a record. Every step but the last leads to a parent.
    pub fn follow(&self, name: &str, id: &str, path: &[&str]) -> Result<Related, SfError> {
        let mut object = self.resource(name)?;
        let mut id = self.org.ids.write(self.key_of(object, id)?);
        for (at, step) in path.iter().enumerate() {
            let eyes = self.eyes();
            if let Some(field) = eyes.relation(object, step) {
                let record = self.record("67.0", object.name(), &id, Some(field.name()))?;
                let parent = record.get(field.name()).and_then(Value::as_str).ok_or_else(SfError::not_found)?;
                object = self.object_of(parent).and_then(|name| eyes.object(name)).ok_or_else(SfError::not_found)?;
                id = parent.to_owned();
                continue;
            }
            let (child, field) = self.child(object, step).ok_or_else(SfError::not_found)?;
            if at + 1 < path.len() {
                return Err(SfError::not_found());
            }
            // Whose children are asked must be seen.
            self.record("67.0", object.name(), &id, Some("Id"))?;
            return Ok(Related::Children(child.to_owned(), field.to_owned(), id));
        }
        Ok(Related::Parent(object.name().to_owned(), id))
    }

    /// The children of a record as a query answers them, all fields or those asked for.
    pub fn children(
        &self,
        version: &str,
        related: (&str, &str, &str),
        fields: Option<&str>,
        batch: usize,
    ) -> Result<Value, SfError> {
        let (name, field, id) = related;
        let object = self.resource(name)?;
        let list = match fields {
            Some(fields) => fields.to_owned(),
            None => self.eyes().fields(object).map(|field| field.name()).collect::<Vec<_>>().join(","),
        };
        let (query, text) = find::field_list(object, &list)?;
        let mut plan = self.planner(&text).plan(&query, false)?;
        plan.params.push(Bound::Integer(self.org.ids.read(id).ok_or_else(SfError::not_found)?));
        plan.filter = format!("{} AND {}.\"{field}\" = ?{}", plan.filter, plan.alias, plan.params.len());
        self.reader(version, batch).first(plan)
    }

    /// The child object behind the name of a relationship, and the child's reference.
    pub fn child_relation(&self, name: &str, relation: &str) -> Option<(&'a str, &'a str)> {
        self.child(self.eyes().object(name)?, relation)
    }

    fn child(&self, object: &'a Object, relation: &str) -> Option<(&'a str, &'a str)> {
        let eyes = self.eyes();
        let mut named = object
            .children
            .iter()
            .filter(|child| child.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(relation)));
        named.find_map(|child| {
            let other = eyes.at(child.object)?;
            let field = other.fields.get(child.field).filter(|field| eyes.sees(field))?;
            Some((other.name(), field.name()))
        })
    }

    /// The record types of an object, as a describe lists them: its own, then the one that every object has.
    pub(super) fn record_types(&self, object: &Object) -> Result<Vec<Value>, SfError> {
        let sql = "SELECT \"Id\", \"Name\", \"DeveloperName\", \"IsActive\" FROM \"RecordType\" \
                   WHERE \"SobjectType\" = ?1 AND \"IsDeleted\" = 0 ORDER BY \"Id\"";
        let rows: Vec<(i64, String, String, bool)> = self.org.store.read(|db| {
            let mut statement = db.prepare_cached(sql)?;
            let row = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
            let rows = statement.query_map([object.name()], row)?.collect::<Result<_, _>>()?;
            Ok::<_, SfError>(rows)
        })?;
        let first = rows.iter().find(|row| row.3).map(|row| row.0);
        let one = |(key, name, developer, active): &(i64, String, String, bool)| {
            json!({
                "active": active,
                "available": active,
                "defaultRecordTypeMapping": first == Some(*key),
                "developerName": developer,
                "master": false,
                "name": name,
                "recordTypeId": self.org.ids.write(*key),
            })
        };
        Ok(rows.iter().map(one).collect())
    }
}
