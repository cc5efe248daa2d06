//! A record and what is asked of it: its fields with values as people write them, its parents, lists of its children.

use super::filter;
use super::kinds::Kind;
use super::list::{List, take_records};
use super::model::Object;
use super::resolve::{Found, Json, Scene};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::resolvers::{FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use indexmap::IndexSet;
use serde_json::{Value, json};
use std::borrow::Cow;

/// The record type every record has.
const MASTER: &str = "012000000000000AAA";
/// Fields of `Record` that are no fields of the object.
const OF_RECORD: [&str; 5] = ["Id", "ApiName", "WeakEtag", "DisplayValue", "RecordTypeId"];

/// What stands in the selections, with fragments written out. Directives are not looked at: too much is no harm here.
pub(super) fn fields_of<'d>(scene: &Scene<'d>, sets: &[&'d SelectionSet]) -> Vec<&'d Field> {
    fn walk<'d>(scene: &Scene<'d>, set: &'d SelectionSet, seen: &mut Vec<&'d str>, out: &mut Vec<&'d Field>) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => out.push(field),
                Selection::InlineFragment(inline) => walk(scene, &inline.selection_set, seen, out),
                Selection::FragmentSpread(spread) => {
                    let name = spread.fragment_name.as_str();
                    if let (false, Some(fragment)) = (seen.contains(&name), scene.document.fragments.get(name)) {
                        seen.push(name);
                        walk(scene, &fragment.selection_set, seen, out);
                    }
                }
            }
        }
    }
    let (mut seen, mut out) = (Vec::new(), Vec::new());
    sets.iter().for_each(|set| walk(scene, set, &mut seen, &mut out));
    out
}

/// The selections below fields of this name.
pub(super) fn below<'d>(fields: &[&'d Field], name: &str) -> Vec<&'d SelectionSet> {
    fields.iter().filter(|field| field.name == name).map(|field| &field.selection_set).collect()
}

/// The SOQL fields that these selections of a record need.
pub(super) fn columns<'d>(scene: &Scene<'d>, object: &Object, sets: &[&'d SelectionSet]) -> Result<String, FieldError> {
    let mut wanted = IndexSet::new();
    gather(scene, object, "", sets, &mut wanted)?;
    Ok(wanted.into_iter().collect::<Vec<_>>().join(", "))
}

fn gather<'d>(
    scene: &Scene<'d>,
    object: &Object,
    prefix: &str,
    sets: &[&'d SelectionSet],
    out: &mut IndexSet<String>,
) -> Result<(), FieldError> {
    out.insert(format!("{prefix}Id"));
    let fields = fields_of(scene, sets);
    let mut parents: Vec<&str> = Vec::new();
    for field in &fields {
        let name = field.name.as_str();
        match (name, object.fields.get_key_value(name), object.parents.get_key_value(name)) {
            ("WeakEtag", ..) => drop(out.insert(format!("{prefix}SystemModstamp"))),
            ("DisplayValue", ..) => drop(out.insert(format!("{prefix}{}", object.name_field))),
            (_, Some((own, _)), _) => drop(out.insert(format!("{prefix}{own}"))),
            (_, None, Some((relation, parent))) => match parent.only() {
                Some(_) if parents.contains(&relation.as_str()) => {}
                Some(only) => {
                    parents.push(relation);
                    let inner = below(&fields, relation);
                    gather(scene, scene.object(only)?, &format!("{prefix}{relation}."), &inner, out)?;
                }
                None => drop(out.insert(format!("{prefix}{}", parent.id))),
            },
            _ => {}
        }
    }
    Ok(())
}

/// A record.
pub(super) struct Node<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) object: &'a Object,
    pub(super) record: Cow<'a, Value>,
}

