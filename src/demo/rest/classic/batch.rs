//! Batches: taken as CSV, JSON or a query; their results in the same.
//!
//! A batch of JSON becomes CSV, so that there is one way to work on rows.

use super::{Client, Exception};
use crate::demo::answer::Reply;
use crate::demo::ask::Ask;
use crate::demo::jobs::{Classic, Content, Job, Operation, Settings, Spool, State};
use crate::demo::rest::Caller;
use axum::http::{HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::io;
use std::sync::Arc;

/// Records of a batch.
const MOST: usize = 10_000;

/// POST of a batch.
pub(super) fn add(caller: &Caller<'_>, ask: &Ask, job: &Arc<Classic>) -> Result<Arc<Job>, Exception> {
    let invalid = |message: &str| Exception("InvalidBatch", message.to_owned());
    let (mut source, mut settings) = (Vec::new(), job.settings.clone());
    if job.asks() {
        settings.query = String::from_utf8_lossy(&ask.body).trim().trim_matches('"').to_owned();
    } else {
        source = match job.content {
            Content::Csv => ask.body.to_vec(),
            Content::Json => flat(&ask.body).map_err(|message| invalid(&message))?,
        };
        settings.ending = crate::demo::jobs::Ending::of(&source);
    }
    let spool = Spool::of(&source).map_err(|error| lost(&error))?;
    let sent = Spool::of(&ask.body).map_err(|error| lost(&error))?;
    let batch = caller.org.jobs.add_batch(job, settings, spool, sent);
    let batch = batch.ok_or_else(|| Exception("InvalidJobState", format!("The job is {}", job.state())))?;
    caller.org.jobs.submit(&batch, &caller.org.data, &caller.world.ended);
    Ok(batch)
}

fn lost(error: &io::Error) -> Exception {
    tracing::warn!(%error, "a bulk batch's data cannot be kept");
    Exception("InternalServerError", "The data of the batch cannot be kept".to_owned())
}

/// An array of records as CSV; the columns are all their keys, and a parent's key is dotted.
fn flat(body: &[u8]) -> Result<Vec<u8>, String> {
    let records: Vec<Map<String, Value>> =
        serde_json::from_slice(body).map_err(|error| format!("Failed to parse JSON: {error}"))?;
    if records.len() > MOST {
        return Err(format!("A batch holds at most {MOST} records"));
    }
    let mut columns: Vec<String> = Vec::new();
    let mut rows: Vec<Vec<(usize, String)>> = Vec::new();
    for record in &records {
        let mut row = Vec::new();
        for (key, value) in record.iter().filter(|(key, _)| *key != "attributes") {
            let (name, value) = match value {
                Value::Object(parent) => {
                    let field = parent.iter().find(|(key, _)| *key != "attributes");
                    let (field, value) = field.ok_or_else(|| format!("{key} names no field"))?;
                    (format!("{key}.{field}"), value)
                }
                value => (key.clone(), value),
            };
            let at = columns.iter().position(|own| *own == name).unwrap_or_else(|| {
                columns.push(name);
                columns.len() - 1
            });
            row.push((at, cell(value)));
        }
        rows.push(row);
    }
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let failed = |error: csv::Error| error.to_string();
    writer.write_record(&columns).map_err(failed)?;
    for row in rows {
        let text = |at: usize| row.iter().find(|(own, _)| *own == at).map_or("", |(_, text)| text.as_str());
        writer.write_record((0..columns.len()).map(text)).map_err(failed)?;
    }
    writer.into_inner().map_err(|error| error.to_string())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "#N/A".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn typed(body: Vec<u8>, content: Content) -> Reply {
    let kind = match content {
        Content::Csv => "text/csv",
        Content::Json => "application/json;charset=UTF-8",
    };
    let headers = vec![(header::CONTENT_TYPE, HeaderValue::from_static(kind))];
    Reply { status: StatusCode::OK, headers, body: Bytes::from(body) }
}

/// What was sent.
pub(super) fn request(job: &Classic, batch: &Job) -> Result<Reply, Exception> {
    let sent = batch.sent().map_or_else(|| Ok(Vec::new()), |sent| sent.all());
    Ok(typed(sent.map_err(|error| lost(&error))?, job.content))
}

/// What became of each row; of a query, which results there are.
pub(super) fn result(client: &Client, job: &Classic, batch: &Job) -> Result<Reply, Exception> {
    let state = batch.state();
    if state != State::JobComplete {
        return Err(Exception("InvalidBatch", "Batch not completed".to_owned()));
    }
    if job.asks() {
        let id = result_id(batch);
        return Ok(match job.content {
            Content::Json => Reply::ok(&json!([id])),
            Content::Csv => client.told(job, "result-list", json!({ "result": [id] })),
        });
    }
    let fates = batch.done().map_or_else(|| Ok(Vec::new()), |done| done.fates.all()).map_err(|error| lost(&error))?;
    Ok(match job.content {
        Content::Csv => typed(fates, Content::Csv),
        Content::Json => Reply::ok(&told(&fates)),
    })
}

/// The one result of a query's batch.
fn result_id(batch: &Job) -> String {
    let number = batch.id.get(3..15).unwrap_or_default();
    crate::demo::data::long_id(&format!("752{number}")).unwrap_or_default()
}

/// The rows that a query found.
pub(super) fn found(
    caller: &Caller<'_>,
    ask: &Ask,
    job: &Classic,
    batch: &Job,
    result: &str,
) -> Result<Reply, Exception> {
    let found = batch.found().filter(|_| result == result_id(batch) && ask.is_get());
    let found = found.ok_or_else(|| Exception("InvalidBatch", format!("Unable to find result: {result}")))?;
    match job.content {
        Content::Csv => Ok(typed(found.page(0, u64::MAX).map_err(|error| lost(&error))?, Content::Csv)),
        Content::Json => records(caller, &batch.settings).map(|all| Reply::ok(&all)),
    }
}

/// All records of a query as the REST API has them: typed, with their attributes.
fn records(caller: &Caller<'_>, settings: &Settings) -> Result<Value, Exception> {
    let failed = |error: crate::demo::data::SfError| Exception("InvalidBatch", error.message);
    let all_rows = settings.operation == Operation::QueryAll;
    let mut page = caller.viewer.query(&settings.version, &settings.query, all_rows, 2_000).map_err(failed)?;
    let mut all = Vec::new();
    loop {
        if let Some(records) = page.get_mut("records").and_then(Value::as_array_mut) {
            all.append(records);
        }
        let next = page.get("nextRecordsUrl").and_then(Value::as_str).and_then(|url| url.rsplit('/').next());
        let Some(locator) = next.map(str::to_owned) else { return Ok(Value::Array(all)) };
        page = caller.viewer.query_more(&settings.version, &locator, 2_000).map_err(failed)?;
    }
}

/// The fates of rows, as JSON has them.
fn told(fates: &[u8]) -> Value {
    let rows = csv::ReaderBuilder::new().has_headers(true).from_reader(fates).into_records();
    rows.filter_map(Result::ok)
        .map(|row| {
            let text = |at: usize| row.get(at).unwrap_or_default();
            let id = Some(text(0)).filter(|id| !id.is_empty());
            let errors: Vec<Value> = text(3).split("--;").filter(|told| !told.is_empty()).map(error).collect();
            json!({ "success": text(1) == "true", "created": text(2) == "true", "id": id, "errors": errors })
        })
        .collect()
}

/// `CODE:message:A,B --` taken apart.
fn error(told: &str) -> Value {
    let (code, rest) = told.split_once(':').unwrap_or((told, ""));
    let (message, fields) = rest.rsplit_once(':').unwrap_or((rest, ""));
    let fields: Vec<&str> = fields.trim_end_matches("--").trim().split(',').filter(|field| !field.is_empty()).collect();
    json!({ "statusCode": code, "message": message, "fields": fields, "extendedErrorDetails": null })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_become_rows() {
        let body = json!([{ "Name": "a, b", "N": 1 }, { "attributes": {}, "B": true, "Owner": { "Username": "u" }, "N": null }]);
        let text = flat(body.to_string().as_bytes()).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "Name,N,B,Owner.Username\n\"a, b\",1,,\n,#N/A,true,u\n");
        assert!(flat(b"{}").is_err() && flat(b"[1]").is_err() && flat(b"[{\"Owner\":{}}]").is_err());
    }

    #[test]
    fn errors_are_taken_apart() {
        let plain = error("ENTITY_IS_DELETED:entity is deleted:--");
        assert_eq!(
            plain,
            json!({ "statusCode": "ENTITY_IS_DELETED", "message": "entity is deleted", "fields": [], "extendedErrorDetails": null })
        );
        let fields = error("X:a: b:Name,Fax --");
        assert_eq!((&fields["message"], &fields["fields"]), (&json!("a: b"), &json!(["Name", "Fax"])));
    }
}
