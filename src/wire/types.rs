//! What goes in and comes out of the wire, as data.

use crate::secret::Secret;
use bytes::Bytes;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Scheme, host and port, as the origin rule compares them: lower case, IDN in its ASCII form, the default port written out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(pub(super) String);

/// Where a request may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clearance {
    /// It carries no secret: any https origin, or loopback.
    Free,
    /// It carries a secret: these origins only.
    Only(Vec<Origin>),
}

/// One HTTP request, resolved.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The method, any token.
    pub method: http::Method,
    /// Absolute.
    pub url: Url,
    /// In order; a name may repeat. Values that hold secrets are marked sensitive.
    pub headers: Vec<(http::HeaderName, http::HeaderValue)>,
    /// What is sent.
    pub body: Body,
    /// Where it may go.
    pub clearance: Clearance,
    /// Set where arriving twice does no harm: it only asks. No method says that by itself, since some GETs act.
    pub repeat: bool,
}

/// A request's body.
#[derive(Debug, Clone, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// In memory.
    Bytes(Bytes),
    /// Streamed from a file.
    File(PathBuf),
    /// One behind the other.
    Parts(Vec<Part>),
}

/// A piece of a body.
#[derive(Debug, Clone)]
pub enum Part {
    /// In memory.
    Bytes(Bytes),
    /// Streamed from a file.
    File(PathBuf),
}

/// How the client is made.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Longest wait for a connection, TLS included.
    pub connect_limit: Duration,
    /// Longest silence: without a byte sent or received.
    pub idle_limit: Duration,
    /// PEM file of an own certificate authority, beside the platform's.
    pub ca_file: Option<PathBuf>,
    /// `None`: what the environment says (`HTTPS_PROXY`, `NO_PROXY`, …).
    pub proxy: Option<Proxy>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            connect_limit: Duration::from_secs(10),
            idle_limit: Duration::from_secs(150),
            ca_file: None,
            proxy: None,
        }
    }
}

/// A proxy named in the settings.
#[derive(Clone)]
pub struct Proxy {
    /// http, https or socks5.
    pub url: Url,
    /// Its user, if it wants a login.
    pub username: Option<String>,
    /// Its password.
    pub password: Option<Secret>,
}

impl fmt::Debug for Proxy {
    /// Without any login: an address may hold one too.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        let mut told = out.debug_struct("Proxy");
        told.field("scheme", &self.url.scheme()).field("host", &host).field("port", &self.url.port());
        told.finish_non_exhaustive()
    }
}

/// Where a request stands. Told as it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Getting a token.
    LoggingIn,
    /// Looking up the host, connecting, TLS.
    Connecting,
    /// Sending the body; bytes.
    Sending {
        /// Sent so far.
        sent: u64,
        /// In all, where it is known.
        total: Option<u64>,
    },
    /// Sent; nothing has come back yet.
    Waiting,
    /// The answer is arriving; bytes after decompression.
    Receiving {
        /// Arrived so far.
        received: u64,
        /// In all, where the answer says.
        total: Option<u64>,
    },
    /// Building the index of the body.
    Indexing,
}

/// Who wants to be told of phases. Cheap to call, never blocks.
pub type Progress = Arc<dyn Fn(Phase) + Send + Sync>;

/// How long the parts took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WireTiming {
    /// Look-up, TCP and TLS; `None`: an open connection was used again.
    pub connect: Option<Duration>,
    /// From the request sent to the first byte of the answer.
    pub wait: Duration,
}

/// An answer whose head has arrived.
pub struct Incoming {
    /// Status code.
    pub status: u16,
    /// `HTTP/1.1` or `HTTP/2`.
    pub version: &'static str,
    /// In order; values as text, bytes beyond ASCII replaced.
    pub headers: Vec<(String, String)>,
    /// How long it took so far.
    pub timing: WireTiming,
    /// The body's stream, decompressed; see `Incoming::chunk`.
    pub(super) body: super::stream::BodyStream,
}

/// Why nothing, or not everything, came back.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The origin rule: a secret would have gone to a stranger. Nothing was sent.
    #[error("refused: a secret of this profile would go to {to}")]
    Stranger {
        /// Where it would have gone.
        to: String,
        /// Where it may go.
        allowed: Vec<String>,
    },
    /// Plain http, save to loopback.
    #[error("refused: {0} is plain http, which anybody on the way can read")]
    Plain(String),
    /// Not an address that can be sent to (no host, user info in it, another scheme).
    #[error("refused: {0}")]
    Address(String),
    /// The host has no address.
    #[error("no address found for {host}")]
    Dns {
        /// The host.
        host: String,
        /// The system's words.
        detail: String,
    },
    /// Nobody answers there.
    #[error("cannot connect to {host}: {detail}")]
    Connect {
        /// Host and port.
        host: String,
        /// The system's words.
        detail: String,
    },
    /// TLS failed.
    #[error("no trusted connection to {host}: {detail}")]
    Tls {
        /// Host and port.
        host: String,
        /// The library's words.
        detail: String,
    },
    /// The proxy failed or wants a login.
    #[error("the proxy refused: {0}")]
    Proxy(String),
    /// The connect limit ran out.
    #[error("no connection to {host} within {limit:?}")]
    ConnectLimit {
        /// Host and port.
        host: String,
        /// The limit.
        limit: Duration,
    },
    /// The idle limit ran out.
    #[error("nothing came for {limit:?} after {received} bytes")]
    IdleLimit {
        /// The limit.
        limit: Duration,
        /// Bytes of the body so far.
        received: u64,
    },
    /// The connection ended before the answer did.
    #[error("the connection was cut after {received} bytes: {detail}")]
    Cut {
        /// Bytes of the body so far.
        received: u64,
        /// The library's words.
        detail: String,
    },
    /// The body's file could not be read.
    #[error("cannot read {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The client could not be made, or the library failed in a way that has no name here.
    #[error("{0}")]
    Other(String),
}
