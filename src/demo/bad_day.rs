//! What faults answer in an org's place, in the words that Salesforce has for it. Which requests they hit is decided before.

use super::answer::Reply;
use super::ask::Ask;
use super::fault::Fault;
use axum::http::{HeaderValue, StatusCode, header};

/// The org that nobody reaches: a fault that answers before anybody is recognised.
pub(super) fn instead(ask: &Ask) -> Option<Reply> {
    let hit = |fault| ask.hit.has(fault);
    if hit(Fault::Gone) {
        // The http crate has no name for it.
        let gone = StatusCode::from_u16(420).unwrap_or(StatusCode::MISDIRECTED_REQUEST);
        return Some(Reply::html(gone, GONE));
    }
    if hit(Fault::BadGateway) {
        return Some(Reply::html(StatusCode::BAD_GATEWAY, BAD_GATEWAY));
    }
    if hit(Fault::HtmlPage) {
        return Some(Reply::html(StatusCode::SERVICE_UNAVAILABLE, MAINTENANCE));
    }
    if hit(Fault::Stranger) {
        return Some(Reply::empty(StatusCode::FOUND).with(header::LOCATION, HeaderValue::from_static(STRANGER)));
    }
    if hit(Fault::Unavailable) {
        let text = "Service is busy. Try again later.";
        return Some(Reply::refusal(StatusCode::SERVICE_UNAVAILABLE, "SERVER_UNAVAILABLE", text));
    }
    hit(Fault::ServerError).then(|| Reply::refusal(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN_EXCEPTION", UNKNOWN))
}

/// The org that will not: a fault that refuses somebody whose token works.
pub(super) fn refusal(ask: &Ask) -> Option<Reply> {
    let hit = |fault| ask.hit.has(fault);
    let forbidden = |code, text| Some(Reply::refusal(StatusCode::FORBIDDEN, code, text));
    if hit(Fault::ApiDisabled) {
        return forbidden("API_DISABLED_FOR_ORG", "The REST API is not enabled for this Organization.");
    }
    if hit(Fault::LimitExceeded) {
        return forbidden("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    }
    if hit(Fault::ConcurrentLimit) {
        return forbidden("REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.");
    }
    if hit(Fault::LockedRow) && writes(ask) {
        let id = ask.segments.last().filter(|last| matches!(last.len(), 15 | 18));
        let id = id.map(|id| format!(": {id}")).unwrap_or_default();
        let text = format!("unable to obtain exclusive access to this record or 1 records{id}");
        return Some(Reply::refusal(StatusCode::BAD_REQUEST, "UNABLE_TO_LOCK_ROW", &text));
    }
    if hit(Fault::QueryTimeout) && queries(ask) {
        let text = "Your query request was running for too long.";
        return Some(Reply::refusal(StatusCode::BAD_REQUEST, "QUERY_TIMEOUT", text));
    }
    None
}

fn has(ask: &Ask, names: &[&str]) -> bool {
    ask.segments.iter().any(|part| names.contains(&part.as_str()))
}

fn writes(ask: &Ask) -> bool {
    !ask.is_get() && has(ask, &["sobjects", "composite", "records"])
}

fn queries(ask: &Ask) -> bool {
    has(ask, &["query", "queryAll", "search", "parameterizedSearch"])
}

const UNKNOWN: &str =
    "An unexpected error occurred. Please include this ErrorId if you contact support: 1000000002-2 (2)";
/// A name that will never be anybody's. <https://www.rfc-editor.org/rfc/rfc6761>
const STRANGER: &str = "https://stranger.example.invalid/services/data";
const MAINTENANCE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Down for Maintenance</title></head>\n\
    <body>\n<h1>We are down for maintenance.</h1>\n<p>Sorry for the inconvenience. We&#39;ll be back shortly.</p>\n</body>\n</html>\n";
const GONE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Not Routable</title></head>\n\
    <body>\n<h1>420</h1>\n<p>There is no routing information for this host.</p>\n</body>\n</html>\n";
const BAD_GATEWAY: &str = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n";
