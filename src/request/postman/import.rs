//! A Postman collection to saved requests.

use super::schema::{Body, Collection, Event, Headers, Item, Pair as Given, Parts, Request as Asked, Url, Whole};
use super::{ImportError, Imported, Lost, script};
use crate::request::multipart;
use crate::request::saved::form_encoded;
use crate::request::{Pair, Request, RequestBody, Saved};
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

/// Folders within folders; more is no collection that somebody made.
const DEEPEST: usize = 32;
/// The token that orgdeck puts on by itself where a request goes to the profile's own org.
const OWN_TOKENS: [&str; 3] = ["{{_accessToken}}", "{{accessToken}}", "{{access_token}}"];

/// Reads a collection.
pub fn import(text: &str) -> Result<Imported, ImportError> {
    let mut collection: Collection =
        serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| shape(&error))?;
    // The API of Postman itself, and some exporters, put it into an object.
    if collection.item.is_empty() && collection.info.is_none() {
        if collection.requests.is_some() {
            return Err(ImportError::Version1);
        }
        #[derive(Deserialize)]
        struct Outer {
            collection: Collection,
        }
        collection = serde_json::from_str::<Outer>(text).map_err(|error| shape(&error))?.collection;
    }
    let mut found = Imported::default();
    if let Some(info) = collection.info {
        found.name = info.name;
        found.description = info.description.map(super::schema::Description::text).unwrap_or_default();
    }
    found.variables = collection.variable.iter().map(|pair| (pair.name(), pair.text())).collect();
    found.variables.retain(|(name, _)| !name.is_empty());
    for event in &collection.event {
        lost_script(&mut found, String::new(), event);
    }
    let auth = collection.auth.as_ref();
    for item in collection.item {
        walk(&mut found, &mut Vec::new(), item, auth);
    }
    super::twins::to_ours(&mut found);
    Ok(found)
}

/// Reads an environment: name and value of what is switched on.
pub fn import_environment(text: &str) -> Result<Vec<(String, String)>, ImportError> {
    #[derive(Deserialize)]
    struct Environment {
        values: Vec<Given>,
    }
    let environment: Environment = serde_json::from_str(text).map_err(|error| shape(&error))?;
    let values = environment.values.iter().filter(|pair| pair.on()).map(|pair| (pair.name(), pair.text()));
    Ok(values.filter(|(name, _)| !name.is_empty()).collect())
}

fn shape(error: &serde_json::Error) -> ImportError {
    ImportError::Shape(error.to_string())
}

fn walk(found: &mut Imported, folders: &mut Vec<String>, item: Item, auth: Option<&Value>) {
    let own = item.auth.as_ref();
    if let Some(items) = item.item {
        folders.push(item.name);
        let description = item.description.map(super::schema::Description::text).unwrap_or_default();
        found.folders.push((folders.clone(), description));
        for event in &item.event {
            lost_script(found, folders.join(" / "), event);
        }
        if folders.len() >= DEEPEST {
            lost(found, &folders.join(" / "), "folders deeper than 32");
        } else {
            for inner in items {
                walk(found, folders, inner, own.or(auth));
            }
        }
        folders.pop();
        return;
    }
    let whole = match item.request {
        Some(Asked::Whole(whole)) => *whole,
        Some(Asked::Address(address)) => Whole {
            method: None,
            url: Some(Url::Text(address)),
            header: None,
            body: None,
            description: None,
            auth: None,
        },
        None => return lost(found, &item.name, "an item that is neither a folder nor a request"),
    };
    let place = folders.iter().map(String::as_str).chain([item.name.as_str()]).collect::<Vec<_>>().join(" / ");
    let mut missed = Vec::new();
    let mut saved = Saved::new(item.name, Request::get(""));
    saved.description =
        whole.description.or(item.description).map(super::schema::Description::text).unwrap_or_default();
    saved.request.method = whole.method.map(|method| method.to_uppercase()).unwrap_or_else(|| "GET".to_owned());
    address(&mut saved, whole.url);
    saved.request.headers = headers(whole.header);
    body(&mut saved.request, whole.body, &mut missed);
    authorize(&mut saved.request, whole.auth.as_ref().or(own).or(auth), &mut missed);
    for event in &item.event {
        let text = event.script.as_ref().map(super::schema::Script::text).unwrap_or_default();
        if event.listen == "test" {
            let read = script::captures(&text);
            saved.captures.extend(read.captures);
            missed.extend(read.lost.into_iter().map(|line| format!("a test script's line: {line}")));
        } else if script::does_something(&text) {
            missed.push(format!("a script that runs before it is sent: {}", first_line(&text)));
        }
    }
    if let Some(own) = item.own {
        saved.request.address = own.address.unwrap_or(saved.request.address);
        (saved.docs, saved.tags) = (own.docs, own.tags);
        saved.variables.extend(own.variables);
    }
    for what in missed {
        lost(found, &place, &what);
    }
    found.requests.push((folders.clone(), saved));
}

