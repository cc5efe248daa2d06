//! What a request's head has to be before anything is done for it. Pure.
//!
//! A page that was made to point here (DNS rebinding) sends its own host; one that asks across origins names its origin, and
//! gets no word back that a browser would let it read. Heads that two readers could read in two ways are refused.

use super::reply::Reply;
use crate::secret::Secret;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, Version, header};

/// The header that carries the key where `Authorization` is for something else.
pub(super) const KEY: HeaderName = HeaderName::from_static("x-orgdeck-key");
/// Which page asks, as browsers tell.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request may be answered at all. `chunked`: a body need not say how long it is.
pub(super) fn check(head: &Parts, port: u16, key: Option<&Secret>, chunked: bool) -> Result<(), Reply> {
    host(head, port)?;
    origin(&head.headers)?;
    plain(head, chunked)?;
    if let Some(key) = key {
        shown(&head.headers, key)?;
    }
    Ok(())
}

/// A value that stands there once, or not at all.
pub(super) fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, Reply> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (value, None) => Ok(value.map(|value| value.as_bytes())),
        (_, Some(_)) => Err(Reply::refused(400, "invalid_request", format!("{name} stands there twice"))),
    }
}

/// Only our own name, with our port.
fn host(head: &Parts, port: u16) -> Result<(), Reply> {
    let refused = || Reply::refused(403, "forbidden", "this is not the host that it was asked as");
    let ours = |text: &str| {
        let (name, told) = match text.rsplit_once(':') {
            Some((name, told)) if !told.is_empty() && told.bytes().all(|b| b.is_ascii_digit()) => {
                (name, told.parse().ok())
            }
            _ => (text, Some(80)),
        };
        told == Some(port) && ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| own.eq_ignore_ascii_case(name))
    };
    let named = single(&head.headers, &header::HOST)?.ok_or_else(refused)?;
    let named = std::str::from_utf8(named).map_err(|_| refused())?;
    // An address in full, as proxies are asked with, names a host of its own.
    let authority = head.uri.authority().is_none_or(|own| own.as_str() == named);
    if ours(named) && authority { Ok(()) } else { Err(refused()) }
}

/// Nothing that a browser's page sends.
fn origin(headers: &HeaderMap) -> Result<(), Reply> {
    let page = single(headers, &SITE)?.is_some_and(|site| site != b"none");
    if headers.contains_key(header::ORIGIN) || page {
        return Err(Reply::refused(403, "forbidden", "pages of a browser are not answered"));
    }
    Ok(())
}

/// Nothing that could be read in two ways, or that changes what is spoken.
fn plain(head: &Parts, chunked: bool) -> Result<(), Reply> {
    let strange = [header::UPGRADE, header::TE, header::TRAILER];
    let strange = strange.iter().chain((!chunked).then_some(&header::TRANSFER_ENCODING));
    if let Some(name) = strange.into_iter().find(|name| head.headers.contains_key(*name)) {
        return Err(Reply::refused(400, "invalid_request", format!("{name} is not taken: send the body whole")));
    }
    if single(&head.headers, &header::TRANSFER_ENCODING)?.is_some_and(|coding| !coding.eq_ignore_ascii_case(b"chunked"))
    {
        return Err(Reply::refused(400, "invalid_request", "chunked is the only transfer coding that is taken"));
    }
    if !matches!(head.version, Version::HTTP_10 | Version::HTTP_11) || head.method == Method::CONNECT {
        return Err(Reply::refused(400, "invalid_request", "HTTP/1.1 is spoken here"));
    }
    single(&head.headers, &header::CONTENT_LENGTH)?;
    single(&head.headers, &header::CONTENT_TYPE)?;
    Ok(())
}

/// The key, in one place.
fn shown(headers: &HeaderMap, key: &Secret) -> Result<(), Reply> {
    let own = single(headers, &KEY)?;
    let bearer = single(headers, &header::AUTHORIZATION)?.and_then(|value| {
        let (scheme, rest) = value.split_at_checked(7)?;
        scheme.eq_ignore_ascii_case(b"bearer ").then(|| rest.trim_ascii())
    });
    let right = |given: &[u8]| verify_slices_are_equal(given, key.expose().as_bytes()).is_ok();
    match own.or(bearer) {
        Some(given) if right(given) => Ok(()),
        Some(_) => Err(Reply::refused(401, "invalid_key", "the key is not the one that was printed at the start")),
        None => Err(Reply::refused(
            401,
            "no_key",
            "show the key that was printed at the start: Authorization: Bearer KEY, or X-Orgdeck-Key: KEY",
        )),
    }
}

