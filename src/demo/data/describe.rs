//! Describe answers: the global list, one object, its fields and relationships. The keys are Salesforce's, in its order.

use super::eyes::Eyes;
use super::schema::{Child, Field, Object, Type};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// The record type every object has.
const MASTER: &str = "012000000000000AAA";
/// From this version on an object tells three keys more.
const LATER_KEYS: f64 = 52.0;

/// The keys of an object in the global list, but for `urls`.
#[rustfmt::skip]
const BRIEF_KEYS: [&str; 27] = [
    "activateable", "associateEntityType", "associateParentEntity", "createable", "custom", "customSetting",
    "deepCloneable", "deletable", "deprecatedAndHidden", "feedEnabled", "hasSubtypes", "isInterface", "isSubtype",
    "keyPrefix", "label", "labelPlural", "layoutable", "mergeable", "mruEnabled", "name", "queryable",
    "replicateable", "retrieveable", "searchable", "triggerable", "undeletable", "updateable",
];

/// The keys of an object in full.
#[rustfmt::skip]
const FULL_KEYS: [&str; 45] = [
    "actionOverrides", "activateable", "associateEntityType", "associateParentEntity", "childRelationships",
    "compactLayoutable", "createable", "custom", "customSetting", "deepCloneable", "defaultImplementation",
    "deletable", "deprecatedAndHidden", "extendedBy", "extendsInterfaces", "feedEnabled", "fields", "hasSubtypes",
    "implementedBy", "implementsInterfaces", "isInterface", "isSubtype", "keyPrefix", "label", "labelPlural",
    "layoutable", "listviewable", "lookupLayoutable", "mergeable", "mruEnabled", "name", "namedLayoutInfos",
    "networkScopeFieldName", "queryable", "recordTypeInfos", "replicateable", "retrieveable", "searchLayoutable",
    "searchable", "sobjectDescribeOption", "supportedScopes", "triggerable", "undeletable", "updateable", "urls",
];

/// What `/sobjects` tells of one object: 28 keys.
pub(super) fn brief(eyes: &Eyes<'_>, object: &Object, version: &str) -> Value {
    let mut map = Map::new();
    for key in BRIEF_KEYS {
        map.insert(key.to_owned(), property(eyes, object, key));
    }
    map.insert("urls".to_owned(), urls(object, version, false));
    Value::Object(map)
}

/// One object in full.
pub(super) fn full(eyes: &Eyes<'_>, object: &Object, version: &str, types: Vec<Value>) -> Value {
    // `67.0`, or `67.0/tooling`.
    let number = version.split('/').next().unwrap_or_default();
    let later = number.parse::<f64>().is_ok_and(|version| version >= LATER_KEYS);
    let mut map = Map::new();
    for key in FULL_KEYS {
        let value = match key {
            "associateEntityType" | "associateParentEntity" | "sobjectDescribeOption" if !later => continue,
            "actionOverrides" | "namedLayoutInfos" => json!([]),
            "childRelationships" => children(eyes, object),
            "fields" => eyes.fields(object).map(|it| field(eyes, object, it)).collect(),
            "recordTypeInfos" => record_types(object, version, &types),
            "supportedScopes" => scopes(object),
            "urls" => urls(object, version, true),
            _ => property(eyes, object, key),
        };
        map.insert(key.to_owned(), value);
    }
    Value::Object(map)
}

/// A plain property of an object.
fn property(eyes: &Eyes<'_>, object: &Object, key: &str) -> Value {
    let layout = object.can("layout");
    match key {
        "createable" => json!(eyes.can(object, "create")),
        "updateable" => json!(eyes.can(object, "update")),
        "deletable" | "undeletable" => json!(eyes.can(object, "delete")),
        "triggerable" => json!(object.can("create")),
        "mergeable" => json!(object.can("merge")),
        "feedEnabled" => json!(object.can("feed")),
        "searchable" => json!(object.can("search")),
        "layoutable" | "mruEnabled" | "compactLayoutable" | "searchLayoutable" => json!(layout),
        "custom" => json!(object.custom()),
        "queryable" | "replicateable" | "retrieveable" => json!(true),
        "keyPrefix" => json!(Some(&object.raw.prefix).filter(|prefix| !prefix.is_empty())),
        "label" => json!(object.raw.label),
        "labelPlural" => json!(object.raw.plural),
        "name" => json!(object.name()),
        "sobjectDescribeOption" => json!("FULL"),
        "associateEntityType"
        | "associateParentEntity"
        | "defaultImplementation"
        | "extendedBy"
        | "extendsInterfaces"
        | "implementedBy"
        | "implementsInterfaces"
        | "listviewable"
        | "lookupLayoutable"
        | "networkScopeFieldName" => Value::Null,
        _ => json!(false),
    }
}