fn lost(found: &mut Imported, request: &str, what: &str) {
    found.lost.push(Lost { request: request.to_owned(), what: what.to_owned() });
}

fn lost_script(found: &mut Imported, place: String, event: &Event) {
    let text = event.script.as_ref().map(super::schema::Script::text).unwrap_or_default();
    if script::does_something(&text) {
        let what = format!("a script for every request ({}): {}", event.listen, first_line(&text));
        found.lost.push(Lost { request: place, what });
    }
}

fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars().take(120).collect()
}

/// The address without its query, and the query's pairs where the collection tells them apart.
fn address(saved: &mut Saved, url: Option<Url>) {
    let parts = match url {
        None => return,
        Some(Url::Text(text)) => {
            saved.request.address = text;
            return;
        }
        Some(Url::Parts(parts)) => *parts,
    };
    let Parts { raw, protocol, host, port, path, query, variable } = parts;
    let query = query.unwrap_or_default();
    let mut address = match raw.filter(|raw| !raw.is_empty()) {
        // The pairs stand beside it, so that one that is switched off is not lost.
        Some(raw) if !query.is_empty() => raw.split_once('?').map_or(raw.clone(), |(before, _)| before.to_owned()),
        Some(raw) => raw,
        None => {
            let host = host.map(|host| host.with(".")).unwrap_or_default();
            let scheme = protocol.map(|scheme| format!("{scheme}://")).unwrap_or_default();
            let port = port.filter(|port| !port.is_empty()).map(|port| format!(":{port}")).unwrap_or_default();
            let path = path.map(|path| path.with("/")).unwrap_or_default();
            format!("{scheme}{host}{port}/{}", path.trim_start_matches('/'))
        }
    };
    for pair in variable.unwrap_or_default() {
        let name = pair.name();
        // `:id` in a path is a variable of this request.
        address = in_path(&address, &name);
        saved.variables.push((name, pair.text()));
    }
    saved.request.address = address;
    saved.request.params = query.iter().map(pair).collect();
}

fn in_path(address: &str, name: &str) -> String {
    let named =
        |part: &str| if part.strip_prefix(':') == Some(name) { format!("{{{{{name}}}}}") } else { part.to_owned() };
    address.split('/').map(named).collect::<Vec<_>>().join("/")
}

fn pair(given: &Given) -> Pair {
    // A name with space around it is a slip of whoever typed it.
    Pair { on: given.on(), name: given.name().trim().to_owned(), value: given.text() }
}

fn headers(given: Option<Headers>) -> Vec<Pair> {
    match given {
        None => Vec::new(),
        Some(Headers::List(list)) => list.iter().map(pair).filter(|pair| !pair.name.is_empty()).collect(),
        Some(Headers::Text(text)) => {
            text.lines().filter_map(|line| Pair::of_line(line, crate::request::Between::Colon)).collect()
        }
    }
}

