//! Layouts as `describe/layouts` writes them, and the pieces that compact layouts and quick actions share with them.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_describelayout_describelayoutresult.htm>

use super::action;
use super::atlas::{Atlas, Entity, flag, list, not_found, text};
use super::layout::{self, Item, Mode, Section, layout_id};
use super::setup::setup;
use crate::demo::data::SfError;
use serde_json::{Value, json};

/// Rows that a related list shows at first.
const RELATED_ROWS: u64 = 5;

/// `describe/layouts`: all of an object's, which is one. With several record types there is one for each, and the answer
/// only says where.
pub(super) fn all(atlas: &Atlas<'_>, entity: &Entity) -> Result<Value, SfError> {
    let types = entity.list("recordTypeInfos");
    let layouts = if types.len() > 1 { Value::Null } else { json!([one(atlas, entity)]) };
    let id = layout_id(atlas.caller.org, entity);
    let mappings: Vec<Value> = types.iter().map(|info| mapping(entity, info, &id)).collect();
    let asks = types.len() > 1;
    Ok(json!({ "layouts": layouts, "recordTypeMappings": mappings, "recordTypeSelectorRequired": [asks] }))
}

/// `describe/layouts/RECORDTYPEID`.
pub(super) fn of_type(atlas: &Atlas<'_>, entity: &Entity, record_type: &str) -> Result<Value, SfError> {
    entity.record_type(record_type).ok_or_else(not_found)?;
    Ok(one(atlas, entity))
}

/// `describe/layouts` of the object that is none, `Global`: the actions to be had everywhere.
pub(super) fn global(atlas: &Atlas<'_>) -> Value {
    let id = super::setup::made_id(atlas.caller.org, "00h", "000", 1);
    let layout = json!({
        "buttonLayoutSection": null,
        "detailLayoutSections": [],
        "editLayoutSections": [],
        "feedView": null,
        "highlightsPanelLayoutSection": null,
        "id": id,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": { "quickActionListItems": action::items(atlas, None) },
        "relatedContent": null,
        "relatedLists": [],
        "saveOptions": [],
    });
    json!({ "layouts": [layout], "recordTypeMappings": [], "recordTypeSelectorRequired": [false] })
}

fn one(atlas: &Atlas<'_>, entity: &Entity) -> Value {
    let org = atlas.caller.org;
    let id = layout_id(org, entity);
    let of = |mode: Mode| -> Vec<Value> {
        layout::sections(org, entity, mode).iter().map(|section| self::section(entity, section, &id)).collect()
    };
    json!({
        "buttonLayoutSection": { "detailButtons": buttons(entity) },
        "detailLayoutSections": of(Mode::View),
        "editLayoutSections": of(Mode::Edit),
        "feedView": null,
        "highlightsPanelLayoutSection": null,
        "id": id,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": { "quickActionListItems": action::items(atlas, Some(entity)) },
        "relatedContent": null,
        "relatedLists": related(atlas, entity),
        "saveOptions": [],
    })
}

fn section(entity: &Entity, section: &Section<'_>, layout: &str) -> Value {
    let mut order = 0;
    let rows: Vec<Value> = section
        .rows
        .iter()
        .map(|row| {
            let items: Vec<Value> = row.iter().map(|item| self::item(entity, item, &mut order)).collect();
            json!({ "layoutItems": items, "numItems": row.len() })
        })
        .collect();
    json!({
        "collapsed": false,
        "columns": section.columns,
        "heading": section.heading,
        "layoutRows": rows,
        "layoutSectionId": section.id,
        "parentLayoutId": layout,
        "rows": section.rows.len(),
        "tabOrder": "TopToBottom",
        "useCollapsibleSection": true,
        "useHeading": true,
    })
}

/// One place of a page. `order` counts the components.
pub(super) fn item(entity: &Entity, item: &Item<'_>, order: &mut usize) -> Value {
    let mut components: Vec<Value> = Vec::new();
    for field in &item.fields {
        if !components.is_empty() {
            components.push(json!({ "displayLines": 1, "tabOrder": *order, "type": "Separator", "value": ", " }));
        }
        components.push(component(entity, field, order));
    }
    json!({
        "editableForNew": item.for_new,
        "editableForUpdate": item.for_update,
        "label": item.label,
        "layoutComponents": components,
        "placeholder": false,
        "required": item.required,
    })
}

fn component(entity: &Entity, field: &Value, order: &mut usize) -> Value {
    *order += 1;
    let name = text(field, "name");
    let own = *order;
    let lines = if text(field, "type") == "textarea" { 6 } else { 1 };
    let parts = entity.parts(name);
    let plain = json!({ "details": field, "displayLines": lines, "tabOrder": own, "type": "Field", "value": name });
    if parts.is_empty() || name == "Fiscal" {
        return plain;
    }
    let kind = if text(field, "type") == "address" { "address" } else { "personName" };
    let components: Vec<Value> = parts
        .iter()
        .filter(|part| text(part, "type") != "double")
        .map(|part| {
            *order += 1;
            json!({ "details": part, "displayLines": 1, "tabOrder": *order, "type": "Field", "value": text(part, "name") })
        })
        .collect();
    json!({
        "components": components,
        "details": field,
        "displayLines": lines,
        "fieldType": kind,
        "tabOrder": own,
        "type": "Field",
        "value": name,
    })
}