fn urls(object: &Object, version: &str, full: bool) -> Value {
    let root = format!("/services/data/v{version}/sobjects/{}", object.name());
    let mut map = Map::new();
    let mut put = |key: &str, tail: &str| map.insert(key.to_owned(), Value::String(format!("{root}{tail}")));
    if object.can("layout") {
        put("compactLayouts", "/describe/compactLayouts");
    }
    put("rowTemplate", "/{ID}");
    if object.can("layout") {
        put("approvalLayouts", "/describe/approvalLayouts");
        if full {
            put("defaultValues", "/defaultValues?recordTypeId&fields");
        }
        put("listviews", "/listviews");
    }
    put("describe", "/describe");
    if object.can("layout") {
        put("quickActions", "/quickActions");
        put("layouts", "/describe/layouts");
    }
    put("sobject", "");
    Value::Object(map)
}

fn children(eyes: &Eyes<'_>, object: &Object) -> Value {
    let one = |child: &Child| {
        let other = eyes.at(child.object)?;
        let field = other.fields.get(child.field).filter(|field| eyes.sees(field))?;
        Some(json!({
            "cascadeDelete": field.raw.cascade,
            "childSObject": other.name(),
            "deprecatedAndHidden": false,
            "field": field.name(),
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": child.name,
            "restrictedDelete": field.raw.restrict,
        }))
    };
    object.children.iter().filter_map(one).collect()
}

/// The record types, each with where its layout is told; the master one is the default where there is no other.
fn record_types(object: &Object, version: &str, own: &[Value]) -> Value {
    let default = !own.iter().any(|one| one.get("defaultRecordTypeMapping") == Some(&Value::Bool(true)));
    let master = json!({
        "active": true,
        "available": true,
        "defaultRecordTypeMapping": default,
        "developerName": "Master",
        "master": true,
        "name": "Master",
        "recordTypeId": MASTER,
    });
    let with_layout = |one: &Value| {
        let mut one = one.clone();
        let id = one.get("recordTypeId").and_then(Value::as_str).unwrap_or(MASTER);
        let layout = format!("/services/data/v{version}/sobjects/{}/describe/layouts/{id}", object.name());
        if let Some(map) = one.as_object_mut() {
            map.insert("urls".to_owned(), json!({ "layout": layout }));
        }
        one
    };
    own.iter().chain([&master]).map(with_layout).collect()
}

fn scopes(object: &Object) -> Value {
    let plural = object.raw.plural.to_lowercase();
    let one = |label: String, name: &str| json!({ "label": label, "name": name });
    let mut scopes = vec![one(format!("All {plural}"), "everything")];
    if object.raw.owner {
        scopes.push(one(format!("My {plural}"), "mine"));
        scopes.push(one(format!("My team's {plural}"), "team"));
    }
    Value::Array(scopes)
}

/// The keys of a field that say something of their own; see [`field`].
#[rustfmt::skip]
const FIELD_KEYS: [&str; 57] = [
    "aggregatable", "aiPredictionField", "autoNumber", "byteLength", "calculated", "calculatedFormula", "cascadeDelete",
    "caseSensitive", "compoundFieldName", "controllerName", "createable", "custom", "defaultValue",
    "defaultValueFormula", "defaultedOnCreate", "dependentPicklist", "deprecatedAndHidden", "digits",
    "displayLocationInDecimal", "encrypted", "externalId", "extraTypeInfo", "filterable", "filteredLookupInfo",
    "formulaTreatNullNumberAsZero", "groupable", "highScaleNumber", "htmlFormatted", "idLookup", "inlineHelpText",
    "label", "length", "mask", "maskType", "name", "nameField", "namePointing", "nillable", "permissionable",
    "picklistValues", "polymorphicForeignKey", "precision", "queryByDistance", "referenceTargetField", "referenceTo",
    "relationshipName", "relationshipOrder", "restrictedDelete", "restrictedPicklist", "scale", "searchPrefilterable",
    "soapType", "sortable", "type", "unique", "updateable", "writeRequiresMasterRead",
];

