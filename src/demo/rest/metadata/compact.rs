//! Compact layouts: the few fields that stand at the head of a record.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_compactlayouts.htm>

use super::atlas::{Atlas, Entity, text};
use super::layout::{Item, single};
use super::page::{button, item};
use super::setup::{made_id, setup};
use crate::demo::data::SfError;
use serde_json::{Map, Value, json};

/// Objects of one `compactLayouts?q=`.
const MOST: usize = 100;

/// The items of an object's compact layout that the user sees.
pub(in crate::demo::rest) fn items(entity: &Entity) -> Vec<Item<'_>> {
    let face = setup().face(entity.name());
    let names = face.map(|face| face.compact.as_slice()).unwrap_or_default();
    let mut items: Vec<Item<'_>> = names.iter().filter_map(|name| single(entity, name)).collect();
    if items.is_empty() {
        items.extend(entity.name_field().and_then(|name| single(entity, name)));
    }
    items
}

/// The id of an object's compact layout; `None` where it is the one Salesforce brings.
pub(in crate::demo::rest) fn id(atlas: &Atlas<'_>, entity: &Entity) -> Option<String> {
    setup().face(entity.name()).map(|_| made_id(atlas.caller.org, "0AH", entity.prefix(), 1))
}

/// `describe/compactLayouts`.
pub(super) fn all(atlas: &Atlas<'_>, entity: &Entity) -> Value {
    let layout = primary(atlas, entity);
    let id = self::id(atlas, entity);
    let mappings: Vec<Value> = entity
        .list("recordTypeInfos")
        .iter()
        .map(|info| {
            json!({
                "available": info.get("available"),
                "compactLayoutId": id,
                "compactLayoutName": text(&layout, "name"),
                "recordTypeId": info.get("recordTypeId"),
                "recordTypeName": info.get("name"),
                "urls": { "compactLayout": address(atlas, entity, text(info, "recordTypeId")) },
            })
        })
        .collect();
    json!({
        "compactLayouts": [layout],
        "defaultCompactLayoutId": id,
        "recordTypeCompactLayoutMappings": mappings,
        "urls": { "primary": address(atlas, entity, "primary") },
    })
}

fn address(atlas: &Atlas<'_>, entity: &Entity, which: &str) -> String {
    format!("/services/data/v{}/sobjects/{}/describe/compactLayouts/{which}", atlas.version, entity.name())
}

/// The compact layout of an object.
pub(super) fn primary(atlas: &Atlas<'_>, entity: &Entity) -> Value {
    let mut order = 0;
    let fields: Vec<Value> = items(entity).iter().map(|place| item(entity, place, &mut order)).collect();
    let id = self::id(atlas, entity);
    let label = entity.text("label");
    let (label, name) = match &id {
        Some(_) => (format!("{label} Compact Layout"), format!("{}_Compact_Layout", entity.name().replace("__", "_"))),
        None => ("System Default".to_owned(), "SYSTEM".to_owned()),
    };
    json!({
        "actions": actions(entity),
        "fieldItems": fields,
        "id": id,
        "imageItems": [],
        "label": label,
        "name": name,
        "objectType": entity.name(),
    })
}

/// What can be done with a record at a tap: call, write, look at.
fn actions(entity: &Entity) -> Vec<Value> {
    let has = |kind: &str| entity.fields().iter().any(|field| text(field, "type") == kind);
    let all = [
        ("phone", "CallHighlightAction", "Call"),
        ("email", "EmailHighlightAction", "Send Email"),
        ("address", "MapHighlightAction", "Map"),
        ("url", "WebsiteHighlightAction", "View Website"),
    ];
    all.iter().filter(|(kind, ..)| has(kind)).map(|(_, name, label)| button(name, label)).collect()
}

/// `compactLayouts?q=A,B`: the primary one of each. A name that is not seen is an error, as elsewhere.
pub(super) fn several(atlas: &Atlas<'_>, names: Option<&str>) -> Result<Value, SfError> {
    let names: Vec<&str> =
        names.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    if names.is_empty() {
        return Err(SfError::new(400, "MISSING_ARGUMENT", "The q parameter is required: a list of object names"));
    }
    if names.len() > MOST {
        return Err(SfError::new(
            400,
            "LIMIT_EXCEEDED",
            format!("no more than {MOST} objects can be asked for at once"),
        ));
    }
    let mut map = Map::new();
    for name in names {
        let entity = atlas
            .laid_out(name)
            .map_err(|_| SfError::new(400, "INVALID_TYPE", format!("sObject type '{name}' is not supported.")))?;
        map.insert(entity.name().to_owned(), primary(atlas, &entity));
    }
    Ok(Value::Object(map))
}
