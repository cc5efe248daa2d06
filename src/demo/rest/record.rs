//! `sobjects/NAME` by POST, and what lies below it: describes and records, by id, by external id, along relationships.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_list.htm>

use super::Caller;
use super::condition::Condition;
use super::content;
use super::route::{Call, unless_modified};
use crate::demo::answer::Reply;
use crate::demo::data::{Related, SfError, Upserted, Viewer, Wishes, long_id};
use axum::http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// From this version on an upsert that changed a record says so in a body.
const UPSERT_TELLS: f64 = 46.0;

/// `sobjects/NAME` by POST, and everything below it.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, name: &str, rest: &[&str]) -> Reply {
    let (viewer, version) = (&writer(caller, call), call.version);
    match (rest, call.method.as_str()) {
        (["describe"], "GET") => unless_modified(call, || Reply::from_result(viewer.describe(version, name))),
        (["describe"], method) => Reply::not_allowed(method, "HEAD,GET"),
        (["updated"], "GET") => Reply::from_result(viewer.updated(name, call.param("start"), call.param("end"))),
        (["deleted"], "GET") => Reply::from_result(viewer.deleted(name, call.param("start"), call.param("end"))),
        (["updated" | "deleted"], method) => Reply::not_allowed(method, "HEAD,GET"),
        ([], "POST") | (["Id"], "POST") => create(viewer, call, name),
        ([], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        ([id], "GET") => read(viewer, call, name, id),
        ([id], "PATCH") => update(viewer, call, name, id),
        ([id], "DELETE") => done(viewer.delete(name, id)),
        ([_], method) => Reply::not_allowed(method, "HEAD,GET,PATCH,DELETE"),
        ([id, "password"], "GET") if name.eq_ignore_ascii_case("User") => {
            match viewer.record(version, name, id, Some("Id")) {
                Ok(_) => Reply::ok(&json!({ "isExpired": false })),
                Err(error) => Reply::from_error(&error),
            }
        }
        ([id, "VersionData"], "GET") if name.eq_ignore_ascii_case("ContentVersion") => {
            content::download(viewer, call, id)
        }
        ([id, path @ ..], _) if long_id(id).is_some() => along(viewer, call, (name, id), path),
        ([field, value], _) => keyed(viewer, call, name, field, value),
        _ => Reply::not_found(),
    }
}

/// The user, with what the call wishes of its writes.
pub(super) fn writer<'a>(caller: &Caller<'a>, call: &Call<'_>) -> Viewer<'a> {
    let yes = |text: &str| text.trim().eq_ignore_ascii_case("true");
    let rule = call.header("sforce-duplicate-rule-header").unwrap_or_default();
    let saves = rule.split([',', ';']).filter_map(|option| option.split_once('='));
    caller.viewer.wishing(Wishes {
        allow_duplicates: saves
            .into_iter()
            .any(|(key, value)| key.trim().eq_ignore_ascii_case("allowSave") && yes(value)),
        update_only: call.param("updateOnly").is_some_and(yes),
    })
}

fn create(viewer: &Viewer<'_>, call: &Call<'_>, name: &str) -> Reply {
    let has_bytes = name.eq_ignore_ascii_case("ContentVersion");
    let body = if has_bytes { content::body(call) } else { call.json() };
    match body.and_then(|body| viewer.create(name, &body)) {
        Ok(id) => {
            let body = json!({ "id": id, "success": true, "errors": [] });
            with_location(Reply::json(StatusCode::CREATED, &body), call.version, name, &id)
        }
        Err(error) => Reply::from_error(&error),
    }
}

fn with_location(reply: Reply, version: &str, name: &str, id: &str) -> Reply {
    match HeaderValue::from_str(&path_of(version, name, id)) {
        Ok(path) => reply.with(header::LOCATION, path),
        Err(_) => reply,
    }
}

fn path_of(version: &str, name: &str, id: &str) -> String {
    format!("/services/data/v{version}/sobjects/{name}/{id}")
}

fn read(viewer: &Viewer<'_>, call: &Call<'_>, name: &str, id: &str) -> Reply {
    let record = match viewer.record(call.version, name, id, call.param("fields")) {
        Ok(record) => record,
        Err(error) => return Reply::from_error(&error),
    };
    match Condition::of(viewer, call, name, id) {
        Ok(condition) => condition.unless(call).unwrap_or_else(|| condition.stamp(Reply::ok(&record))),
        Err(reply) => reply,
    }
}

