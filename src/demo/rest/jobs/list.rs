//! Lists of jobs, filtered and page by page.

use super::{refused, sees};
use crate::demo::answer::Reply;
use crate::demo::jobs::Kind;
use crate::demo::rest::Caller;
use crate::demo::rest::route::Call;
use serde_json::{Value, json};

/// Jobs of a page.
const PAGE: usize = 100;

/// `jobs/query` and `jobs/ingest` by GET: the newest first. Without a `jobType` it is those of the address.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, kind: Kind) -> Reply {
    let wanted = call.param("jobType").filter(|text| !text.is_empty()).unwrap_or(kind.name());
    let serial = call.param("concurrencyMode").is_some_and(|mode| mode.eq_ignore_ascii_case("serial"));
    let chunked = call.param("isPkChunkingEnabled").is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    let mut jobs = caller.org.jobs.all();
    jobs.reverse();
    // Serial jobs and primary key chunking belong to the first Bulk API, whose jobs are Classic.
    jobs.retain(|job| {
        !serial && !chunked && sees(caller, job) && wanted.eq_ignore_ascii_case(job.settings.operation.kind().name())
    });
    // A locator is the id of the job that a page begins with.
    let start = match call.param("queryLocator").filter(|text| !text.is_empty()) {
        None => 0,
        Some(locator) => match jobs.iter().position(|job| job.id == locator) {
            Some(at) => at,
            None => return refused("INVALID_QUERY_LOCATOR", "invalid query locator"),
        },
    };
    let next = jobs.get(start + PAGE).map(|job| {
        let name = if kind == Kind::Query { "query" } else { "ingest" };
        let filter = call.param("jobType").map(|kind| format!("&jobType={kind}")).unwrap_or_default();
        format!("/services/data/v{}/jobs/{name}?queryLocator={}{filter}", call.version, job.id)
    });
    let records: Vec<Value> = jobs.iter().skip(start).take(PAGE).map(|job| Value::Object(job.listed())).collect();
    Reply::ok(&json!({ "done": next.is_none(), "records": records, "nextRecordsUrl": next }))
}
