//! What an object is: `objectInfos` and `relatedListByName`, from its describe.
//! <https://developer.salesforce.com/docs/platform/graphql/guide/query-objectinfo.html>

use super::filter::refuse;
use super::model::{Field as Known, Model, Object, list, text};
use super::resolve::Scene;
use apollo_compiler::executable::Field;
use apollo_compiler::resolvers::FieldError;
use serde_json::{Map, Value, json};

/// Objects of one request.
const MOST: usize = 2_000;
/// Columns of a list.
const COLUMNS: usize = 4;

/// One for each name; null where the name is unknown.
pub(super) fn objects(scene: &Scene<'_>, field: &Field) -> Result<Value, FieldError> {
    let names = scene.argument(field, "apiNames");
    let inputs = scene.argument(field, "objectInfoInputs");
    if names.is_some() && inputs.is_some() {
        return Err(refuse("Provide either apiNames or objectInfoInputs, but not both"));
    }
    let many = |given: Option<Value>| match given {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(one) => vec![one],
    };
    let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
    for name in many(names) {
        wanted.extend(name.as_str().map(|name| (name.to_owned(), Vec::new())));
    }
    for input in many(inputs) {
        let fields = list(&input, "fieldNames").filter_map(Value::as_str).map(str::to_owned).collect();
        wanted.extend(text(&input, "apiName").map(|name| (name.to_owned(), fields)));
    }
    if wanted.len() > MOST {
        return Err(refuse(format!("You can request up to {MOST} objects")));
    }
    let one = |(name, fields): &(String, Vec<String>)| {
        let found = scene.model.objects.values().find(|object| object.name.eq_ignore_ascii_case(name));
        found.map_or(Value::Null, |object| told(scene.model, object, fields))
    };
    let all: Vec<Value> = wanted.iter().map(one).collect();
    scene.spend(all.len() as u64 * 200)?;
    Ok(Value::Array(all))
}

fn told(model: &Model, object: &Object, only: &[String]) -> Value {
    let mut out = Map::new();
    let keys = ["createable", "custom", "deletable", "feedEnabled", "keyPrefix", "label", "labelPlural", "layoutable"];
    for key in keys.into_iter().chain(["mruEnabled", "queryable", "searchable", "updateable"]) {
        out.insert(key.to_owned(), object.describe.get(key).cloned().unwrap_or(Value::Null));
    }
    let child = |child: &Value| {
        json!({
            "childObjectApiName": child.get("childSObject"),
            "fieldName": child.get("field"),
            "junctionIdListNames": child.get("junctionIdListNames"),
            "junctionReferenceTo": child.get("junctionReferenceTo"),
            "relationshipName": child.get("relationshipName"),
        })
    };
    let types: Vec<&Value> = list(&object.describe, "recordTypeInfos").collect();
    let default = types.iter().find(|one| one.get("defaultRecordTypeMapping") == Some(&Value::Bool(true)));
    let default = default.and_then(|one| one.get("recordTypeId")).cloned().unwrap_or(Value::Null);
    let wanted = |field: &&Value| only.is_empty() || only.iter().any(|name| Some(name.as_str()) == text(field, "name"));
    let fields = list(&object.describe, "fields").filter(wanted).map(|field| of_field(model, field, &default));
    for (key, value) in [
        ("ApiName", json!(object.name)),
        ("childRelationships", list(&object.describe, "childRelationships").map(child).collect()),
        ("fields", fields.collect()),
        ("nameFields", json!(name_fields(object))),
        ("recordTypeInfos", json!(types)),
        ("defaultRecordTypeId", default.clone()),
    ] {
        out.insert(key.to_owned(), value);
    }
    Value::Object(out)
}

/// The field that names a record, or the parts of a person's name.
fn name_fields(object: &Object) -> Vec<&str> {
    let of_name = |field: &&Known| text(&field.told, "compoundFieldName") == Some("Name");
    let parts: Vec<&str> =
        object.fields.values().filter(of_name).filter_map(|field| text(&field.told, "name")).collect();
    if parts.is_empty() { vec![object.name_field.as_str()] } else { parts }
}

fn of_field(model: &Model, field: &Value, record_type: &Value) -> Value {
    let kind = text(field, "type").unwrap_or_default();
    let required = ["nillable", "defaultedOnCreate"].iter().all(|key| field.get(*key) == Some(&Value::Bool(false)));
    let mut out = field.as_object().cloned().unwrap_or_default();
    let to = |name: &Value| {
        let object = name.as_str().and_then(|name| model.object(name));
        json!({ "ApiName": name, "nameFields": object.map(name_fields).unwrap_or_default() })
    };
    let choices = kind == "picklist" || kind == "multipicklist";
    let value = |value: &Value| json!({ "label": value.get("label"), "value": value.get("value") });
    let default = list(field, "picklistValues").find(|value| value.get("defaultValue") == Some(&Value::Bool(true)));
    for (key, value) in [
        ("__typename", json!(if choices { "PicklistField" } else { "StandardField" })),
        ("ApiName", field.get("name").cloned().unwrap_or(Value::Null)),
        ("compound", json!(kind == "address")),
        ("dataType", json!(kind.replace("id", "reference").to_uppercase())),
        ("reference", json!(kind == "reference")),
        ("referenceToInfos", list(field, "referenceTo").map(to).collect()),
        ("required", json!(required && field.get("createable") == Some(&Value::Bool(true)))),
        (
            "picklistValuesByRecordTypeIDs",
            json!([{
                "recordTypeID": record_type,
                "defaultValue": default.map(value),
                "picklistValues": list(field, "picklistValues").map(value).collect::<Vec<_>>(),
            }]),
        ),
    ] {
        out.insert(key.to_owned(), value);
    }
    Value::Object(out)
}

/// How a list below a record looks.
pub(super) fn related_list(scene: &Scene<'_>, field: &Field) -> Result<Value, FieldError> {
    let said = |name: &str| scene.argument(field, name).and_then(|given| given.as_str().map(str::to_owned));
    let (parent, name) = (said("parentApiName").unwrap_or_default(), said("relatedListName").unwrap_or_default());
    let unknown = || refuse(format!("The related list '{name}' of '{parent}' does not exist"));
    let object = scene.model.object(&parent).ok_or_else(unknown)?;
    let child = object.children.get(&name).ok_or_else(unknown)?;
    let of = scene.object(&child.object)?;
    let shown = |(name, field): &(&String, &Known)| {
        **name == of.name_field || (field.is("updateable") && field.is("sortable") && **name != child.field)
    };
    let mut columns: Vec<(&String, &Known)> = of.fields.iter().filter(shown).collect();
    columns.sort_by_key(|(name, _)| **name != of.name_field);
    columns.truncate(COLUMNS);
    let column = |(name, field): &(&String, &Known)| json!({ "fieldApiName": name, "label": field.told.get("label"), "sortable": field.is("sortable") });
    let named = of.fields.get(&of.name_field).and_then(|field| field.told.get("label"));
    Ok(json!({
        "childApiName": of.name,
        "fieldApiName": child.field,
        "label": of.describe.get("labelPlural"),
        "parentApiName": object.name,
        "relatedListName": name,
        "displayColumns": columns.iter().map(column).collect::<Vec<_>>(),
        "orderedByInfo": [{ "fieldApiName": of.name_field, "label": named, "sortDirection": "ASC" }],
    }))
}