/// Whether it is a POST of JSON that is not too long.
pub(super) fn takes_json(head: &Parts, most: usize) -> Result<(), Reply> {
    if head.method != Method::POST {
        return Err(Reply::refused(405, "method_not_allowed", "it is asked by POST").allowing("POST"));
    }
    let kind = single(&head.headers, &header::CONTENT_TYPE)?.unwrap_or_default();
    let kind = kind.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    if !kind.eq_ignore_ascii_case(b"application/json") {
        return Err(Reply::refused(415, "unsupported_media_type", "send Content-Type: application/json"));
    }
    let length = single(&head.headers, &header::CONTENT_LENGTH)?;
    let length = length.and_then(|text| std::str::from_utf8(text).ok()?.parse::<u64>().ok());
    match length {
        None => Err(Reply::refused(411, "length_required", "say how long the body is")),
        Some(length) if length > most as u64 => {
            Err(Reply::refused(413, "too_large", format!("a body has at most {most} bytes")))
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = axum::http::Request::builder().method("POST").uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn status(headers: &[(&str, &str)]) -> u16 {
        let key = Secret::new("k3y");
        let head = head("/api/jwtauth", headers);
        check(&head, 5000, Some(&key), false)
            .and_then(|()| takes_json(&head, 100))
            .map_or_else(|reply| reply.told().status, |()| 200)
    }

    #[test]
    fn a_program_of_this_machine_with_the_key_is_let_in() {
        let (json, length) = (("content-type", "Application/JSON; charset=utf-8"), ("content-length", "9"));
        for host in ["127.0.0.1:5000", "localhost:5000", "LOCALHOST:5000", "[::1]:5000"] {
            assert_eq!(status(&[("host", host), ("authorization", "bearer k3y"), json, length]), 200, "{host}");
        }
        let site = ("sec-fetch-site", "none");
        assert_eq!(status(&[("host", "localhost:5000"), ("x-orgdeck-key", "k3y"), json, length, site]), 200);
    }

    #[test]
    fn whatever_else_is_turned_away() {
        let good = [
            ("host", "localhost:5000"),
            ("authorization", "Bearer k3y"),
            ("content-type", "application/json"),
            ("content-length", "9"),
        ];
        // In place of the good header of that name, or beside all of them.
        for (name, value, expected) in [
            ("host", "evil.example", 403),
            ("host", "evil.example:5000", 403),
            ("host", "localhost", 403),
            ("host", "localhost:5001", 403),
            ("host", "localhost.:5000", 403),
            ("host", "localhost:5000@evil.example", 403),
            ("host", "127.0.0.1.evil.example:5000", 403),
            ("host", "127.1:5000", 403),
            ("host", "", 403),
            ("origin", "http://localhost:5000", 403),
            ("origin", "null", 403),
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "same-origin", 403),
            ("authorization", "Bearer wrong", 401),
            ("authorization", "Basic azN5", 401),
            ("authorization", "Bearer", 401),
            ("authorization", "k3y", 401),
            ("x-orgdeck-key", "wrong", 401),
            ("transfer-encoding", "chunked", 400),
            ("upgrade", "h2c", 400),
            ("content-type", "text/plain", 415),
            ("content-type", "application/jsonx", 415),
            ("content-type", "application/x-www-form-urlencoded", 415),
            ("content-length", "101", 413),
            ("content-length", "99999999999999999999", 411),
            ("content-length", "x", 411),
        ] {
            let mut headers: Vec<(&str, &str)> = good.into_iter().filter(|(own, _)| *own != name).collect();
            headers.push((name, value));
            assert_eq!(status(&headers), expected, "{name}: {value}");
        }
        for twice in good {
            let headers: Vec<(&str, &str)> = good.into_iter().chain([twice]).collect();
            assert_eq!(status(&headers), 400, "{twice:?}");
        }
        for without in good {
            let headers: Vec<(&str, &str)> = good.into_iter().filter(|own| *own != without).collect();
            assert_ne!(status(&headers), 200, "{without:?}");
        }
        let far = head("http://evil.example/api/jwtauth", &good);
        assert!(check(&far, 5000, None, false).is_err());
        let chunked = [("host", "localhost:5000"), ("transfer-encoding", "chunked")];
        assert!(check(&head("/", &chunked), 5000, None, true).is_ok());
        assert!(check(&head("/", &[chunked[0], ("transfer-encoding", "gzip")]), 5000, None, true).is_err());
        let near = head("http://localhost:5000/api/jwtauth", &good);
        assert!(check(&near, 5000, None, false).is_ok());
    }
}