impl<'a> Node<'a> {
    /// Reads one record, with what the selections of these fields need.
    pub(super) fn fetch(
        scene: &'a Scene<'a>,
        object: &'a Object,
        id: &str,
        fields: &[&'a Field],
    ) -> Result<Option<Self>, FieldError> {
        scene.spend(1)?;
        let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
        let wanted = columns(scene, object, &sets)?;
        let soql = format!("SELECT {wanted} FROM {} WHERE Id = {}", object.name, filter::quoted(id, false));
        let record = take_records(&mut scene.one(&soql)?).pop();
        Ok(record.map(|record| Self { scene, object, record: Cow::Owned(record) }))
    }

    fn get(&self, name: &str) -> &Value {
        self.record.get(name).unwrap_or(&Value::Null)
    }

    /// What every record has.
    fn of_record<'f>(&self, name: &str, info: &'f ResolveInfo<'f>) -> Found<'f> {
        let value = match name {
            "Id" => self.get("Id").clone(),
            "ApiName" => Value::from(self.object.name.as_str()),
            "DisplayValue" => self.get(&self.object.name_field).clone(),
            "WeakEtag" => {
                let moment = self.get("SystemModstamp").as_str().map(|text| text.replace("+0000", "Z"));
                let moment = moment.and_then(|text| text.parse::<jiff::Timestamp>().ok());
                Value::from(moment.map_or(0, jiff::Timestamp::as_millisecond))
            }
            _ => {
                let field = info.field_selections().first();
                let fallback = field.and_then(|field| self.scene.argument(field, "fallback"));
                let shown = match self.get("RecordTypeId") {
                    Value::Null if fallback == Some(Value::Bool(true)) => Value::from(MASTER),
                    own => own.clone(),
                };
                return Ok(ResolvedValue::object(Json::new("IDValue", json!({ "value": shown }))));
            }
        };
        Ok(ResolvedValue::leaf(value))
    }

    fn parent<'f>(&'f self, name: &str, id: &str, only: bool, info: &'f ResolveInfo<'f>) -> Found<'f> {
        let scene = self.scene;
        if only {
            let found = self.get(name);
            let object = scene.object(info.field_definition().ty.inner_named_type().as_str())?;
            let node = found.is_object().then(|| Node { scene, object, record: Cow::Borrowed(found) });
            return Ok(ResolvedValue::nullable_object(node));
        }
        // One of several: its id tells which.
        let Some(id) = self.get(id).as_str() else { return Ok(ResolvedValue::null()) };
        let prefix = |object: &&Object| object.describe.get("keyPrefix").and_then(Value::as_str) == id.get(..3);
        let Some(object) = scene.model.objects.values().find(prefix) else { return Ok(ResolvedValue::null()) };
        Ok(ResolvedValue::nullable_object(Node::fetch(scene, object, id, info.field_selections())?))
    }

    fn value(&self, name: &str, kind: &Kind) -> Json<'static> {
        let given = self.get(name);
        let shown = kind.display(given);
        let told = json!({ "value": kind.value(given), "displayValue": shown, "label": shown });
        Json::new(format!("{}Value", kind.name), told)
    }
}

impl ObjectValue for Node<'_> {
    fn type_name(&self) -> &str {
        &self.object.name
    }

    fn resolve_field<'a>(&'a self, info: &'a ResolveInfo<'a>) -> Found<'a> {
        let (name, object) = (info.field_name(), self.object);
        self.scene.spend(1)?;
        if OF_RECORD.contains(&name) {
            return self.of_record(name, info);
        }
        if let Some(field) = object.fields.get(name) {
            return Ok(ResolvedValue::object(self.value(name, field.kind)));
        }
        if let Some(parent) = object.parents.get(name) {
            return self.parent(name, &parent.id, parent.only().is_some(), info);
        }
        let Some(child) = object.children.get(name) else { return Err(self.unknown_field_error(info)) };
        let id = self.get("Id").as_str().unwrap_or_default();
        let mine = format!("{} = {}", child.field, filter::quoted(id, false));
        let of = self.scene.object(&child.object)?;
        Ok(ResolvedValue::object(List::open(self.scene, of, Some(mine), info.field_selections())?))
    }
}
