//! What is known of one request while it is under way: its phase, when it last moved, how long connecting took.
//!
//! reqwest tells nothing of the connection, so a layer around its connector does: it finds the request's meter in a
//! task-local, which is set while the request's future is polled. A connection of the pool never comes by here, and so
//! leaves `connect` empty. The meter decides nothing and sends nothing.

use super::{Phase, Progress, WireTiming};
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tower::{Layer, Service};

tokio::task_local! {
    /// The meter of the request that the running task polls.
    pub(super) static METER: Arc<Meter>;
}

/// One request's meter.
pub(super) struct Meter {
    progress: Progress,
    /// Bytes of the request's body, where it has one.
    total: Option<u64>,
    inner: Mutex<Inner>,
}

struct Inner {
    connecting: Option<Instant>,
    connect: Option<Duration>,
    /// When the request was last seen to move.
    moved: Instant,
    file_error: Option<(PathBuf, io::Error)>,
}

impl Meter {
    pub(super) fn new(progress: Progress, total: Option<u64>) -> Arc<Self> {
        let inner = Inner { connecting: None, connect: None, moved: Instant::now(), file_error: None };
        Arc::new(Self { progress, total, inner: Mutex::new(inner) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing here can be left half done by a panic elsewhere.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connecting(&self) {
        let mut inner = self.inner();
        let now = Instant::now();
        inner.connecting = Some(now);
        inner.moved = now;
        drop(inner);
        (self.progress)(Phase::Connecting);
    }

    fn connected(&self) {
        let mut inner = self.inner();
        let now = Instant::now();
        inner.connect = inner.connecting.take().map(|since| now - since);
        inner.moved = now;
        drop(inner);
        self.under_way();
    }

    /// The connection is there and the request goes out.
    pub(super) fn under_way(&self) {
        match self.total {
            Some(total) if total > 0 => (self.progress)(Phase::Sending { sent: 0, total: self.total }),
            _ => (self.progress)(Phase::Waiting),
        }
    }

    /// The library took this much of the body.
    pub(super) fn sent(&self, sent: u64) {
        self.inner().moved = Instant::now();
        (self.progress)(Phase::Sending { sent, total: self.total });
        // The library does not ask for more once the announced length is out.
        if self.total == Some(sent) {
            (self.progress)(Phase::Waiting);
        }
    }

    /// The body's file failed while it was read.
    pub(super) fn file_failed(&self, path: PathBuf, error: io::Error) {
        self.inner().file_error = Some((path, error));
    }

    pub(super) fn take_file_error(&self) -> Option<(PathBuf, io::Error)> {
        self.inner().file_error.take()
    }

    /// Whether a connection was asked for.
    pub(super) fn connects(&self) -> bool {
        let inner = self.inner();
        inner.connecting.is_some() || inner.connect.is_some()
    }

    /// When the silence that began last has lasted `limit`. Connecting is no silence: it has its own limit.
    pub(super) fn deadline(&self, limit: Duration) -> Instant {
        let inner = self.inner();
        let since = if inner.connecting.is_some() { Instant::now() } else { inner.moved };
        since + limit
    }

    /// How long it took until now, which is when the head of the answer is there.
    pub(super) fn timing(&self) -> WireTiming {
        let inner = self.inner();
        WireTiming { connect: inner.connect, wait: inner.moved.elapsed() }
    }
}

/// Tells the meter of the request at hand when a connection is opened.
#[derive(Clone)]
pub(super) struct ConnectLayer;

impl<S> Layer<S> for ConnectLayer {
    type Service = ConnectService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ConnectService { inner }
    }
}

/// See [`ConnectLayer`].
#[derive(Clone)]
pub(super) struct ConnectService<S> {
    inner: S,
}

impl<S, Request> Service<Request> for ConnectService<S>
where
    S: Service<Request>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // Without a meter the library connects for its own ends, and nobody asks how long that takes.
        let meter = METER.try_with(Arc::clone).ok();
        if let Some(meter) = &meter {
            meter.connecting();
        }
        let connecting = self.inner.call(request);
        Box::pin(async move {
            let connected = connecting.await;
            if let (Some(meter), Ok(_)) = (&meter, &connected) {
                meter.connected();
            }
            connected
        })
    }
}
