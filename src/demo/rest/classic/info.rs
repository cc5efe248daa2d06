//! What is told of a job and of a batch, and the little XML there is.

use crate::demo::jobs::{Classic, Content, Job, State, datetime};
use serde_json::{Map, Value, json};
use std::sync::atomic::Ordering;

/// `jobInfo`.
pub(super) fn job(job: &Classic) -> Value {
    let batches = job.batches();
    let count = |state: State| batches.iter().filter(|batch| batch.state() == state).count();
    let sum = |number: fn(&Job) -> u64| batches.iter().map(|batch| number(batch)).sum::<u64>();
    let content = match job.content {
        Content::Csv => "CSV",
        Content::Json => "JSON",
    };
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("id", json!(job.id));
    put("operation", json!(job.settings.operation.name()));
    put("object", json!(job.settings.object));
    put("createdById", json!(job.owner));
    put("createdDate", json!(datetime(job.created)));
    put("systemModstamp", json!(datetime(job.created)));
    put("state", json!(job.state()));
    if let Some(external) = &job.settings.external {
        put("externalIdFieldName", json!(external));
    }
    put("concurrencyMode", json!(if job.serial { "Serial" } else { "Parallel" }));
    put("contentType", json!(content));
    put("numberBatchesQueued", json!(count(State::UploadComplete)));
    put("numberBatchesInProgress", json!(count(State::InProgress)));
    put("numberBatchesCompleted", json!(count(State::JobComplete)));
    put("numberBatchesFailed", json!(count(State::Failed)));
    put("numberBatchesTotal", json!(batches.len()));
    put("numberRecordsProcessed", json!(sum(|batch| batch.processed.load(Ordering::Relaxed))));
    put("numberRetries", json!(0));
    put("apiVersion", json!(job.settings.version.parse::<f64>().unwrap_or_default()));
    put("numberRecordsFailed", json!(sum(|batch| batch.refused.load(Ordering::Relaxed))));
    let spent = sum(|batch| batch.spent());
    put("totalProcessingTime", json!(spent));
    put("apiActiveProcessingTime", json!(spent));
    put("apexProcessingTime", json!(0));
    Value::Object(map)
}

/// `batchInfo`.
pub(super) fn batch(job: &Classic, batch: &Job) -> Value {
    let state = match batch.state() {
        State::Open | State::UploadComplete => "Queued",
        State::InProgress => "InProgress",
        State::JobComplete => "Completed",
        State::Failed => "Failed",
        State::Aborted => "NotProcessed",
    };
    let whole = batch.info();
    let of = |key: &str| whole.get(key).cloned().unwrap_or_default();
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("id", json!(batch.id));
    put("jobId", json!(job.id));
    put("state", json!(state));
    if let Some(message) = whole.get("errorMessage") {
        put("stateMessage", message.clone());
    }
    put("createdDate", of("createdDate"));
    put("systemModstamp", of("systemModstamp"));
    put("numberRecordsProcessed", of("numberRecordsProcessed"));
    put("numberRecordsFailed", json!(batch.refused.load(Ordering::Relaxed)));
    put("totalProcessingTime", of("totalProcessingTime"));
    put("apiActiveProcessingTime", of("totalProcessingTime"));
    put("apexProcessingTime", json!(0));
    Value::Object(map)
}

/// A document of plain elements; a list repeats its own.
pub(super) fn xml(name: &str, value: &Value) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out.push_str(&format!("<{name} xmlns=\"http://www.force.com/2009/06/asyncapi/dataload\">"));
    elements(&mut out, value);
    out.push_str(&format!("</{name}>"));
    out
}

fn elements(out: &mut String, value: &Value) {
    let Value::Object(map) = value else {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
        return;
    };
    for (key, value) in map {
        let all = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        for one in all {
            out.push_str(&format!("<{key}>"));
            elements(out, one);
            out.push_str(&format!("</{key}>"));
        }
    }
}

/// The plain elements of a document, as an object: all that a `jobInfo` sent by a client holds.
pub(super) fn read(text: &str) -> Value {
    let mut map = Map::new();
    for piece in text.split('<').skip(1) {
        let Some((tag, value)) = piece.split_once('>') else { continue };
        let name = tag.split([' ', '\n', '\t']).next().unwrap_or_default();
        let value = value.trim();
        if !name.starts_with(['/', '?', '!']) && !value.is_empty() {
            let plain = value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            map.insert(name.to_owned(), Value::String(plain));
        }
    }
    Value::Object(map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let value = json!({ "operation": "insert", "object": "A & <B>" });
        assert_eq!(read(&xml("jobInfo", &value)), value);
        assert_eq!(
            read("<?xml version=\"1.0\"?>\n<jobInfo xmlns=\"x\">\n  <state>Closed</state>\n</jobInfo>"),
            json!({ "state": "Closed" })
        );
        let list = xml("batchInfoList", &json!({ "batchInfo": [{ "id": 1 }, { "id": 2 }] }));
        assert!(
            list.ends_with("<batchInfo><id>1</id></batchInfo><batchInfo><id>2</id></batchInfo></batchInfoList>"),
            "{list}"
        );
        assert_eq!(read("<"), json!({}));
    }
}