/// Which layout a record type has, and what its picklists offer.
fn mapping(entity: &Entity, info: &Value, layout: &str) -> Value {
    let picklists: Vec<Value> = entity
        .fields()
        .iter()
        .filter(|field| !list(field, "picklistValues").is_empty())
        .map(|field| json!({ "picklistName": text(field, "name"), "picklistValues": list(field, "picklistValues") }))
        .collect();
    json!({
        "active": info.get("active"),
        "available": info.get("available"),
        "defaultRecordTypeMapping": info.get("defaultRecordTypeMapping"),
        "developerName": info.get("developerName"),
        "layoutId": layout,
        "master": info.get("master"),
        "name": info.get("name"),
        "picklistsForRecordType": picklists,
        "recordTypeId": info.get("recordTypeId"),
        "urls": info.get("urls"),
    })
}

fn buttons(entity: &Entity) -> Vec<Value> {
    let all = [("Edit", "Edit", "updateable"), ("Delete", "Delete", "deletable"), ("Clone", "Clone", "createable")];
    all.iter().filter(|(.., right)| entity.is(right)).map(|(name, label, _)| button(name, label)).collect()
}

/// A button that Salesforce brings itself.
pub(super) fn button(name: &str, label: &str) -> Value {
    json!({
        "behavior": null,
        "colors": null,
        "content": null,
        "contentSource": null,
        "custom": false,
        "encoding": null,
        "height": null,
        "icons": null,
        "label": label,
        "menubar": false,
        "name": name,
        "overridden": false,
        "resizeable": false,
        "scrollbars": false,
        "showsLocation": false,
        "showsStatus": false,
        "toolbar": false,
        "url": null,
        "width": null,
        "windowPosition": null,
    })
}

/// The related lists of an object's page: each child relationship that has a name and leads to something with layouts.
pub(in crate::demo::rest) fn related_lists<'e>(
    atlas: &Atlas<'_>,
    entity: &'e Entity,
) -> Vec<(&'e Value, std::rc::Rc<Entity>)> {
    let one = |child: &'e Value| {
        let named = !text(child, "relationshipName").is_empty();
        let other = atlas.laid_out(text(child, "childSObject")).ok()?;
        named.then_some((child, other))
    };
    entity.list("childRelationships").iter().filter_map(one).collect()
}

/// The fields a related list shows: those of the child's compact layout, but for the way back.
pub(in crate::demo::rest) fn related_columns<'e>(child: &Value, other: &'e Entity) -> Vec<&'e Value> {
    let face = setup().face(other.name());
    let names = face.map(|face| face.compact.as_slice()).unwrap_or_default();
    let back = text(child, "field");
    let mut columns: Vec<&Value> =
        names.iter().filter(|name| *name != back).filter_map(|name| other.field(name)).collect();
    if columns.is_empty() {
        columns.extend(other.name_field().and_then(|name| other.field(name)));
    }
    columns
}

fn related(atlas: &Atlas<'_>, entity: &Entity) -> Vec<Value> {
    let one = |(child, other): &(&Value, std::rc::Rc<Entity>)| {
        let columns: Vec<Value> = related_columns(child, other).iter().map(|field| column(other, field)).collect();
        let sort =
            other.name_field().map(|name| json!({ "ascending": true, "column": format!("{}.{name}", other.name()) }));
        let new = other.is("createable").then(|| button("New", "New"));
        json!({
            "accessLevelRequiredForCreate": null,
            "buttons": new.into_iter().collect::<Vec<_>>(),
            "columns": columns,
            "custom": other.is("custom"),
            "field": text(child, "field"),
            "label": other.text("labelPlural"),
            "limitRows": RELATED_ROWS,
            "name": text(child, "relationshipName"),
            "sobject": other.name(),
            "sort": sort.into_iter().collect::<Vec<_>>(),
        })
    };
    related_lists(atlas, entity).iter().map(one).collect()
}

fn column(entity: &Entity, field: &Value) -> Value {
    let name = text(field, "name");
    let lookup = match text(field, "type") {
        "reference" => Some(format!("{}.{name}", entity.name())),
        _ => flag(field, "nameField").then(|| format!("{}.Id", entity.name())),
    };
    json!({
        "field": format!("{}.{name}", entity.name()),
        "fieldApiName": name,
        "format": null,
        "label": layout::label(field),
        "lookupId": lookup,
        "name": name,
        "sortable": field.get("sortable"),
    })
}
