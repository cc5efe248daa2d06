//! Quick actions: which there are, what they ask for, and doing them.
//!
//! A global action makes a record; an object's own one makes a record that points to the one it was called on. An action
//! whose object the user may not create is not there for him.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_quickactions.htm>

use super::atlas::{Atlas, Entity, flag, list, needed, not_found, text};
use super::layout::single;
use super::page::item;
use super::setup::{Action, icon_url, made_id, same_id, setup};
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use crate::demo::rest::route::Call;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// An action as one user has it.
pub(in crate::demo::rest) struct Offer {
    pub(in crate::demo::rest) id: String,
    /// `NewContact`, or `Account.NewContact`.
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) spec: &'static Action,
    pub(in crate::demo::rest) target: Rc<Entity>,
    /// The field of the new record that points to the one the action was called on.
    pub(in crate::demo::rest) back: Option<String>,
}

/// The actions of an object, or those to be had everywhere.
pub(in crate::demo::rest) fn offers(atlas: &Atlas<'_>, on: Option<&Entity>) -> Vec<Offer> {
    let one = |(place, spec): (usize, &'static Action)| {
        let target = atlas.entity(&spec.target).ok().filter(|target| target.is("createable"))?;
        let (name, back) = match on {
            None => (spec.name.clone(), None),
            Some(entity) => {
                spec.on.iter().find(|name| *name == entity.name())?;
                let points = |field: &&Value| list(field, "referenceTo").iter().any(|to| to == entity.name());
                let back = target.fields().iter().filter(|field| flag(field, "createable")).find(points);
                (format!("{}.{}", entity.name(), spec.name), back.map(|field| text(field, "name").to_owned()))
            }
        };
        let id = made_id(atlas.caller.org, "09D", on.map_or("000", Entity::prefix), place + 1);
        Some(Offer { id, name, spec, target, back })
    };
    setup().action.iter().enumerate().filter_map(one).collect()
}

/// The items of a layout's list of actions.
pub(super) fn items(atlas: &Atlas<'_>, on: Option<&Entity>) -> Vec<Value> {
    let one = |offer: &Offer| {
        let (colour, icon) = setup().looks(offer.target.name());
        let url = icon_url(atlas.caller, icon);
        json!({
            "accessLevelRequired": null,
            "colors": colours(colour),
            "iconUrl": url,
            "icons": icons(&url),
            "label": offer.spec.label,
            "miniIconUrl": url,
            "quickActionName": offer.name,
            "targetSobjectType": offer.target.name(),
            "type": offer.spec.kind,
            "urls": urls(atlas, on, offer),
        })
    };
    offers(atlas, on).iter().map(one).collect()
}

pub(super) fn colours(colour: &str) -> Value {
    json!([{ "color": colour, "context": "primary", "theme": "theme4" }])
}

pub(super) fn icons(url: &str) -> Value {
    json!([{ "contentType": "image/png", "height": 120, "theme": "theme4", "url": url, "width": 120 }])
}

/// Everything below `quickActions`, of an object or of none.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, on: Option<&Entity>, rest: &[&str]) -> Reply {
    let offers = offers(atlas, on);
    let find = |name: &str| {
        let own = |offer: &&Offer| offer.name == name || offer.spec.name == name || same_id(&offer.id, name);
        offers.iter().find(own).ok_or_else(not_found)
    };
    match (rest, call.method.as_str()) {
        ([], "GET") => Reply::ok(&offers.iter().map(|offer| brief(atlas, on, offer)).collect()),
        ([name], "GET") => Reply::from_result(find(name).map(|offer| brief(atlas, on, offer))),
        ([name, "describe"], "GET") => Reply::from_result(find(name).map(|offer| describe(atlas, on, offer))),
        ([name, "defaultValues"], "GET") => Reply::from_result(find(name).map(|offer| defaults(offer, None))),
        ([name, "defaultValues", context], "GET") => {
            Reply::from_result(find(name).map(|offer| defaults(offer, Some(context))))
        }
        ([name], "POST") => match find(name).and_then(|offer| act(atlas, call, offer)) {
            Ok(done) => Reply::json(StatusCode::CREATED, &done),
            Err(error) => Reply::from_error(&error),
        },
        ([] | [_, "describe"] | [_, "defaultValues", ..], method) => Reply::not_allowed(method, "HEAD,GET"),
        ([_], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        _ => Reply::not_found(),
    }
}

fn urls(atlas: &Atlas<'_>, on: Option<&Entity>, offer: &Offer) -> Value {
    let below = on.map_or(String::new(), |entity| format!("sobjects/{}/", entity.name()));
    let url = format!("/services/data/v{}/{below}quickActions/{}", atlas.version, offer.spec.name);
    json!({
        "defaultValues": format!("{url}/defaultValues"),
        "defaultValuesTemplate": format!("{url}/defaultValues/{{ID}}"),
        "describe": format!("{url}/describe"),
        "quickAction": url,
    })
}

