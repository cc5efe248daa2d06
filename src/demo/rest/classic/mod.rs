//! `/services/async/NN.0/job`: the first Bulk API, for clients that still speak it: CSV or JSON batches, queries included.
//!
//! The session comes in `X-SFDC-Session`; answers are XML, or JSON where the client or the job speaks JSON.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/asynch_api_intro.htm>

mod batch;
mod info;

use super::Caller;
use crate::demo::answer::Reply;
use crate::demo::ask::{Ask, Ticket};
use crate::demo::data::Access;
use crate::demo::jobs::{Classic, Content, Delimiter, Ending, Operation, Settings};
use crate::demo::usage;
use crate::demo::world::World;
use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Everything there; `rest`: the path's parts behind the version.
pub(in crate::demo) fn serve(world: &World, ask: &Ask, version: &str, rest: &[&str]) -> Reply {
    let client = Client::of(ask);
    let caller = match caller(world, ask, version) {
        Ok(caller) => caller,
        Err(error) => return client.error(&error),
    };
    let done = match (rest, ask.method.as_str()) {
        (["job"], "POST") => create(&caller, ask, version).map(|job| client.told(&job, "jobInfo", info::job(&job))),
        (["job", id, rest @ ..], method) => match find(&caller, id) {
            Some(job) => below(&caller, ask, &client, &job, rest, method),
            None => Err(Exception("InvalidJob", format!("Unable to find job: {id}"))),
        },
        _ => return Reply::not_found(),
    };
    done.unwrap_or_else(|error| client.error(&error))
}

/// What is wrong: `exceptionCode`, `exceptionMessage`.
struct Exception(&'static str, String);

/// How the client speaks.
struct Client {
    json: bool,
}

impl Client {
    fn of(ask: &Ask) -> Self {
        let says = |name: header::HeaderName| ask.header(name).is_some_and(|kind| kind.contains("application/json"));
        Self { json: says(header::CONTENT_TYPE) || says(header::ACCEPT) }
    }

    fn told(&self, job: &Classic, name: &str, value: Value) -> Reply {
        if self.json || job.content == Content::Json { Reply::ok(&value) } else { xml(StatusCode::OK, name, &value) }
    }

    fn error(&self, Exception(code, message): &Exception) -> Reply {
        let value = json!({ "exceptionCode": code, "exceptionMessage": message });
        if self.json {
            Reply::json(StatusCode::BAD_REQUEST, &value)
        } else {
            xml(StatusCode::BAD_REQUEST, "error", &value)
        }
    }
}

fn xml(status: StatusCode, name: &str, value: &Value) -> Reply {
    let mut reply = Reply::text(status, info::xml(name, value));
    reply.headers = vec![(header::CONTENT_TYPE, header::HeaderValue::from_static("application/xml"))];
    reply
}

fn caller<'w>(world: &'w World, ask: &Ask, version: &str) -> Result<Caller<'w>, Exception> {
    let no_session = || Exception("InvalidSessionId", "Invalid session id".to_owned());
    if !super::is_served(version) {
        return Err(Exception("InvalidVersion", format!("Unsupported version: {version}")));
    }
    let (index, org) = world.behind(ask.door).ok_or_else(no_session)?;
    let token = match (ask.header("x-sfdc-session"), ask.ticket()) {
        (Some(token), _) | (None, Ticket::Token(token)) => token.trim(),
        _ => return Err(no_session()),
    };
    let session = usage::session(world, ask, token, Some(index));
    let user = session.and_then(|session| org.users.get(session.user)).ok_or_else(no_session)?;
    let viewer = org.data.viewer(&user.id).ok_or_else(no_session)?;
    org.calls.fetch_add(1, Ordering::Relaxed);
    Ok(Caller { world, here: ask.here, org, user, viewer })
}

fn find(caller: &Caller<'_>, id: &str) -> Option<Arc<Classic>> {
    let sees = |job: &Arc<Classic>| job.owner == caller.user.id || caller.user.access == Access::Admin;
    caller.org.jobs.find_classic(id).filter(sees)
}

