//! `composite/sobjects`: many records of one request, each with its own outcome.
//!
//! Nothing is rolled back here, so a request that writes must not say `allOrNone: true`.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm>

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::SfError;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// Records of one request.
const MOST: usize = 200;

/// Everything under `composite/sobjects`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    let result = match (rest, call.method.as_str()) {
        ([], "POST" | "PATCH") => written(caller, call),
        ([], "DELETE") => deleted(caller, call),
        ([name], "GET") => {
            let list = |key: &str| split(call.param(key).unwrap_or_default());
            retrieved(caller, call, name, &list("ids"), &list("fields"))
        }
        ([name], "POST") => {
            call.json().and_then(|body| retrieved(caller, call, name, &texts(&body, "ids"), &texts(&body, "fields")))
        }
        ([], method) => return Reply::not_allowed(method, "POST,PATCH,DELETE"),
        ([_], method) => return Reply::not_allowed(method, "HEAD,GET,POST"),
        _ => return Reply::not_found(),
    };
    Reply::from_result(result)
}

fn split(list: &str) -> Vec<String> {
    list.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

fn texts(body: &Value, key: &str) -> Vec<String> {
    let list = body.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

fn bad(message: impl Into<String>) -> SfError {
    SfError::new(StatusCode::BAD_REQUEST.as_u16(), "INVALID_INPUT", message)
}

fn no_more_than_most(count: usize) -> Result<(), SfError> {
    if count > MOST { Err(bad(format!("the request names {count} records; {MOST} are the most"))) } else { Ok(()) }
}

/// The records in the order of their ids; null for one that is not there or not to be seen.
fn retrieved(
    caller: &Caller<'_>,
    call: &Call<'_>,
    name: &str,
    ids: &[String],
    fields: &[String],
) -> Result<Value, SfError> {
    if ids.is_empty() || fields.is_empty() {
        return Err(bad("ids and fields are needed"));
    }
    no_more_than_most(ids.len())?;
    let fields = fields.join(",");
    let mut found = Vec::new();
    for id in ids {
        match caller.viewer.record(call.version, name, id, Some(&fields)) {
            Ok(record) => found.push(record),
            Err(error) if error.status == 404 && error.code == "NOT_FOUND" => found.push(Value::Null),
            Err(error) => return Err(error),
        }
    }
    Ok(Value::Array(found))
}

fn written(caller: &Caller<'_>, call: &Call<'_>) -> Result<Value, SfError> {
    let mut body = call.json()?;
    refuse_all_or_none(body.get("allOrNone") == Some(&Value::Bool(true)))?;
    let Some(Value::Array(records)) = body.get_mut("records").map(Value::take) else {
        return Err(bad("records is missing or is no list"));
    };
    no_more_than_most(records.len())?;
    let one = |record: Value| outcome(write(caller, &call.method, record));
    Ok(Value::Array(records.into_iter().map(one).collect()))
}

fn refuse_all_or_none(wanted: bool) -> Result<(), SfError> {
    if wanted { Err(bad("the demo org rolls nothing back: send allOrNone false")) } else { Ok(()) }
}

/// Makes or changes one record; its id.
fn write(caller: &Caller<'_>, method: &str, record: Value) -> Result<String, SfError> {
    let Value::Object(mut fields) = record else { return Err(bad("a record is no object")) };
    let kind = fields.remove("attributes");
    let Some(name) = kind.as_ref().and_then(|kind| kind.get("type")).and_then(Value::as_str) else {
        return Err(bad("a record has no attributes.type"));
    };
    if method == "POST" {
        return caller.viewer.create(name, &Value::Object(fields));
    }
    let id = take_id(&mut fields)
        .ok_or_else(|| SfError::new(400, "MISSING_ARGUMENT", "Id not specified in an update call"))?;
    caller.viewer.update(name, &id, &Value::Object(fields))?;
    Ok(id)
}

fn take_id(fields: &mut Map<String, Value>) -> Option<String> {
    let key = fields.keys().find(|key| key.eq_ignore_ascii_case("id"))?.clone();
    match fields.remove(&key) {
        Some(Value::String(id)) => Some(id),
        _ => None,
    }
}

fn deleted(caller: &Caller<'_>, call: &Call<'_>) -> Result<Value, SfError> {
    refuse_all_or_none(call.param("allOrNone").is_some_and(|text| text.eq_ignore_ascii_case("true")))?;
    let ids = split(call.param("ids").unwrap_or_default());
    no_more_than_most(ids.len())?;
    let objects = caller.viewer.global_describe(call.version);
    let one = |id: String| {
        let done = object_of(&objects, &id)
            .ok_or_else(|| SfError::new(400, "MALFORMED_ID", format!("bad id {id}")))
            .and_then(|name| caller.viewer.delete(name, &id));
        outcome(done.map(|()| id))
    };
    Ok(Value::Array(ids.into_iter().map(one).collect()))
}

/// The object whose records' ids begin as this one does.
fn object_of<'a>(global: &'a Value, id: &str) -> Option<&'a str> {
    let prefix = id.get(..3)?;
    let objects = global.get("sobjects")?.as_array()?;
    let fits = |object: &&Value| object.get("keyPrefix").and_then(Value::as_str) == Some(prefix);
    objects.iter().find(fits)?.get("name")?.as_str()
}

fn outcome(result: Result<String, SfError>) -> Value {
    match result {
        Ok(id) => json!({ "id": id, "success": true, "errors": [] }),
        Err(error) => {
            let told = json!({ "statusCode": error.code, "message": error.message, "fields": error.fields });
            json!({ "success": false, "errors": [told] })
        }
    }
}
