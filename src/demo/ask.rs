//! A request as the demo's handlers see it: path in decoded segments, query and form as pairs, whose token it brings.
//!
//! No decisions here.

use super::answer::Reply;
use super::hosts::Here;
use super::rule::Hit;
use super::world::Door;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::cell::Cell;

/// What is written as a code in a path's part.
const SEGMENT: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',').remove(b':');

/// A request, read whole.
pub(super) struct Ask {
    /// As sent; a HEAD is a GET whose body the server leaves out.
    pub(super) method: Method,
    /// The path's parts, decoded, without empty ones at the end.
    pub(super) segments: Vec<String>,
    /// The query's pairs, decoded; `+` is a space.
    pub(super) query: Vec<(String, String)>,
    /// The query as it was sent.
    pub(super) raw_query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) door: Door,
    /// How it named the host.
    pub(super) here: Here,
    /// What goes wrong with it.
    pub(super) hit: Hit,
    /// Index of the org whose use of its API the answer tells.
    pub(super) told_of: Cell<Option<usize>>,
}

/// What a request brings to say who it is.
pub(super) enum Ticket<'a> {
    /// No `Authorization` header.
    None,
    /// A header of another kind.
    OtherScheme,
    /// A token.
    Token(&'a str),
}

impl Ask {
    pub(super) fn new(method: Method, uri: &Uri, headers: HeaderMap, body: Bytes, door: Door, here: Here) -> Self {
        let raw_query = uri.query().map(str::to_owned);
        let query = pairs(raw_query.as_deref().unwrap_or_default().as_bytes());
        Self {
            method,
            segments: segments(uri.path()),
            query,
            raw_query,
            headers,
            body,
            door,
            here,
            hit: Hit::default(),
            told_of: Cell::new(None),
        }
    }

    /// The first query parameter of this name.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether it only asks.
    pub(super) fn is_get(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    /// A header's value, if it is text.
    pub(super) fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// To the same path and query at another origin. A token in the query is not carried over: it would end up in logs.
    pub(super) fn sent_on(&self, origin: &str) -> Option<Reply> {
        let part = |part: &String| utf8_percent_encode(part, SEGMENT).to_string();
        let path = self.segments.iter().map(part).collect::<Vec<_>>().join("/");
        let query = self.raw_query.as_deref().unwrap_or_default().split('&');
        let secret = |pair: &str| pair.starts_with("oauth_token=") || pair.starts_with("access_token=");
        let kept: Vec<&str> = query.filter(|pair| !pair.is_empty() && !secret(pair)).collect();
        let sign = if kept.is_empty() { "" } else { "?" };
        let target = HeaderValue::from_str(&format!("{origin}/{path}{sign}{}", kept.join("&"))).ok()?;
        Some(Reply::empty(StatusCode::FOUND).with(header::LOCATION, target))
    }

    /// The form in the body and the query's pairs, in this order: the token endpoint takes either.
    pub(super) fn form(&self) -> Vec<(String, String)> {
        let mut all = pairs(&self.body);
        all.extend(self.query.iter().cloned());
        all
    }

    /// `Bearer` and `OAuth` mean the same, in any case.
    pub(super) fn ticket(&self) -> Ticket<'_> {
        let Some(value) = self.headers.get(header::AUTHORIZATION) else { return Ticket::None };
        let Some((scheme, token)) = value.to_str().ok().and_then(|text| text.trim().split_once(' ')) else {
            return Ticket::OtherScheme;
        };
        if scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth") {
            Ticket::Token(token.trim())
        } else {
            Ticket::OtherScheme
        }
    }
}

/// A path's parts, decoded, without empty ones at the end.
pub(super) fn segments(path: &str) -> Vec<String> {
    let path = path.trim_start_matches('/').trim_end_matches('/');
    if path.is_empty() {
        return Vec::new();
    }
    path.split('/').map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
}

/// The pairs of a query or a form, decoded.
pub(super) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

/// The first pair of this name.
pub(super) fn field<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(uri: &str, authorization: Option<&str>) -> Ask {
        let mut headers = HeaderMap::new();
        if let Some(text) = authorization {
            headers.insert(header::AUTHORIZATION, text.parse().unwrap());
        }
        Ask::new(
            Method::GET,
            &uri.parse().unwrap(),
            headers,
            Bytes::new(),
            Door::Login,
            Here::first(Door::Login, false),
        )
    }

    #[test]
    fn paths_and_queries_are_decoded() {
        let ask = ask("/services/data/v67.0/query/?q=SELECT+Id%20FROM+A%2BB&x=1", None);
        assert_eq!(ask.segments, ["services", "data", "v67.0", "query"]);
        assert_eq!(ask.param("q"), Some("SELECT Id FROM A+B"));
        assert!(segments("/").is_empty());
        assert_eq!(segments("/a%2Fb//c/"), ["a/b", "", "c"]);
    }

    #[test]
    fn tickets_come_in_two_schemes() {
        for text in ["Bearer 00D!x", "bearer  00D!x", "OAuth 00D!x"] {
            assert!(matches!(ask("/", Some(text)).ticket(), Ticket::Token("00D!x")), "{text}");
        }
        assert!(matches!(ask("/", Some("Basic eDp5")).ticket(), Ticket::OtherScheme));
        assert!(matches!(ask("/", Some("00D!x")).ticket(), Ticket::OtherScheme));
        assert!(matches!(ask("/", None).ticket(), Ticket::None));
    }
}