/// One field, 57 keys.
fn field(eyes: &Eyes<'_>, object: &Object, field: &Field) -> Value {
    let pairs = FIELD_KEYS.iter().map(|key| ((*key).to_owned(), told(eyes, object, field, key)));
    Value::Object(pairs.collect())
}

/// What one key of a field says: one of the few that differ, or null or no.
fn told(eyes: &Eyes<'_>, object: &Object, field: &Field, key: &str) -> Value {
    let raw = &field.raw;
    let kind = raw.kind;
    let own_id = kind == Type::Id;
    let system = raw.fixed && !field.custom() && raw.null == 0;
    let given = raw.need || own_id || system || raw.auto || field.name() == "OwnerId";
    match key {
        "aggregatable" => json!(aggregatable(field)),
        "autoNumber" => json!(raw.auto),
        "byteLength" => json!(byte_length(field)),
        "calculated" => json!(raw.sql.is_some() && field.custom()),
        "compoundFieldName" => json!(field.compound),
        // Bytes come with the record, and never alone.
        "createable" => json!((field.writable() || kind == Type::Base64) && eyes.can(object, "create")),
        "updateable" => json!(field.writable() && eyes.can(object, "update")),
        "custom" => json!(field.custom()),
        "defaultValue" if kind == Type::Boolean => json!(false),
        "defaultValue" => json!(raw.values.first().filter(|_| raw.preset)),
        "defaultedOnCreate" => json!((given && !raw.need) || raw.preset || kind == Type::Boolean),
        "digits" => json!(if kind == Type::Int { 8 } else { 0 }),
        "externalId" => json!(raw.external),
        "unique" => json!(raw.unique),
        "restrictedDelete" => json!(raw.restrict),
        "extraTypeInfo" => extra(field),
        "filterable" => json!(!field.is_long() && !matches!(kind, Type::Address | Type::Base64)),
        "groupable" => json!(groupable(field)),
        "idLookup" => json!(field.id_lookup()),
        "label" => json!(raw.label),
        "length" => json!(if matches!(kind, Type::Id | Type::Reference) { 18 } else { length(field) }),
        "name" => json!(field.name()),
        "nameField" => json!(field.is_name),
        "namePointing" | "polymorphicForeignKey" => json!(field.to.len() > 1),
        "nillable" => json!(!given && kind != Type::Boolean),
        "permissionable" => json!(!given && !field.is_name && raw.mine.is_none()),
        "picklistValues" => picklist(object, field),
        "controllerName" => json!(raw.depends.as_ref().map(|depends| &depends.on)),
        "dependentPicklist" => json!(raw.depends.is_some()),
        "precision" => json!(precision(kind)),
        "queryByDistance" => json!(field.parts.iter().any(|(key, _)| *key == "latitude")),
        "referenceTo" => field.to.iter().filter_map(|to| eyes.at(*to)).map(|object| json!(object.name())).collect(),
        "relationshipName" => json!(raw.rel),
        "restrictedPicklist" => json!(raw.restricted),
        "scale" => json!(raw.scale),
        "searchPrefilterable" => json!(kind == Type::Reference && !system),
        "soapType" => json!(soap(kind)),
        "sortable" => json!(sortable(field)),
        "type" => json!(name(kind)),
        "calculatedFormula"
        | "defaultValueFormula"
        | "filteredLookupInfo"
        | "inlineHelpText"
        | "mask"
        | "maskType"
        | "referenceTargetField"
        | "relationshipOrder" => Value::Null,
        _ => json!(false),
    }
}

fn is_text(kind: Type) -> bool {
    matches!(
        kind,
        Type::String | Type::Textarea | Type::Picklist | Type::Multipicklist | Type::Phone | Type::Email | Type::Url
    )
}

