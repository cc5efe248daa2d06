//! Reads of how the org is set up: layouts, list views, quick actions, tabs, theme, apps, and the processes it has not.
//!
//! ```text
//!  setup.toml ─▶ setup ─┐
//!                       ├─▶ layout, view, action, app, compact ─▶ page, lists (the REST shapes)
//!  describe ───▶ atlas ─┘                    └──────────────────▶ ui-api (its own shapes)
//! ```
//! All of it is made of the user's own describes, so that what he may not see is in none of it.

pub(super) mod action;
pub(super) mod app;
pub(super) mod atlas;
pub(super) mod compact;
pub(super) mod layout;
pub(super) mod lists;
pub(super) mod page;
pub(super) mod setup;
pub(super) mod view;

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use atlas::{Atlas, flag, not_found, text};
use axum::http::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The layout that `User` has besides its own.
const NAMED_LAYOUT: &str = "UserAlt";

/// Whether this path below an object is one of these reads.
pub(super) fn knows(rest: &[&str]) -> bool {
    matches!(
        rest,
        ["describe", "layouts" | "namedLayouts" | "compactLayouts" | "approvalLayouts", ..]
            | ["listviews" | "quickActions", ..]
            | ["defaultValues"]
    )
}

/// The query of the list view that has this id: what is explained when a view is named in place of a query.
pub(super) fn query_of_view(caller: &Caller<'_>, call: &Call<'_>, id: &str) -> Option<String> {
    if !id.starts_with("00B") {
        return None;
    }
    view::by_id(&Atlas::new(caller, call.version), id).map(|view| view.soql(true))
}

/// Below `sobjects/NAME`.
pub(super) fn of_object(caller: &Caller<'_>, call: &Call<'_>, name: &str, rest: &[&str]) -> Reply {
    let atlas = Atlas::new(caller, call.version);
    let get = call.method == "GET";
    // `Global` is no object, but has a layout: the actions to be had everywhere.
    if name == "Global" {
        return match rest {
            ["describe", "layouts"] if get => Reply::ok(&page::global(&atlas)),
            ["describe", "layouts"] => Reply::not_allowed(&call.method, "HEAD,GET"),
            ["quickActions", rest @ ..] => action::serve(&atlas, call, None, rest),
            _ => Reply::not_found(),
        };
    }
    let entity = match atlas.laid_out(name) {
        Ok(entity) => entity,
        Err(error) => return Reply::from_error(&error),
    };
    if let ["quickActions", rest @ ..] = rest {
        return action::serve(&atlas, call, Some(&entity), rest);
    }
    if !get {
        return Reply::not_allowed(&call.method, "HEAD,GET");
    }
    let found = |id: &str| view::find(&atlas, &entity, id);
    Reply::from_result(match rest {
        ["describe", "layouts"] => page::all(&atlas, &entity),
        ["describe", "layouts", id] => page::of_type(&atlas, &entity, id),
        ["describe", "namedLayouts", NAMED_LAYOUT] if entity.name() == "User" => page::all(&atlas, &entity),
        ["describe", "compactLayouts"] => Ok(compact::all(&atlas, &entity)),
        ["describe", "compactLayouts", "primary"] => Ok(compact::primary(&atlas, &entity)),
        ["describe", "compactLayouts", id] if entity.record_type(id).is_some() => Ok(compact::primary(&atlas, &entity)),
        ["describe", "approvalLayouts"] => Ok(json!({ "approvalLayouts": [] })),
        ["listviews"] => Ok(lists::all(&atlas, &entity, false)),
        ["listviews", "recent"] => Ok(lists::all(&atlas, &entity, true)),
        ["listviews", id] => found(id).map(|view| lists::brief(&atlas, &view)),
        ["listviews", id, "describe"] => found(id).map(|view| lists::describe(&view)),
        ["listviews", id, "results"] => found(id).and_then(|view| lists::results(&atlas, call, &view)),
        ["defaultValues"] => Ok(defaults(&entity, call)),
        _ => Err(not_found()),
    })
}