fn below(
    caller: &Caller<'_>,
    ask: &Ask,
    client: &Client,
    job: &Arc<Classic>,
    rest: &[&str],
    method: &str,
) -> Result<Reply, Exception> {
    let named = |id: &str| {
        let batch = job.batch(id);
        batch.ok_or_else(|| Exception("InvalidBatch", format!("Unable to find batch: {id}")))
    };
    match (rest, method) {
        ([], "GET") => {}
        ([], "POST") => end(ask, job)?,
        (["batch"], "POST") => {
            let batch = batch::add(caller, ask, job)?;
            return Ok(client.told(job, "batchInfo", info::batch(job, &batch)));
        }
        (["batch"], "GET") => {
            let all: Vec<Value> = job.batches().iter().map(|batch| info::batch(job, batch)).collect();
            return Ok(client.told(job, "batchInfoList", json!({ "batchInfo": all })));
        }
        (["batch", id], "GET") => return Ok(client.told(job, "batchInfo", info::batch(job, &*named(id)?))),
        (["batch", id, "request"], "GET") => return batch::request(job, &*named(id)?),
        (["batch", id, "result"], "GET") => return batch::result(client, job, &*named(id)?),
        (["batch", id, "result", result], "GET") => return batch::found(caller, ask, job, &*named(id)?, result),
        _ => return Ok(Reply::not_found()),
    }
    Ok(client.told(job, "jobInfo", info::job(job)))
}

/// What the body of a job says, JSON or XML.
fn body(ask: &Ask) -> Result<Value, Exception> {
    let text = String::from_utf8_lossy(&ask.body);
    if text.trim_start().starts_with('<') {
        return Ok(info::read(&text));
    }
    let wrong =
        |error: serde_json::Error| Exception("InvalidJob", format!("the body is neither XML nor JSON: {error}"));
    serde_json::from_str(&text).map_err(wrong)
}

fn create(caller: &Caller<'_>, ask: &Ask, version: &str) -> Result<Arc<Classic>, Exception> {
    let body = body(ask)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let invalid = |message: String| Exception("InvalidJob", message);
    let wanted = text("operation");
    let operation = Operation::ALL.iter().find(|one| one.name() == wanted);
    let operation = *operation.ok_or_else(|| invalid(format!("Unknown operation: {wanted}")))?;
    let content = match text("contentType") {
        "CSV" => Content::Csv,
        "JSON" => Content::Json,
        other => return Err(invalid(format!("The demo org takes the content types CSV and JSON, not '{other}'"))),
    };
    let asks = matches!(operation, Operation::Query | Operation::QueryAll);
    let name = text("object");
    let object = if asks { caller.viewer.queryable(name) } else { caller.viewer.loadable(name) };
    let object = object.map_err(|error| Exception("InvalidEntity", error.message))?;
    if operation == Operation::HardDelete && caller.user.access != Access::Admin {
        let message =
            "hardDelete operation requires special user profile permission, please contact your system administrator";
        return Err(Exception("FeatureNotEnabled", message.to_owned()));
    }
    let mut external = None;
    if operation == Operation::Upsert {
        let field = text("externalIdFieldName");
        external = caller.viewer.external_field(&object, field);
        if external.is_none() {
            return Err(invalid(format!("External ID was blank or unknown for {object}: '{field}'")));
        }
    }
    let assignment = Some(text("assignmentRuleId")).filter(|id| !id.is_empty()).map(str::to_owned);
    // Python's client numbers the modes.
    let serial = text("concurrencyMode") == "Serial" || body.get("concurrencyMode") == Some(&json!(1));
    let settings = Settings {
        operation,
        object,
        query: String::new(),
        external,
        assignment,
        delimiter: Delimiter::Comma,
        ending: Ending::Lf,
        version: version.to_owned(),
        fates: true,
    };
    let job = caller.org.jobs.add_classic(&caller.org.id, &caller.user.id, settings, content, serial);
    job.ok_or_else(|| Exception("TooManyJobs", "Too many jobs are open: close some".to_owned()))
}

fn end(ask: &Ask, job: &Classic) -> Result<(), Exception> {
    let body = body(ask)?;
    let state = body.get("state").and_then(Value::as_str).unwrap_or_default();
    let aborted = match state {
        "Closed" | "UploadComplete" => false,
        "Aborted" => true,
        other => return Err(Exception("InvalidJob", format!("The state of a job cannot be set to '{other}'"))),
    };
    if job.end(aborted) {
        return Ok(());
    }
    Err(Exception("InvalidJobState", format!("Closing or aborting a job in state {} is not allowed", job.state())))
}
