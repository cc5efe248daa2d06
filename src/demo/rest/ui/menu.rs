//! Apps, navigation and actions as UI API answers them.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_features_apps.htm>

use super::super::metadata::action::{self, Offer};
use super::super::metadata::app::{self, Tab};
use super::super::metadata::atlas::{Atlas, Entity, text};
use super::super::metadata::setup::{App, icon_url, same_id, setup};
use super::super::route::Call;
use super::record::tag;
use super::{known, not_found, of_record, personal, split};
use crate::demo::data::SfError;
use serde_json::{Map, Value, json};

/// Navigation items of a page, when nothing is said.
const USUAL: usize = 25;

/// What is left of `ui-api`.
pub(super) fn serve(atlas: &Atlas<'_>, call: &Call<'_>, rest: &[&str]) -> Result<Value, SfError> {
    let find = |id: &str| app_of(atlas, id);
    match rest {
        ["apps"] => Ok(apps(atlas)),
        ["apps", "selected"] => Ok(setup().app.first().map_or(Value::Null, |first| one(atlas, first))),
        ["apps", id] => find(id).map(|app| one(atlas, app)),
        ["apps", id, "user-nav-items"] => personal::read(atlas, call, find(id)?, rest),
        ["themes", "active"] => Ok(theme(atlas)),
        ["nav-items"] => Ok(navigation(atlas, call, &app::tabs(atlas), rest)),
        ["actions", rest @ ..] => actions(atlas, rest),
        _ => Err(not_found()),
    }
}

/// The theme of the pages, all of one colour without pictures.
fn theme(atlas: &Atlas<'_>) -> Value {
    let colours = &setup().theme;
    let colour = |digits: &str| format!("#{digits}");
    let mut answer = json!({
        "brandColor": colour(&colours.brand),
        "brandImage": icon_url(atlas.caller, "apps"),
        "eTag": "",
        "headerColor": colour(&colours.header),
        "linkColor": colour(&colours.link),
        "pageColor": colour(&colours.page),
    });
    tag(&mut answer);
    answer
}

