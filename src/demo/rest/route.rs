//! From a path to a resource. The same table answers single requests and the parts of a composite.

use super::{Caller, RESOURCES, composite, connect, graphql, jobs, limits, metadata, record, search, tooling, ui};
use crate::demo::answer::Reply;
use crate::demo::ask::{Ask, field};
use crate::demo::data::SfError;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value};

/// Records of a page, as wished by `Sforce-Query-Options: batchSize=`.
const BATCH: std::ops::RangeInclusive<usize> = 200..=2_000;
const RECENT_MOST: usize = 200;
/// When the demo's schema was last changed; a describe asked for since then is 304.
const SCHEMA_CHANGED: &str = "Wed, 01 Jul 2026 06:00:00 GMT";

/// One request for a resource, alone or within a composite.
pub(super) struct Call<'a> {
    pub(super) method: String,
    pub(super) version: &'a str,
    /// Behind the version.
    pub(super) path: &'a [&'a str],
    pub(super) query: &'a [(String, String)],
    pub(super) body: &'a [u8],
    /// The body's content type, if it was named.
    pub(super) kind: Option<&'a str>,
    pub(super) batch: usize,
    pub(super) headers: &'a HeaderMap,
}

impl<'a> Call<'a> {
    pub(super) fn of(ask: &'a Ask, version: &'a str, path: &'a [&'a str]) -> Self {
        let sent = if ask.is_get() { "GET" } else { ask.method.as_str() };
        // For clients whose library knows no PATCH.
        let method = match (sent, ask.param("_HttpMethod")) {
            ("POST", Some(other)) => other.to_ascii_uppercase(),
            _ => sent.to_owned(),
        };
        let batch = batch_size(ask.header("sforce-query-options"));
        let kind = ask.header(header::CONTENT_TYPE);
        Self { method, version, path, query: &ask.query, body: &ask.body, kind, batch, headers: &ask.headers }
    }

    /// The first query parameter of this name.
    pub(super) fn param(&self, name: &str) -> Option<&'a str> {
        field(self.query, name)
    }

    /// A header's value, if it is text. The parts of a composite have the headers they name themselves.
    pub(super) fn header(&self, name: impl header::AsHeaderName) -> Option<&'a str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Value, SfError> {
        if let Some(kind) = self.kind.filter(|kind| !is_json(kind)) {
            let text = format!("Content-Type header specified in HTTP request is not supported: {kind}");
            return Err(SfError::new(415, "UNSUPPORTED_MEDIA_TYPE", text));
        }
        serde_json::from_slice(self.body).map_err(|error| {
            let text = format!("the body is not JSON, at [line:{}, column:{}]", error.line(), error.column());
            SfError::new(400, "JSON_PARSER_ERROR", text)
        })
    }
}

