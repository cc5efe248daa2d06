//! The ways in: `uiapi` and what lies right below it, and whatever is answered as it stands in JSON.

use super::filter::refuse;
use super::list::List;
use super::model::{Model, Object};
use super::mutate::{Operations, Writes};
use super::record::Node;
use super::{aggregate, args, info};
use crate::demo::data::{SfError, Viewer};
use crate::demo::rest::Caller;
use crate::demo::world::Org;
use apollo_compiler::executable::Field;
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::{ExecutableDocument, Schema};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::atomic::Ordering;

/// Records, and fields of records, of one answer.
const WORK: u64 = 600_000;

pub(super) type Found<'a> = Result<ResolvedValue<'a>, FieldError>;

/// What all resolvers of one request share.
pub(super) struct Scene<'a> {
    pub(super) viewer: &'a Viewer<'a>,
    pub(super) version: &'a str,
    pub(super) model: &'a Model,
    pub(super) document: &'a ExecutableDocument,
    variables: Map<String, Value>,
    org: &'a Org,
    me: &'a str,
    lists: u64,
    work: Cell<u64>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        caller: &'a Caller<'a>,
        version: &'a str,
        model: &'a Model,
        document: &'a ExecutableDocument,
        variables: Map<String, Value>,
        lists: u64,
    ) -> Self {
        let (viewer, org, me) = (&caller.viewer, caller.org, caller.user.id.as_str());
        Self { viewer, version, model, document, variables, org, me, lists, work: Cell::new(0) }
    }

    /// An argument of the field; none where it is missing or null.
    pub(super) fn argument(&self, field: &Field, name: &str) -> Option<Value> {
        args::argument(field, name, &self.variables)
    }

    /// Counts what is done, up to what a request may ask for.
    pub(super) fn spend(&self, amount: u64) -> Result<(), FieldError> {
        self.work.set(self.work.get().saturating_add(amount));
        if self.work.get() > WORK {
            return Err(refuse("The request asks for more values than one answer holds. Ask for fewer records."));
        }
        Ok(())
    }

    pub(super) fn object(&self, name: &str) -> Result<&'a Object, FieldError> {
        self.model.object(name).ok_or_else(|| refuse(format!("Unknown object '{name}'")))
    }

    /// Runs SOQL.
    pub(super) fn query(&self, soql: &str, batch: usize) -> Result<Value, FieldError> {
        self.viewer.query(self.version, soql, false, batch).map_err(|error| told(&error))
    }

    /// One record by its id; SOQL's parents are seen when they are deleted, too.
    pub(super) fn one(&self, soql: &str) -> Result<Value, FieldError> {
        self.viewer.query(self.version, soql, true, 1).map_err(|error| told(&error))
    }

    /// What `COUNT()` counts.
    pub(super) fn count(&self, from: &str) -> Result<u64, FieldError> {
        let found = self.query(&format!("SELECT COUNT() {from}"), 1)?;
        Ok(found.get("totalSize").and_then(Value::as_u64).unwrap_or(0))
    }

    fn rate_limit(&self) -> Value {
        let used = self.org.calls.load(Ordering::Relaxed);
        let remaining = self.org.calls_most.saturating_sub(used);
        json!({ "cost": self.lists.max(1), "limit": self.org.calls_most, "remaining": remaining, "resetAt": null })
    }
}

/// A refusal in one line: the SOQL that it points into is none the client wrote.
pub(super) fn told(error: &SfError) -> FieldError {
    let message = error.message.as_str();
    let behind = message.split_once("\nERROR at Row:").and_then(|(_, rest)| rest.split_once('\n'));
    refuse(behind.map_or(message, |(_, text)| text))
}

/// `Query` or `Mutation`.
pub(super) struct Root<'a> {
    scene: &'a Scene<'a>,
    writes: Option<Writes<'a>>,
}

impl<'a> Root<'a> {
    pub(super) fn new(scene: &'a Scene<'a>, writes: Option<Writes<'a>>) -> Self {
        Self { scene, writes }
    }