pub(super) fn app_of(atlas: &Atlas<'_>, id: &str) -> Result<&'static App, SfError> {
    let own = |app: &&App| same_id(&app::app_id(atlas, "06m", app), id);
    setup().app.iter().find(own).ok_or_else(not_found)
}

/// Opens an app: it is told, and which was open before is not kept.
pub(super) fn selected(atlas: &Atlas<'_>, id: &str) -> Result<Value, SfError> {
    let mut told = one(atlas, app_of(atlas, id)?);
    if let Some(map) = told.as_object_mut() {
        map.insert("selected".to_owned(), json!(true));
    }
    Ok(told)
}

fn apps(atlas: &Atlas<'_>) -> Value {
    let all: Vec<Value> = setup().app.iter().map(|app| one(atlas, app)).collect();
    let mut answer = json!({ "apps": all, "eTag": "" });
    tag(&mut answer);
    answer
}

pub(super) fn tabs_of(atlas: &Atlas<'_>, app: &App) -> Vec<Tab> {
    app.tabs.iter().filter_map(|name| app::tab(atlas, name)).collect()
}

/// One app. The first is the one that is open.
fn one(atlas: &Atlas<'_>, app: &App) -> Value {
    let id = app::app_id(atlas, "06m", app);
    let items: Vec<Value> = tabs_of(atlas, app).iter().map(|tab| item(atlas, tab)).collect();
    let origin = atlas.caller.org.origin(&atlas.caller.here);
    let mut answer = json!({
        "appId": id,
        "description": app.description,
        "developerName": app.name,
        "eTag": "",
        "formFactors": ["Large", "Medium", "Small"],
        "headerColor": format!("#{}", app.colour),
        "iconUrl": icon_url(atlas.caller, "apps"),
        "isNavAutoTempTabsDisabled": false,
        "isNavPersonalizationDisabled": false,
        "isNavTabPersistenceDisabled": false,
        "isOmniPinnedViewEnabled": false,
        "label": app.label,
        "logoUrl": null,
        "mobileStartUrl": null,
        "navItems": items,
        "selected": setup().app.first().is_some_and(|first| first.name == app.name),
        "startUrl": format!("{origin}/lightning/app/{id}"),
        "type": "Lightning Experience",
        "uiType": "Lightning Experience",
        "userNavItems": personal::items(atlas, app),
    });
    tag(&mut answer);
    answer
}

pub(super) fn item(atlas: &Atlas<'_>, tab: &Tab) -> Value {
    let (colour, icon) = setup().looks(&tab.name);
    let entity = tab.entity.as_deref();
    let page = match entity {
        Some(entity) => json!({
            "attributes": { "actionName": "home", "objectApiName": entity.name() },
            "state": {},
            "type": "standard__objectPage",
        }),
        None => json!({
            "attributes": { "pageName": if tab.name == "Feed" { "chatter" } else { "home" } },
            "state": {},
            "type": "standard__namedPage",
        }),
    };
    json!({
        "availableInClassic": true,
        "availableInLightning": true,
        "color": colour,
        "content": null,
        "custom": tab.custom(),
        "developerName": tab.developer_name(),
        "iconUrl": icon_url(atlas.caller, icon),
        "id": null,
        "itemType": if entity.is_some() { "Entity" } else { "Standard" },
        "label": tab.label,
        "objectApiName": tab.name,
        "objectLabel": entity.map(|entity| entity.text("label")),
        "objectLabelPlural": entity.map(|entity| entity.text("labelPlural")),
        "pageReference": page,
        "standardType": if tab.custom() { None } else { Some(&tab.name) },
    })
}

/// Tabs by the page: `?page=&pageSize=&navItemNames=`.
pub(super) fn navigation(atlas: &Atlas<'_>, call: &Call<'_>, tabs: &[Tab], path: &[&str]) -> Value {
    let number = |name: &str| call.param(name).and_then(|text| text.parse::<usize>().ok());
    let (page, size) = (number("page").unwrap_or(0), number("pageSize").unwrap_or(USUAL).clamp(1, 200));
    let names: Vec<&str> = split(call.param("navItemNames")).collect();
    let wanted = |tab: &&Tab| names.is_empty() || names.contains(&tab.developer_name().as_str());
    let found: Vec<&Tab> = tabs.iter().filter(wanted).collect();
    let start = page.saturating_mul(size);
    let url = format!("/services/data/v{}/ui-api/{}", atlas.version, path.join("/"));
    let next = (found.len() > start.saturating_add(size)).then(|| format!("{url}?page={}&pageSize={size}", page + 1));
    let items: Vec<Value> = found.iter().skip(start).take(size).map(|tab| item(atlas, tab)).collect();
    let mut answer = json!({
        "currentPageUrl": format!("{url}?page={page}&pageSize={size}"),
        "eTag": "",
        "navItems": items,
        "nextPageUrl": next,
    });
    tag(&mut answer);
    answer
}

/// `actions/…`: what can be done, by what it is done with.
fn actions(atlas: &Atlas<'_>, rest: &[&str]) -> Result<Value, SfError> {
    let mut by_key = Map::new();
    let mut put = |key: &str, list: Vec<Value>| {
        let url = format!("/services/data/v{}/ui-api/actions/{}", atlas.version, rest.join("/"));
        let mut told = json!({ "actions": list, "eTag": "", "url": url });
        tag(&mut told);
        by_key.insert(key.to_owned(), told);
    };
    match rest {
        ["global"] => put("Global", quick(atlas, None, None)),
        ["record", id, "related-list", names] => {
            let parent = of_record(atlas, id)?;
            for name in split(Some(names)) {
                let child = parent.child(name).ok_or_else(not_found)?;
                let other = known(atlas, text(child, "childSObject"))?;
                put(name, standard(&other, id, "RelatedList", &MAKING));
            }
        }
        ["record", _, "related-list-record", ids] => {
            for id in super::ids_of(ids)? {
                put(id, standard(&*of_record(atlas, id)?, id, "RelatedListRecord", &BUTTONS));
            }
        }
        ["photo", ids] => {
            for id in super::ids_of(ids)? {
                of_record(atlas, id)?;
                put(id, Vec::new());
            }
        }
        ["flexipage", names] => split(Some(names)).for_each(|name| put(name, quick(atlas, None, None))),
        ["list-view-chart", names] => {
            for name in split(Some(names)) {
                put(known(atlas, name)?.name(), Vec::new());
            }
        }
        ["record", ids] | ["record", ids, "record-edit"] | ["list-view-record", ids] => {
            for id in super::ids_of(ids)? {
                let entity = of_record(atlas, id)?;
                let context = if rest.first() == Some(&"record") { "Record" } else { "ListViewRecord" };
                let mut list = match rest {
                    ["record", _, "record-edit"] => standard(&entity, id, "RecordEdit", &EDITING),
                    _ => standard(&entity, id, context, &BUTTONS),
                };
                if matches!(rest, ["record", _]) {
                    list.extend(quick(atlas, Some(&entity), Some(id)));
                }
                put(id, list);
            }
        }
        ["lookup" | "mru-list", names] => {
            for name in split(Some(names)) {
                let entity = known(atlas, name)?;
                put(entity.name(), standard(&entity, entity.name(), "MruList", &MAKING));
            }
        }
        ["list-view", ids] => {
            for id in split(Some(ids)) {
                let view = super::super::metadata::view::by_id(atlas, id).ok_or_else(not_found)?;
                put(&view.id, standard(&view.entity, &view.id, "ListView", &MAKING));
            }
        }
        _ => return Err(not_found()),
    }
    let mut answer = json!({
        "actions": by_key,
        "eTag": "",
        "url": format!("/services/data/v{}/ui-api/actions/{}", atlas.version, rest.join("/")),
    });
    tag(&mut answer);
    Ok(answer)
}

/// Name, label, and the right that it needs.
type Button = (&'static str, &'static str, &'static str);
const BUTTONS: [Button; 3] =
    [("Edit", "Edit", "updateable"), ("Delete", "Delete", "deletable"), ("Clone", "Clone", "createable")];
const EDITING: [Button; 2] = [("CancelEdit", "Cancel", "layoutable"), ("SaveEdit", "Save", "updateable")];
const MAKING: [Button; 1] = [("New", "New", "createable")];

fn standard(entity: &Entity, source: &str, context: &str, buttons: &[Button]) -> Vec<Value> {
    let able = buttons.iter().filter(|(.., right)| entity.is(right));
    able.map(|(name, label, _)| platform(entity, Some(source), context, (name, label), "StandardButton")).collect()
}

fn quick(atlas: &Atlas<'_>, on: Option<&Entity>, source: Option<&str>) -> Vec<Value> {
    let context = if on.is_some() { "Record" } else { "Global" };
    let one = |offer: &Offer| {
        let mut told = platform(&offer.target, source, context, (&offer.name, &offer.spec.label), "QuickAction");
        if let Some(map) = told.as_object_mut() {
            map.insert("id".to_owned(), json!(offer.id));
            map.insert("subtype".to_owned(), json!(offer.spec.kind));
            let (colour, icon) = setup().looks(offer.target.name());
            map.insert("iconUrl".to_owned(), json!(icon_url(atlas.caller, icon)));
            map.insert("primaryColor".to_owned(), json!(colour));
        }
        told
    };
    action::offers(atlas, on).iter().map(one).collect()
}

/// One action in UI API's shape.
fn platform(entity: &Entity, source: Option<&str>, context: &str, names: (&str, &str), kind: &str) -> Value {
    json!({
        "actionListContext": context,
        "actionTarget": null,
        "actionTargetType": "Describe",
        "apiName": names.0,
        "externalId": format!("{context}.{kind}.{}", names.0),
        "iconUrl": null,
        "id": null,
        "isMassAction": false,
        "label": names.1,
        "primaryColor": null,
        "relatedListRecordId": null,
        "relatedSourceObject": null,
        "section": "Page",
        "sourceObject": source,
        "subtype": null,
        "targetObject": entity.name(),
        "targetUrl": null,
        "type": kind,
    })
}
