//! Which headers go on to the org, and which of the org's go back. Pure.
//!
//! What says who asks is ours alone to say; what concerns one connection ends with it; what would change the method is
//! refused rather than dropped, since whoever sent it means it.

use crate::org::Literal;
use crate::serve::gate;
use crate::serve::reply::Reply;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Headers of one connection.
const OF_A_CONNECTION: [&str; 10] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "expect",
];

/// What tells who asks, from where, or how: ours to say.
const OURS: [&str; 16] = [
    "authorization",
    "x-sfdc-session",
    "cookie",
    "cookie2",
    "host",
    "content-length",
    "accept-encoding",
    "origin",
    "referer",
    "forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "true-client-ip",
    "x-original-url",
    "x-rewrite-url",
];

/// Beginnings of names of the same kind.
const OURS_BY_START: [&str; 5] = ["x-forwarded-", "proxy-", "sec-", "access-control-", "cf-"];

/// Another method than the one of the request line.
const OVERRIDES: [&str; 4] = ["x-http-method-override", "x-http-method", "x-method-override", "_httpmethod"];

/// Of the org's answer: cookies, and what would tell a browser about this address.
const NOT_BACK: [&str; 7] = [
    "set-cookie",
    "set-cookie2",
    "content-length",
    "strict-transport-security",
    "alt-svc",
    "clear-site-data",
    "public-key-pins",
];

/// The headers that go on, in order.
pub(super) fn onwards(headers: &HeaderMap) -> Result<Vec<(HeaderName, HeaderValue)>, Reply> {
    if let Some(name) = headers.keys().find(|name| OVERRIDES.contains(&name.as_str())) {
        return Err(Reply::refused(400, "invalid_request", format!("{name} is not taken: send the method itself")));
    }
    for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::ACCEPT] {
        gate::single(headers, &name)?;
    }
    let named = named_by_connection(headers.get_all(header::CONNECTION).iter().filter_map(|value| value.to_str().ok()));
    let mut onwards = Vec::new();
    for (name, value) in headers {
        let own = name.as_str();
        let dropped = OF_A_CONNECTION.contains(&own)
            || OURS.contains(&own)
            || OURS_BY_START.iter().any(|start| own.starts_with(start))
            || *name == gate::KEY
            || named.iter().any(|one| one == own);
        if dropped {
            continue;
        }
        if value.to_str().is_err() {
            return Err(Reply::refused(400, "invalid_request", format!("{name} holds signs that are no ASCII")));
        }
        onwards.push((name.clone(), value.clone()));
    }
    Ok(onwards)
}

/// The headers that go back; `location` stands in place of the org's. None holds the token.
pub(super) fn back(headers: &[(String, String)], location: Option<&str>, literal: &Literal) -> HeaderMap {
    let connection = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
    let named = named_by_connection(connection.map(|(_, value)| value.as_str()));
    let unpacked = is_unpacked(headers);
    let mut back = HeaderMap::new();
    for (name, value) in headers {
        let lower = name.to_ascii_lowercase();
        let dropped = OF_A_CONNECTION.contains(&lower.as_str())
            || NOT_BACK.contains(&lower.as_str())
            || lower.starts_with("access-control-")
            || lower == "location"
            || unpacked && lower == "content-encoding"
            || named.contains(&lower)
            || literal.is_in(value.as_bytes());
        if let (false, Ok(name), Ok(value)) = (dropped, HeaderName::try_from(lower), HeaderValue::from_str(value)) {
            back.append(name, value);
        }
    }
    if let Some(location) = location.and_then(|to| HeaderValue::from_str(to).ok()) {
        back.insert(header::LOCATION, location);
    }
    back
}

/// Whether the body was packed in a way that the wire undoes.
pub(super) fn is_unpacked(headers: &[(String, String)]) -> bool {
    let codings = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    let mut names = codings.flat_map(|(_, value)| value.split(',')).map(|name| name.trim().to_ascii_lowercase());
    names.all(|name| matches!(name.as_str(), "gzip" | "x-gzip" | "br" | "deflate" | "identity" | ""))
}

fn named_by_connection<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    values.flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(headers: &[(&str, &str)]) -> HeaderMap {
        let pairs = headers.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap()));
        pairs.collect()
    }

    #[test]
    fn only_what_concerns_the_question_goes_on() {
        let all = map(&[
            ("authorization", "Bearer our-key"),
            ("x-orgdeck-key", "our-key"),
            ("x-sfdc-session", "another"),
            ("cookie", "sid=1"),
            ("host", "127.0.0.1:5000"),
            ("connection", "keep-alive, X-Of-This-Hop"),
            ("x-of-this-hop", "1"),
            ("keep-alive", "timeout=5"),
            ("transfer-encoding", "chunked"),
            ("expect", "100-continue"),
            ("content-length", "3"),
            ("accept-encoding", "zstd"),
            ("x-forwarded-for", "10.0.0.1"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "for=10.0.0.1"),
            ("x-real-ip", "10.0.0.1"),
            ("proxy-authorization", "Basic x"),
            ("sec-fetch-site", "none"),
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("sforce-call-options", "client=test"),
            ("if-none-match", "\"1\""),
            ("user-agent", "curl/8"),
        ]);
        let onwards = onwards(&all).unwrap_or_default();
        let names: Vec<&str> = onwards.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["accept", "content-type", "sforce-call-options", "if-none-match", "user-agent"]);
    }

    #[test]
    fn another_method_or_a_second_type_is_refused() {
        for headers in [
            map(&[("x-http-method-override", "DELETE")]),
            map(&[("x-http-method", "GET")]),
            map(&[("x-method-override", "PATCH")]),
            map(&[("content-type", "text/plain"), ("content-type", "application/json")]),
        ] {
            assert_eq!(onwards(&headers).map_or_else(|reply| reply.told().status, |_| 200), 400, "{headers:?}");
        }
    }

    #[test]
    fn cookies_and_words_to_browsers_do_not_come_back() {
        let own = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let all = [
            own("Set-Cookie", "sid=abc"),
            own("Content-Encoding", "gzip"),
            own("Content-Length", "20"),
            own("Connection", "X-Hop"),
            own("X-Hop", "1"),
            own("Access-Control-Allow-Origin", "*"),
            own("Strict-Transport-Security", "max-age=1"),
            own("Location", "https://elsewhere.example/"),
            own("X-Echo", "Bearer 00Dxx0000000001!thetokenitself"),
            own("Content-Type", "application/json"),
            own("Sforce-Limit-Info", "api-usage=1/100"),
            own("ETag", "\"1\""),
        ];
        let literal = Literal::of_text("00Dxx0000000001!thetokenitself");
        let kept = back(&all, Some("/acme/services/data"), &literal);
        let names: Vec<&str> = kept.keys().map(HeaderName::as_str).collect();
        assert_eq!(names, ["content-type", "sforce-limit-info", "etag", "location"]);
        assert!(is_unpacked(&all) && is_unpacked(&[]));
        assert!(!is_unpacked(&[own("content-encoding", "zstd")]));
    }
}
