//! Records as UI API answers them: each field with its value and how it reads, parents as records of their own.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_record.htm>

use super::super::metadata::atlas::{Atlas, Entity, flag, list, text};
use super::super::metadata::layout::Section;
use super::display::Reader;
use crate::demo::data::SfError;
use aws_lc_rs::digest;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// Fields that every record is read with, where its object has them.
const ALWAYS: [&str; 5] = ["Id", "LastModifiedById", "LastModifiedDate", "SystemModstamp", "RecordTypeId"];
/// Levels of parents.
const DEEPEST: usize = 5;

/// Which fields of a record are wanted, and of which of its parents.
pub(super) struct Wanted {
    /// `None` where a reference leads to several kinds of objects: such a parent has an id and a name.
    entity: Option<Rc<Entity>>,
    fields: Vec<String>,
    parents: Vec<(String, Wanted)>,
}

impl Wanted {
    pub(super) fn of(entity: &Rc<Entity>) -> Self {
        Self { entity: Some(Rc::clone(entity)), fields: Vec::new(), parents: Vec::new() }
    }

    /// Adds the field at a path, `Name` or `Owner.Name`.
    pub(super) fn add(&mut self, atlas: &Atlas<'_>, path: &str) -> Result<(), SfError> {
        if path.split('.').count() > DEEPEST + 1 {
            let told = format!("{path} goes through more than {DEEPEST} relationships");
            return Err(SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", told));
        }
        let Some(entity) = self.entity.clone() else {
            if ["Id", "Name", "Type"].contains(&path) {
                self.keep(path);
                return Ok(());
            }
            return Err(no_field(path, "Name"));
        };
        match path.split_once('.') {
            None => {
                let field = entity.field(path).ok_or_else(|| no_field(path, entity.name()))?;
                self.keep(text(field, "name"));
                Ok(())
            }
            Some((relation, rest)) => {
                let field = entity.relation(relation).ok_or_else(|| no_field(relation, entity.name()))?;
                let parent = self.parent(atlas, field)?;
                parent.add(atlas, rest)
            }
        }
    }

    fn keep(&mut self, name: &str) {
        if !self.fields.iter().any(|own| own == name) {
            self.fields.push(name.to_owned());
        }
    }

    fn parent(&mut self, atlas: &Atlas<'_>, field: &Value) -> Result<&mut Self, SfError> {
        let relation = text(field, "relationshipName");
        let place = match self.parents.iter().position(|(name, _)| name == relation) {
            Some(place) => place,
            None => {
                let entity = match list(field, "referenceTo") {
                    [only] if !flag(field, "polymorphicForeignKey") => {
                        Some(atlas.entity(only.as_str().unwrap_or_default())?)
                    }
                    _ => None,
                };
                let names = entity.as_ref().map_or(Some("Name"), |entity| entity.name_field()).map(str::to_owned);
                let mut parent = Self { entity: entity.clone(), fields: Vec::new(), parents: Vec::new() };
                parent.keep("Id");
                if let Some(name) = names {
                    parent.keep(&name);
                }
                self.parents.push((relation.to_owned(), parent));
                self.parents.len() - 1
            }
        };
        self.parents.get_mut(place).map(|(_, parent)| parent).ok_or_else(|| no_field(relation, ""))
    }

    /// Adds what a page shows: its fields, the parts of compound ones, and the names behind references.
    pub(super) fn add_layout(&mut self, atlas: &Atlas<'_>, sections: &[Section<'_>]) -> Result<(), SfError> {
        let Some(entity) = self.entity.clone() else { return Ok(()) };
        for field in sections.iter().flat_map(|section| &section.rows).flatten().flat_map(|item| &item.fields) {
            let name = text(field, "name");
            for part in entity.parts(name) {
                self.keep(text(part, "name"));
            }
            if text(field, "type") != "address" {
                self.keep(name);
            }
            if text(field, "type") == "reference" && !text(field, "relationshipName").is_empty() {
                self.parent(atlas, field)?;
            }
        }
        Ok(())
    }

    /// What SOQL selects for it.
    pub(super) fn columns(&self) -> String {
        let mut paths = Vec::new();
        self.collect("", &mut paths);
        paths.join(", ")
    }

