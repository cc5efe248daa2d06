//! The body of an answer as a stream: counted as it comes over the wire, decompressed, and watched for silence.
//!
//! A body that breaks off gives all that came before, then the error, then nothing more. It is never kept here.

use super::failure::broken;
use super::{Incoming, Phase, Progress, WireError};
use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder};
use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt};
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio_util::io::StreamReader;

/// Room for one piece of a decompressed body.
const PIECE: usize = 64 * 1024;

type Raw = BoxStream<'static, io::Result<Bytes>>;
type Packed = StreamReader<Raw, Bytes>;
type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// A body on its way.
pub(super) struct BodyStream {
    source: Source,
    /// Bytes over the wire; counted before decompression.
    wire: Arc<AtomicU64>,
    /// Bytes given out.
    received: u64,
    /// Bytes of the decompressed body, where the answer says.
    total: Option<u64>,
    idle_limit: Duration,
    progress: Progress,
}

enum Source {
    Plain(Raw),
    /// Compressed, and waiting for its first bytes. Kept as a future, so that who stops waiting loses nothing.
    Opening(BoxFuture<'static, io::Result<Option<Reader>>>),
    Unpacking(Reader),
    Over,
}

/// A content coding that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Gzip,
    Brotli,
    Deflate,
}

impl BodyStream {
    pub(super) fn new(response: reqwest::Response, bodiless: bool, idle_limit: Duration, progress: Progress) -> Self {
        let codings = codings(response.headers());
        let length = response
            .headers()
            .get(http::header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.trim().parse().ok());
        let wire = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&wire);
        let raw: Raw = response
            .bytes_stream()
            .map(move |piece| match piece {
                Ok(bytes) => {
                    counter.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                    Ok(bytes)
                }
                Err(error) => Err(io::Error::other(error.without_url())),
            })
            .boxed();
        let packed = !codings.is_empty();
        let (source, total) = if bodiless {
            (Source::Over, Some(0))
        } else if packed {
            (Source::Opening(open(StreamReader::new(raw), codings).boxed()), None)
        } else {
            (Source::Plain(raw), length)
        };
        Self { source, wire, received: 0, total, idle_limit, progress }
    }

    /// The next piece, or the error that ends the body.
    async fn next(&mut self) -> Result<Option<Bytes>, WireError> {
        loop {
            let before = self.wire.load(Ordering::Relaxed);
            match tokio::time::timeout(self.idle_limit, self.source.next()).await {
                Ok(Ok(Some(piece))) => {
                    self.received += piece.len() as u64;
                    (self.progress)(Phase::Receiving { received: self.received, total: self.total });
                    return Ok(Some(piece));
                }
                Ok(Ok(None)) => {
                    self.source = Source::Over;
                    return Ok(None);
                }
                Ok(Err(error)) => {
                    self.source = Source::Over;
                    return Err(broken(&error, self.received));
                }
                // Bytes that unpack to nothing yet are no silence.
                Err(_) if self.wire.load(Ordering::Relaxed) != before => {}
                Err(_) => {
                    self.source = Source::Over;
                    return Err(WireError::IdleLimit { limit: self.idle_limit, received: self.received });
                }
            }
        }
    }
}

impl Source {
    /// Safe to drop and call again: nothing is lost in between.
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        if let Self::Opening(opening) = self {
            match opening.await? {
                Some(reader) => *self = Self::Unpacking(reader),
                None => return Ok(None),
            }
        }
        match self {
            Self::Plain(raw) => loop {
                match raw.next().await.transpose()? {
                    Some(piece) if piece.is_empty() => {}
                    piece => return Ok(piece),
                }
            },
            Self::Unpacking(reader) => {
                let mut piece = BytesMut::with_capacity(PIECE);
                let read = reader.read_buf(&mut piece).await?;
                Ok((read > 0).then(|| piece.freeze()))
            }
            Self::Opening(_) | Self::Over => Ok(None),
        }
    }
}

/// Undoes the codings, the last applied first. `None`: there is no body, although the head names a coding.
async fn open(mut packed: Packed, codings: Vec<Coding>) -> io::Result<Option<Reader>> {
    if packed.fill_buf().await?.is_empty() {
        return Ok(None);
    }
    let mut reader: Pin<Box<dyn AsyncBufRead + Send>> = Box::pin(packed);
    for coding in codings.iter().rev() {
        let unpacked: Reader = match coding {
            Coding::Gzip => {
                let mut decoder = GzipDecoder::new(reader);
                decoder.multiple_members(true);
                Box::pin(decoder)
            }
            Coding::Brotli => Box::pin(BrotliDecoder::new(reader)),
            // The standard means zlib's frame by "deflate"; some servers send the bare stream.
            Coding::Deflate if zlib_frame(reader.fill_buf().await?) => Box::pin(ZlibDecoder::new(reader)),
            Coding::Deflate => Box::pin(DeflateDecoder::new(reader)),
        };
        reader = Box::pin(BufReader::with_capacity(PIECE, unpacked));
    }
    Ok(Some(reader))
}

/// Whether this begins as RFC 1950 says: method 8, a window of at most 32 KiB, a checksum of both bytes.
fn zlib_frame(start: &[u8]) -> bool {
    let method = |byte: u8| byte & 0x0f == 8 && byte >> 4 <= 7;
    match start {
        [first, second, ..] => method(*first) && u16::from_be_bytes([*first, *second]) % 31 == 0,
        [first] => method(*first),
        [] => false,
    }
}

/// The codings that were applied, in order; empty where one of them is not known, since then none can be undone.
fn codings(headers: &http::HeaderMap) -> Vec<Coding> {
    let mut codings = Vec::new();
    for value in headers.get_all(http::header::CONTENT_ENCODING) {
        for name in value.to_str().unwrap_or("?").split(',') {
            match name.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => codings.push(Coding::Gzip),
                "br" => codings.push(Coding::Brotli),
                "deflate" => codings.push(Coding::Deflate),
                "identity" | "" => {}
                _ => return Vec::new(),
            }
        }
    }
    codings
}

impl fmt::Debug for Incoming {
    /// Without the headers' values, which may be secrets.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Incoming")
            .field("status", &self.status)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Incoming {
    /// The next piece of the decompressed body; `None` at its end.
    ///
    /// # Errors
    /// `IdleLimit`, `Cut`: what came before stays good, and nothing comes after.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, WireError> {
        self.body.next().await
    }

    /// Bytes of the body as they came over the wire so far, compressed.
    pub fn wire_bytes(&self) -> u64 {
        self.body.wire.load(Ordering::Relaxed)
    }

    /// Bytes of the decompressed body, where the answer says.
    pub fn content_length(&self) -> Option<u64> {
        self.body.total
    }

    /// The first value of a header, by case-insensitive name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The rest of the body in one piece, at most `cap` bytes of it: what lies beyond is neither read nor an error.
    ///
    /// # Errors
    /// As [`Incoming::chunk`]; what came before the error is lost with it.
    pub async fn bytes(mut self, cap: usize) -> Result<Bytes, WireError> {
        let mut all = BytesMut::new();
        while all.len() < cap
            && let Some(piece) = self.chunk().await?
        {
            all.extend_from_slice(&piece);
        }
        all.truncate(cap);
        Ok(all.freeze())
    }
}