    /// Writes that belong together and did not all work: they are to be undone.
    pub(super) fn void(&self) -> Option<&Writes<'a>> {
        self.writes.as_ref().filter(|writes| writes.are_void())
    }
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &str {
        if self.writes.is_some() { "Mutation" } else { "Query" }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        match (info.field_name(), &self.writes) {
            ("uiapi", Some(writes)) => Ok(ResolvedValue::object(Operations(writes))),
            ("uiapi", None) => Ok(ResolvedValue::object(Api { scene: self.scene })),
            ("rateLimit", _) => Ok(ResolvedValue::object(Json::new("RateLimit", self.scene.rate_limit()))),
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

struct Api<'a> {
    scene: &'a Scene<'a>,
}

impl ObjectValue for Api<'_> {
    fn type_name(&self) -> &'static str {
        "UIAPI"
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        let scene = self.scene;
        let Some(field) = info.field_selections().first().copied() else { return Ok(ResolvedValue::null()) };
        match info.field_name() {
            "query" => Ok(ResolvedValue::object(Lists { scene, grouped: false })),
            "aggregate" => Ok(ResolvedValue::object(Lists { scene, grouped: true })),
            "objectInfos" => wrap(Cow::Owned(info::objects(scene, field)?), "ObjectInfo", info.schema()),
            "relatedListByName" => {
                let list = info::related_list(scene, field)?;
                Ok(ResolvedValue::object(Json::new("RelatedListInfo", list)))
            }
            "currentUser" => {
                let node = Node::fetch(scene, scene.object("User")?, scene.me, info.field_selections())?;
                Ok(ResolvedValue::nullable_object(node))
            }
            _ => Err(self.unknown_field_error(info)),
        }
    }
}

/// One field for each object.
struct Lists<'a> {
    scene: &'a Scene<'a>,
    grouped: bool,
}

impl ObjectValue for Lists<'_> {
    fn type_name(&self) -> &'static str {
        if self.grouped { "RecordQueryAggregate" } else { "RecordQuery" }
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        let object = self.scene.object(info.field_name())?;
        let fields = info.field_selections();
        if self.grouped {
            let found = aggregate::groups(self.scene, object, fields)?;
            return Ok(ResolvedValue::object(Json::new(format!("{}AggregateConnection", object.name), found)));
        }
        Ok(ResolvedValue::object(List::open(self.scene, object, None, fields)?))
    }
}

/// An object whose fields are those of its JSON.
pub(super) struct Json<'a> {
    name: Cow<'a, str>,
    value: Cow<'a, Value>,
}

impl Json<'static> {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, value: Value) -> Self {
        Self { name: name.into(), value: Cow::Owned(value) }
    }
}

impl ObjectValue for Json<'_> {
    fn type_name(&self) -> &str {
        // What may be one of several says which.
        self.value.get("__typename").and_then(Value::as_str).unwrap_or(&self.name)
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        let value = self.value.get(info.field_name()).unwrap_or(&Value::Null);
        wrap(Cow::Borrowed(value), info.field_definition().ty.inner_named_type().as_str(), info.schema())
    }
}

/// JSON as a value of the type of this name.
fn wrap<'a>(value: Cow<'a, Value>, name: &'a str, schema: &'a Schema) -> Found<'a> {
    let composite = matches!(schema.types.get(name), Some(ExtendedType::Object(_) | ExtendedType::Interface(_)));
    Ok(match value {
        Cow::Borrowed(Value::Array(items)) => {
            let items = items.iter().map(move |item| wrap(Cow::Borrowed(item), name, schema));
            ResolvedValue::List(Box::new(items))
        }
        Cow::Owned(Value::Array(items)) => {
            let items = items.into_iter().map(move |item| wrap(Cow::Owned(item), name, schema));
            ResolvedValue::List(Box::new(items))
        }
        value if composite && !value.is_null() => ResolvedValue::object(Json { name: Cow::Borrowed(name), value }),
        value => ResolvedValue::leaf(value.into_owned()),
    })
}