    fn collect(&self, before: &str, paths: &mut Vec<String>) {
        let has = |name: &&&str| self.entity.as_ref().is_some_and(|entity| entity.field(name).is_some());
        let always = ALWAYS.iter().filter(has).map(|name| (*name).to_owned());
        let mut names: Vec<String> = self.fields.clone();
        for name in always {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        paths.extend(names.into_iter().map(|name| format!("{before}{name}")));
        for (relation, parent) in &self.parents {
            parent.collect(&format!("{before}{relation}."), paths);
        }
    }
}

fn no_field(name: &str, object: &str) -> SfError {
    let told = format!(
        "No such column '{name}' on entity '{object}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name."
    );
    SfError::new(400, "INVALID_FIELD", told)
}

/// One record by id. What is not there, or not to be seen, is refused as a plain read of it is.
pub(super) fn read(
    atlas: &Atlas<'_>,
    entity: &Entity,
    wanted: &Wanted,
    reader: &Reader,
    id: &str,
) -> Result<Value, SfError> {
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !plain || (id.len() != 15 && id.len() != 18) {
        let told = format!("The record id {id} is invalid");
        return Err(SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", told));
    }
    let viewer = &atlas.caller.viewer;
    let soql = format!("SELECT {} FROM {} WHERE Id = '{id}'", wanted.columns(), entity.name());
    let found = viewer.query(atlas.version, &soql, false, 1)?;
    match list(&found, "records").first() {
        Some(record) => Ok(represent(wanted, reader, record)),
        None => Err(viewer.record(atlas.version, entity.name(), id, Some("Id")).err().unwrap_or_else(super::not_found)),
    }
}

/// A record of a query's answer in UI API's shape.
pub(super) fn represent(wanted: &Wanted, reader: &Reader, record: &Value) -> Value {
    let name = record.get("attributes").map_or("", |attributes| text(attributes, "type"));
    let mut fields: Vec<(String, Value)> = Vec::new();
    let mut names: Vec<&str> = wanted.fields.iter().map(String::as_str).collect();
    for name in ["Id", "SystemModstamp", "RecordTypeId"] {
        if record.get(name).is_some() && !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let field = wanted.entity.as_ref().and_then(|entity| entity.field(name));
        fields.push((name.to_owned(), field_value(reader, field, record.get(name).unwrap_or(&Value::Null))));
    }
    for (relation, parent) in &wanted.parents {
        let value = record.get(relation).filter(|value| !value.is_null());
        let shown = value.map(|value| represent(parent, reader, value)).unwrap_or(Value::Null);
        let display = value.and_then(|value| {
            let names = parent.entity.as_ref().map_or(Some("Name"), |entity| entity.name_field())?;
            value.get(names)?.as_str()
        });
        fields.push((relation.clone(), json!({ "displayValue": display, "value": shown })));
    }
    fields.sort_by(|(one, _), (other, _)| one.cmp(other));
    let stamp = record.get("SystemModstamp").map(iso).unwrap_or(Value::Null);
    let modified = stamp.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let types = wanted.entity.as_ref().filter(|entity| entity.list("recordTypeInfos").len() > 1);
    let type_id = match (record.get("RecordTypeId"), &wanted.entity) {
        (Some(id), _) if !id.is_null() => id.clone(),
        (_, Some(entity)) => json!(entity.default_record_type()),
        _ => Value::Null,
    };
    let info = types.and_then(|entity| entity.record_type(type_id.as_str()?)).map(type_info);
    let fields: Map<String, Value> = fields.into_iter().collect();
    let mut out = json!({
        "apiName": name,
        "childRelationships": {},
        "eTag": "",
        "fields": fields,
        "id": record.get("Id"),
        "lastModifiedById": record.get("LastModifiedById"),
        "lastModifiedDate": record.get("LastModifiedDate").map(iso),
        "recordTypeId": type_id,
        "recordTypeInfo": info,
        "systemModstamp": stamp,
        "weakEtag": modified.map_or(0, jiff::Timestamp::as_millisecond),
    });
    tag(&mut out);
    out
}

/// What UI API tells of a record type.
pub(super) fn type_info(info: &Value) -> Value {
    json!({
        "available": info.get("available"),
        "defaultRecordTypeMapping": info.get("defaultRecordTypeMapping"),
        "master": info.get("master"),
        "name": info.get("name"),
        "recordTypeId": info.get("recordTypeId"),
    })
}

/// `{"displayValue", "value"}` of a value as a query answers it.
pub(super) fn field_value(reader: &Reader, field: Option<&Value>, value: &Value) -> Value {
    let kind = field.map_or("", |field| text(field, "type"));
    let shown = if kind == "datetime" { iso(value) } else { value.clone() };
    let display = field.and_then(|field| reader.display(field, &shown));
    // A compound value is told by its parts.
    let shown = if kind == "address" { Value::Null } else { shown };
    json!({ "displayValue": display, "value": shown })
}

/// A moment with `Z`, as UI API writes it.
fn iso(value: &Value) -> Value {
    match value.as_str() {
        Some(text) => json!(text.strip_suffix("+0000").map_or_else(|| text.to_owned(), |text| format!("{text}Z"))),
        None => Value::Null,
    }
}

/// Puts a hash of an answer into it: the same answer has the same `eTag`.
pub(super) fn tag(answer: &mut Value) {
    let hash = digest::digest(&digest::SHA256, answer.to_string().as_bytes());
    let text: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    if let Some(map) = answer.as_object_mut() {
        map.insert("eTag".to_owned(), json!(text));
    }
}
