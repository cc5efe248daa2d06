//! Saved requests to a Postman collection of version 2.1 that Postman runs and that imports here again without loss.
//!
//! Addresses are made absolute with the names of Salesforce's own collection (`{{_endpoint}}`, `{{version}}`), and the
//! token is Postman's business (`{{_accessToken}}`): no secret stands in it.

use super::schema::Own;
use super::script::OWN;
use super::{Imported, script};
use crate::request::multipart;
use crate::request::{Capture, Form, Pair, RequestBody, Saved, Source, Variables, form};
use serde_json::{Map, Value, json};

const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// The text of a collection.
pub fn export(collection: &Imported) -> String {
    let collection = super::twins::to_theirs(collection);
    let mut root = Folder::default();
    for (path, description) in &collection.folders {
        root.within(path, |folder| folder.description.clone_from(description));
    }
    for (path, saved) in &collection.requests {
        root.within(path, |folder| folder.items.push(Item::Request(request(saved))));
    }
    let variables: Vec<Value> =
        collection.variables.iter().map(|(name, value)| json!({ "key": name, "value": value })).collect();
    let whole = json!({
        "info": { "name": collection.name, "description": collection.description, "schema": SCHEMA },
        "auth": { "type": "bearer", "bearer": [{ "key": "token", "value": "{{_accessToken}}", "type": "string" }] },
        "variable": variables,
        "item": root.items.into_iter().map(Item::json).collect::<Vec<_>>(),
    });
    format!("{whole:#}\n")
}

/// The text of an environment. Values of secrets are left out.
pub fn export_environment(name: &str, variables: &Variables) -> String {
    let value = |variable: &crate::request::Variable| {
        let kind = if variable.is_secret() { "secret" } else { "default" };
        let shown = if variable.is_secret() { String::new() } else { variable.shown() };
        json!({ "key": variable.name, "value": shown, "type": kind, "enabled": true })
    };
    let values: Vec<Value> = variables.iter().map(value).collect();
    format!("{:#}\n", json!({ "name": name, "values": values, "_postman_variable_scope": "environment" }))
}

#[derive(Default)]
struct Folder {
    name: String,
    description: String,
    items: Vec<Item>,
}

enum Item {
    Folder(Folder),
    Request(Value),
}

impl Folder {
    /// Changes the folder at this path, made where it is not there.
    fn within(&mut self, path: &[String], change: impl FnOnce(&mut Self)) {
        let Some((first, rest)) = path.split_first() else { return change(self) };
        let found = self.items.iter().position(|item| matches!(item, Item::Folder(folder) if folder.name == *first));
        let place = found.unwrap_or(self.items.len());
        if found.is_none() {
            self.items.push(Item::Folder(Self { name: first.clone(), ..Self::default() }));
        }
        if let Some(Item::Folder(folder)) = self.items.get_mut(place) {
            folder.within(rest, change);
        }
    }
}

impl Item {
    fn json(self) -> Value {
        match self {
            Self::Request(value) => value,
            Self::Folder(folder) => {
                let items: Vec<Value> = folder.items.into_iter().map(Self::json).collect();
                let mut whole = Map::new();
                whole.insert("name".to_owned(), folder.name.into());
                if !folder.description.is_empty() {
                    whole.insert("description".to_owned(), folder.description.into());
                }
                whole.insert("item".to_owned(), items.into());
                whole.into()
            }
        }
    }
}

fn request(saved: &Saved) -> Value {
    let address = absolute(&saved.request.address);
    let own = Own {
        address: (address != saved.request.address || has_both(saved)).then(|| saved.request.address.clone()),
        docs: saved.docs.clone(),
        tags: saved.tags.clone(),
        variables: saved.variables.clone(),
    };
    let mut asked = json!({
        "method": saved.request.method,
        "header": headers(saved),
        "url": url(&address, &saved.request.params),
    });
    let body = body(saved);
    if let Some(map) = asked.as_object_mut() {
        if !saved.description.is_empty() {
            map.insert("description".to_owned(), saved.description.clone().into());
        }
        map.extend(body.map(|body| ("body".to_owned(), body)));
    }
    let mut item = json!({ "name": saved.name, "request": asked, "response": [] });
    let lines: Vec<String> = saved.captures.iter().map(line).collect();
    if let (Some(map), false) = (item.as_object_mut(), lines.is_empty()) {
        let script = json!({ "type": "text/javascript", "exec": lines });
        map.insert("event".to_owned(), json!([{ "listen": "test", "script": script }]));
    }
    let own = serde_json::to_value(own).unwrap_or_default();
    if let (Some(map), true) = (item.as_object_mut(), own.as_object().is_some_and(|own| !own.is_empty())) {
        map.insert("_orgdeck".to_owned(), own);
    }
    item
}

/// Without the one that Postman makes for a body of parts.
fn headers(saved: &Saved) -> Vec<Value> {
    let formed = matches!(&saved.request.body, RequestBody::Text(text) if parts(text, saved).is_some());
    let kept = saved.request.headers.iter().filter(|pair| !(formed && pair.name.eq_ignore_ascii_case("content-type")));
    kept.map(pair).collect()
}

/// Whether parameters stand in the address and beside it: Postman knows one place only.
fn has_both(saved: &Saved) -> bool {
    saved.request.address.contains('?') && !saved.request.params.is_empty()
}

