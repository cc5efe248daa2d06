//! `object-info`: objects, fields and picklists as UI API tells them.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_responses_object_info.htm>

use super::super::metadata::atlas::{Atlas, Entity, flag, list, needed, text};
use super::super::metadata::setup::{icon_url, setup};
use super::not_found;
use super::record::{tag, type_info};
use crate::demo::data::SfError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// `object-info`: the objects there are.
pub(super) fn directory(atlas: &Atlas<'_>) -> Value {
    let mut objects = Map::new();
    for entity in atlas.entities() {
        let name = entity.name();
        let told = json!({
            "apiName": name,
            "keyPrefix": entity.prefix(),
            "label": entity.text("label"),
            "labelPlural": entity.text("labelPlural"),
            "nameFields": name_fields(&entity),
            "objectInfoUrl": format!("/services/data/v{}/ui-api/object-info/{name}", atlas.version),
        });
        objects.insert(name.to_owned(), told);
    }
    let mut answer = json!({ "eTag": "", "objects": objects });
    tag(&mut answer);
    answer
}

/// The fields a record's name is made of.
fn name_fields(entity: &Entity) -> Vec<String> {
    let person = ["FirstName", "LastName"]
        .into_iter()
        .filter(|name| entity.field(name).is_some_and(|field| text(field, "compoundFieldName") == "Name"));
    let mut names: Vec<String> = person.map(str::to_owned).collect();
    names.extend(entity.name_field().map(str::to_owned));
    names
}

/// One object.
pub(super) fn object(atlas: &Atlas<'_>, entity: &Entity) -> Value {
    let (colour, icon) = setup().looks(entity.name());
    let children: Vec<Value> = entity
        .list("childRelationships")
        .iter()
        .filter(|child| !text(child, "relationshipName").is_empty())
        .map(|child| {
            json!({
                "childObjectApiName": text(child, "childSObject"),
                "fieldName": text(child, "field"),
                "junctionIdListNames": [],
                "junctionReferenceTo": [],
                "relationshipName": text(child, "relationshipName"),
            })
        })
        .collect();
    let mut sorted: Vec<&Value> = entity.fields().iter().collect();
    sorted.sort_by_key(|field| text(field, "name"));
    let fields: Map<String, Value> =
        sorted.into_iter().map(|field| (text(field, "name").to_owned(), self::field(atlas, entity, field))).collect();
    let types = entity.list("recordTypeInfos").iter();
    let types: Map<String, Value> =
        types.map(|info| (text(info, "recordTypeId").to_owned(), type_info(info))).collect();
    let mut answer = json!({
        "apiName": entity.name(),
        "associateEntityType": null,
        "associateParentEntity": null,
        "childRelationships": children,
        "compactLayoutable": entity.is("compactLayoutable"),
        "createable": entity.is("createable"),
        "custom": entity.is("custom"),
        "defaultRecordTypeId": entity.default_record_type(),
        "deletable": entity.is("deletable"),
        "dependentFields": dependent(entity),
        "eTag": "",
        "feedEnabled": entity.is("feedEnabled"),
        "fields": fields,
        "keyPrefix": entity.prefix(),
        "label": entity.text("label"),
        "labelPlural": entity.text("labelPlural"),
        "layoutable": entity.is("layoutable"),
        "mruEnabled": entity.is("mruEnabled"),
        "nameFields": name_fields(entity),
        "queryable": entity.is("queryable"),
        "recordTypeInfos": types,
        "searchLayoutable": entity.is("searchLayoutable"),
        "searchable": entity.is("searchable"),
        "themeInfo": { "color": colour, "iconUrl": icon_url(atlas.caller, icon) },
        "updateable": entity.is("updateable"),
    });
    tag(&mut answer);
    answer
}

/// Each field that controls others, with those.
fn dependent(entity: &Entity) -> Value {
    let mut all: Map<String, Value> = Map::new();
    for field in entity.fields() {
        let controller = text(field, "controllerName");
        // A controlling field that he does not see controls nothing for him.
        if !controller.is_empty() && entity.field(controller).is_some() {
            let below = all.entry(controller.to_owned()).or_insert_with(|| json!({}));
            if let Some(below) = below.as_object_mut() {
                below.insert(text(field, "name").to_owned(), json!({}));
            }
        }
    }
    Value::Object(all)
}

/// The places of the bits that are set, from the left.
fn places(bits: &str) -> Vec<usize> {
    let bytes = STANDARD.decode(bits).unwrap_or_default();
    let set = |at: &usize| bytes.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0);
    (0..bytes.len() * 8).filter(set).collect()
}