/// In characters, 0 where it is no text; a picklist has room for its values.
pub(super) fn length(field: &Field) -> u32 {
    match field.raw.kind {
        kind if !is_text(kind) => 0,
        Type::Picklist if field.raw.length == 0 => 255,
        Type::Multipicklist if field.raw.length == 0 => 4_099,
        _ => field.raw.length,
    }
}

/// In bytes: three for a character.
fn byte_length(field: &Field) -> u32 {
    match field.raw.kind {
        Type::Id | Type::Reference => 18,
        kind if is_text(kind) => length(field) * 3,
        _ => 0,
    }
}

/// Whether ORDER BY takes the field.
pub(super) fn sortable(field: &Field) -> bool {
    !field.is_long() && !matches!(field.raw.kind, Type::Multipicklist | Type::Address | Type::Base64)
}

/// Whether the aggregate functions take the field.
pub(super) fn aggregatable(field: &Field) -> bool {
    sortable(field) && !matches!(field.raw.kind, Type::Textarea | Type::Boolean)
}

/// Whether GROUP BY takes the field.
pub(super) fn groupable(field: &Field) -> bool {
    let broad = field.is_long() || field.raw.auto;
    !broad
        && !matches!(
            field.raw.kind,
            Type::Address
                | Type::Base64
                | Type::Datetime
                | Type::Double
                | Type::Currency
                | Type::Percent
                | Type::Multipicklist
        )
}

pub(super) fn precision(kind: Type) -> u32 {
    match kind {
        Type::Double | Type::Currency => 18,
        Type::Percent => 5,
        _ => 0,
    }
}

fn extra(field: &Field) -> Value {
    match (field.raw.kind, field.compound.as_deref()) {
        (Type::Textarea, _) => json!("plaintextarea"),
        (_, Some("Name")) => json!("personname"),
        _ => Value::Null,
    }
}

fn picklist(object: &Object, field: &Field) -> Value {
    let values =
        if matches!(field.raw.kind, Type::Picklist | Type::Multipicklist) { field.raw.values.as_slice() } else { &[] };
    let one = |(at, value): (usize, &String)| json!({ "active": true, "defaultValue": field.raw.preset && at == 0, "label": value, "validFor": valid_for(object, field, value), "value": value });
    values.iter().enumerate().map(one).collect()
}

/// The values of the controlling field that a value is offered with: a bit for each, from the left, in base64.
/// <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describesobjects_describesobjectresult.htm>
fn valid_for(object: &Object, field: &Field, value: &str) -> Option<String> {
    let depends = field.raw.depends.as_ref()?;
    let controlling = &object.field(&depends.on)?.raw.values;
    let offered = depends.valid.get(value).map(Vec::as_slice).unwrap_or_default();
    // Whole groups of four letters, so that nothing is padded.
    let mut bytes = vec![0_u8; controlling.len().div_ceil(24) * 3];
    for at in controlling.iter().enumerate().filter(|(_, own)| offered.contains(own)).map(|(at, _)| at) {
        if let Some(byte) = bytes.get_mut(at / 8) {
            *byte |= 0x80 >> (at % 8);
        }
    }
    Some(STANDARD.encode(bytes))
}

/// The type's name in a describe.
pub(super) fn name(kind: Type) -> &'static str {
    match kind {
        Type::Id => "id",
        Type::String => "string",
        Type::Textarea => "textarea",
        Type::Picklist => "picklist",
        Type::Multipicklist => "multipicklist",
        Type::Boolean => "boolean",
        Type::Int => "int",
        Type::Double => "double",
        Type::Currency => "currency",
        Type::Percent => "percent",
        Type::Date => "date",
        Type::Datetime => "datetime",
        Type::Reference => "reference",
        Type::Phone => "phone",
        Type::Email => "email",
        Type::Url => "url",
        Type::Address => "address",
        Type::Base64 => "base64",
    }
}

fn soap(kind: Type) -> &'static str {
    match kind {
        Type::Id | Type::Reference => "tns:ID",
        Type::Boolean => "xsd:boolean",
        Type::Int => "xsd:int",
        Type::Double | Type::Currency | Type::Percent => "xsd:double",
        Type::Date => "xsd:date",
        Type::Datetime => "xsd:dateTime",
        Type::Address => "urn:address",
        Type::Base64 => "xsd:base64Binary",
        _ => "xsd:string",
    }
}