/// The address as Postman can send it.
fn absolute(address: &str) -> String {
    let below = |path: &str| format!("{{{{_endpoint}}}}/services/data/v{{{{version}}}}/{path}");
    if address.starts_with("{{") {
        return address.to_owned();
    }
    match form(address) {
        Form::Absolute | Form::Empty => address.to_owned(),
        Form::Path => format!("{{{{_endpoint}}}}/{}", address.trim_start_matches('/')),
        Form::Versioned => format!("{{{{_endpoint}}}}/services/data/{address}"),
        Form::Resource => below(address),
        Form::Query => below(&format!("query?q={}", encoded(address))),
        Form::Search => below(&format!("search?q={}", encoded(address))),
    }
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn pair(pair: &Pair) -> Value {
    if pair.on {
        json!({ "key": pair.name, "value": pair.value })
    } else {
        json!({ "key": pair.name, "value": pair.value, "disabled": true })
    }
}

fn url(address: &str, params: &[Pair]) -> Value {
    let on: Vec<String> = params.iter().filter(|p| p.on).map(|p| format!("{}={}", p.name, p.value)).collect();
    let sign = if address.contains('?') { '&' } else { '?' };
    let raw = if on.is_empty() { address.to_owned() } else { format!("{address}{sign}{}", on.join("&")) };
    let before = address.split('?').next().unwrap_or_default();
    let (scheme, rest) = before.split_once("://").map_or((None, before), |(scheme, rest)| (Some(scheme), rest));
    let mut parts = rest.split('/');
    let host = parts.next().unwrap_or_default();
    let mut whole = Map::new();
    whole.insert("raw".to_owned(), raw.into());
    whole.extend(scheme.map(|scheme| ("protocol".to_owned(), scheme.into())));
    whole.insert("host".to_owned(), json!([host]));
    whole.insert("path".to_owned(), parts.collect::<Vec<_>>().into());
    if !params.is_empty() {
        whole.insert("query".to_owned(), params.iter().map(pair).collect::<Vec<_>>().into());
    }
    whole.into()
}

fn body(saved: &Saved) -> Option<Value> {
    let kind = saved.request.headers.iter().find(|pair| pair.name.eq_ignore_ascii_case("content-type"));
    match &saved.request.body {
        RequestBody::Empty => None,
        RequestBody::File(path) => Some(json!({ "mode": "file", "file": { "src": path.to_string_lossy() } })),
        RequestBody::Text(text) if parts(text, saved).is_some() => {
            Some(json!({ "mode": "formdata", "formdata": parts(text, saved) }))
        }
        RequestBody::Text(text) => {
            let language = match kind.map(|pair| pair.value.as_str()) {
                Some(kind) if kind.contains("json") => Some("json"),
                Some(kind) if kind.contains("xml") => Some("xml"),
                _ => None,
            };
            let mut whole = json!({ "mode": "raw", "raw": text });
            if let (Some(map), Some(language)) = (whole.as_object_mut(), language) {
                map.insert("options".to_owned(), json!({ "raw": { "language": language } }));
            }
            Some(whole)
        }
    }
}

/// The parts of a body, as Postman has them.
fn parts(text: &str, saved: &Saved) -> Option<Vec<Value>> {
    let parts = multipart::read(text, &multipart::boundary(&saved.request.headers)?)?;
    // Postman knows a file by its path alone.
    let own = |part: &multipart::Part| match &part.content {
        multipart::Content::File { path, .. } => multipart::Content::file(path) == part.content,
        multipart::Content::Text(_) => true,
    };
    if !parts.iter().all(own) {
        return None;
    }
    let one = |part: multipart::Part| {
        let mut told = match part.content {
            multipart::Content::Text(text) => json!({ "key": part.name, "type": "text", "value": text }),
            multipart::Content::File { path, .. } => json!({ "key": part.name, "type": "file", "src": path }),
        };
        if let (Some(map), Some(kind)) = (told.as_object_mut(), part.kind) {
            map.insert("contentType".to_owned(), kind.into());
        }
        told
    };
    Some(parts.into_iter().map(one).collect())
}

/// A capture as the line that does the same in Postman, where there is one, with what it is behind it.
fn line(capture: &Capture) -> String {
    let name = Value::from(capture.variable.as_str());
    let found = match &capture.from {
        Source::Jq(path) if is_path(path) => {
            Some(format!("pm.response.json(){}", path.strip_suffix('.').unwrap_or(path)))
        }
        Source::Jq(_) => None,
        Source::Header(header) => Some(format!("pm.response.headers.get({})", Value::from(header.as_str()))),
        Source::Status => Some("pm.response.code".to_owned()),
        Source::Regex(pattern) => Some(format!(
            "(function (m) {{ return m && (m[1] !== undefined ? m[1] : m[0]); }})(new RegExp({}).exec(pm.response.text()))",
            Value::from(pattern.as_str())
        )),
    };
    let mut told = Map::new();
    told.insert("set".to_owned(), name.clone());
    let value = if capture.from == Source::Status { Value::Bool(true) } else { capture.from.text().into() };
    told.insert(capture.from.key().to_owned(), value);
    if capture.secret {
        told.insert("secret".to_owned(), true.into());
    }
    let line = found.map(|found| format!("pm.environment.set({name}, {found}); ")).unwrap_or_default();
    format!("{line}{OWN}{}", Value::Object(told))
}

/// Whether a jq program is a path that JavaScript writes the same way.
fn is_path(text: &str) -> bool {
    let set = format!("pm.environment.set(\"x\", pm.response.json(){});", text.strip_suffix('.').unwrap_or(text));
    let read = script::captures(&set);
    read.lost.is_empty() && read.captures.first().is_some_and(|capture| capture.from == Source::Jq(text.to_owned()))
}
