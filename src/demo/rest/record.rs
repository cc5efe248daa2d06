//! `sobjects/NAME` by POST, and what lies below it: describes and records.

use super::Caller;
use super::route::{Call, unless_modified};
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use axum::http::StatusCode;
use serde_json::json;

/// `sobjects/NAME` by POST, and everything below it.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, name: &str, rest: &[&str]) -> Reply {
    let (viewer, version) = (&caller.viewer, call.version);
    let fields = call.param("fields");
    match (rest, call.method.as_str()) {
        (["describe"], "GET") => unless_modified(call, || Reply::from_result(viewer.describe(version, name))),
        ([id], "GET") => Reply::from_result(viewer.record(version, name, id, fields)),
        ([], "POST") => match call.json().and_then(|body| viewer.create(name, &body)) {
            Ok(id) => Reply::json(StatusCode::CREATED, &json!({ "id": id, "success": true, "errors": [] })),
            Err(error) => Reply::from_error(&error),
        },
        ([id], "PATCH") => done(call.json().and_then(|body| viewer.update(name, id, &body))),
        ([id], "DELETE") => done(viewer.delete(name, id)),
        ([], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        (["describe"], method) => Reply::not_allowed(method, "HEAD,GET"),
        ([_], method) => Reply::not_allowed(method, "HEAD,GET,PATCH,DELETE"),
        _ => Reply::not_found(),
    }
}

fn done(result: Result<(), SfError>) -> Reply {
    match result {
        Ok(()) => Reply::empty(StatusCode::NO_CONTENT),
        Err(error) => Reply::from_error(&error),
    }
}
