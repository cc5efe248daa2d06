//! The objects of the org as one user sees them, read from their describes: so what is hidden there is hidden in every
//! layout, list and record that is made from them.

use crate::demo::data::SfError;
use crate::demo::rest::Caller;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The describes that one request has asked for, each once.
pub(in crate::demo::rest) struct Atlas<'c> {
    pub(in crate::demo::rest) caller: &'c Caller<'c>,
    pub(in crate::demo::rest) version: &'c str,
    known: RefCell<HashMap<String, Rc<Entity>>>,
}

/// An object.
pub(in crate::demo::rest) struct Entity {
    whole: Value,
}

impl<'c> Atlas<'c> {
    pub(in crate::demo::rest) fn new(caller: &'c Caller<'c>, version: &'c str) -> Self {
        Self { caller, version, known: RefCell::default() }
    }

    /// The object of this name, in any case, if he sees it.
    pub(in crate::demo::rest) fn entity(&self, name: &str) -> Result<Rc<Entity>, SfError> {
        let key = name.to_ascii_lowercase();
        if let Some(entity) = self.known.borrow().get(&key) {
            return Ok(Rc::clone(entity));
        }
        let entity = Rc::new(Entity { whole: self.caller.viewer.describe(self.version, name)? });
        self.known.borrow_mut().insert(key, Rc::clone(&entity));
        Ok(entity)
    }

    /// The object of this name, if it has layouts: 404 otherwise.
    pub(in crate::demo::rest) fn laid_out(&self, name: &str) -> Result<Rc<Entity>, SfError> {
        let entity = self.entity(name)?;
        if entity.is("layoutable") { Ok(entity) } else { Err(not_found()) }
    }

    /// The names of the objects he sees that have layouts, in the order of the global describe.
    pub(in crate::demo::rest) fn names(&self) -> Vec<String> {
        let all = self.caller.viewer.global_describe(self.version);
        let list = list(&all, "sobjects").iter().filter(|object| flag(object, "layoutable"));
        list.map(|object| text(object, "name").to_owned()).collect()
    }

    /// All objects he sees that have layouts.
    pub(in crate::demo::rest) fn entities(&self) -> Vec<Rc<Entity>> {
        self.names().iter().filter_map(|name| self.entity(name).ok()).collect()
    }

    /// The object that a record of this id would be of.
    pub(in crate::demo::rest) fn of_record(&self, id: &str) -> Result<Rc<Entity>, SfError> {
        let all = self.caller.viewer.global_describe(self.version);
        let prefix = id.get(..3).filter(|_| id.len() == 15 || id.len() == 18);
        let fits = |object: &&Value| Some(text(object, "keyPrefix")) == prefix;
        let name = list(&all, "sobjects").iter().find(fits).map(|object| text(object, "name"));
        self.entity(name.ok_or_else(not_found)?)
    }
}

/// The REST API's 404.
pub(in crate::demo::rest) fn not_found() -> SfError {
    SfError::new(404, "NOT_FOUND", "The requested resource does not exist")
}

impl Entity {
    /// A text among its properties; empty where there is none.
    pub(in crate::demo::rest) fn text(&self, key: &str) -> &str {
        text(&self.whole, key)
    }

    pub(in crate::demo::rest) fn name(&self) -> &str {
        self.text("name")
    }

    pub(in crate::demo::rest) fn prefix(&self) -> &str {
        self.text("keyPrefix")
    }

    pub(in crate::demo::rest) fn is(&self, key: &str) -> bool {
        flag(&self.whole, key)
    }

    pub(in crate::demo::rest) fn list(&self, key: &str) -> &[Value] {
        list(&self.whole, key)
    }

    pub(in crate::demo::rest) fn fields(&self) -> &[Value] {
        self.list("fields")
    }

    /// A field by name, in any case.
    pub(in crate::demo::rest) fn field(&self, name: &str) -> Option<&Value> {
        self.fields().iter().find(|field| text(field, "name").eq_ignore_ascii_case(name))
    }

    /// The reference behind a relationship name, in any case.
    pub(in crate::demo::rest) fn relation(&self, name: &str) -> Option<&Value> {
        self.fields().iter().find(|field| text(field, "relationshipName").eq_ignore_ascii_case(name))
    }

    /// The name of the field that names a record.
    pub(in crate::demo::rest) fn name_field(&self) -> Option<&str> {
        self.fields().iter().find(|field| flag(field, "nameField")).map(|field| text(field, "name"))
    }

    /// The fields that a compound field is made of.
    pub(in crate::demo::rest) fn parts(&self, compound: &str) -> Vec<&Value> {
        self.fields().iter().filter(|field| text(field, "compoundFieldName") == compound).collect()
    }

    /// The child relationship of this name, in any case.
    pub(in crate::demo::rest) fn child(&self, name: &str) -> Option<&Value> {
        self.list("childRelationships").iter().find(|child| text(child, "relationshipName").eq_ignore_ascii_case(name))
    }

    /// The record type a new record gets when none is named.
    pub(in crate::demo::rest) fn default_record_type(&self) -> &str {
        let types = self.list("recordTypeInfos");
        let usual = types.iter().find(|info| flag(info, "defaultRecordTypeMapping")).or(types.first());
        usual.map_or(MASTER, |info| text(info, "recordTypeId"))
    }

    /// One of its record types.
    pub(in crate::demo::rest) fn record_type(&self, id: &str) -> Option<&Value> {
        self.list("recordTypeInfos").iter().find(|info| super::setup::same_id(text(info, "recordTypeId"), id))
    }
}

/// The record type every object has.
pub(in crate::demo::rest) const MASTER: &str = "012000000000000AAA";

/// A text of a JSON object; empty where there is none.
pub(in crate::demo::rest) fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A truth of a JSON object; no where there is none.
pub(in crate::demo::rest) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A list of a JSON object; empty where there is none.
pub(in crate::demo::rest) fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Whether a new record must have the field, and nothing else gives it.
pub(in crate::demo::rest) fn needed(field: &Value) -> bool {
    flag(field, "createable") && !flag(field, "nillable") && !flag(field, "defaultedOnCreate")
}