/// One field.
fn field(atlas: &Atlas<'_>, entity: &Entity, field: &Value) -> Value {
    let name = text(field, "name");
    let whole = text(field, "compoundFieldName");
    let part = !whole.is_empty() && whole != name;
    let component = part.then(|| {
        let stem = whole.strip_suffix("Address").unwrap_or("");
        name.strip_prefix(stem).unwrap_or(name).to_owned()
    });
    let leads = list(field, "referenceTo");
    let references: Vec<Value> = leads
        .iter()
        .filter_map(|to| atlas.entity(to.as_str()?).ok())
        .map(|to| json!({ "apiName": to.name(), "nameFields": name_fields(&to) }))
        .collect();
    let required = needed(field) || (!flag(field, "nillable") && text(field, "type") != "address");
    json!({
        "apiName": name,
        "calculated": flag(field, "calculated"),
        "compound": !entity.parts(name).is_empty(),
        "compoundComponentName": component,
        "compoundFieldName": part.then_some(whole),
        "controllerName": field.get("controllerName"),
        "controllingFields": field.get("controllerName").filter(|name| name.is_string()).into_iter().collect::<Vec<_>>(),
        "createable": flag(field, "createable"),
        "custom": flag(field, "custom"),
        "dataType": data_type(field),
        "extraTypeInfo": extra(text(field, "extraTypeInfo")),
        "filterable": flag(field, "filterable"),
        "filteredLookupInfo": null,
        "highScaleNumber": false,
        "htmlFormatted": flag(field, "htmlFormatted"),
        "inlineHelpText": null,
        "label": text(field, "label"),
        "length": field.get("length"),
        "maskType": null,
        "nameField": flag(field, "nameField"),
        "polymorphicForeignKey": flag(field, "polymorphicForeignKey"),
        "precision": field.get("precision"),
        "reference": text(field, "type") == "reference",
        "referenceTargetField": null,
        "referenceToInfos": references,
        "relationshipName": field.get("relationshipName"),
        "required": required,
        "scale": field.get("scale"),
        "searchPrefilterable": flag(field, "searchPrefilterable"),
        "sortable": flag(field, "sortable"),
        "unique": flag(field, "unique"),
        "updateable": flag(field, "updateable"),
    })
}

fn extra(kind: &str) -> Option<&'static str> {
    match kind {
        "plaintextarea" => Some("PlainTextArea"),
        "richtextarea" => Some("RichTextArea"),
        "personname" => Some("PersonName"),
        "imageurl" => Some("ImageUrl"),
        _ => None,
    }
}

/// A type's name, as UI API has it.
pub(super) fn data_type(field: &Value) -> &'static str {
    match text(field, "type") {
        "boolean" => "Boolean",
        "int" => "Int",
        "double" => "Double",
        "currency" => "Currency",
        "percent" => "Percent",
        "date" => "Date",
        "datetime" => "DateTime",
        "time" => "Time",
        "reference" => "Reference",
        "picklist" => "Picklist",
        "multipicklist" => "MultiPicklist",
        "combobox" => "ComboBox",
        "textarea" => "TextArea",
        "phone" => "Phone",
        "email" => "Email",
        "url" => "Url",
        "address" => "Address",
        "location" => "Location",
        "base64" => "Base64",
        "encryptedstring" => "EncryptedString",
        _ => "String",
    }
}

/// `object-info/NAME/picklist-values/RECORDTYPEID`: of all fields.
pub(super) fn picklists(atlas: &Atlas<'_>, entity: &Entity, record_type: &str) -> Result<Value, SfError> {
    let id = known_type(entity, record_type)?;
    let fields = entity.fields().iter().filter(|field| is_picklist(field));
    let all: Map<String, Value> =
        fields.map(|field| (text(field, "name").to_owned(), values(atlas, entity, id, field))).collect();
    let mut answer = json!({ "eTag": "", "picklistFieldValues": all });
    tag(&mut answer);
    Ok(answer)
}

/// `object-info/NAME/picklist-values/RECORDTYPEID/FIELD`: of one field.
pub(super) fn picklist(atlas: &Atlas<'_>, entity: &Entity, record_type: &str, name: &str) -> Result<Value, SfError> {
    let id = known_type(entity, record_type)?;
    let field = entity.field(name).filter(|field| is_picklist(field)).ok_or_else(|| {
        SfError::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", format!("{name} is no picklist field of {}", entity.name()))
    })?;
    Ok(values(atlas, entity, id, field))
}

fn known_type<'e>(entity: &'e Entity, id: &str) -> Result<&'e str, SfError> {
    match entity.record_type(id) {
        Some(info) => Ok(text(info, "recordTypeId")),
        None => Err(not_found()),
    }
}

fn is_picklist(field: &Value) -> bool {
    ["picklist", "multipicklist"].contains(&text(field, "type"))
}

fn values(atlas: &Atlas<'_>, entity: &Entity, record_type: &str, field: &Value) -> Value {
    let one = |entry: &Value| json!({ "attributes": null, "label": text(entry, "label"), "validFor": places(text(entry, "validFor")), "value": text(entry, "value") });
    let controller = entity.field(text(field, "controllerName"));
    let controlling = controller.map(|controller| list(controller, "picklistValues")).unwrap_or_default();
    let controlling: Map<String, Value> =
        controlling.iter().enumerate().map(|(at, entry)| (text(entry, "value").to_owned(), json!(at))).collect();
    let entries = list(field, "picklistValues").iter().filter(|entry| flag(entry, "active"));
    let usual = list(field, "picklistValues").iter().find(|entry| flag(entry, "defaultValue")).map(one);
    let (version, name, field_name) = (atlas.version, entity.name(), text(field, "name"));
    let mut answer = json!({
        "controllerValues": controlling,
        "defaultValue": usual,
        "eTag": "",
        "url": format!("/services/data/v{version}/ui-api/object-info/{name}/picklist-values/{record_type}/{field_name}"),
        "values": entries.map(one).collect::<Vec<_>>(),
    });
    tag(&mut answer);
    answer
}
