//! How connections come in: so many at once, each with one request whose head arrives in time, and an answer that is taken
//! in time. What the head's bytes are worth is [`super::raw`]'s.

use super::raw::Head;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Sleep;

/// How long to wait when no socket is to be had: files may be closed meanwhile.
const NO_SOCKETS: Duration = Duration::from_millis(200);

/// A listener.
pub(super) struct Door {
    listener: TcpListener,
    room: Arc<Semaphore>,
    patience: Patience,
}

/// How long is waited.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// For a head.
    pub(super) head: Duration,
    /// For whoever does not take what is sent.
    pub(super) taking: Duration,
}

/// What is known of a connection's request.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    here: Arc<AtomicBool>,
    head: Head,
}

impl Line {
    /// Notes that the head is here; why it is refused, if it is.
    pub(super) fn head_is_here(&self) -> Option<&'static str> {
        self.here.store(true, Ordering::Release);
        self.head.refused()
    }
}

impl Door {
    pub(super) fn new(listener: TcpListener, room: Arc<Semaphore>, patience: Patience) -> Self {
        Self { listener, room, patience }
    }
}

impl Listener for Door {
    type Io = Socket;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Socket, SocketAddr) {
        // It is never closed; where it is full, the others wait in the system's queue.
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    let _ = stream.set_nodelay(true);
                    let wait = Box::pin(tokio::time::sleep(self.patience.head));
                    let (line, taking) = (Line::default(), self.patience.taking);
                    return (Socket { stream, line, wait, taking, stuck: None, _permit: permit }, address);
                }
                Err(error) => {
                    tracing::debug!(%error, "no socket");
                    tokio::time::sleep(NO_SOCKETS).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Door>> for Line {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().line.clone()
    }
}

/// A socket that gives up on a head that does not come, and on an answer that is not taken.
pub(super) struct Socket {
    stream: TcpStream,
    line: Line,
    wait: Pin<Box<Sleep>>,
    taking: Duration,
    /// Since nothing was taken.
    stuck: Option<Pin<Box<Sleep>>>,
    _permit: Option<OwnedSemaphorePermit>,
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.line.here.load(Ordering::Acquire) {
            return Pin::new(&mut self.stream).poll_read(cx, into);
        }
        if self.wait.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        self.line.head.take(into.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = Pin::new(&mut self.stream).poll_write(cx, bytes) {
            self.stuck = None;
            return Poll::Ready(written);
        }
        let taking = self.taking;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(tokio::time::sleep(taking)));
        ready!(stuck.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        Poll::Ready(Ok(()))
    }
}
