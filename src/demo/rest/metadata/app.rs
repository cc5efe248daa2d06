//! Apps, tabs, themes: what the org's menus hold for this user.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_appmenu.htm>

use super::action::{colours, icons};
use super::atlas::{Atlas, Entity, text};
use super::setup::{App, icon_url, made_id, setup};
use serde_json::{Value, json};
use std::rc::Rc;

/// A tab that this user has.
pub(in crate::demo::rest) struct Tab {
    /// `Account`, `Home`.
    pub(in crate::demo::rest) name: String,
    pub(in crate::demo::rest) label: String,
    /// The object whose tab it is.
    pub(in crate::demo::rest) entity: Option<Rc<Entity>>,
}

impl Tab {
    /// `standard-Account`, or the name of a custom object.
    pub(in crate::demo::rest) fn developer_name(&self) -> String {
        if self.custom() { self.name.clone() } else { format!("standard-{}", self.name) }
    }

    pub(in crate::demo::rest) fn custom(&self) -> bool {
        self.entity.as_ref().is_some_and(|entity| entity.is("custom"))
    }

    /// Where a browser would go.
    fn path(&self) -> String {
        match (&self.entity, self.name.as_str()) {
            (Some(entity), _) => format!("/{}/o", entity.prefix()),
            (None, "Feed") => "/_ui/core/chatter/ui/ChatterPage".to_owned(),
            (None, _) => "/home/home.jsp".to_owned(),
        }
    }
}

/// A tab by name, if he has it.
pub(in crate::demo::rest) fn tab(atlas: &Atlas<'_>, name: &str) -> Option<Tab> {
    let own = |label: &str| Some(Tab { name: name.to_owned(), label: label.to_owned(), entity: None });
    match name {
        "Home" => own("Home"),
        "Feed" => own("Chatter"),
        _ => {
            let entity = atlas.laid_out(name).ok()?;
            let label = entity.text("labelPlural").to_owned();
            Some(Tab { name: entity.name().to_owned(), label, entity: Some(entity) })
        }
    }
}

/// The tabs of all his apps, each once.
pub(in crate::demo::rest) fn tabs(atlas: &Atlas<'_>) -> Vec<Tab> {
    let mut all: Vec<Tab> = Vec::new();
    for name in setup().app.iter().flat_map(|app| &app.tabs) {
        if !all.iter().any(|tab| tab.name == *name) {
            all.extend(tab(atlas, name));
        }
    }
    all
}

/// The id of an app.
pub(in crate::demo::rest) fn app_id(atlas: &Atlas<'_>, prefix: &str, app: &App) -> String {
    let place = setup().app.iter().position(|own| own.name == app.name).unwrap_or(0);
    made_id(atlas.caller.org, prefix, "000", place + 1)
}

/// `tabs`.
pub(super) fn described(atlas: &Atlas<'_>) -> Value {
    let caller = atlas.caller;
    let origin = caller.org.origin(&caller.here);
    let one = |tab: &Tab| {
        let (colour, icon) = setup().looks(&tab.name);
        let icon = icon_url(caller, icon);
        json!({
            "colors": colours(colour),
            "custom": tab.custom(),
            "iconUrl": icon,
            "icons": icons(&icon),
            "label": tab.label,
            "miniIconUrl": icon,
            "name": tab.developer_name(),
            "sobjectName": tab.entity.as_ref().map(|entity| entity.name()),
            "url": format!("{origin}{}", tab.path()),
        })
    };
    tabs(atlas).iter().map(one).collect()
}

/// `theme`: colours and icons of the objects.
pub(super) fn theme(atlas: &Atlas<'_>) -> Value {
    let one = |entity: &Rc<Entity>| {
        let (colour, icon) = setup().looks(entity.name());
        let icon = icon_url(atlas.caller, icon);
        json!({ "colors": colours(colour), "icons": icons(&icon), "name": entity.name() })
    };
    json!({ "themeItems": atlas.entities().iter().map(one).collect::<Vec<_>>() })
}

/// `appMenu/…`; `None` for a menu that there is not.
pub(super) fn menu(atlas: &Atlas<'_>, which: &str) -> Option<Value> {
    let item = |kind: &str, content: Option<&str>, label: &str, url: String, looks: (&str, &str)| {
        let icon = icon_url(atlas.caller, looks.1);
        json!({
            "colors": colours(looks.0),
            "content": content,
            "icons": icons(&icon),
            "label": label,
            "type": kind,
            "url": url,
        })
    };
    let items: Vec<Value> = match which {
        "AppSwitcher" => setup()
            .app
            .iter()
            .map(|app| {
                let url = format!("/home/home.jsp?tsid={}", app_id(atlas, "02u", app));
                item("Tabset", None, &app.label, url, (&app.colour, "apps"))
            })
            .collect(),
        "Salesforce1" => tabs(atlas)
            .iter()
            .map(|tab| {
                let kind = if tab.entity.is_some() { "Standard.Entity" } else { "Standard.Feed" };
                item(kind, Some(&tab.name), &tab.label, tab.path(), setup().looks(&tab.name))
            })
            .collect(),
        "NetworkTabs" => Vec::new(),
        _ => return None,
    };
    Some(json!({ "appMenuItems": items }))
}

/// `appMenu`: the menus.
pub(super) fn menus(version: &str) -> Value {
    let at = |name: &str| format!("/services/data/v{version}/appMenu/{name}");
    json!({
        "NetworkTabs": at("NetworkTabs"),
        "Salesforce1": at("Salesforce1"),
        "AppSwitcher": at("AppSwitcher"),
    })
}

/// `sobjects/relevantItems`: what he looked at last, by object. `only`: the objects asked for.
pub(super) fn relevant(atlas: &Atlas<'_>, only: Option<&str>) -> Value {
    let wanted: Option<Vec<&str>> = only.map(|list| list.split(',').map(str::trim).collect());
    let recent = atlas.caller.viewer.recent(atlas.version, 200);
    let mut all: Vec<(Rc<Entity>, Vec<String>)> = Vec::new();
    for item in recent.as_array().map(Vec::as_slice).unwrap_or_default() {
        let kind = item.get("attributes").map_or("", |attributes| text(attributes, "type"));
        let asked = wanted.as_ref().is_none_or(|names| names.contains(&kind));
        let Some(entity) = atlas.entity(kind).ok().filter(|_| asked) else { continue };
        let id = text(item, "Id").to_owned();
        match all.iter_mut().find(|(known, _)| known.name() == kind) {
            Some((_, ids)) => ids.push(id),
            None => all.push((entity, vec![id])),
        }
    }
    let one = |(entity, ids): &(Rc<Entity>, Vec<String>)| {
        json!({
            "apiName": entity.name(),
            "key": entity.prefix(),
            "label": entity.text("labelPlural"),
            "lastUpdatedId": super::stamp(ids).to_string(),
            "recordIds": ids,
        })
    };
    all.iter().map(one).collect()
}
