//! `composite` and `composite/batch`: several requests in one, each with its own status in the answer.
//!
//! Parts go through the same routes as single requests. Nothing is rolled back here, so a composite that writes must
//! say `allOrNone: false`.

use super::Caller;
use super::route::{self, Call};
use super::{collections, graph, tree, versions};
use crate::demo::answer::Reply;
use crate::demo::ask::{pairs, segments};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

/// Parts of one composite or batch.
const MOST: usize = 25;
/// The paths of parts begin so; a batch's may leave it out.
const ROOT: &str = "/services/data/";

/// Everything under `composite`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    match (rest, call.method.as_str()) {
        ([], "POST") => together(caller, call),
        (["batch"], "POST") => batch(caller, call),
        (["sobjects", rest @ ..], _) => collections::serve(caller, call, rest),
        (["tree", name], "POST") => tree::serve(caller, call, name),
        (["graph"], "POST") => graph::serve(caller, call),
        ([], "GET") => {
            let at = |name: &str| format!("{ROOT}v{}/composite/{name}", call.version);
            Reply::ok(&json!({ "batch": at("batch"), "sobjects": at("sobjects") }))
        }
        ([], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        (["batch"], method) => Reply::not_allowed(method, "POST"),
        _ => Reply::not_found(),
    }
}

fn bad(message: &str) -> Reply {
    Reply::refusal(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", message)
}

/// The list of parts under this key.
fn parts(body: &Value, key: &str) -> Result<Vec<Value>, Reply> {
    let Some(list) = body.get(key).and_then(Value::as_array) else {
        return Err(bad(&format!("{key} is missing or is no list")));
    };
    if list.len() > MOST {
        let text = format!("{key} holds {} requests; {MOST} are the most", list.len());
        return Err(Reply::refusal(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &text));
    }
    Ok(list.clone())
}

fn together(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let body = match call.json() {
        Ok(body) => body,
        Err(error) => return Reply::from_error(&error),
    };
    let list = match parts(&body, "compositeRequest") {
        Ok(list) => list,
        Err(reply) => return reply,
    };
    let all_or_none = body.get("allOrNone").and_then(Value::as_bool).unwrap_or(false);
    if all_or_none && list.iter().any(|part| text(part, "method") != Some("GET")) {
        return bad("the demo org rolls nothing back: send allOrNone false with requests that write");
    }
    let mut known: Map<String, Value> = Map::new();
    let mut answers = Vec::new();
    for part in &list {
        let Some(reference) = text(part, "referenceId") else { return bad("a request has no referenceId") };
        if known.contains_key(reference) {
            return bad(&format!("the referenceId {reference} stands twice"));
        }
        let (status, headers, answer) = match filled(part, &known) {
            Ok(part) => one(caller, call, &part),
            Err(error) => (StatusCode::BAD_REQUEST, Value::Object(Map::new()), error),
        };
        known.insert(reference.to_owned(), answer.clone());
        answers.push(json!({
            "body": answer,
            "httpHeaders": headers,
            "httpStatusCode": status.as_u16(),
            "referenceId": reference,
        }));
    }
    Reply::ok(&json!({ "compositeResponse": answers }))
}

fn batch(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let body = match call.json() {
        Ok(body) => body,
        Err(error) => return Reply::from_error(&error),
    };
    let list = match parts(&body, "batchRequests") {
        Ok(list) => list,
        Err(reply) => return reply,
    };
    let halt = body.get("haltOnError").and_then(Value::as_bool).unwrap_or(false);
    let mut failed = false;
    let mut results = Vec::new();
    for part in &list {
        if halt && failed {
            let halted =
                json!([{ "errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request" }]);
            results.push(json!({ "statusCode": 412, "result": halted }));
            continue;
        }
        let (status, _, answer) = one(caller, call, part);
        // Each part of a batch is a call of its own; the batch itself was counted with the first.
        if !results.is_empty() {
            caller.org.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        failed |= !status.is_success();
        results.push(json!({ "statusCode": status.as_u16(), "result": answer }));
    }
    Reply::ok(&json!({ "hasErrors": failed, "results": results }))
}

fn text<'a>(part: &'a Value, key: &str) -> Option<&'a str> {
    part.get(key).and_then(Value::as_str)
}

