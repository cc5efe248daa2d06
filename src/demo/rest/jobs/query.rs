//! `jobs/query`: making a query job, and its results page by page.
//!
//! A locator is the number of a row in base64, as Salesforce's looks; clients must not read it.

use super::{csv, in_state, lost, refused, settings, submit, told};
use crate::demo::answer::Reply;
use crate::demo::jobs::{Found, Job, Operation, State};
use crate::demo::rest::Caller;
use crate::demo::rest::route::Call;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Value, json};
use std::sync::Arc;

const KNOWN: [&str; 6] = ["operation", "query", "object", "contentType", "columnDelimiter", "lineEnding"];
/// Rows of a page for who does not say, and the most for who does.
const PAGE: u64 = 50_000;
const MOST: u64 = 250_000;
/// Pages told at once by `resultPages`.
const PAGES: usize = 5;
/// The first version with `resultPages`.
const PARALLEL: f64 = 58.0;

/// POST of a job.
pub(super) fn create(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let settings = call
        .json()
        .map_err(|error| Reply::from_error(&error))
        .and_then(|body| settings::read(&body, &KNOWN, &[Operation::Query, Operation::QueryAll], call.version));
    let mut settings = match settings {
        Ok(settings) => settings,
        Err(reply) => return reply,
    };
    if settings.query.trim().is_empty() {
        return refused("INVALIDJOB", "A query job needs a query");
    }
    match caller.viewer.export(&settings.query, settings.operation == Operation::QueryAll) {
        Ok(export) => settings.object = export.object().to_owned(),
        Err(error) => return Reply::from_error(&error),
    }
    let Some(job) = caller.org.jobs.add(&caller.org.id, &caller.user.id, settings) else {
        return refused("TOOMANYJOBS", "Too many jobs wait: abort or finish some");
    };
    let reply = told(job.brief());
    submit(caller, &job);
    reply
}

/// `jobs/query/ID/NAME`.
pub(super) fn below(call: &Call<'_>, job: &Arc<Job>, name: &str, method: &str) -> Reply {
    let parallel = name == "resultPages" && call.version.parse::<f64>().is_ok_and(|version| version >= PARALLEL);
    if name != "results" && !parallel {
        return Reply::not_found();
    }
    if method != "GET" {
        return Reply::not_allowed(method, "HEAD,GET");
    }
    if job.settings.version != call.version {
        let told = format!("The job was made with version {}: ask for its results with it", job.settings.version);
        return Reply::refusal(StatusCode::CONFLICT, "INVALIDVERSION", &told);
    }
    let state = job.state();
    let Some(found) = job.found().filter(|_| state == State::JobComplete) else {
        return in_state(job, state, "Reading the results of");
    };
    let Some(from) = call.param("locator").filter(|text| !text.is_empty()).map_or(Some(0), row_of) else {
        return refused("INVALID_QUERY_LOCATOR", "invalid query locator");
    };
    if from > found.count || (from > 0 && from == found.count) {
        return refused("INVALID_QUERY_LOCATOR", "invalid query locator");
    }
    if parallel { pages(call, job, &found, from) } else { page(call, &found, from) }
}

fn page(call: &Call<'_>, found: &Found, from: u64) -> Reply {
    let most = match call.param("maxRecords").filter(|text| !text.is_empty()) {
        None => PAGE,
        Some(text) => match text.parse::<u64>() {
            Ok(wish) if wish > 0 => wish.min(MOST),
            _ => return refused("INVALIDJOB", &format!("maxRecords '{text}' is not a number above 0")),
        },
    };
    let next = from.saturating_add(most);
    let locator = if next < found.count { locator(next) } else { "null".to_owned() };
    let count = found.count.min(next) - from;
    match found.page(from, most) {
        Ok(body) => csv(body)
            .with(HeaderName::from_static("sforce-numberofrecords"), HeaderValue::from(count))
            .with(HeaderName::from_static("sforce-locator"), value(&locator)),
        Err(error) => lost(&error),
    }
}

/// Addresses of pages that may be fetched side by side.
fn pages(call: &Call<'_>, job: &Job, found: &Found, from: u64) -> Reply {
    let root = format!("/services/data/v{}/jobs/query/{}", call.version, job.id);
    let starts: Vec<u64> =
        (0..).map(|number| from + number * PAGE).take_while(|row| *row < found.count.max(1)).take(PAGES + 1).collect();
    let one = |row: &u64| {
        let tail = if *row == 0 { String::new() } else { format!("?locator={}", locator(*row)) };
        json!({ "resultUrl": format!("{root}/results{tail}") })
    };
    let list: Vec<Value> = starts.iter().take(PAGES).map(one).collect();
    let next = starts.get(PAGES).map(|row| format!("{root}/resultPages?locator={}", locator(*row)));
    Reply::ok(&json!({ "resultPages": list, "nextRecordsUrl": next, "done": next.is_none() }))
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("null"))
}

fn locator(row: u64) -> String {
    STANDARD_NO_PAD.encode(row.to_string())
}

fn row_of(locator: &str) -> Option<u64> {
    let bytes = STANDARD_NO_PAD.decode(locator.trim_end_matches('=')).ok()?;
    std::str::from_utf8(&bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locators_name_rows() {
        assert_eq!(locator(10_000), "MTAwMDA");
        assert_eq!(
            (row_of("MTAwMDA"), row_of("MTAwMDA="), row_of("!"), row_of("null")),
            (Some(10_000), Some(10_000), None, None)
        );
    }
}
