//! Requests within a request: how one part of a composite, batch or graph is run, and how parts follow one another.
//!
//! Parts go through the same routes as single requests, so that they behave alike.

use super::route::{self, Call};
use super::{Caller, references, versions};
use crate::demo::answer::Reply;
use crate::demo::ask::{pairs, segments};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};

/// The paths of parts begin so; a batch's may leave it out.
pub(super) const ROOT: &str = "/services/data/";

/// The headers of a part's answer that its own answer tells.
const TOLD: [(HeaderName, &str); 3] =
    [(header::LOCATION, "Location"), (header::ETAG, "ETag"), (header::LAST_MODIFIED, "Last-Modified")];

pub(super) const ROLLED_BACK: &str =
    "The transaction was rolled back since another operation in the same transaction failed.";

pub(super) fn bad(message: &str) -> Reply {
    Reply::refusal(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", message)
}

pub(super) fn text<'a>(part: &'a Value, key: &str) -> Option<&'a str> {
    part.get(key).and_then(Value::as_str)
}

/// The list under this key, of at most so many.
pub(super) fn list<'v>(body: &'v Value, key: &str, most: usize) -> Result<&'v [Value], Reply> {
    let Some(list) = body.get(key).and_then(Value::as_array) else {
        return Err(bad(&format!("{key} is missing or is no list")));
    };
    if list.len() > most {
        let text = format!("{key} holds {}; {most} are the most", list.len());
        return Err(Reply::refusal(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &text));
    }
    Ok(list)
}

/// Each part of a sequence has a name of its own.
pub(super) fn check_names(parts: &[Value]) -> Result<(), Reply> {
    let mut names: Vec<&str> = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(name) = text(part, "referenceId") else { return Err(bad("a request has no referenceId")) };
        if !references::is_name(name) {
            let told = format!(
                "Provided referenceId ('{name}') must start with a letter or a number, and it can contain only letters, \
                 numbers and underscores ('_')."
            );
            return Err(Reply::refusal(StatusCode::BAD_REQUEST, "INVALID_INPUT", &told));
        }
        if names.contains(&name) {
            return Err(bad(&format!("the referenceId {name} stands twice")));
        }
        names.push(name);
    }
    Ok(())
}

/// What came of one part.
struct Outcome {
    status: StatusCode,
    headers: Value,
    body: Value,
}

impl Outcome {
    fn halted(message: &str) -> Self {
        let body = json!([{ "errorCode": "PROCESSING_HALTED", "message": message }]);
        Self { status: StatusCode::BAD_REQUEST, headers: json!({}), body }
    }

    /// Not tried, since it could not be undone.
    fn stays(part: &Value) -> Self {
        let (method, url) = (text(part, "method").unwrap_or_default(), text(part, "url").unwrap_or_default());
        let message = format!("{method} {url} is not supported in a composite that is all or none");
        let body = json!([{ "errorCode": "INVALID_INPUT", "message": message }]);
        Self { status: StatusCode::BAD_REQUEST, headers: json!({}), body }
    }

    fn to_json(&self, name: &str) -> Value {
        json!({
            "body": self.body,
            "httpHeaders": self.headers,
            "httpStatusCode": self.status.as_u16(),
            "referenceId": name,
        })
    }
}

/// The answers of parts that are not tried.
pub(super) fn halted(parts: &[Value], message: &str) -> Vec<Value> {
    let one = |part| Outcome::halted(message).to_json(text(part, "referenceId").unwrap_or_default());
    parts.iter().map(one).collect()
}

/// Runs named parts one after another, each with what it refers to put in: their answers, and whether all went well.
pub(super) fn sequence(caller: &Caller<'_>, call: &Call<'_>, parts: &[Value], all_or_none: bool) -> (Vec<Value>, bool) {
    let mut known: Map<String, Value> = Map::new();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(parts.len());
    let mut failed = None;
    for (at, part) in parts.iter().enumerate() {
        if all_or_none && failed.is_some() {
            outcomes.push(Outcome::halted(ROLLED_BACK));
            continue;
        }
        let outcome = match references::filled(part, &known) {
            Ok(part) if all_or_none && stays(&part) => Outcome::stays(&part),
            Ok(part) => one(caller, call, &if all_or_none { bound(part) } else { part }),
            Err(told) => Outcome::halted(&told),
        };
        if !outcome.status.is_success() || (all_or_none && has_failures(part, &outcome.body)) {
            failed = failed.or(Some(at));
        }
        known.insert(text(part, "referenceId").unwrap_or_default().to_owned(), outcome.body.clone());
        outcomes.push(outcome);
    }
    if let Some(failed) = failed.filter(|_| all_or_none) {
        for outcome in outcomes.iter_mut().take(failed) {
            *outcome = Outcome::halted(ROLLED_BACK);
        }
    }
    let name = |part| text(part, "referenceId").unwrap_or_default();
    let answers = outcomes.iter().zip(parts).map(|(outcome, part)| outcome.to_json(name(part))).collect();
    (answers, failed.is_none())
}

