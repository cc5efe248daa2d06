//! `search`, `parameterizedSearch`, and what lies below `search`. Reads what is asked; the data layer answers.

use super::Caller;
use super::route::Call;
use super::searches;
use crate::demo::answer::Reply;
use crate::demo::data::{SearchParams, Suggest};
use crate::demo::locked;
use axum::http::StatusCode;

/// Everything at `search` and below it; `rest`: the path behind it.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>, rest: &[&str]) -> Reply {
    let (viewer, version) = (&caller.viewer, call.version);
    if !matches!(rest, [] | ["layout" | "scopeOrder" | "suggestions" | "suggestSearchQueries"]) {
        return Reply::not_found();
    }
    if call.method != "GET" {
        return Reply::not_allowed(&call.method, "HEAD,GET");
    }
    match (rest, call.param("q")) {
        (["scopeOrder"], _) => Reply::ok(&viewer.search_scope(version)),
        (["layout"], q) => Reply::from_result(viewer.search_layouts(&list(q.unwrap_or_default()))),
        (["suggestions"], Some(q)) => Reply::from_result(viewer.suggestions(version, &wish(call, q))),
        (["suggestSearchQueries"], Some(q)) => {
            let limit = call.param("limit").and_then(|text| text.parse().ok());
            Reply::ok(&locked(&caller.org.searches).suggest(q, limit))
        }
        ([], Some(sosl)) => {
            let found = viewer.search(version, sosl);
            if found.is_ok() {
                note(caller, searches::text_of(sosl).unwrap_or_default());
            }
            Reply::from_result(found)
        }
        _ => Reply::refusal(
            StatusCode::BAD_REQUEST,
            "MALFORMED_SEARCH",
            "No search term found. The search term must be enclosed in braces.",
        ),
    }
}

/// `parameterizedSearch`, either way.
pub(super) fn parameterized(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let params = match call.method.as_str() {
        "GET" => SearchParams::from_pairs(call.query.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        "POST" => call.json().and_then(|body| SearchParams::from_json(&body)),
        method => return Reply::not_allowed(method, "HEAD,GET,POST"),
    };
    let found = params.and_then(|params| {
        let found = caller.viewer.parameterized_search(call.version, &params)?;
        note(caller, &params.q);
        Ok(found)
    });
    Reply::from_result(found)
}

/// Remembers what was searched for.
fn note(caller: &Caller<'_>, text: &str) {
    locked(&caller.org.searches).note(text);
}

fn list(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).collect()
}

fn wish(call: &Call<'_>, q: &str) -> Suggest {
    let texts = |name: &str| list(call.param(name).unwrap_or_default()).into_iter().map(str::to_owned).collect();
    Suggest {
        q: q.to_owned(),
        sobjects: texts("sobject"),
        fields: texts("fields"),
        filter: call.param("where").map(str::to_owned),
        limit: call.param("limit").and_then(|text| text.parse().ok()),
        ignore_unsupported: call
            .param("ignoreUnsupportedSObjects")
            .is_some_and(|text| text.eq_ignore_ascii_case("true")),
    }
}
