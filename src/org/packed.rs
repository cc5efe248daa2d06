//! A query that is longer than an address may be: it goes as a composite of one part, and its answer is unwrapped.
//!
//! Salesforce takes 16,384 bytes of address and headers together.

use super::plan::Plan;
use crate::json::Document;
use crate::request::{AnswerBody, Form, Prepared, form};
use crate::wire::Body;
use http::{HeaderName, HeaderValue, Method};

/// Bytes of address and headers together.
const MOST: usize = 16_384;
/// Room for what the connection adds: the request line, Host, User-Agent, Accept-Encoding.
const ROOM: usize = 384;

/// Packs a query where it has to be.
pub(super) fn pack(plan: &mut Plan, ready: &Prepared) {
    let Some(query) = &ready.query else { return };
    if form(query.text.expose()) != Form::Query || size(plan) + ROOM <= MOST {
        return;
    }
    let inside = match plan.url.query() {
        Some(query) => format!("{}?{query}", plan.url.path()),
        None => plan.url.path().to_owned(),
    };
    let body = serde_json::json!({"compositeRequest": [{"method": "GET", "url": inside, "referenceId": "query"}]});
    let bytes = body.to_string();
    plan.length = bytes.len() as u64;
    plan.body = Body::Bytes(bytes.into());
    plan.method = Method::POST;
    plan.url.set_query(None);
    plan.url.set_path(&format!("/services/data/v{}/composite", plan.version));
    plan.shown_url = plan.url.as_str().to_owned();
    plan.headers.retain(|(name, _)| *name != http::header::CONTENT_TYPE);
    plan.shown_headers.retain(|(name, _)| name != "content-type");
    plan.headers.push((HeaderName::from_static("content-type"), HeaderValue::from_static("application/json")));
    plan.shown_headers.push(("content-type".to_owned(), "application/json".to_owned()));
    plan.packed = true;
    plan.notes.push(format!("the query is longer than an address may be ({MOST} bytes): sent as a composite of one part, its answer unwrapped"));
}

fn size(plan: &Plan) -> usize {
    let headers: usize = plan.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    plan.url.path().len() + plan.url.query().map_or(0, |query| query.len() + 1) + headers
}

/// The answer of the one part: its status and its body as it stands. `None` where it is no composite's answer.
pub(super) fn unwrap(body: &AnswerBody) -> Option<(u16, Vec<u8>)> {
    let document: &Document = body.json()?;
    let parts = document.get(document.root()?, "compositeResponse")?;
    let part = document.at(parts, 0)?;
    let status = document.text(document.get(part, "httpStatusCode")?).parse().ok()?;
    let body = document.get(part, "body")?;
    Some((status, document.raw(body).to_vec()))
}