/// Whether a part writes what is no record, and so would stay when the others are undone: posts, favorites, jobs.
fn stays(part: &Value) -> bool {
    let asks =
        text(part, "method").is_some_and(|method| ["GET", "HEAD"].contains(&method.to_ascii_uppercase().as_str()));
    let path = text(part, "url").and_then(|url| url.split('?').next()).unwrap_or_default();
    let whole = segments(path.strip_prefix(ROOT).unwrap_or(path));
    let family: Vec<&str> = whole.iter().skip(1).take(2).map(String::as_str).collect();
    let elsewhere = match family.as_slice() {
        ["ui-api", below] => *below != "records",
        [first, ..] => ["chatter", "connect", "jobs"].contains(first),
        [] => false,
    };
    elsewhere && !asks
}

/// Whether a part is a collection of records.
pub(super) fn is_collection(part: &Value) -> bool {
    text(part, "url").is_some_and(|url| url.contains("/composite/sobjects"))
}

fn has_failures(part: &Value, body: &Value) -> bool {
    let failed = |one: &Value| one.get("success") == Some(&Value::Bool(false));
    is_collection(part) && body.as_array().is_some_and(|all| all.iter().any(failed))
}

/// What the whole says of all or none holds for a collection in it.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_allornone.htm>
fn bound(mut part: Value) -> Value {
    if is_collection(&part)
        && let Some(map) = part.as_object_mut()
    {
        if let Some(Value::String(url)) = map.get_mut("url") {
            url.push_str(if url.contains('?') { "&allOrNone=true" } else { "?allOrNone=true" });
        }
        if let Some(Value::Object(body)) = map.get_mut("body") {
            body.insert("allOrNone".to_owned(), Value::Bool(true));
        }
    }
    part
}

fn one(caller: &Caller<'_>, outer: &Call<'_>, part: &Value) -> Outcome {
    let reply = run(caller, outer, part);
    let mut headers = Map::new();
    for (name, shown) in &TOLD {
        if let Some(value) = reply.header(name).and_then(|value| value.to_str().ok()) {
            headers.insert((*shown).to_owned(), Value::from(value));
        }
    }
    let body = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    Outcome { status: reply.status, headers: Value::Object(headers), body }
}

/// Runs one part.
pub(super) fn run(caller: &Caller<'_>, outer: &Call<'_>, part: &Value) -> Reply {
    let (Some(method), Some(address)) = (text(part, "method"), text(part, "url")) else {
        return bad("a request needs method and url");
    };
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let below = path.strip_prefix(ROOT).unwrap_or(path);
    let whole = segments(below);
    let names: Vec<&str> = whole.iter().map(String::as_str).collect();
    let Some((version, path)) = names.split_first() else { return Reply::not_found() };
    let version = match versions::parse(version) {
        Ok(version) => version,
        Err(reply) => return reply,
    };
    if matches!(path, ["composite"] | ["composite", "batch" | "graph" | "tree", ..]) {
        return bad("a composite cannot hold another one");
    }
    let sent = part.get("body").or_else(|| part.get("richInput"));
    let body = sent.map(Value::to_string).unwrap_or_default();
    let query = pairs(query.as_bytes());
    let headers = headers_of(part);
    let inner = Call {
        method: method.to_ascii_uppercase(),
        version: &version,
        path,
        query: &query,
        body: body.as_bytes(),
        kind: None,
        batch: outer.batch,
        headers: &headers,
    };
    route::serve(caller, &inner)
}

/// The headers a part names for itself.
fn headers_of(part: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in part.get("httpHeaders").and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().and_then(|text| HeaderValue::from_str(text).ok());
        if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), value) {
            headers.insert(name, value);
        }
    }
    headers
}
