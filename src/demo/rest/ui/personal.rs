//! `apps/ID/user-nav-items`: the tabs of an app in the order in which a user wants them. In memory, each user's own.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.uiapi.meta/uiapi/ui_api_resources_apps_update_nav_items.htm>

use super::super::metadata::app::{self, Tab};
use super::super::metadata::atlas::{Atlas, list, text};
use super::super::metadata::setup::{App, made_id, same_id, setup};
use super::super::route::Call;
use super::menu::{app_of, item, navigation, tabs_of};
use super::{illegal, not_found};
use crate::demo::data::SfError;
use crate::demo::locked;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Tabs of one app; more would not be seen.
const MOST: usize = 50;

/// Names of tabs, by user and app.
#[derive(Default)]
pub(super) struct Orders(HashMap<(String, &'static str), Vec<String>>);

/// His tabs of an app: as he put them, else as the app has them.
fn tabs(atlas: &Atlas<'_>, app: &App) -> Vec<Tab> {
    let key = (atlas.caller.user.id.clone(), app.name.as_str());
    let own = locked(&atlas.caller.org.favorites).orders.0.get(&key).cloned();
    match own {
        Some(names) => names.iter().filter_map(|name| app::tab(atlas, name)).collect(),
        None => tabs_of(atlas, app),
    }
}

/// The id of an item: of the tab, wherever it stands in the app.
fn id_of(atlas: &Atlas<'_>, app: &App, tab: &Tab) -> String {
    let apps = setup().app.iter().position(|own| own.name == app.name).unwrap_or(0);
    let place = app::tabs(atlas).iter().position(|own| own.name == tab.name).map_or(0, |at| at + 1);
    made_id(atlas.caller.org, "0Qk", &format!("{apps:03}"), place)
}

fn told(atlas: &Atlas<'_>, app: &App, tab: &Tab) -> Value {
    let mut told = item(atlas, tab);
    if let Some(map) = told.as_object_mut() {
        map.insert("id".to_owned(), json!(id_of(atlas, app, tab)));
    }
    told
}

/// All of his items of an app.
pub(super) fn items(atlas: &Atlas<'_>, app: &App) -> Vec<Value> {
    tabs(atlas, app).iter().map(|tab| told(atlas, app, tab)).collect()
}

/// A page of them.
pub(super) fn read(atlas: &Atlas<'_>, call: &Call<'_>, app: &App, path: &[&str]) -> Result<Value, SfError> {
    let tabs = tabs(atlas, app);
    let mut page = navigation(atlas, call, &tabs, path);
    for shown in page.get_mut("navItems").and_then(Value::as_array_mut).into_iter().flatten() {
        let tab = tabs.iter().find(|tab| shown.get("objectApiName").and_then(Value::as_str) == Some(&tab.name));
        if let Some(tab) = tab {
            *shown = told(atlas, app, tab);
        }
    }
    Ok(page)
}

/// `PUT`: the items by their ids in their new order, and one more at most by a page reference.
pub(super) fn write(atlas: &Atlas<'_>, call: &Call<'_>, id: &str) -> Result<Value, SfError> {
    let app = app_of(atlas, id)?;
    let body = call.json()?;
    let Some(sent) = body.get("navItems").and_then(Value::as_array) else {
        return Err(SfError::new(400, "JSON_PARSER_ERROR", "navItems is missing or is no list"));
    };
    if sent.len() > MOST {
        return Err(illegal(&format!("an app has {MOST} navigation items at most")));
    }
    if list(&body, "navItems").iter().filter(|one| one.get("pageReference").is_some()).count() > 1 {
        return Err(illegal("one page reference can be added at a time"));
    }
    let mut names: Vec<String> = Vec::new();
    for one in sent {
        let tab = wanted(atlas, app, one)?;
        if !names.contains(&tab.name) {
            names.push(tab.name);
        }
    }
    let key = (atlas.caller.user.id.clone(), app.name.as_str());
    locked(&atlas.caller.org.favorites).orders.0.insert(key, names);
    read(atlas, call, app, &["apps", id, "user-nav-items"])
}

/// The tab that an item of the body means.
fn wanted(atlas: &Atlas<'_>, app: &App, one: &Value) -> Result<Tab, SfError> {
    let Some(page) = one.get("pageReference") else {
        let id = text(one, "id");
        let own = |tab: &Tab| same_id(&id_of(atlas, app, tab), id);
        return tabs(atlas, app).into_iter().chain(tabs_of(atlas, app)).find(own).ok_or_else(not_found);
    };
    let attribute = |name: &str| page.pointer(&format!("/attributes/{name}")).and_then(Value::as_str);
    let name = match text(page, "type") {
        "standard__objectPage" => attribute("objectApiName"),
        "standard__namedPage" if attribute("pageName") == Some("home") => Some("Home"),
        "standard__namedPage" if attribute("pageName") == Some("chatter") => Some("Feed"),
        _ => None,
    };
    name.and_then(|name| app::tab(atlas, name))
        .ok_or_else(|| illegal("the page reference leads to no page of this org"))
}
