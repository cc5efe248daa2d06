//! The body of a request that is forwarded: taken whole before it is sent, since the guard looks into it and a session that
//! ended has it sent again. What is long lies in a file of mode 0600 that goes with the request.

use crate::serve::Limits;
use crate::serve::reply::Reply;
use crate::wire;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use std::time::Duration;
use tempfile::TempPath;
use tokio::io::AsyncWriteExt;

/// Up to so many bytes in memory, where the guard can look into them.
const IN_MEMORY: usize = 1 << 20;

/// A body that has arrived.
pub(super) enum Taken {
    Memory(Bytes),
    File(TempPath),
}

impl Taken {
    /// For the guard; `None` where it is too long to be looked into.
    pub(super) fn seen(&self) -> Option<&[u8]> {
        match self {
            Self::Memory(bytes) => Some(bytes),
            Self::File(_) => None,
        }
    }

    /// For the wire.
    pub(super) fn outgoing(&self) -> wire::Body {
        match self {
            Self::Memory(bytes) if bytes.is_empty() => wire::Body::Empty,
            Self::Memory(bytes) => wire::Body::Bytes(bytes.clone()),
            Self::File(path) => wire::Body::File(path.to_path_buf()),
        }
    }
}

/// Takes a body that is not too long and does not come too slowly: it may pause, but must be as fast in all as `limits`
/// want it, so that nobody holds a place by sending a byte now and then.
pub(super) async fn take(body: Body, limits: &Limits) -> Result<Taken, Reply> {
    let first = tokio::time::sleep(limits.arrive).deadline();
    let mut pieces = body.into_data_stream();
    let (mut memory, mut file, mut length) = (BytesMut::new(), None, 0_u64);
    loop {
        let until = first + Duration::from_secs_f64(length as f64 / limits.least_rate.max(1) as f64);
        let piece = match tokio::time::timeout_at(until, pieces.next()).await {
            Ok(None) => break,
            Ok(Some(Ok(piece))) => piece,
            Ok(Some(Err(_))) => {
                return Err(Reply::refused(400, "invalid_request", "the body is not what its head says"));
            }
            Err(_) => return Err(Reply::refused(408, "timeout", "the body did not arrive in time")),
        };
        length += piece.len() as u64;
        if length > limits.upload {
            return Err(too_long(limits.upload));
        }
        if file.is_none() && memory.len() + piece.len() > IN_MEMORY {
            file = Some(spool(&memory).await.map_err(|error| no_room(&error))?);
            memory = BytesMut::new();
        }
        match &mut file {
            None => memory.extend_from_slice(&piece),
            Some((file, _)) => file.write_all(&piece).await.map_err(|error| no_room(&error))?,
        }
    }
    match file {
        None => Ok(Taken::Memory(memory.freeze())),
        Some((mut file, path)) => {
            file.flush().await.map_err(|error| no_room(&error))?;
            Ok(Taken::File(path))
        }
    }
}

/// That a body is longer than it may be.
pub(super) fn too_long(most: u64) -> Reply {
    Reply::refused(413, "too_large", format!("a body has at most {most} bytes"))
}

/// A file with what came so far; it goes when its path is dropped.
async fn spool(so_far: &[u8]) -> std::io::Result<(tokio::fs::File, TempPath)> {
    let (file, path) = tempfile::Builder::new().prefix("orgdeck-body-").tempfile()?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    file.write_all(so_far).await?;
    Ok((file, path))
}

fn no_room(error: &std::io::Error) -> Reply {
    Reply::refused(507, "no_room", format!("the body cannot be put aside: {error}"))
}
