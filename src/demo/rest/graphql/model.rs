//! What GraphQL knows of an org: objects, fields and relationships, read from the describes of whoever asks.
//!
//! It holds nothing that the describe did not tell, so what is hidden there is unknown here.

use super::kinds::Kind;
use crate::demo::data::Viewer;
use indexmap::IndexMap;
use serde_json::Value;

/// All objects that somebody sees, in the order of their names.
pub(super) struct Model {
    pub(super) objects: IndexMap<String, Object>,
}

pub(super) struct Object {
    pub(super) name: String,
    pub(super) fields: IndexMap<String, Field>,
    /// By relationship name.
    pub(super) parents: IndexMap<String, Parent>,
    /// By relationship name.
    pub(super) children: IndexMap<String, Child>,
    /// The field that names a record.
    pub(super) name_field: String,
    /// The scopes of a list, in capitals.
    pub(super) scopes: Vec<String>,
    /// The whole describe.
    pub(super) describe: Value,
}

pub(super) struct Field {
    pub(super) kind: &'static Kind,
    /// As the describe tells it.
    pub(super) told: Value,
}

/// A way up.
pub(super) struct Parent {
    /// The field with the parent's id.
    pub(super) id: String,
    pub(super) to: Vec<String>,
}

/// A way down.
pub(super) struct Child {
    pub(super) object: String,
    /// The child's field with the id of this record.
    pub(super) field: String,
}

impl Model {
    pub(super) fn read(viewer: &Viewer<'_>, version: &str) -> Self {
        let global = viewer.global_describe(version);
        let names = list(&global, "sobjects").filter_map(|object| text(object, "name"));
        let described = names.filter_map(|name| viewer.describe(version, name).ok());
        let mut objects: IndexMap<String, Object> =
            described.map(Object::read).filter(Object::is_record).map(|object| (object.name.clone(), object)).collect();
        // A relationship to something that nobody told of leads nowhere.
        let known: Vec<String> = objects.keys().cloned().collect();
        for object in objects.values_mut() {
            object.children.retain(|_, child| known.contains(&child.object));
            object.parents.values_mut().for_each(|parent| parent.to.retain(|name| known.contains(name)));
            object.parents.retain(|_, parent| !parent.to.is_empty());
        }
        Self { objects }
    }

    pub(super) fn object(&self, name: &str) -> Option<&Object> {
        self.objects.get(name)
    }
}

impl Object {
    fn read(describe: Value) -> Self {
        let mut fields = IndexMap::new();
        let mut parents = IndexMap::new();
        for field in list(&describe, "fields") {
            let (Some(name), Some(kind)) = (text(field, "name"), Kind::of(field)) else { continue };
            if let Some(relation) = text(field, "relationshipName") {
                let to = list(field, "referenceTo").filter_map(Value::as_str).map(str::to_owned).collect();
                parents.insert(relation.to_owned(), Parent { id: name.to_owned(), to });
            }
            fields.insert(name.to_owned(), Field { kind, told: field.clone() });
        }
        let child = |told: &Value| {
            let (object, field) = (text(told, "childSObject")?.to_owned(), text(told, "field")?.to_owned());
            Some((text(told, "relationshipName")?.to_owned(), Child { object, field }))
        };
        let mut children: IndexMap<String, Child> = list(&describe, "childRelationships").filter_map(child).collect();
        children.retain(|name, _| !fields.contains_key(name) && !parents.contains_key(name));
        let named = fields.iter().find(|(_, field)| field.is("nameField")).map_or("Id", |(name, _)| name);
        let scopes = list(&describe, "supportedScopes").filter_map(|scope| text(scope, "name"));
        Self {
            name: text(&describe, "name").unwrap_or_default().to_owned(),
            name_field: named.to_owned(),
            scopes: scopes.map(str::to_uppercase).collect(),
            fields,
            parents,
            children,
            describe,
        }
    }

    /// Whether its rows have what every `Record` has. Rows that describe something have not, and are not in this API.
    fn is_record(&self) -> bool {
        ["Id", "LastModifiedById", "LastModifiedDate", "SystemModstamp"]
            .iter()
            .all(|name| self.fields.contains_key(*name))
    }

    /// What the describe says of the whole object.
    pub(super) fn is(&self, what: &str) -> bool {
        self.describe.get(what).and_then(Value::as_bool).unwrap_or(false)
    }
}

impl Field {
    /// What the describe says of it.
    pub(super) fn is(&self, what: &str) -> bool {
        self.told.get(what).and_then(Value::as_bool).unwrap_or(false)
    }
}

impl Parent {
    /// The one object it leads to; none if it may be one of several.
    pub(super) fn only(&self) -> Option<&str> {
        match self.to.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }
}

/// A list of a described thing.
pub(super) fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

/// A text of a described thing.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}
