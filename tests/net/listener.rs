//! A server that says exactly what a test tells it to, byte by byte, and remembers what it was asked.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Numbers connections from 0.
    pub connection: usize,
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// A field of a form body.
    pub fn field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(&self.body).find(|(n, _)| n == name).map(|(_, v)| v.into_owned())
    }
}

/// What is done for an answer.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    /// Says nothing more, and keeps the connection open.
    Hold,
    /// Waits until the test opens the gate.
    Gate(Arc<Semaphore>),
    Close,
}

type Handler = dyn Fn(&Seen, usize) -> Vec<Step> + Send + Sync;

/// The server; gone when dropped.
pub struct Listener {
    pub port: u16,
    seen: Arc<watch::Sender<Vec<Seen>>>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Answers the nth request (from 0) with what `handler` returns.
    pub async fn start(handler: impl Fn(&Seen, usize) -> Vec<Step> + Send + Sync + 'static) -> Self {
        Self::bind(handler, None).await
    }

    /// As `start`, behind TLS.
    pub async fn start_tls(
        acceptor: tokio_rustls::TlsAcceptor,
        handler: impl Fn(&Seen, usize) -> Vec<Step> + Send + Sync + 'static,
    ) -> Self {
        Self::bind(handler, Some(acceptor)).await
    }

    async fn bind(
        handler: impl Fn(&Seen, usize) -> Vec<Step> + Send + Sync + 'static,
        acceptor: Option<tokio_rustls::TlsAcceptor>,
    ) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let seen: Arc<watch::Sender<Vec<Seen>>> = Arc::default();
        let (handler, kept): (Arc<Handler>, _) = (Arc::new(handler), Arc::clone(&seen));
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            for number in 0.. {
                let (stream, _) = socket.accept().await.unwrap();
                let (handler, seen, acceptor) = (Arc::clone(&handler), Arc::clone(&kept), acceptor.clone());
                connections.spawn(async move {
                    match acceptor {
                        // A client that does not trust us hangs up; that is its test.
                        Some(acceptor) => {
                            if let Ok(stream) = acceptor.accept(stream).await {
                                serve(stream, number, &*handler, &seen).await;
                            }
                        }
                        None => serve(stream, number, &*handler, &seen).await,
                    }
                });
            }
        });
        Self { port, seen, task }
    }

    pub fn url(&self, path: &str) -> url::Url {
        format!("http://127.0.0.1:{}{path}", self.port).parse().unwrap()
    }

    /// Keeps it up until the test's runtime ends, and gives its port.
    pub fn leak(self) -> u16 {
        let port = self.port;
        std::mem::forget(self);
        port
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.borrow().clone()
    }

    /// Waits until so many requests have arrived.
    pub async fn arrived(&self, count: usize) {
        self.seen.subscribe().wait_for(|seen| seen.len() >= count).await.unwrap();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    connection: usize,
    handler: &Handler,
    seen: &watch::Sender<Vec<Seen>>,
) {
    while let Some(request) = read_request(&mut stream, connection).await {
        let number = seen.borrow().len();
        seen.send_modify(|seen| seen.push(request.clone()));
        let steps = handler(&request, number);
        for step in steps {
            match step {
                // The client may have gone already; that is no failure of the server's.
                Step::Send(bytes) => drop(stream.write_all(&bytes).await),
                Step::Gate(gate) => gate.acquire().await.unwrap().forget(),
                Step::Hold => std::future::pending().await,
                Step::Close => return drop(stream.shutdown().await),
            }
        }
        drop(stream.flush().await);
    }
}

/// Reads a head and the body that its Content-Length announces.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin), connection: usize) -> Option<Seen> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.trim_end().split("\r\n");
    let mut first = lines.next()?.split(' ').map(str::to_owned);
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(':')).map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect();
    let mut seen = Seen { connection, method: first.next()?, target: first.next()?, headers, body: Vec::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    seen.body = vec![0; length];
    stream.read_exact(&mut seen.body).await.ok()?;
    Some(seen)
}

/// A complete answer with its length.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Step> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n", body.len()).into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    vec![Step::Send(bytes)]
}

/// Bytes as they are.
pub fn raw(text: &str) -> Step {
    Step::Send(text.as_bytes().to_vec())
}

/// Gives the phases and the way to collect them.
pub fn phases() -> (orgdeck::wire::Progress, Arc<Mutex<Vec<orgdeck::wire::Phase>>>) {
    let told: Arc<Mutex<Vec<orgdeck::wire::Phase>>> = Arc::default();
    let keep = Arc::clone(&told);
    (Arc::new(move |phase| keep.lock().unwrap().push(phase)), told)
}

/// A request without secrets.
pub fn get(url: impl AsRef<str>) -> orgdeck::wire::Outgoing {
    orgdeck::wire::Outgoing {
        method: http::Method::GET,
        url: url.as_ref().parse().unwrap(),
        headers: Vec::new(),
        body: orgdeck::wire::Body::Empty,
        clearance: orgdeck::wire::Clearance::Free,
        repeat: true,
    }
}

/// Sends with nobody listening to the phases.
pub async fn send(
    client: &orgdeck::wire::Client,
    outgoing: orgdeck::wire::Outgoing,
) -> Result<orgdeck::wire::Incoming, orgdeck::wire::WireError> {
    client.send(outgoing, &(Arc::new(|_| {}) as orgdeck::wire::Progress)).await
}

/// A client with the usual settings.
pub fn client() -> orgdeck::wire::Client {
    orgdeck::wire::Client::new(&orgdeck::wire::Settings::default()).unwrap()
}
