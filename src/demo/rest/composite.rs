//! `composite` and `composite/batch`: several requests in one, each with its own status in the answer.
//!
//! A composite with `allOrNone` is one transaction: what any part wrote stands only if all parts went well. Without it, and
//! in a batch, each part stands alone.

use super::parts::{self, ROOT, bad, list, text};
use super::route::Call;
use super::{Caller, collections, graph, tree};
use crate::demo::answer::Reply;
use axum::http::StatusCode;
use serde_json::{Value, json};

/// Parts of one composite or batch.
const MOST: usize = 25;
/// Of these, queries and collections.
const MOST_BROAD: usize = 5;

/// Everything under `composite`.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    match (rest, call.method.as_str()) {
        ([], "POST") => whole(call, |body| together(caller, call, body)),
        (["batch"], "POST") => whole(call, |body| batch(caller, call, body)),
        (["sobjects", rest @ ..], _) => collections::serve(caller, call, rest),
        (["tree", name], "POST") => tree::serve(caller, call, name),
        (["graph"], "POST") => whole(call, |body| graph::serve(caller, call, body)),
        ([], "GET") => {
            let at = |name: &str| format!("{ROOT}v{}/composite/{name}", call.version);
            let [batch, tree, sobjects, graph] = ["batch", "tree", "sobjects", "graph"].map(at);
            Reply::ok(&json!({ "tree": tree, "batch": batch, "sobjects": sobjects, "graph": graph }))
        }
        ([], method) => Reply::not_allowed(method, "HEAD,GET,POST"),
        (["batch" | "graph"] | ["tree", _], method) => Reply::not_allowed(method, "POST"),
        _ => Reply::not_found(),
    }
}

/// Answers with the body, or says what is wrong with it.
fn whole(call: &Call<'_>, with: impl FnOnce(&Value) -> Result<Value, Reply>) -> Reply {
    match call.json() {
        Ok(body) => with(&body).map_or_else(|reply| reply, |answer| Reply::ok(&answer)),
        Err(error) => Reply::from_error(&error),
    }
}

fn together(caller: &Caller<'_>, call: &Call<'_>, body: &Value) -> Result<Value, Reply> {
    let list = list(body, "compositeRequest", MOST)?;
    parts::check_names(list)?;
    let is_query = |part: &&Value| text(part, "url").is_some_and(|url| url.contains("/query"));
    let broad = list.iter().filter(|part| parts::is_collection(part) || is_query(part)).count();
    if broad > MOST_BROAD {
        let told = format!("compositeRequest holds {broad} queries and collections; {MOST_BROAD} are the most");
        return Err(Reply::refusal(StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED", &told));
    }
    let flag = |key: &str| match body.get(key) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(bad(&format!("{key} is true or false"))),
    };
    // Parts that are alike may be done in one go; here each is quick alone.
    flag("collateSubrequests")?;
    let answers = if flag("allOrNone")? {
        let work = || parts::sequence(caller, call, list, true);
        caller.viewer.together(work).map_err(|error| Reply::from_error(&error))?
    } else {
        parts::sequence(caller, call, list, false).0
    };
    Ok(json!({ "compositeResponse": answers }))
}

fn batch(caller: &Caller<'_>, call: &Call<'_>, body: &Value) -> Result<Value, Reply> {
    let list = list(body, "batchRequests", MOST)?;
    if list.iter().any(|part| text(part, "method").is_none() || text(part, "url").is_none()) {
        return Err(bad("a request needs method and url"));
    }
    let halt = body.get("haltOnError").and_then(Value::as_bool).unwrap_or(false);
    let mut failed = false;
    let mut results = Vec::new();
    for part in list {
        if halt && failed {
            let halted =
                json!([{ "errorCode": "BATCH_PROCESSING_HALTED", "message": "Batch processing halted per request" }]);
            results.push(json!({ "statusCode": 412, "result": halted }));
            continue;
        }
        // Each part of a batch is a call of its own, and counted when it asks; the batch itself was counted as the first.
        if !results.is_empty() {
            caller.org.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        }
        let reply = parts::run(caller, call, part);
        failed |= !reply.status.is_success();
        let result: Value = serde_json::from_slice(&reply.body).unwrap_or(Value::Null);
        results.push(json!({ "statusCode": reply.status.as_u16(), "result": result }));
    }
    Ok(json!({ "hasErrors": failed, "results": results }))
}