fn brief(atlas: &Atlas<'_>, on: Option<&Entity>, offer: &Offer) -> Value {
    json!({
        "actionEnumOrId": offer.id,
        "label": offer.spec.label,
        "name": offer.name,
        "type": offer.spec.kind,
        "urls": urls(atlas, on, offer),
    })
}

/// The fields an action asks for: the required ones and those it names.
pub(in crate::demo::rest) fn asked(offer: &Offer) -> Vec<String> {
    let target = &offer.target;
    let required = target.fields().iter().filter(|field| needed(field)).map(|field| text(field, "name"));
    let named = offer.spec.fields.iter().filter_map(|name| target.field(name)).map(|field| text(field, "name"));
    let mut all: Vec<String> = Vec::new();
    for name in required.chain(named) {
        if !all.iter().any(|known| known == name) {
            all.push(name.to_owned());
        }
    }
    all
}

fn describe(atlas: &Atlas<'_>, on: Option<&Entity>, offer: &Offer) -> Value {
    let target = &offer.target;
    let mut order = 0;
    let rows: Vec<Value> = asked(offer)
        .iter()
        .filter_map(|name| single(target, name))
        .map(|place| json!({ "layoutItems": [item(target, &place, &mut order)], "numItems": 1 }))
        .collect();
    let (colour, icon) = setup().looks(target.name());
    let url = icon_url(atlas.caller, icon);
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("accessLevelRequired", Value::Null);
    put("actionEnumOrId", json!(offer.id));
    put("canvasApplicationId", Value::Null);
    put("canvasApplicationName", Value::Null);
    put("colors", colours(colour));
    put("contextSobjectType", json!(on.map(Entity::name)));
    put("defaultValues", Value::Null);
    put("flowDevName", Value::Null);
    put("flowRecordIdVar", Value::Null);
    put("height", Value::Null);
    put("iconName", Value::Null);
    put("iconUrl", json!(url));
    put("icons", icons(&url));
    put("label", json!(offer.spec.label));
    put(
        "layout",
        json!({
            "collapsed": false,
            "columns": 1,
            "heading": null,
            "layoutRows": rows,
            "layoutSectionId": null,
            "parentLayoutId": null,
            "rows": rows.len(),
            "tabOrder": "LeftToRight",
            "useCollapsibleSection": false,
            "useHeading": false,
        }),
    );
    for key in ["lightningComponentBundleId", "lightningComponentBundleName", "lightningComponentQualifiedName"] {
        put(key, Value::Null);
    }
    put("miniIconUrl", json!(url));
    put("name", json!(offer.name));
    put("showQuickActionLcHeader", json!(false));
    put("showQuickActionVfHeader", json!(false));
    put("targetParentField", json!(offer.back));
    put("targetRecordTypeId", Value::Null);
    put("targetSobjectType", json!(target.name()));
    put("type", json!(offer.spec.kind));
    put("visualforcePageName", Value::Null);
    put("visualforcePageUrl", Value::Null);
    put("width", Value::Null);
    Value::Object(map)
}

/// What the action fills in by itself, as a record without an id.
fn defaults(offer: &Offer, context: Option<&str>) -> Value {
    let mut record = Map::new();
    record.insert("attributes".to_owned(), json!({ "type": offer.target.name() }));
    for field in offer.target.fields() {
        if let Some(value) = field.get("defaultValue").filter(|value| !value.is_null() && flag(field, "createable")) {
            record.insert(text(field, "name").to_owned(), value.clone());
        }
    }
    if let (Some(field), Some(context)) = (&offer.back, context) {
        record.insert(field.clone(), json!(context));
    }
    Value::Object(record)
}

/// Makes the record: `{"contextId", "record": {…}}`.
fn act(atlas: &Atlas<'_>, call: &Call<'_>, offer: &Offer) -> Result<Value, SfError> {
    let body = call.json()?;
    let context = body.get("contextId").and_then(Value::as_str);
    let mut record = match body.get("record") {
        Some(Value::Object(record)) => record.clone(),
        _ => return Err(SfError::new(400, "MISSING_ARGUMENT", "The record of the quick action is missing")),
    };
    record.remove("attributes");
    if offer.spec.kind == "LogACall" {
        record.entry("Status").or_insert_with(|| json!("Completed"));
        record.entry("TaskSubtype").or_insert_with(|| json!("Call"));
    }
    if let (Some(field), Some(context)) = (&offer.back, context) {
        record.entry(field.clone()).or_insert_with(|| json!(context));
    }
    let id = atlas.caller.viewer.create(offer.target.name(), &Value::Object(record))?;
    Ok(json!({
        "contextId": context,
        "created": true,
        "errors": [],
        "feedItemIds": null,
        "ids": [id],
        "success": true,
        "successMessage": null,
    }))
}
