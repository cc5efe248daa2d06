//! Creating, changing and deleting records. Operations are done in their order; a later one may name what an earlier one
//! made: `@{Alias}`. With `allOrNone`, which is the default, the first that fails takes the others with it.
//! <https://developer.salesforce.com/docs/platform/graphql/guide/mutations-schema.html>

use super::args;
use super::filter::refuse;
use super::model::Object;
use super::record::Node;
use super::resolve::{Found, Json, Scene, told};
use apollo_compiler::ExecutableDocument;
use apollo_compiler::executable::{Field, Operation};
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use serde_json::{Map, Value, json};
use std::cell::{Cell, RefCell};

const ROLLED_BACK: &str =
    "Record rolled back because not all records were valid and the request was using AllOrNone header";

/// Whether the writes of an operation belong together.
pub(super) fn all_or_none(
    document: &ExecutableDocument,
    operation: &Operation,
    variables: &Map<String, Value>,
) -> bool {
    operation.is_mutation()
        && operation.root_fields(document).any(|field| {
            let input = args::argument(field, "input", variables).unwrap_or(Value::Null);
            field.name == "uiapi" && input.get("allOrNone") != Some(&Value::Bool(false))
        })
}

/// The writes of one request.
pub(super) struct Writes<'a> {
    scene: &'a Scene<'a>,
    all_or_none: bool,
    failed: Cell<bool>,
    /// Ids by the key of the operation that made or deleted them.
    made: RefCell<Map<String, Value>>,
}

impl<'a> Writes<'a> {
    pub(super) fn new(scene: &'a Scene<'a>, all_or_none: bool) -> Self {
        Self { scene, all_or_none, failed: Cell::new(false), made: RefCell::default() }
    }

    /// Whether what was done is to be undone.
    pub(super) fn are_void(&self) -> bool {
        self.all_or_none && self.failed.get()
    }

    /// What there is to tell of a write that was undone.
    pub(super) fn forget(&self, data: &mut Value) {
        for part in data.as_object_mut().into_iter().flat_map(Map::values_mut) {
            part.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(|done| *done = Value::Null);
        }
    }

    fn run<'f>(&'f self, info: &'f ResolveInfo<'f>) -> Found<'f> {
        if self.are_void() {
            return Err(refuse(ROLLED_BACK));
        }
        let field = info.field_selections().first().copied().ok_or_else(|| refuse("nothing is asked"))?;
        let input = self.scene.argument(field, "input").unwrap_or(Value::Null);
        let known = ["Create", "Update", "Delete"]
            .into_iter()
            .find_map(|verb| Some((self.scene.model.object(info.field_name().strip_suffix(verb)?)?, verb)));
        let (object, verb) = known.ok_or_else(|| refuse(format!("Unknown operation '{}'", info.field_name())))?;
        let id = self.write(object, verb, &input)?;
        self.made.borrow_mut().insert(field.response_key().to_string(), Value::from(id.as_str()));
        Ok(match verb {
            "Delete" => ResolvedValue::object(Json::new("RecordDeletePayload", json!({ "Id": id }))),
            _ => {
                let type_name = format!("{}{verb}Payload", object.name);
                ResolvedValue::object(Payload { scene: self.scene, object, type_name, id })
            }
        })
    }

    /// Does one write; the id of its record.
    fn write(&self, object: &Object, verb: &str, input: &Value) -> Result<String, FieldError> {
        let (viewer, name) = (self.scene.viewer, object.name.as_str());
        if verb == "Create" {
            return viewer.create(name, &self.body(object, input)?).map_err(|error| told(&error));
        }
        let id = self.id(input.get("Id").unwrap_or(&Value::Null))?;
        let done = match verb {
            "Update" => viewer.update(name, &id, &self.body(object, input)?),
            _ => viewer.delete(name, &id),
        };
        done.map(|()| id).map_err(|error| told(&error))
    }

    /// The fields to write, with the ids of earlier operations put in.
    fn body(&self, object: &Object, input: &Value) -> Result<Value, FieldError> {
        let mut body = Map::new();
        for (name, value) in input.get(&object.name).and_then(Value::as_object).into_iter().flatten() {
            let refers = object.fields.get(name).is_some_and(|field| field.kind.name == "ID");
            let value = if refers && !value.is_null() { Value::from(self.id(value)?) } else { value.clone() };
            body.insert(name.clone(), value);
        }
        Ok(Value::Object(body))
    }

    /// An id, or what stands for one.
    fn id(&self, given: &Value) -> Result<String, FieldError> {
        let text = given.as_str().ok_or_else(|| refuse(format!("Invalid id: {given}")))?;
        let Some(name) = text.strip_prefix("@{").and_then(|rest| rest.strip_suffix('}')) else {
            return Ok(text.to_owned());
        };
        let made = self.made.borrow();
        let id = made.get(name).and_then(Value::as_str).map(str::to_owned);
        id.ok_or_else(|| refuse(format!("No operation before this one is called '{name}'")))
    }
}

/// `UIAPIMutations`.
pub(super) struct Operations<'a>(pub(super) &'a Writes<'a>);

impl ObjectValue for Operations<'_> {
    fn type_name(&self) -> &'static str {
        "UIAPIMutations"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        self.0.run(info).inspect_err(|_| self.0.failed.set(true))
    }
}

/// What was created or changed, as it is now.
struct Payload<'a> {
    scene: &'a Scene<'a>,
    object: &'a Object,
    type_name: String,
    id: String,
}

impl ObjectValue for Payload<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        let fields: &[&Field] = info.field_selections();
        match info.field_name() {
            "Record" => {
                let node = Node::fetch(self.scene, self.object, &self.id, fields)?;
                Ok(ResolvedValue::nullable_object(node))
            }
            "success" => Ok(ResolvedValue::leaf(true)),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}
