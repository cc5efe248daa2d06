//! `tooling`: what developers' tools ask. The same routes over the same records, seen through the Tooling API.
//!
//! No Apex is compiled or run: what would run it says so.

use super::Caller;
use super::completions;
use super::route::{self, Call};
use crate::demo::answer::Reply;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// What is there, by name.
const RESOURCES: [&str; 9] = [
    "completions",
    "sobjects",
    "query",
    "queryAll",
    "search",
    "parameterizedSearch",
    "composite",
    "executeAnonymous",
    "runTestsSynchronous",
];

/// Everything there.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    match (rest, call.method.as_str()) {
        ([], "GET") => {
            let at = |name: &str| Value::from(format!("/services/data/v{}/tooling/{name}", call.version));
            let all: Map<String, Value> = RESOURCES.iter().map(|name| ((*name).to_owned(), at(name))).collect();
            Reply::ok(&Value::Object(all))
        }
        ([], method) => Reply::not_allowed(method, "HEAD,GET"),
        (["completions"], "GET") => completions::serve(call),
        (["completions"], method) => Reply::not_allowed(method, "HEAD,GET"),
        (["executeAnonymous"], "GET") => execute(call),
        (["executeAnonymous"], method) => Reply::not_allowed(method, "HEAD,GET"),
        (["runTestsSynchronous" | "runTestsAsynchronous"], "GET" | "POST") => {
            let text = "The demo org compiles and runs no Apex, so it has no tests to run.";
            Reply::refusal(StatusCode::BAD_REQUEST, "FUNCTIONALITY_NOT_ENABLED", text)
        }
        (["runTestsSynchronous" | "runTestsAsynchronous"], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        // Their parts name the Tooling API themselves, where they mean it.
        (["composite"] | ["composite", "batch"], _) => route::serve(caller, &again(call, call.version, rest)),
        (
            ["sobjects" | "query" | "queryAll" | "search" | "parameterizedSearch", ..] | ["composite", "sobjects", ..],
            _,
        ) => {
            let version = format!("{}/tooling", call.version);
            let Caller { world, here, org, user, viewer } = caller;
            let caller = Caller { world, here: *here, org, user, viewer: viewer.tooling() };
            route::serve(&caller, &again(call, &version, rest))
        }
        _ => Reply::not_found(),
    }
}

/// The same call of another path.
fn again<'c>(call: &Call<'c>, version: &'c str, path: &'c [&'c str]) -> Call<'c> {
    Call { method: call.method.clone(), version, path, ..*call }
}

/// What the compiler says of any code.
fn execute(call: &Call<'_>) -> Reply {
    if call.param("anonymousBody").is_none() {
        let text = "The anonymousBody parameter is missing.";
        return Reply::refusal(StatusCode::BAD_REQUEST, "MISSING_ARGUMENT", text);
    }
    Reply::ok(&json!({
        "line": 1,
        "column": 1,
        "compiled": false,
        "success": false,
        "compileProblem": "The demo org compiles and runs no Apex.",
        "exceptionStackTrace": null,
        "exceptionMessage": null,
    }))
}