fn update(viewer: &Viewer<'_>, call: &Call<'_>, name: &str, id: &str) -> Reply {
    let body = match call.json() {
        Ok(body) => body,
        Err(error) => return Reply::from_error(&error),
    };
    if !Condition::is_asked(call) {
        return done(viewer.update(name, id, &body));
    }
    // Nobody changes the record between the look and the change.
    let work = || {
        let reply = match Condition::of(viewer, call, name, id) {
            Ok(condition) => condition.unless(call).unwrap_or_else(|| done(viewer.update(name, id, &body))),
            Err(reply) => reply,
        };
        let kept = reply.status.is_success();
        (reply, kept)
    };
    viewer.together(work).unwrap_or_else(|error| Reply::from_error(&error))
}

fn done(result: Result<(), SfError>) -> Reply {
    match result {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(error) => Reply::from_error(&error),
    }
}

/// A record by the value of an external id.
fn keyed(viewer: &Viewer<'_>, call: &Call<'_>, name: &str, field: &str, value: &str) -> Reply {
    let writes = match call.method.as_str() {
        "PATCH" | "POST" => true,
        "GET" | "DELETE" => false,
        method => return Reply::not_allowed(method, "HEAD,GET,POST,PATCH,DELETE"),
    };
    if !writes && !viewer.names_records(name, field) {
        return Reply::not_found();
    }
    if writes {
        return match call.json().and_then(|body| viewer.upsert(name, field, value, &body)) {
            Ok(upserted) => told(call.version, name, &upserted),
            Err(error) if error.status == 300 => choices(viewer, call, name, (field, value)),
            Err(error) => Reply::from_error(&error),
        };
    }
    match viewer.named(name, field, value).as_deref() {
        Ok([]) => Reply::not_found(),
        Ok([id]) if call.method == "GET" => read(viewer, call, name, id),
        Ok([id]) => done(viewer.delete(name, id)),
        Ok(_) => choices(viewer, call, name, (field, value)),
        Err(error) => Reply::from_error(error),
    }
}

/// The records among which an external id does not choose.
fn choices(viewer: &Viewer<'_>, call: &Call<'_>, name: &str, (field, value): (&str, &str)) -> Reply {
    match viewer.named(name, field, value) {
        Ok(ids) => {
            let paths = ids.iter().map(|id| Value::from(path_of(call.version, name, id))).collect();
            Reply::json(StatusCode::MULTIPLE_CHOICES, &Value::Array(paths))
        }
        Err(error) => Reply::from_error(&error),
    }
}

fn told(version: &str, name: &str, Upserted { id, created }: &Upserted) -> Reply {
    let body = json!({ "id": id, "success": true, "errors": [], "created": created });
    let tells = version.parse::<f64>().is_ok_and(|version| version >= UPSERT_TELLS);
    match (created, tells) {
        (true, _) => with_location(Reply::json(StatusCode::CREATED, &body), version, name, id),
        (false, true) => Reply::ok(&body),
        (false, false) => Reply::empty(StatusCode::NO_CONTENT),
    }
}

/// Along relationships from a record, to a parent or to children.
fn along(viewer: &Viewer<'_>, call: &Call<'_>, (name, id): (&str, &str), path: &[&str]) -> Reply {
    let fields = call.param("fields");
    match (viewer.follow(name, id, path), call.method.as_str()) {
        (Err(error), _) => Reply::from_error(&error),
        (Ok(Related::Parent(name, id)), "GET") => read(viewer, call, &name, &id),
        (Ok(Related::Parent(name, id)), "PATCH") => update(viewer, call, &name, &id),
        (Ok(Related::Parent(name, id)), "DELETE") => done(viewer.delete(&name, &id)),
        (Ok(Related::Parent(..)), method) => Reply::not_allowed(method, "HEAD,GET,PATCH,DELETE"),
        (Ok(Related::Children(name, field, id)), "GET") => {
            Reply::from_result(viewer.children(call.version, (&name, &field, &id), fields, call.batch))
        }
        (Ok(Related::Children(..)), method) => Reply::not_allowed(method, "HEAD,GET"),
    }
}
