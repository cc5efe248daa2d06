//! The org's answer on its way back: as it arrives, with its status and its headers, and without the token, wherever the org
//! says it.

use super::address::Address;
use super::body::Taken;
use super::headers;
use crate::auth::Token;
use crate::org::Literal;
use crate::serve::reply::Reply;
use crate::wire::{Incoming, Origin};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::io;
use url::Url;

/// What a browser may do with an answer that somebody opens in it: nothing.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; sandbox");

/// An answer that is handed on.
pub(super) struct Given {
    pub(super) incoming: Incoming,
    /// What of it was read already.
    pub(super) first: Option<Bytes>,
    /// Held until all is sent.
    pub(super) taken: Taken,
    pub(super) url: Url,
}

/// Hands it on. A redirect is followed by nobody here: one to the org's own data is handed on as an address of ours, which
/// puts the token on again; any other is told, and not sent, since a client would take our key there.
pub(super) fn hand_on(given: Given, token: &Token, address: &Address<'_>) -> Result<Response<Body>, Reply> {
    let Given { incoming, first, taken, url } = given;
    let to = incoming.header("location").map(|to| location(to, &url, token, address.prefix));
    if matches!(incoming.status, 301 | 302 | 303 | 307 | 308) && to.as_ref().is_none_or(|to| to.is_none()) {
        let why = "the org redirects elsewhere, where neither its token nor your key goes";
        return Err(Reply::refused(502, "redirect", why));
    }
    if !headers::is_unpacked(&incoming.headers) {
        return Err(Reply::refused(502, "unknown_coding", "the answer is packed in a way that is not known here"));
    }
    let literal = Literal::of(token);
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::from_u16(incoming.status).unwrap_or(StatusCode::BAD_GATEWAY);
    *response.headers_mut() = headers::back(&incoming.headers, to.flatten().as_deref(), &literal);
    let headers = response.headers_mut();
    if let Some(length) = length(&incoming) {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("content-security-policy"), NOTHING);
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    *response.body_mut() = body(incoming, first, taken, literal);
    Ok(response)
}

/// How long the body is, where it goes out as it came.
fn length(incoming: &Incoming) -> Option<u64> {
    let packed = incoming.header("content-encoding").is_some();
    let told = incoming.header("content-length").and_then(|text| text.trim().parse().ok());
    told.filter(|_| !packed)
}

/// A place on the org's own data, as an address of ours.
fn location(to: &str, url: &Url, token: &Token, prefix: &str) -> Option<String> {
    let target = url.join(to).ok()?;
    let own = Origin::of(&target).is_some_and(|own| Some(own) == Origin::of(&token.instance_url));
    let plain = target.username().is_empty() && target.password().is_none() && target.path().starts_with("/services/");
    let query = target.query().map(|query| format!("?{query}")).unwrap_or_default();
    (own && plain).then(|| format!("{prefix}{}{query}", target.path()))
}

/// The pieces, as they come.
fn body(incoming: Incoming, first: Option<Bytes>, taken: Taken, literal: Literal) -> Body {
    struct Flow {
        incoming: Incoming,
        first: Option<Bytes>,
        veil: Veil,
        over: bool,
        _taken: Taken,
    }
    let flow = Flow { incoming, first, veil: Veil::new(literal), over: false, _taken: taken };
    Body::from_stream(stream::unfold(flow, |mut flow| async move {
        while !flow.over {
            let piece = match flow.first.take() {
                Some(piece) => Ok(Some(piece)),
                None => flow.incoming.chunk().await,
            };
            let out = match piece {
                Ok(Some(piece)) => Ok(flow.veil.pass(&piece)),
                Ok(None) => {
                    flow.over = true;
                    Ok(flow.veil.rest())
                }
                // The connection breaks off, as the org's did, so that nobody takes a part for the whole.
                Err(error) => {
                    flow.over = true;
                    Err(io::Error::other(error.to_string()))
                }
            };
            if out.as_ref().map_or(true, |bytes| !bytes.is_empty()) {
                return Some((out, flow));
            }
        }
        None
    }))
}

/// Blots the token out of what passes. The end of each piece waits for the next one, since the token may lie across both.
struct Veil {
    literal: Literal,
    held: BytesMut,
}

impl Veil {
    fn new(literal: Literal) -> Self {
        Self { literal, held: BytesMut::new() }
    }

    fn pass(&mut self, piece: &[u8]) -> Bytes {
        self.held.extend_from_slice(piece);
        self.literal.blot(&mut self.held);
        let keep = self.literal.begun(&self.held);
        self.held.split_to(self.held.len().saturating_sub(keep)).freeze()
    }

    fn rest(&mut self) -> Bytes {
        self.held.split().freeze()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_blotted_out_however_it_is_cut() {
        let token = "00Dxx0000000001!AQ4AQPsession";
        let text = format!("{{\"a\":\"{token}\",\"b\":\"AQ4AQPsession\",\"c\":\"00Dxx0000000001!AQ4\"}}");
        for size in 1..text.len() {
            let mut veil = Veil::new(Literal::of_text(token));
            let mut out = Vec::new();
            for piece in text.as_bytes().chunks(size) {
                out.extend_from_slice(&veil.pass(piece));
            }
            out.extend_from_slice(&veil.rest());
            let out = String::from_utf8(out).unwrap();
            assert!(out.len() == text.len() && !out.contains("Psession"), "{size}: {out}");
            assert!(out.ends_with("\"c\":\"00Dxx0000000001!AQ4\"}"), "what only begins so stays: {out}");
        }
    }

    #[test]
    fn what_cannot_be_the_token_does_not_wait() {
        let mut veil = Veil::new(Literal::of_text("00Dxx0000000001!AQ4AQPsession"));
        assert_eq!(veil.pass(b"{\"a\": 1}"), "{\"a\": 1}");
        assert_eq!(veil.pass(b"{\"a\": \"00Dxx"), "{\"a\": \"");
        assert_eq!(veil.pass(b"y\"}"), "00Dxxy\"}");
    }
}