/// Runs one part: its status, headers and body.
fn one(caller: &Caller<'_>, outer: &Call<'_>, part: &Value) -> (StatusCode, Value, Value) {
    let reply = run(caller, outer, part);
    let mut headers = Map::new();
    if let Some(location) = reply.header(&header::LOCATION).and_then(|value| value.to_str().ok()) {
        headers.insert("Location".to_owned(), Value::from(location));
    }
    let body = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
    (reply.status, Value::Object(headers), body)
}

fn run(caller: &Caller<'_>, outer: &Call<'_>, part: &Value) -> Reply {
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
    if matches!(path, ["composite"] | ["composite", "batch", ..]) {
        return bad("a composite cannot hold another one");
    }
    let sent = part.get("body").or_else(|| part.get("richInput"));
    let body = sent.map(Value::to_string).unwrap_or_default();
    let query = pairs(query.as_bytes());
    let inner = Call {
        method: method.to_ascii_uppercase(),
        version: &version,
        path,
        query: &query,
        body: body.as_bytes(),
        kind: None,
        batch: outer.batch,
        headers: &HeaderMap::new(),
    };
    route::serve(caller, &inner)
}

/// The part with every `@{reference.path}` in its address and body put in.
fn filled(part: &Value, known: &Map<String, Value>) -> Result<Value, Value> {
    Ok(match part {
        Value::String(template) => fill(template, known)?,
        Value::Array(list) => Value::Array(list.iter().map(|item| filled(item, known)).collect::<Result<_, _>>()?),
        Value::Object(map) => {
            let mut out = Map::new();
            for (key, value) in map {
                out.insert(key.clone(), filled(value, known)?);
            }
            Value::Object(out)
        }
        other => other.clone(),
    })
}

fn fill(template: &str, known: &Map<String, Value>) -> Result<Value, Value> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("@{") {
        let Some((name, behind)) = after.split_once('}') else { break };
        let value = look_up(name, known).ok_or_else(|| {
            json!([{ "errorCode": "PROCESSING_HALTED", "message": format!("Invalid reference specified. No value for {name} found in the previous responses.") }])
        })?;
        out.push_str(before);
        match value {
            Value::String(text) => out.push_str(text),
            other => out.push_str(&other.to_string()),
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(Value::String(out))
}

/// `ref.records[0].Id` in what was answered so far.
fn look_up<'a>(name: &str, known: &'a Map<String, Value>) -> Option<&'a Value> {
    let mut steps = name.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let mut at = known.get(steps.next()?)?;
    for step in steps {
        at = match at {
            Value::Array(list) => list.get(step.parse::<usize>().ok()?)?,
            other => other.get(step)?,
        };
    }
    match at {
        Value::Object(_) | Value::Array(_) | Value::Null => None,
        plain => Some(plain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_put_in() {
        let known = json!({ "first": { "records": [{ "Id": "001x", "N": 4 }], "id": "003y" } });
        let known = known.as_object().unwrap();
        let part = json!({ "url": "/a/@{first.records[0].Id}/@{first.id}", "body": { "n": "@{first.records[0].N}" }, "keep": 1 });
        let done = filled(&part, known).unwrap();
        assert_eq!(done, json!({ "url": "/a/001x/003y", "body": { "n": "4" }, "keep": 1 }));
        for missing in ["@{nobody.id}", "@{first.records[7].Id}", "@{first.records}"] {
            assert!(fill(missing, known).is_err(), "{missing}");
        }
        assert_eq!(fill("@{open", known).unwrap(), json!("@{open"));
    }
}
