//! Conditional requests for a record: `If-Modified-Since` and its like against when it last changed, and for accounts
//! `If-Match` and `If-None-Match` against a hash of what it holds.
//!
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest_conditional_requests.htm>

use super::route::Call;
use crate::demo::answer::Reply;
use crate::demo::data::Viewer;
use aws_lc_rs::digest;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;

/// The object whose records have an `ETag`.
const TAGGED: &str = "Account";

const ASKED: [HeaderName; 4] =
    [header::IF_MATCH, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE];

/// What a record is compared by.
pub(super) struct Condition {
    changed: Option<Timestamp>,
    /// With its quotes.
    tag: Option<String>,
}

impl Condition {
    /// Whether the call asks for any.
    pub(super) fn is_asked(call: &Call<'_>) -> bool {
        ASKED.iter().any(|name| call.header(name).is_some())
    }

    /// The state of a record now.
    pub(super) fn of(viewer: &Viewer<'_>, call: &Call<'_>, name: &str, id: &str) -> Result<Self, Reply> {
        let tagged = name.eq_ignore_ascii_case(TAGGED);
        let fields = if tagged { None } else { Some("SystemModstamp") };
        let record = match viewer.record(call.version, name, id, fields) {
            // What describes the org itself does not tell when it changed.
            Err(error) if error.code == "INVALID_FIELD" => Value::Null,
            read => read.map_err(|error| Reply::from_error(&error))?,
        };
        let changed = record.get("SystemModstamp").and_then(Value::as_str).and_then(|text| text.parse().ok());
        let tag = tagged.then(|| {
            let hash = digest::digest(&digest::SHA256, record.to_string().as_bytes());
            format!("\"{}\"", STANDARD.encode(hash.as_ref()))
        });
        Ok(Self { changed, tag })
    }

    /// The answer in place of what was asked for, if a condition does not hold.
    pub(super) fn unless(&self, call: &Call<'_>) -> Option<Reply> {
        let reads = call.method == "GET";
        let failed = || Some(Reply::empty(StatusCode::PRECONDITION_FAILED));
        let unchanged = || Some(self.stamp(Reply::empty(StatusCode::NOT_MODIFIED)));
        if let (Some(list), Some(tag)) = (call.header(header::IF_MATCH), &self.tag) {
            match lists(list, tag) {
                None if !reads => return Some(bad(header::IF_MATCH)),
                Some(false) => return failed(),
                _ => {}
            }
        }
        if let (Some(list), Some(tag)) = (call.header(header::IF_NONE_MATCH), &self.tag) {
            match lists(list, tag) {
                None if !reads => return Some(bad(header::IF_NONE_MATCH)),
                Some(true) => return if reads { unchanged() } else { failed() },
                _ => {}
            }
        }
        if let Some(text) = call.header(header::IF_UNMODIFIED_SINCE) {
            match date(text) {
                None if !reads => return Some(bad(header::IF_UNMODIFIED_SINCE)),
                Some(since) if self.changed.is_some_and(|changed| changed > since) => return failed(),
                _ => {}
            }
        }
        let since = call.header(header::IF_MODIFIED_SINCE).and_then(date).filter(|_| reads);
        match (since, self.changed) {
            (Some(since), Some(changed)) if changed <= since => unchanged(),
            _ => None,
        }
    }

    /// An answer with the headers that later requests compare by.
    pub(super) fn stamp(&self, mut reply: Reply) -> Reply {
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        let changed = self.changed.and_then(|changed| printer.timestamp_to_rfc9110_string(&changed).ok());
        for (name, text) in [(header::LAST_MODIFIED, changed.as_ref()), (header::ETAG, self.tag.as_ref())] {
            if let Some(value) = text.and_then(|text| HeaderValue::from_str(text).ok()) {
                reply = reply.with(name, value);
            }
        }
        reply
    }
}

/// Whether a list of tags has this one; nothing if it is no list of tags. A packed answer's tag says so at its end.
fn lists(list: &str, tag: &str) -> Option<bool> {
    let bare = |text: &str| -> Option<String> {
        let inner = text.trim().trim_start_matches("W/").strip_prefix('"')?.strip_suffix('"')?;
        let plain = inner.strip_suffix("gzip").unwrap_or(inner);
        Some(plain.trim_end_matches('-').to_owned())
    };
    if list.trim() == "*" {
        return Some(true);
    }
    let tags: Vec<String> = list.split(',').map(bare).collect::<Option<_>>()?;
    Some(tags.contains(&bare(tag)?))
}

fn date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text.trim()).ok().map(|zoned| zoned.timestamp())
}

fn bad(name: HeaderName) -> Reply {
    let text = format!("The value of the header {name} is not valid");
    Reply::refusal(StatusCode::BAD_REQUEST, "INVALID_HEADER_VALUE", &text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_lists() {
        let tag = "\"aB+/c=\"";
        for (list, found) in [
            ("\"aB+/c=\"", Some(true)),
            ("\"aB+/c=--gzip\"", Some(true)),
            ("\"x\", W/\"aB+/c=-gzip\"", Some(true)),
            ("*", Some(true)),
            ("\"ab+/c=\"", Some(false)),
            ("\"x\",\"y\"", Some(false)),
            ("aB+/c=", None),
            ("\"x\", y", None),
            ("", None),
        ] {
            assert_eq!(lists(list, tag), found, "{list}");
        }
    }
}
