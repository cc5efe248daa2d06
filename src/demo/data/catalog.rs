//! The org's description of itself as records: EntityDefinition, FieldDefinition, CustomObject, CustomField,
//! ValidationRule, made of the schema.
//!
//! An EntityDefinition and a FieldDefinition are known by name (`Account`, `Account.Name`), which stands where others have
//! an id. The schema does not change, so neither do the rows.

use super::checks::Rule;
use super::describe;
use super::error::SfError;
use super::eyes::Eyes;
use super::id::{self, Ids};
use super::make::last_day;
use super::schema::{Field, Object, Schema, Sharing, Type};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::collections::HashMap;

/// How many bits of a FieldDefinition's number tell the field; the others tell its object.
const FIELD_BITS: u32 = 12;

type Row = Vec<(&'static str, Value)>;

/// The names that stand for ids.
#[derive(Default)]
pub(super) struct Names {
    entity: usize,
    field: usize,
    by_key: HashMap<i64, String>,
    by_name: HashMap<String, i64>,
}

impl Names {
    pub(super) fn new(schema: &Schema) -> Self {
        let index = |name: &str| schema.object(name).map_or(usize::MAX, |object| object.index);
        let mut names = Self { entity: index("EntityDefinition"), field: index("FieldDefinition"), ..Self::default() };
        for object in &schema.objects {
            names.put(id::key(names.entity, entity_number(object)), object.name().to_owned());
            for (at, field) in object.fields.iter().enumerate() {
                let key = id::key(names.field, field_number(object, at));
                names.put(key, format!("{}.{}", object.name(), field.name()));
            }
        }
        names
    }

    fn put(&mut self, key: i64, name: String) {
        self.by_name.insert(name.to_lowercase(), key);
        self.by_key.insert(key, name);
    }

    /// Whether records of this object are known by name.
    pub(super) fn has(&self, object: usize) -> bool {
        object == self.entity || object == self.field
    }

    pub(super) fn of(&self, key: i64) -> Option<&str> {
        self.by_key.get(&key).map(String::as_str)
    }

    pub(super) fn key(&self, name: &str) -> Option<i64> {
        self.by_name.get(&name.to_lowercase()).copied()
    }
}

fn entity_number(object: &Object) -> i64 {
    object.index as i64
}

fn field_number(object: &Object, at: usize) -> i64 {
    ((object.index as i64) << FIELD_BITS) | at as i64
}

/// The condition that a row tells of something the user sees.
pub(super) fn seen(eyes: &Eyes<'_>, object: &Object, alias: &str) -> Option<String> {
    let is_entity = object.name() == "EntityDefinition";
    let mut hidden = Vec::new();
    for described in &eyes.schema.objects {
        let gone = !described.shown_to(eyes.access);
        if is_entity && gone {
            hidden.push(id::key(object.index, entity_number(described)).to_string());
        }
        if !is_entity {
            let fields = described.fields.iter().enumerate().filter(|(_, field)| gone || !field.shown_to(eyes.access));
            hidden.extend(fields.map(|(at, _)| id::key(object.index, field_number(described, at)).to_string()));
        }
    }
    (!hidden.is_empty()).then(|| format!("{alias}.\"Id\" NOT IN ({})", hidden.join(",")))
}

/// Writes all rows.
pub(super) fn insert(db: &Connection, schema: &Schema, ids: &Ids, admin: i64) -> Result<(), SfError> {
    let table = |name: &str| schema.object(name).ok_or_else(SfError::internal);
    let (entities, fields) = (table("EntityDefinition")?, table("FieldDefinition")?);
    let (customs, custom_fields) = (table("CustomObject")?, table("CustomField")?);
    let validations = table("ValidationRule")?;
    let (mut objects, mut columns, mut rules) = (0, 0, 0);
    for object in &schema.objects {
        let entity = id::key(entities.index, entity_number(object));
        put(db, entities, entity, admin, entity_row(object))?;
        for rule in &object.raw.rule {
            put(db, validations, id::key(validations.index, rules), admin, rule_row(rule, entity))?;
            rules += 1;
        }
        let mut named = object.name().to_owned();
        if object.custom() {
            let key = id::key(customs.index, objects);
            objects += 1;
            put(db, customs, key, admin, custom_row(object))?;
            named = ids.write(key);
        }
        for (at, field) in object.fields.iter().enumerate().filter(|(_, field)| !is_internal(field)) {
            put(
                db,
                fields,
                id::key(fields.index, field_number(object, at)),
                admin,
                field_row(schema, object, field, entity),
            )?;
            if field.custom() {
                let key = id::key(custom_fields.index, columns);
                columns += 1;
                put(db, custom_fields, key, admin, custom_field_row(object, field, entity, &named))?;
            }
        }
    }
    Ok(())
}

/// Nobody sees it: what a bare object has for our own sake.
fn is_internal(field: &Field) -> bool {
    use super::spec::Access;
    [Access::Admin, Access::Sales, Access::Integration].iter().all(|access| !field.shown_to(*access))
}

fn put(db: &Connection, object: &Object, key: i64, admin: i64, mut row: Row) -> Result<(), SfError> {
    let made = last_day() * 86_400 - 40_000_000;
    row.extend([("Id", Value::Integer(key)), ("IsDeleted", Value::Integer(0))]);
    row.extend([("CreatedDate", Value::Integer(made)), ("LastModifiedDate", Value::Integer(made))]);
    row.extend([("CreatedById", Value::Integer(admin)), ("LastModifiedById", Value::Integer(admin))]);
    let names: Vec<String> = row.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let marks = vec!["?"; row.len()].join(",");
    let sql = format!("INSERT INTO \"{}\" ({}) VALUES ({marks})", object.name(), names.join(","));
    db.prepare_cached(&sql)?.execute(params_from_iter(row.into_iter().map(|(_, value)| value)))?;
    Ok(())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn flag(flag: bool) -> Value {
    Value::Integer(i64::from(flag))
}

/// Without the tail of custom names.
fn developer_name(name: &str) -> &str {
    name.strip_suffix("__c").unwrap_or(name)
}

fn entity_row(object: &Object) -> Row {
    let raw = &object.raw;
    let layout = object.can("layout");
    let model = if raw.sharing == Sharing::Owner { "Private" } else { "ReadWrite" };
    let mut row = vec![
        ("QualifiedApiName", text(object.name())),
        ("DeveloperName", text(developer_name(object.name()))),
        ("MasterLabel", text(&raw.label)),
        ("Label", text(&raw.label)),
        ("PluralLabel", text(&raw.plural)),
        ("KeyPrefix", text(&raw.prefix)),
        ("InternalSharingModel", text(model)),
        ("ExternalSharingModel", text(model)),
    ];
    if object.custom() {
        row.push(("DeploymentStatus", text("Deployed")));
    }
    for (name, yes) in [
        ("IsCustomizable", layout),
        ("IsCustomSetting", false),
        ("IsApexTriggerable", object.can("create")),
        ("IsWorkflowEnabled", layout && object.can("create")),
        ("IsCompactLayoutable", layout),
        ("IsDeprecatedAndHidden", false),
        ("IsLayoutable", layout),
        ("IsQueryable", true),
        ("IsReplicateable", true),
        ("IsRetrieveable", true),
        ("IsSearchable", object.can("search")),
        ("IsSearchLayoutable", layout),
        ("IsTriggerable", object.can("create")),
        ("IsEverCreatable", object.can("create")),
        ("IsEverUpdatable", object.can("update")),
        ("IsEverDeletable", object.can("delete")),
    ] {
        row.push((name, flag(yes)));
    }
    row
}

fn field_row(schema: &Schema, object: &Object, field: &Field, entity: i64) -> Row {
    let raw = &field.raw;
    let short = !field.is_long() && !matches!(raw.kind, Type::Address | Type::Base64);
    let mut row = vec![
        ("EntityDefinitionId", Value::Integer(entity)),
        ("QualifiedApiName", text(field.name())),
        ("DeveloperName", text(developer_name(field.name()))),
        ("MasterLabel", text(&raw.label)),
        ("Label", text(&raw.label)),
        ("DataType", text(&data_type(schema, object, field))),
        ("ValueTypeId", text(describe::name(raw.kind))),
        ("Length", Value::Integer(i64::from(describe::length(field)))),
        ("Precision", Value::Integer(i64::from(describe::precision(raw.kind)))),
        ("Scale", Value::Integer(i64::from(raw.scale))),
    ];
    if let Some(relation) = &raw.rel {
        row.push(("RelationshipName", text(relation)));
    }
    for (name, yes) in [
        ("IsCalculated", raw.sql.is_some() && field.custom()),
        ("IsCompound", raw.kind == Type::Address),
        ("IsIndexed", raw.index || raw.external || matches!(raw.kind, Type::Id | Type::Reference)),
        ("IsNameField", field.is_name),
        ("IsNillable", !raw.need && raw.kind != Type::Boolean && raw.kind != Type::Id),
        ("IsPolymorphicForeignKey", field.to.len() > 1),
        ("IsApiFilterable", short),
        ("IsApiGroupable", short && describe::groupable(field)),
        ("IsApiSortable", short && raw.kind != Type::Multipicklist),
    ] {
        row.push((name, flag(yes)));
    }
    row
}

fn rule_row(rule: &Rule, entity: i64) -> Row {
    vec![
        ("ValidationName", text(&rule.name)),
        ("EntityDefinitionId", Value::Integer(entity)),
        ("Active", flag(true)),
        ("ErrorDisplayField", rule.field.as_deref().map_or(Value::Null, text)),
        ("ErrorMessage", text(&rule.message)),
        ("ManageableState", text("unmanaged")),
    ]
}

fn custom_row(object: &Object) -> Row {
    let model = if object.raw.sharing == Sharing::Owner { "Private" } else { "Edit" };
    vec![
        ("DeveloperName", text(developer_name(object.name()))),
        ("Language", text("en_US")),
        ("ManageableState", text("unmanaged")),
        ("SharingModel", text(model)),
    ]
}

fn custom_field_row(object: &Object, field: &Field, entity: i64, table: &str) -> Row {
    let mut row = vec![
        ("DeveloperName", text(developer_name(field.name()))),
        ("TableEnumOrId", text(table)),
        ("EntityDefinitionId", Value::Integer(entity)),
        ("FullName", text(&format!("{}.{}", object.name(), field.name()))),
        ("ManageableState", text("unmanaged")),
    ];
    let precision = describe::precision(field.raw.kind);
    if precision > 0 {
        row.push(("Precision", Value::Integer(i64::from(precision))));
        row.push(("Scale", Value::Integer(i64::from(field.raw.scale))));
    } else if describe::length(field) > 0 {
        row.push(("Length", Value::Integer(i64::from(describe::length(field)))));
    }
    row
}

/// The type as the setup pages name it.
fn data_type(schema: &Schema, object: &Object, field: &Field) -> String {
    let raw = &field.raw;
    if raw.auto {
        return "Auto Number".to_owned();
    }
    let digits = || format!("({}, {})", describe::precision(raw.kind).saturating_sub(raw.scale), raw.scale);
    match raw.kind {
        Type::Id => "Lookup()".to_owned(),
        Type::String if object.name() != "User" && raw.sql.is_some() && field.is_name => "Name".to_owned(),
        Type::String => format!("Text({})", raw.length),
        Type::Textarea if raw.length > 255 => format!("Long Text Area({})", raw.length),
        Type::Textarea => format!("Text Area({})", raw.length),
        Type::Picklist => "Picklist".to_owned(),
        Type::Multipicklist => "Picklist (Multi-Select)".to_owned(),
        Type::Boolean => "Checkbox".to_owned(),
        Type::Int => "Number(8, 0)".to_owned(),
        Type::Double => format!("Number{}", digits()),
        Type::Currency => format!("Currency{}", digits()),
        Type::Percent => format!("Percent{}", digits()),
        Type::Date => "Date".to_owned(),
        Type::Datetime => "Date/Time".to_owned(),
        Type::Reference => {
            let names: Vec<&str> = field.to.iter().filter_map(|to| schema.at(*to)).map(Object::name).collect();
            format!("Lookup({})", names.join(","))
        }
        Type::Phone => "Phone".to_owned(),
        Type::Email => "Email".to_owned(),
        Type::Url => format!("URL({})", raw.length),
        Type::Address => "Address".to_owned(),
        Type::Base64 => "Base64".to_owned(),
    }
}
