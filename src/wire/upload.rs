//! The body of a request as the library takes it: in one piece, or streamed with its length announced.

use super::meter::Meter;
use super::{Body, Part, WireError};
use bytes::{Bytes, BytesMut};
use futures_util::stream;
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, Take};

/// Bodies up to this many bytes go in one piece; beyond it they are streamed in pieces of this size, told as they go.
const PIECE: usize = 64 * 1024;

/// A request's body with its length, before its meter is known.
pub(super) enum Upload {
    Empty,
    Bytes(Bytes),
    Stream { sources: VecDeque<Source>, length: u64 },
}

/// Something that is sent from its beginning to its end.
pub(super) enum Source {
    Bytes(Bytes),
    File { file: Take<File>, path: PathBuf },
}

impl Upload {
    /// Opens the body's files, if it has some.
    pub(super) async fn open(body: Body) -> Result<Self, WireError> {
        let parts = match body {
            Body::Empty => return Ok(Self::Empty),
            Body::Bytes(bytes) => return Ok(Self::Bytes(bytes)),
            Body::File(path) => vec![Part::File(path)],
            Body::Parts(parts) => parts,
        };
        let (mut sources, mut length) = (VecDeque::new(), 0);
        for part in parts {
            let (source, long) = match part {
                Part::Bytes(bytes) => (Source::Bytes(bytes.clone()), bytes.len() as u64),
                Part::File(path) => match open(&path).await {
                    Ok((file, long)) => (Source::File { file: file.take(long), path }, long),
                    Err(source) => return Err(WireError::File { path, source }),
                },
            };
            length += long;
            sources.push_back(source);
        }
        Ok(Self::Stream { sources, length })
    }

    /// Bytes that will be sent; `None` without a body.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::Stream { length, .. } => Some(*length),
        }
    }

    /// For the library, which asks for the next piece when the last one is on its way.
    pub(super) fn into_body(self, meter: &Arc<Meter>) -> Option<reqwest::Body> {
        match self {
            Self::Empty => None,
            Self::Bytes(bytes) if bytes.len() <= PIECE => Some(bytes.into()),
            Self::Bytes(bytes) => Some(streamed(VecDeque::from([Source::Bytes(bytes)]), Arc::clone(meter))),
            Self::Stream { sources, .. } => Some(streamed(sources, Arc::clone(meter))),
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

fn streamed(sources: VecDeque<Source>, meter: Arc<Meter>) -> reqwest::Body {
    reqwest::Body::wrap_stream(stream::unfold((sources, 0_u64), move |(mut sources, sent)| {
        let meter = Arc::clone(&meter);
        async move {
            match piece(&mut sources, &meter).await {
                Ok(None) => None,
                Ok(Some(piece)) => {
                    let sent = sent + piece.len() as u64;
                    meter.sent(sent);
                    Some((Ok(piece), (sources, sent)))
                }
                Err(told) => Some((Err(told), (VecDeque::new(), sent))),
            }
        }
    }))
}

/// The next piece; what is at its end makes room for what is behind it.
async fn piece(sources: &mut VecDeque<Source>, meter: &Meter) -> io::Result<Option<Bytes>> {
    while let Some(source) = sources.front_mut() {
        match source {
            Source::Bytes(rest) if rest.is_empty() => {}
            Source::Bytes(rest) => return Ok(Some(rest.split_to(rest.len().min(PIECE)))),
            Source::File { file, path } => {
                let mut piece = BytesMut::with_capacity(PIECE);
                let failure = match file.read_buf(&mut piece).await {
                    Ok(0) if file.limit() == 0 => None,
                    Ok(0) => Some(io::Error::new(io::ErrorKind::UnexpectedEof, "it became shorter while it was sent")),
                    Ok(_) => return Ok(Some(piece.freeze())),
                    Err(error) => Some(error),
                };
                if let Some(failure) = failure {
                    let told = io::Error::other(failure.to_string());
                    meter.file_failed(path.clone(), failure);
                    return Err(told);
                }
            }
        }
        sources.pop_front();
    }
    Ok(None)
}
