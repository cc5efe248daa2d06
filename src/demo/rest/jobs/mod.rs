//! `jobs`: Bulk API 2.0, queries and ingests as jobs with states.
//!
//! What a job is and how it is worked on lies in `demo::jobs`; here is only its HTTP.

mod ingest;
mod list;
pub(super) mod multipart;
mod query;
mod settings;

use super::Caller;
use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::Access;
use crate::demo::jobs::{Job, Kind, State};
use axum::http::{HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Everything there.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    match (rest, call.method.as_str()) {
        ([], "GET") => {
            let at = |name: &str| format!("/services/data/v{}/jobs/{name}", call.version);
            Reply::ok(&json!({ "ingest": at("ingest"), "query": at("query") }))
        }
        ([], method) => Reply::not_allowed(method, "HEAD,GET"),
        (["query"], "POST") => query::create(caller, call),
        (["ingest"], "POST") => ingest::create(caller, call),
        (["query"], "GET") => list::serve(caller, call, Kind::Query),
        (["ingest"], "GET") => list::serve(caller, call, Kind::Ingest),
        (["query" | "ingest"], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        (["query", id, rest @ ..], method) => match find(caller, id, Kind::Query) {
            Some(job) => one(caller, call, &job, rest, method),
            None => Reply::not_found(),
        },
        (["ingest", id, rest @ ..], method) => match find(caller, id, Kind::Ingest) {
            Some(job) => one(caller, call, &job, rest, method),
            None => Reply::not_found(),
        },
        _ => Reply::not_found(),
    }
}

fn one(caller: &Caller<'_>, call: &Call<'_>, job: &Arc<Job>, rest: &[&str], method: &str) -> Reply {
    let kind = job.settings.operation.kind();
    match (rest, method) {
        ([], "GET") => Reply::ok(&Value::Object(job.info())),
        ([], "DELETE") => delete(caller, job),
        ([], "PATCH") => change(caller, call, job),
        ([], method) => Reply::not_allowed(method, "HEAD,GET,PATCH,DELETE"),
        ([name], method) if kind == Kind::Query => query::below(call, job, name, method),
        ([name], method) => ingest::below(call, job, name, method),
        _ => Reply::not_found(),
    }
}

/// A job that he may see: his own, or any for who administers the org.
fn find(caller: &Caller<'_>, id: &str, kind: Kind) -> Option<Arc<Job>> {
    caller.org.jobs.find(id).filter(|job| sees(caller, job) && job.settings.operation.kind() == kind)
}

fn sees(caller: &Caller<'_>, job: &Job) -> bool {
    job.owner == caller.user.id || caller.user.access == Access::Admin
}

fn refused(code: &'static str, message: &str) -> Reply {
    Reply::refusal(StatusCode::BAD_REQUEST, code, message)
}

fn told(map: Map<String, Value>) -> Reply {
    Reply::ok(&Value::Object(map))
}

/// 200 and CSV.
fn csv(body: Vec<u8>) -> Reply {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("text/csv"));
    Reply { status: StatusCode::OK, headers: vec![kind], body: Bytes::from(body) }
}

/// What was spooled cannot be read any more.
fn lost(error: &std::io::Error) -> Reply {
    tracing::warn!(%error, "a bulk job's data cannot be read");
    Reply::refusal(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN_EXCEPTION", "The data of the job cannot be read.")
}

fn in_state(job: &Job, state: State, wish: &str) -> Reply {
    refused("INVALIDJOBSTATE", &format!("{wish} a job in state {} is not allowed: {}", state.name(), job.id))
}

/// PATCH of the state.
fn change(caller: &Caller<'_>, call: &Call<'_>, job: &Arc<Job>) -> Reply {
    let body = match call.json() {
        Ok(body) => body,
        Err(error) => return Reply::from_error(&error),
    };
    let running = [State::Open, State::UploadComplete, State::InProgress];
    match body.get("state").and_then(Value::as_str) {
        Some("Aborted") => match job.go(&running, State::Aborted) {
            Ok(()) => told(job.brief()),
            Err(State::JobComplete) => refused("INVALIDJOBSTATE", "Aborting already Completed Job not allowed"),
            Err(state) => in_state(job, state, "Aborting"),
        },
        Some("UploadComplete") if job.settings.operation.kind() == Kind::Ingest => {
            match job.go(&[State::Open], State::UploadComplete) {
                Ok(()) => {
                    let reply = told(job.brief());
                    submit(caller, job);
                    reply
                }
                Err(state) => in_state(job, state, "Closing"),
            }
        }
        Some(other) => refused("INVALIDJOB", &format!("The state of a job cannot be set to {other}")),
        None => refused("INVALIDJOB", "A change of a job names its state"),
    }
}

fn submit(caller: &Caller<'_>, job: &Arc<Job>) {
    caller.org.jobs.submit(job, &caller.org.data, &caller.world.ended);
}

fn delete(caller: &Caller<'_>, job: &Job) -> Reply {
    match job.state() {
        state @ (State::Open | State::InProgress) => in_state(job, state, "Deleting"),
        state => {
            // One that still waits must not be worked on.
            let _ = job.go(&[State::UploadComplete], State::Aborted);
            tracing::debug!(id = job.id, was = state.name(), "a bulk job was deleted");
            caller.org.jobs.forget(job);
            Reply::empty(StatusCode::NO_CONTENT)
        }
    }
}
