//! Bodies that come compressed, as REST and both Bulk APIs take them.
//!
//! What comes out may be as long as what may come in without compression, and not longer.

use super::answer::Reply;
use async_compression::tokio::bufread::{GzipDecoder, ZlibDecoder};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use std::io::Cursor;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How a gzip stream begins.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The body as it was before it was packed; `most`: its longest length, in bytes.
pub(super) async fn unpack(headers: &HeaderMap, body: Bytes, most: usize) -> Result<Bytes, Reply> {
    let named = headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("identity");
    match named.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body),
        // Salesforce's own collection for Postman says so of plain bodies, which an org takes as they are.
        "gzip" | "x-gzip" if !body.starts_with(GZIP) => Ok(body),
        // One stream or several, one behind the other.
        "gzip" | "x-gzip" => {
            let mut decoder = GzipDecoder::new(Cursor::new(body));
            decoder.multiple_members(true);
            whole(decoder, most).await
        }
        "deflate" => whole(ZlibDecoder::new(Cursor::new(body)), most).await,
        other => {
            let text = format!("Content-Encoding header specified in HTTP request is not supported: {other}");
            Err(Reply::refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", &text))
        }
    }
}

async fn whole(decoder: impl AsyncRead + Unpin, most: usize) -> Result<Bytes, Reply> {
    let mut out = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    match decoder.take(limit).read_to_end(&mut out).await {
        Ok(_) if out.len() > most => Err(Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")),
        Ok(_) => Ok(out.into()),
        Err(_) => {
            let text = "the body cannot be unpacked as its Content-Encoding says";
            Err(Reply::refusal(StatusCode::BAD_REQUEST, "JSON_PARSER_ERROR", text))
        }
    }
}
