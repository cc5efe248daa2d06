//! `composite/sobjects`: many records of one request, each with its own outcome, or all or none.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm>

use super::Caller;
use super::record::writer;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::{Doubles, SfError, Viewer};
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// Records of one request; a reading by POST may name more.
const MOST: usize = 200;
const MOST_READ: usize = 2_000;
/// Runs of records of one object in one request.
const MOST_RUNS: usize = 10;

/// Everything under `composite/sobjects`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    let viewer = &writer(caller, call);
    let result = match (rest, call.method.as_str()) {
        ([], "POST" | "PATCH") => written(viewer, call),
        ([], "DELETE") => deleted(viewer, call),
        ([name], "GET") => {
            let list = |key: &str| split(call.param(key).unwrap_or_default());
            retrieved(viewer, call, name, (&list("ids"), &list("fields")), MOST)
        }
        ([name], "POST") => call.json().and_then(|body| {
            let (ids, fields) = (texts(&body, "ids"), texts(&body, "fields"));
            retrieved(viewer, call, name, (&ids, &fields), MOST_READ)
        }),
        ([name, field], "PATCH" | "POST") => upserted(viewer, call, name, field),
        ([], method) => return Reply::not_allowed(method, "POST,PATCH,DELETE"),
        ([_], method) => return Reply::not_allowed(method, "HEAD,GET,POST"),
        ([_, _], method) => return Reply::not_allowed(method, "PATCH"),
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

fn at_most(most: usize, count: usize) -> Result<(), SfError> {
    if count > most { Err(bad(format!("the request names {count} records; {most} are the most"))) } else { Ok(()) }
}

/// The records in the order of their ids; null for one that is not there or not to be seen.
fn retrieved(
    viewer: &Viewer<'_>,
    call: &Call<'_>,
    name: &str,
    (ids, fields): (&[String], &[String]),
    most: usize,
) -> Result<Value, SfError> {
    if ids.is_empty() || fields.is_empty() {
        return Err(bad("ids and fields are needed"));
    }
    at_most(most, ids.len())?;
    let fields = fields.join(",");
    let mut found = Vec::new();
    for id in ids {
        match viewer.record(call.version, name, id, Some(&fields)) {
            Ok(record) => found.push(record),
            Err(error) if error.status == 404 => found.push(Value::Null),
            Err(error) => return Err(error),
        }
    }
    Ok(Value::Array(found))
}

/// A record that was written: its id, and for an upsert whether it is new.
type Written = (String, Option<bool>);

/// Does one thing for each record and tells each outcome. With `all`, one that fails undoes the others.
fn each<T>(
    viewer: &Viewer<'_>,
    all: bool,
    records: Vec<T>,
    one: impl Fn(T) -> Result<Written, SfError>,
) -> Result<Value, SfError> {
    let work = || {
        let done: Vec<_> = records.into_iter().map(|record| one(record).map_err(SfError::among_many)).collect();
        let kept = !all || done.iter().all(Result::is_ok);
        ((done, kept), kept)
    };
    let (done, kept) = viewer.together(work)?;
    let told = |outcome| match outcome {
        Ok(_) if !kept => {
            let told =
                "Record rolled back because not all records were valid and the request was using AllOrNone header";
            failure(&SfError::new(400, "ALL_OR_NONE_OPERATION_ROLLED_BACK", told))
        }
        Ok((id, None)) => json!({ "id": id, "success": true, "errors": [] }),
        Ok((id, Some(created))) => json!({ "id": id, "success": true, "errors": [], "created": created }),
        Err(error) => failure(&error),
    };
    Ok(Value::Array(done.into_iter().map(told).collect()))
}

fn failure(error: &SfError) -> Value {
    json!({ "success": false, "errors": error.to_list() })
}

/// The records of the body, and whether all or none are to be written.
fn records(call: &Call<'_>) -> Result<(Vec<Value>, bool), SfError> {
    let mut body = call.json()?;
    let all = all_or_none(call) || body.get("allOrNone") == Some(&Value::Bool(true));
    let Some(Value::Array(records)) = body.get_mut("records").map(Value::take) else {
        return Err(bad("records is missing or is no list"));
    };
    at_most(MOST, records.len())?;
    let mut runs: Vec<&str> = records.iter().filter_map(type_of).collect();
    runs.dedup();
    if runs.len() > MOST_RUNS {
        return Err(bad(format!("the records change their type too often; {MOST_RUNS} runs of one type are the most")));
    }
    Ok((records, all))
}

fn all_or_none(call: &Call<'_>) -> bool {
    call.param("allOrNone").is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

fn type_of(record: &Value) -> Option<&str> {
    record.get("attributes")?.get("type")?.as_str()
}

/// The type a record names, and its fields.
fn parted(record: Value) -> Result<(String, Map<String, Value>), SfError> {
    let name = type_of(&record).map(str::to_owned);
    match (record, name) {
        (Value::Object(mut fields), Some(name)) => {
            fields.remove("attributes");
            Ok((name, fields))
        }
        (Value::Object(_), None) => Err(bad("a record has no attributes.type")),
        _ => Err(bad("a record is no object")),
    }
}

/// A field of a record, whatever its case, as the text that an address would hold.
fn named(record: &Value, name: &str) -> Option<String> {
    let (_, value) = record.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    plain(value)
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// Takes a field out of a record, whatever its case, as the text that an address would hold.
fn take(fields: &mut Map<String, Value>, name: &str) -> Option<String> {
    let key = fields.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    plain(&fields.remove(&key)?)
}

fn written(viewer: &Viewer<'_>, call: &Call<'_>) -> Result<Value, SfError> {
    let (records, all) = records(call)?;
    let doubles = Doubles::of("Id", records.iter().filter_map(|record| named(record, "Id")));
    each(viewer, all, records, |record| {
        let (name, mut fields) = parted(record)?;
        if call.method == "POST" {
            return Ok((viewer.create(&name, &Value::Object(fields)).map_err(unknown(&name))?, None));
        }
        let missing = || SfError::new(400, "MISSING_ARGUMENT", "Id not specified in an update call");
        let id = take(&mut fields, "Id").ok_or_else(missing)?;
        doubles.check(&id)?;
        viewer.update(&name, &id, &Value::Object(fields))?;
        Ok((id, None))
    })
}

/// What is said of a record to be made whose object there is not.
fn unknown(name: &str) -> impl Fn(SfError) -> SfError {
    move |error| match error.code {
        "NOT_FOUND" => SfError::new(400, "INVALID_TYPE", format!("sObject type '{name}' is not supported.")),
        _ => error,
    }
}

fn upserted(viewer: &Viewer<'_>, call: &Call<'_>, name: &str, field: &str) -> Result<Value, SfError> {
    let (records, all) = records(call)?;
    // What is wrong with the address is wrong for all.
    viewer.named(name, field, "")?;
    let doubles = Doubles::of(field, records.iter().filter_map(|record| named(record, field)));
    each(viewer, all, records, |record| {
        let (own, mut fields) = parted(record)?;
        if !own.eq_ignore_ascii_case(name) {
            return Err(bad(format!("a record is of type {own}, the address of {name}")));
        }
        let value = take(&mut fields, field);
        let by_id = field.eq_ignore_ascii_case("Id");
        let missing = || SfError::at(field, "MISSING_ARGUMENT", format!("{field} not specified"));
        let value = if by_id {
            value.unwrap_or_default()
        } else {
            value.filter(|text| !text.is_empty()).ok_or_else(missing)?
        };
        doubles.check(&value)?;
        let done = viewer.upsert(name, field, &value, &Value::Object(fields))?;
        Ok((done.id, Some(done.created)))
    })
}

fn deleted(viewer: &Viewer<'_>, call: &Call<'_>) -> Result<Value, SfError> {
    let ids = split(call.param("ids").unwrap_or_default());
    if ids.is_empty() {
        return Err(bad("ids are needed"));
    }
    at_most(MOST, ids.len())?;
    each(viewer, all_or_none(call), ids, |id| {
        let malformed = || SfError::new(400, "MALFORMED_ID", format!("malformed id {id}"));
        let name = viewer.object_of(&id).ok_or_else(malformed)?;
        viewer.delete(name, &id)?;
        Ok((id, None))
    })
}
