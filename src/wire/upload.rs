//! The body of a request as the library takes it: in one piece, or streamed with its length announced.

use super::meter::Meter;
use super::{Body, WireError};
use bytes::Bytes;
use futures_util::stream;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::AsyncReadExt;

/// Bodies up to this many bytes go in one piece; beyond it they are streamed in pieces of this size, told as they go.
const PIECE: usize = 64 * 1024;

/// A request's body with its length, before its meter is known.
pub(super) enum Upload {
    Empty,
    Bytes(Bytes),
    File { file: File, path: PathBuf, length: u64 },
}

impl Upload {
    /// Opens the body's file, if it has one.
    pub(super) async fn open(body: Body) -> Result<Self, WireError> {
        match body {
            Body::Empty => Ok(Self::Empty),
            Body::Bytes(bytes) => Ok(Self::Bytes(bytes)),
            Body::File(path) => match open(&path).await {
                Ok((file, length)) => Ok(Self::File { file, path, length }),
                Err(source) => Err(WireError::File { path, source }),
            },
        }
    }

    /// Bytes that will be sent; `None` without a body.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File { length, .. } => Some(*length),
        }
    }

    /// The file that is sent.
    pub(super) fn path(&self) -> Option<PathBuf> {
        match self {
            Self::File { path, .. } => Some(path.clone()),
            _ => None,
        }
    }

    /// For the library, which asks for the next piece when the last one is on its way.
    pub(super) fn into_body(self, meter: &Arc<Meter>) -> Option<reqwest::Body> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) if bytes.len() <= PIECE => Some(bytes.into()),
            Self::Bytes(bytes) => Some(memory(bytes, Arc::clone(meter))),
            Self::File { file, length, .. } => Some(streamed(file, length, Arc::clone(meter))),
        }
    }
}

async fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = File::open(path).await?;
    let meta = file.metadata().await?;
    if !meta.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    Ok((file, meta.len()))
}

fn memory(bytes: Bytes, meter: Arc<Meter>) -> reqwest::Body {
    reqwest::Body::wrap_stream(stream::unfold((bytes, 0_u64), move |(mut rest, sent)| {
        let meter = Arc::clone(&meter);
        async move {
            if rest.is_empty() {
                return None;
            }
            let piece = rest.split_to(rest.len().min(PIECE));
            let sent = sent + piece.len() as u64;
            meter.sent(sent);
            Some((Ok::<_, io::Error>(piece), (rest, sent)))
        }
    }))
}

fn streamed(file: File, length: u64, meter: Arc<Meter>) -> reqwest::Body {
    let state = (file.take(length), 0_u64);
    reqwest::Body::wrap_stream(stream::unfold(state, move |(mut file, sent)| {
        let meter = Arc::clone(&meter);
        async move {
            let mut piece = bytes::BytesMut::with_capacity(PIECE);
            let failure = match file.read_buf(&mut piece).await {
                Ok(0) if sent == length => return None,
                Ok(0) => io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter while it was sent"),
                Ok(read) => {
                    let sent = sent + read as u64;
                    meter.sent(sent);
                    return Some((Ok(piece.freeze()), (file, sent)));
                }
                Err(error) => error,
            };
            let told = io::Error::other(failure.to_string());
            meter.file_failed(failure);
            Some((Err(told), (file, sent)))
        }
    }))
}
