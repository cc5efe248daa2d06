//! From an answer to bytes on the wire: what a fault makes of the body, compression, the headers that are always there.

use super::answer::Reply;
use super::ask::Ask;
use super::fault::Fault;
use super::rule::Hit;
use async_compression::Level;
use async_compression::tokio::bufread::GzipEncoder;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use jiff::fmt::rfc2822::DateTimePrinter;
use std::io;
use std::time::Duration;
use tokio_util::io::ReaderStream;
use tokio_util::sync::CancellationToken;

/// Bodies above are compressed for clients that ask for it; bytes.
const COMPRESS_ABOVE: usize = 1_024;
/// In how many pieces a slow body arrives, and the pause before each.
const SLOW_PIECES: usize = 40;
const SLOW_PAUSE: Duration = Duration::from_millis(25);
/// Long enough for the first half of a body to leave before the connection is cut.
const CUT_PAUSE: Duration = Duration::from_millis(20);

/// Whether the client takes gzip.
pub(super) fn takes_gzip(ask: &Ask) -> bool {
    ask.header(header::ACCEPT_ENCODING).unwrap_or_default().split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip") || name == "*");
        named && !words.any(|weight| weight.replace(' ', "").trim_end_matches(['0', '.']) == "q=")
    })
}

/// Makes the response. `hit`: what goes wrong with its body.
pub(super) fn pack(mut reply: Reply, hit: &Hit, gzip: bool, ended: &CancellationToken) -> Response {
    let broken = spoil(&mut reply, hit);
    let whole = reply.body.len();
    let (body, length, encoded) = if whole == 0 {
        (Body::empty(), None, false)
    } else if hit.has(Fault::Cut) {
        (cut(first_half(&reply.body)), Some(whole), false)
    } else if hit.has(Fault::SlowBytes) {
        (slow(reply.body.clone(), ended.clone()), None, false)
    } else if broken {
        (Body::from(NO_GZIP), None, true)
    } else if gzip && whole > COMPRESS_ABOVE {
        let encoder = GzipEncoder::with_quality(io::Cursor::new(reply.body.clone()), Level::Fastest);
        (Body::from_stream(ReaderStream::with_capacity(encoder, 32 * 1024)), None, true)
    } else {
        (Body::from(reply.body.clone()), None, false)
    };
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    let headers = response.headers_mut();
    for (name, value) in reply.headers {
        headers.append(name, value);
    }
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if hit.has(Fault::ClockSkew) {
        let ahead = jiff::Timestamp::now().saturating_add(jiff::SignedDuration::from_hours(1));
        let text = ahead.ok().and_then(|at| DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok());
        if let Some(date) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::DATE, date);
        }
    }
    always(headers);
    response
}

/// The head of a gzip stream, and then a block of a kind that there is not.
const NO_GZIP: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0b111, 0xff, 0xff, 0xff];

/// What faults make of a body before it is packed; whether it is to be sent as a gzip stream that is none.
fn spoil(reply: &mut Reply, hit: &Hit) -> bool {
    if hit.has(Fault::EmptyBody) {
        reply.body = Bytes::new();
    }
    if hit.has(Fault::BrokenJson) && is_json(reply) {
        reply.body = first_half(&reply.body);
    }
    if hit.has(Fault::WrongCharset)
        && let Ok(text) = std::str::from_utf8(&reply.body)
    {
        reply.body = text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>().into();
    }
    if hit.has(Fault::WrongType) && is_json(reply) {
        reply.headers.retain(|(name, _)| *name != header::CONTENT_TYPE);
        reply.headers.push((header::CONTENT_TYPE, HeaderValue::from_static("text/html;charset=UTF-8")));
    }
    hit.has(Fault::BrokenGzip)
}

fn always(headers: &mut axum::http::HeaderMap) {
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("x-robots-tag", HeaderValue::from_static("none"));
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache,must-revalidate,max-age=0,no-store,private"));
}

fn is_json(reply: &Reply) -> bool {
    reply
        .header(&header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/json"))
}

/// The first half, ending between two characters.
fn first_half(body: &Bytes) -> Bytes {
    let continues = |at: usize| body.get(at).is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    let mut end = body.len() / 2;
    while end > 0 && continues(end) {
        end -= 1;
    }
    body.slice(..end)
}

/// What there is, and then an error, which ends the connection.
fn cut(half: Bytes) -> Body {
    Body::from_stream(stream::unfold(Some(half), |state| async move {
        match state {
            Some(half) if !half.is_empty() => Some((Ok(half), Some(Bytes::new()))),
            Some(_) => {
                tokio::time::sleep(CUT_PAUSE).await;
                Some((Err(io::Error::new(io::ErrorKind::ConnectionAborted, "cut on purpose")), None))
            }
            None => None,
        }
    }))
}

/// The body in pieces with pauses; all the rest at once when the demo ends.
fn slow(body: Bytes, ended: CancellationToken) -> Body {
    let piece = (body.len() / SLOW_PIECES).max(16);
    Body::from_stream(stream::unfold((body, ended), move |(mut rest, ended)| async move {
        if rest.is_empty() {
            return None;
        }
        let over = tokio::select! {
            () = ended.cancelled() => true,
            () = tokio::time::sleep(SLOW_PAUSE) => false,
        };
        let size = if over { rest.len() } else { piece.min(rest.len()) };
        let next = rest.split_to(size);
        Some((Ok::<_, io::Error>(next), (rest, ended)))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_end_between_characters() {
        for text in ["", "a", "ééé", "[\"日本語\"]", "🙂🙂🙂"] {
            let half = first_half(&Bytes::copy_from_slice(text.as_bytes()));
            assert!(text.starts_with(std::str::from_utf8(&half).unwrap()), "{text}");
        }
    }
}
