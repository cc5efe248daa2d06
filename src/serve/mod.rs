//! The article's server: a program on this machine asks for a token by user name, and gets the token answer as the org
//! gave it.
//!
//! ```text
//! socket ─▶ door (how many, how slow) ─▶ gate (host, origin, key) ─▶ route ─▶ login ─▶ org
//! ```
//! It listens on loopback alone. A page in a browser gets nothing: its requests name an origin, or a host that is not ours.
//! Another user of the machine gets nothing without the key. It prints nothing; what happened is told to whoever started it.

mod door;
mod gate;
mod login;
mod reply;

use crate::auth::Sessions;
use crate::profile::Profile;
use crate::secret::Secret;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use door::{Door, Line};
use reply::Reply;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// How often a port is sought that is free in both families, where any will do.
const TRIES: usize = 16;

/// How long, and how many bytes, what is refused is listened to.
const DRAIN: Duration = Duration::from_secs(1);
const DRAINED: usize = 256 << 10;

/// What it is started with.
#[derive(Clone)]
pub struct Options {
    /// Where it listens; 0: anywhere.
    pub port: u16,
    /// What a request has to show; `None`: whoever is on this machine may ask.
    pub key: Option<Secret>,
    /// For whom tokens may be asked.
    pub people: Vec<Profile>,
    /// Who is meant where several apps have a user of one name.
    pub first: Option<String>,
    /// What a request may take.
    pub limits: Limits,
}

/// What a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest body; bytes.
    pub body: usize,
    /// How long head and body may each take to arrive.
    pub arrive: Duration,
    /// How many connections at once; more wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { body: 16 << 10, arrive: Duration::from_secs(10), connections: 64 }
    }
}

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The status that it got.
    pub status: u16,
    /// For whom, where that was known.
    pub who: Option<String>,
    /// Why there was no token.
    pub why: Option<String>,
}

/// Told of every request.
pub type Listener = Arc<dyn Fn(Told) + Send + Sync>;

/// A server that listens and does not answer yet.
pub struct Server {
    doors: Vec<TcpListener>,
    address: SocketAddr,
    desk: Arc<Desk>,
}

/// What every request needs.
struct Desk {
    port: u16,
    options: Options,
    sessions: Sessions,
    told: Listener,
}

/// Listens. Both families of loopback are taken where there are both: `localhost` is either, and whoever had the other
/// would be given what is meant for us, the key too.
///
/// # Errors
/// The port is taken.
pub async fn bind(options: Options, sessions: Sessions, told: Listener) -> io::Result<Server> {
    let mut tries = if options.port == 0 { TRIES } else { 1 };
    loop {
        tries -= 1;
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = first.local_addr()?;
        let doors = match TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).await {
            Ok(second) => vec![first, second],
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries > 0 => continue,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // This machine has only one.
            Err(_) => vec![first],
        };
        return Ok(Server { doors, address, desk: Arc::new(Desk { port: address.port(), options, sessions, told }) });
    }
}

impl Server {
    /// Where it is, as `http://127.0.0.1:5000`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until the future ends; a request under way then gets its answer.
    ///
    /// # Errors
    /// A listener broke.
    pub async fn run(self, until: impl Future<Output = ()>) -> io::Result<()> {
        let limits = self.desk.options.limits;
        let app = Router::new().fallback(handle).with_state(self.desk).into_make_service_with_connect_info::<Line>();
        let room = Arc::new(Semaphore::new(limits.connections));
        let stop = tokio_util::sync::CancellationToken::new();
        let serving = self.doors.into_iter().map(|listener| {
            let door = Door::new(listener, Arc::clone(&room), limits.arrive);
            let stop = stop.clone();
            axum::serve(door, app.clone()).with_graceful_shutdown(async move { stop.cancelled().await }).into_future()
        });
        let all = futures_util::future::try_join_all(serving);
        let mut all = std::pin::pin!(all);
        tokio::select! {
            done = &mut all => return done.map(|_| ()),
            () = until => stop.cancel(),
        }
        all.await.map(|_| ())
    }
}

/// Answers one request.
async fn handle(State(desk): State<Arc<Desk>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    line.head_is_here();
    let reply = desk.answer(request).await;
    (desk.told)(reply.told());
    reply.into_response()
}

impl Desk {
    async fn answer(&self, request: Request) -> Reply {
        let (head, body) = request.into_parts();
        let route = match self.route(&head) {
            Ok(route) => route,
            Err(refused) => {
                // What is sent and never read would cut the answer off.
                let _ = tokio::time::timeout(DRAIN, to_bytes(body, DRAINED)).await;
                return refused;
            }
        };
        match (route, self.whole(body).await) {
            (Route::JwtAuth, Ok(body)) => login::answer(self, &body).await,
            (_, Err(refused)) => refused,
        }
    }

    /// What is asked, if it may be.
    fn route(&self, head: &Parts) -> Result<Route, Reply> {
        gate::check(head, self.port, self.options.key.as_ref())?;
        let route = Route::of(head.uri.path());
        let route = route.ok_or_else(|| Reply::refused(404, "not_found", "there is only POST /api/jwtauth"))?;
        match route {
            Route::JwtAuth => gate::takes_json(head, self.options.limits.body)?,
        }
        Ok(route)
    }

    /// A body, if it arrives in time and is not too long.
    async fn whole(&self, body: Body) -> Result<bytes::Bytes, Reply> {
        let Limits { body: most, arrive, .. } = self.options.limits;
        match tokio::time::timeout(arrive, to_bytes(body, most)).await {
            Ok(Ok(body)) => Ok(body),
            Ok(Err(_)) => Err(Reply::refused(400, "invalid_request", "the body is not what its head says")),
            Err(_) => Err(Reply::refused(408, "timeout", "the body did not arrive in time")),
        }
    }
}

/// What can be asked. One list, so that nothing is reached past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    /// A token for a user name.
    JwtAuth,
}

impl Route {
    fn of(path: &str) -> Option<Self> {
        match path {
            "/api/jwtauth" => Some(Self::JwtAuth),
            _ => None,
        }
    }
}
