//! `jobs/ingest`: making a job, its upload, its results.

use super::{csv, in_state, lost, multipart, refused, settings, submit, told};
use crate::demo::answer::Reply;
use crate::demo::data::Access;
use crate::demo::jobs::{Job, Operation, Refused, Settings, Spool, State};
use crate::demo::rest::Caller;
use crate::demo::rest::route::Call;
use axum::http::StatusCode;
use serde_json::Value;
use std::sync::Arc;

const KNOWN: [&str; 8] = [
    "operation",
    "object",
    "externalIdFieldName",
    "assignmentRuleId",
    "contentType",
    "columnDelimiter",
    "lineEnding",
    "apiVersion",
];
/// Characters of the data in a multipart request.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/create_job.htm>
const MULTIPART_MOST: usize = 100_000;

/// POST of a job, alone or with its data behind it.
pub(super) fn create(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    match call.kind.and_then(multipart::boundary) {
        None => match call.json().map_err(|error| Reply::from_error(&error)).and_then(|body| open(caller, call, &body))
        {
            Ok(job) => told(job.brief()),
            Err(reply) => reply,
        },
        Some(boundary) => with_data(caller, call, &boundary).unwrap_or_else(|reply| reply),
    }
}

fn with_data(caller: &Caller<'_>, call: &Call<'_>, boundary: &str) -> Result<Reply, Reply> {
    let parts = multipart::parts(call.body, boundary);
    let part = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.body);
    let (Some(body), Some(data)) = (part("job"), part("content")) else {
        return Err(refused("INVALIDJOB", "A multipart request has the parts job and content"));
    };
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| refused("JSON_PARSER_ERROR", &format!("the part job is not JSON: {error}")))?;
    if data.len() > MULTIPART_MOST && String::from_utf8_lossy(data).chars().count() > MULTIPART_MOST {
        let text = format!("The data of a multipart request holds at most {MULTIPART_MOST} characters");
        return Err(refused("INVALIDJOB", &text));
    }
    let spool = Spool::of(data).map_err(|error| lost(&error))?;
    let job = open(caller, call, &body)?;
    // Nobody else knows the job yet, so neither of these can be refused.
    let _ = job.upload(spool);
    let _ = job.go(&[State::Open], State::UploadComplete);
    let reply = told(job.brief());
    submit(caller, &job);
    Ok(reply)
}

fn open(caller: &Caller<'_>, call: &Call<'_>, body: &Value) -> Result<Arc<Job>, Reply> {
    let operations =
        [Operation::Insert, Operation::Update, Operation::Upsert, Operation::Delete, Operation::HardDelete];
    let mut settings = settings::read(body, &KNOWN, &operations, call.version)?;
    if settings.object.is_empty() {
        return Err(refused("INVALIDJOB", "An ingest job needs an object"));
    }
    settings.object = caller.viewer.loadable(&settings.object).map_err(|error| Reply::from_error(&error))?;
    if settings.operation == Operation::HardDelete && caller.user.access != Access::Admin {
        let text =
            "hardDelete operation requires special user profile permission, please contact your system administrator";
        return Err(refused("FEATURENOTENABLED", text));
    }
    external(caller, &mut settings)?;
    let full = || refused("TOOMANYJOBS", "Too many jobs are open: close, abort or finish some");
    caller.org.jobs.add(&caller.org.id, &caller.user.id, settings).ok_or_else(full)
}

/// An upsert names its field, and only an upsert does.
fn external(caller: &Caller<'_>, settings: &mut Settings) -> Result<(), Reply> {
    if settings.operation != Operation::Upsert {
        settings.external = None;
        return Ok(());
    }
    let Some(name) = settings.external.as_deref().filter(|name| !name.is_empty()) else {
        return Err(refused("INVALIDJOB", "External ID was blank for upsert operation"));
    };
    match caller.viewer.external_field(&settings.object, name) {
        Some(field) => {
            settings.external = Some(field);
            Ok(())
        }
        None => {
            let text = format!(
                "Field name provided, {name} does not match an External ID, Salesforce Id, or indexed field for {}",
                settings.object
            );
            Err(refused("INVALIDJOB", &text))
        }
    }
}

/// `jobs/ingest/ID/NAME`.
pub(super) fn below(call: &Call<'_>, job: &Arc<Job>, name: &str, method: &str) -> Reply {
    let which = name.to_ascii_lowercase();
    match (which.as_str(), method) {
        ("batches", "PUT") => upload(call, job),
        ("batches", method) => Reply::not_allowed(method, "PUT"),
        ("successfulresults" | "failedresults" | "unprocessedrecords", "GET") => results(job, &which),
        ("successfulresults" | "failedresults" | "unprocessedrecords", method) => {
            Reply::not_allowed(method, "HEAD,GET")
        }
        _ => Reply::not_found(),
    }
}

fn upload(call: &Call<'_>, job: &Job) -> Reply {
    let spool = match Spool::of(call.body) {
        Ok(spool) => spool,
        Err(error) => return lost(&error),
    };
    match job.upload(spool) {
        Ok(()) => Reply::empty(StatusCode::CREATED),
        Err(Refused::Twice) => {
            let id: String = job.id.chars().take(15).collect();
            let text = format!(
                "Found multiple contents for job: <{id}>, please 'Close' / 'Abort' / 'Delete' the current Job then create a \
                 new Job and make sure you only do 'PUT' once on a given Job."
            );
            refused("API_ERROR", &text)
        }
        Err(Refused::State(state)) => in_state(job, state, "Uploading to"),
    }
}

fn results(job: &Job, which: &str) -> Reply {
    let state = job.state();
    if !state.is_final() {
        return in_state(job, state, "Reading the results of");
    }
    let done = job.done();
    let spool = done.as_ref().map(|done| match which {
        "successfulresults" => &done.successful,
        "failedresults" => &done.failed,
        _ => &done.unprocessed,
    });
    // Aborted before its turn: all of it is unprocessed.
    let waiting = job.waiting().filter(|_| which == "unprocessedrecords");
    match spool.or(waiting.as_deref()).map_or_else(|| Ok(Vec::new()), Spool::all) {
        Ok(body) => csv(body),
        Err(error) => lost(&error),
    }
}