fn body(request: &mut Request, given: Option<Body>, missed: &mut Vec<String>) {
    let Some(given) = given.filter(|body| !body.disabled) else { return };
    let mut kind = None;
    request.body = match given.mode.as_deref() {
        Some("raw") | None => {
            let language = given.options.as_ref().and_then(|o| o.pointer("/raw/language")).and_then(Value::as_str);
            kind = match language {
                Some("json") => Some("application/json"),
                Some("xml") => Some("application/xml"),
                _ => None,
            };
            text(given.raw.unwrap_or_default())
        }
        Some("urlencoded") => {
            kind = Some("application/x-www-form-urlencoded");
            text(form(&given.urlencoded.unwrap_or_default()))
        }
        Some("formdata") => parts(request, &given.formdata.unwrap_or_default()),
        Some("file") => {
            let file = given.file.unwrap_or(super::schema::File { src: None, content: None });
            match (file.src, file.content) {
                (Some(path), _) => RequestBody::File(PathBuf::from(path)),
                (None, content) => text(content.unwrap_or_default()),
            }
        }
        Some("graphql") => {
            kind = Some("application/json");
            text(graphql(given.graphql.unwrap_or_default()))
        }
        Some(other) => {
            missed.push(format!("a body of the kind {other}"));
            RequestBody::Empty
        }
    };
    let typed = request.headers.iter().any(|pair| pair.name.eq_ignore_ascii_case("content-type"));
    if let Some(kind) = kind.filter(|_| !typed && !request.body.is_empty()) {
        request.headers.push(Pair::new("Content-Type", kind));
    }
}

fn text(text: String) -> RequestBody {
    if text.is_empty() { RequestBody::Empty } else { RequestBody::Text(text) }
}

/// The pairs of a form as they are sent; variables stay readable.
fn form(pairs: &[Given]) -> String {
    let on = pairs.iter().filter(|pair| pair.on());
    on.map(|pair| format!("{}={}", form_encoded(&pair.name()), form_encoded(&pair.text())))
        .collect::<Vec<_>>()
        .join("&")
}

fn graphql(given: Value) -> String {
    let query = given.get("query").cloned().unwrap_or_default();
    let variables = match given.get("variables") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(other) => other.clone(),
        None => Value::Null,
    };
    let mut body = serde_json::Map::new();
    body.insert("query".to_owned(), query);
    if !variables.is_null() {
        body.insert("variables".to_owned(), variables);
    }
    serde_json::to_string_pretty(&Value::Object(body)).unwrap_or_default()
}

/// A body of parts. Of several files in one field each is a part.
fn parts(request: &mut Request, given: &[Given]) -> RequestBody {
    let mut all = Vec::new();
    for part in given.iter().filter(|part| part.on()) {
        let files: Vec<&str> = match &part.src {
            Some(Value::String(path)) => vec![path],
            Some(Value::Array(paths)) => paths.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let mut add = |content| {
            let kind = part.kind.clone();
            all.push(multipart::Part { name: part.name(), kind, content });
        };
        if files.is_empty() {
            add(multipart::Content::Text(part.text()));
        }
        files.into_iter().for_each(|path| add(multipart::Content::file(path)));
    }
    if all.is_empty() {
        return RequestBody::Empty;
    }
    let (text, kind) = multipart::write(&all);
    request.headers.retain(|pair| !pair.name.eq_ignore_ascii_case("content-type"));
    request.headers.push(Pair::new("Content-Type", kind));
    RequestBody::Text(text)
}

/// What Postman puts on by itself. The org's own token is orgdeck's business; what else can be said as a header is.
fn authorize(request: &mut Request, auth: Option<&Value>, missed: &mut Vec<String>) {
    let Some(kind) = auth.and_then(|auth| auth.get("type")).and_then(Value::as_str) else { return };
    let part = |name: &str| {
        let of = auth.and_then(|auth| auth.get(kind))?;
        // A list of pairs in 2.1, an object in 2.0.
        let listed =
            of.as_array().and_then(|all| all.iter().find(|one| one.get("key").and_then(Value::as_str) == Some(name)));
        listed.and_then(|one| one.get("value")).or_else(|| of.get(name)).and_then(Value::as_str)
    };
    if request.headers.iter().any(|pair| pair.on && pair.name.eq_ignore_ascii_case("authorization")) {
        return;
    }
    match kind {
        "noauth" => {}
        "bearer" => {
            let token = part("token").unwrap_or_default();
            if !OWN_TOKENS.contains(&token) {
                request.headers.push(Pair::new("Authorization", format!("Bearer {token}")));
            }
        }
        "oauth2" => {
            let token = part("accessToken").unwrap_or_default();
            if token.is_empty() || OWN_TOKENS.contains(&token) {
                return;
            }
            request.headers.push(Pair::new("Authorization", format!("Bearer {token}")));
        }
        other => missed.push(format!("authorization of the kind {other}")),
    }
}