/// What a new record has before anything is filled in: `defaultValues?recordTypeId&fields`.
fn defaults(entity: &atlas::Entity, call: &Call<'_>) -> Value {
    let wanted: Vec<&str> =
        call.param("fields").unwrap_or_default().split(',').filter(|name| !name.is_empty()).collect();
    let mut record = Map::new();
    record.insert("attributes".to_owned(), json!({ "type": entity.name() }));
    for field in entity.fields().iter().filter(|field| flag(field, "createable")) {
        let asked = wanted.is_empty() || wanted.iter().any(|name| name.eq_ignore_ascii_case(text(field, "name")));
        if let Some(value) = field.get("defaultValue").filter(|value| asked && !value.is_null()) {
            record.insert(text(field, "name").to_owned(), value.clone());
        }
    }
    Value::Object(record)
}

/// `tabs`, `appMenu`, `theme`, `quickActions`, `compactLayouts`, `process`, `actions`, `sobjects/relevantItems`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let atlas = Atlas::new(caller, call.version);
    if let ["quickActions", rest @ ..] = call.path {
        return action::serve(&atlas, call, None, rest);
    }
    if call.method != "GET" {
        return Reply::not_allowed(&call.method, "HEAD,GET");
    }
    let at = |path: &str| format!("/services/data/v{}/{path}", call.version);
    let result: Result<Value, SfError> = match call.path {
        ["tabs"] => Ok(app::described(&atlas)),
        ["theme"] => Ok(app::theme(&atlas)),
        ["appMenu"] => Ok(app::menus(call.version)),
        ["appMenu", which] => app::menu(&atlas, which).ok_or_else(not_found),
        ["compactLayouts"] => compact::several(&atlas, call.param("q")),
        ["process"] => Ok(json!({ "rules": at("process/rules"), "approvals": at("process/approvals") })),
        ["process", "rules"] => Ok(json!({ "rules": {} })),
        ["process", "approvals"] => Ok(json!({ "approvals": {} })),
        ["actions"] => Ok(json!({ "standard": at("actions/standard"), "custom": at("actions/custom") })),
        ["actions", "standard"] => Ok(json!({ "actions": [] })),
        ["actions", "custom"] => Ok(json!({
            "apex": at("actions/custom/apex"),
            "flow": at("actions/custom/flow"),
            "quickAction": at("actions/custom/quickAction"),
        })),
        ["actions", "custom", "apex" | "flow"] => Ok(json!({ "actions": [] })),
        ["actions", "custom", "quickAction"] => Ok(custom_actions(&atlas)),
        ["sobjects", "relevantItems"] => return relevant(&atlas, call),
        _ => Err(not_found()),
    };
    Reply::from_result(result)
}

/// The quick actions of objects, as invocable actions.
fn custom_actions(atlas: &Atlas<'_>) -> Value {
    let mut all = Vec::new();
    for entity in atlas.entities() {
        for offer in action::offers(atlas, Some(&entity)) {
            let url = format!("/services/data/v{}/actions/custom/quickAction/{}", atlas.version, offer.name);
            all.push(json!({ "label": offer.spec.label, "name": offer.name, "type": "QUICKACTION", "url": url }));
        }
    }
    json!({ "actions": all })
}

fn relevant(atlas: &Atlas<'_>, call: &Call<'_>) -> Reply {
    let items = app::relevant(atlas, call.param("sobjects"));
    let last = stamp(&items.to_string()).to_string();
    let fresh = call.param("lastUpdatedId").is_none_or(|known| known != last);
    let reply = Reply::ok(&items);
    let Ok(value) = HeaderValue::from_str(&last) else { return reply };
    reply.with(HeaderName::from_static("lastupdatedid"), value).with(
        HeaderName::from_static("newresultsetsincelastquery"),
        HeaderValue::from_static(if fresh { "true" } else { "false" }),
    )
}

/// A number that stays the same as long as what it was made of does.
pub(super) fn stamp(of: &(impl Hash + ?Sized)) -> u32 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    // Half of it is enough to tell two lists apart.
    u32::try_from(hasher.finish() >> 32).unwrap_or_default()
}