fn is_json(kind: &str) -> bool {
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn batch_size(header: Option<&str>) -> usize {
    let wish = header.unwrap_or_default().split([',', ';']).find_map(|option| {
        let (name, value) = option.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("batchSize") { value.trim().parse::<usize>().ok() } else { None }
    });
    wish.map_or(*BATCH.end(), |wish| wish.clamp(*BATCH.start(), *BATCH.end()))
}

/// Answers a call.
pub(super) fn serve(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let (viewer, version) = (&caller.viewer, call.version);
    let get = call.method == "GET";
    let read_only = || Reply::not_allowed(&call.method, "HEAD,GET");
    match call.path {
        ["sobjects", "relevantItems"] => metadata::serve(caller, call),
        ["sobjects", name, rest @ ..] if metadata::knows(rest) => metadata::of_object(caller, call, name, rest),
        ["sobjects", name, rest @ ..] if !rest.is_empty() || !get => record::serve(caller, call, name, rest),
        ["composite", rest @ ..] => composite::serve(caller, call, rest),
        ["tooling", rest @ ..] => tooling::serve(caller, call, rest),
        ["jobs", rest @ ..] => jobs::serve(caller, call, rest),
        ["ui-api", rest @ ..] => ui::serve(caller, call, rest),
        ["graphql"] => graphql::serve(caller, call),
        ["connect" | "chatter", rest @ ..] => connect::serve(caller, call, rest),
        ["tabs" | "appMenu" | "theme" | "quickActions" | "compactLayouts" | "process" | "actions", ..] => {
            metadata::serve(caller, call)
        }
        ["search", rest @ ..] => search::serve(caller, call, rest),
        ["parameterizedSearch"] => search::parameterized(caller, call),
        _ if !is_known(call.path) => Reply::not_found(),
        _ if !get => read_only(),
        [] => resources(caller, version),
        ["sobjects"] => unless_modified(call, || Reply::ok(&viewer.global_describe(version))),
        ["sobjects", name] => Reply::from_result(viewer.sobject_basic(version, name)),
        ["query" | "queryAll"] => query(caller, call, call.path == ["queryAll"]),
        ["query" | "queryAll", locator] => Reply::from_text(viewer.query_more_text(version, locator, call.batch)),
        ["limits"] => Reply::ok(&limits::all(caller.org)),
        ["limits", "recordCount"] => record_counts(caller, call),
        ["recent"] => {
            let limit = call.param("limit").and_then(|text| text.parse().ok()).unwrap_or(RECENT_MOST);
            Reply::ok(&viewer.recent(version, limit.min(RECENT_MOST)))
        }
        _ => Reply::not_found(),
    }
}

/// Whether anything is served there, by any method.
fn is_known(path: &[&str]) -> bool {
    matches!(
        path,
        [] | ["sobjects" | "query" | "queryAll" | "limits" | "recent"]
            | ["sobjects" | "query" | "queryAll", _]
            | ["limits", "recordCount"]
    )
}

fn resources(caller: &Caller<'_>, version: &str) -> Reply {
    let mut all = Map::new();
    for (name, path) in RESOURCES {
        all.insert(name.to_owned(), Value::from(format!("/services/data/v{version}/{path}")));
    }
    all.insert("identity".to_owned(), Value::from(caller.org.id_url(caller.user, &caller.here)));
    Reply::ok(&Value::Object(all))
}

/// 304 where the client has it already.
pub(super) fn unless_modified(call: &Call<'_>, fresh: impl FnOnce() -> Reply) -> Reply {
    let date = |text: &str| jiff::fmt::rfc2822::parse(text.trim()).ok().map(|zoned| zoned.timestamp());
    let known = call.header(header::IF_MODIFIED_SINCE).and_then(date);
    let stamp = |reply: Reply| reply.with(header::LAST_MODIFIED, HeaderValue::from_static(SCHEMA_CHANGED));
    if known.is_some() && known >= date(SCHEMA_CHANGED) {
        return stamp(Reply::empty(StatusCode::NOT_MODIFIED));
    }
    let reply = fresh();
    if reply.status == StatusCode::OK { stamp(reply) } else { reply }
}

fn query(caller: &Caller<'_>, call: &Call<'_>, all_rows: bool) -> Reply {
    let columns = call.param("columns").is_some_and(|flag| flag.eq_ignore_ascii_case("true"));
    match (call.param("q"), call.param("explain")) {
        (Some(soql), _) if columns => Reply::from_result(caller.viewer.query_columns(soql)),
        (None, Some(asked)) => {
            let of_view = metadata::query_of_view(caller, call, asked);
            Reply::from_result(caller.viewer.query_explain(of_view.as_deref().unwrap_or(asked)))
        }
        (Some(soql), _) => Reply::from_text(caller.viewer.query_text(call.version, soql, all_rows, call.batch)),
        (None, None) => {
            Reply::refusal(StatusCode::BAD_REQUEST, "MALFORMED_QUERY", "A query string has to be specified")
        }
    }
}

fn record_counts(caller: &Caller<'_>, call: &Call<'_>) -> Reply {
    let list = call.param("sObjects").unwrap_or_default();
    let names: Vec<&str> = list.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    Reply::ok(&caller.viewer.record_counts(&names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_for_a_page_is_kept_within_its_bounds() {
        for (header, size) in [
            (None, 2_000),
            (Some("batchSize=500"), 500),
            (Some("batchsize = 20"), 200),
            (Some("x=1, batchSize=9999"), 2_000),
            (Some("batchSize=many"), 2_000),
        ] {
            assert_eq!(batch_size(header), size, "{header:?}");
        }
    }
}
