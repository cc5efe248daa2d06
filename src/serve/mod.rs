//! The article's server: a program on this machine asks for a token by user name, and gets the token answer as the org
//! gave it.
//!
//! ```text
//! socket ─▶ door (how many, how slow) ─▶ raw, gate (head, host, origin, key) ─▶ route ─▶ login ─▶ org
//!                                                                                └──▶ forward ─▶ org
//! ```
//! Started so, it forwards requests to orgs instead, with a token that it puts on itself and gives to nobody.
//! It listens on loopback alone. A page in a browser gets nothing: its requests name an origin, or a host that is not ours.
//! Another user of the machine gets nothing without the key. It prints nothing; what happened is told to whoever started it.

mod door;
mod forward;
mod gate;
mod login;
mod raw;
mod reply;

pub use forward::{Forwarding, Writes};

use crate::auth::Sessions;
use crate::profile::Profile;
use crate::secret::Secret;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::response::Response;
use door::{Door, Line, Patience};
use forward::Forward;
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
    /// Requests are forwarded, and tokens given to nobody.
    pub forwarding: Option<Forwarding>,
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
    /// Longest body that is forwarded; bytes.
    pub upload: u64,
    /// How fast such a body has to arrive at least, in all; bytes a second.
    pub least_rate: u64,
    /// How long an answer that nobody takes is held.
    pub taking: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body: 16 << 10,
            arrive: Duration::from_secs(10),
            connections: 64,
            upload: 512 << 20,
            least_rate: 64 << 10,
            taking: Duration::from_secs(120),
        }
    }
}

/// A request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The status that it got.
    pub status: u16,
    /// For whom, where that was known.
    pub who: Option<String>,
    /// Why there was no token, or no answer of the org.
    pub why: Option<String>,
    /// Method and path of a request that was forwarded, without its query.
    pub asked: Option<String>,
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
    forward: Option<Forward>,
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
        let forward = options.forwarding.clone().map(|wanted| Forward::new(wanted, &options.people));
        let desk = Arc::new(Desk { port: address.port(), options, sessions, told, forward });
        return Ok(Server { doors, address, desk });
    }
}

impl Server {
    /// Where it is, as `http://127.0.0.1:5000`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers until the future ends; a request under way then gets its answer, if that does not take long.
    ///
    /// # Errors
    /// A listener broke.
    pub async fn run(self, until: impl Future<Output = ()>) -> io::Result<()> {
        let limits = self.desk.options.limits;
        let app = Router::new().fallback(handle).with_state(self.desk).into_make_service_with_connect_info::<Line>();
        let room = Arc::new(Semaphore::new(limits.connections));
        let stop = tokio_util::sync::CancellationToken::new();
        let serving = self.doors.into_iter().map(|listener| {
            let patience = Patience { head: limits.arrive, taking: limits.taking };
            let door = Door::new(listener, Arc::clone(&room), patience);
            let stop = stop.clone();
            axum::serve(door, app.clone()).with_graceful_shutdown(async move { stop.cancelled().await }).into_future()
        });
        let all = futures_util::future::try_join_all(serving);
        let mut all = std::pin::pin!(all);
        tokio::select! {
            done = &mut all => return done.map(|_| ()),
            () = until => stop.cancel(),
        }
        // An answer may be endless.
        tokio::time::timeout(limits.arrive, all).await.map_or(Ok(()), |ended| ended.map(|_| ()))
    }
}

/// Answers one request.
async fn handle(State(desk): State<Arc<Desk>>, ConnectInfo(line): ConnectInfo<Line>, request: Request) -> Response {
    let odd = line.head_is_here();
    let (head, body) = request.into_parts();
    let (answer, told) = desk.answer(&head, body, odd).await;
    (desk.told)(told);
    answer.unwrap_or_else(Reply::into_response)
}

impl Desk {
    async fn answer(&self, head: &Parts, body: Body, odd: Option<&str>) -> (Result<Response, Reply>, Told) {
        let of = |reply: Reply| {
            let told = reply.told();
            (Err(reply), told)
        };
        match self.route(head, odd) {
            Ok(Route::Forward(forward)) => forward.answer(self, head, body).await,
            Ok(Route::List(forward)) => of(forward.list(self, &format!("http://127.0.0.1:{}", self.port))),
            Ok(Route::JwtAuth) => of(match self.whole(body).await {
                Ok(body) => login::answer(self, &body).await,
                Err(refused) => refused,
            }),
            Err(refused) => {
                // What is sent and never read would cut the answer off; who waits to be told to send it is not told.
                if !head.headers.contains_key(header::EXPECT) {
                    let _ = tokio::time::timeout(DRAIN, to_bytes(body, DRAINED)).await;
                }
                of(refused)
            }
        }
    }

    /// What is asked, if it may be.
    fn route(&self, head: &Parts, odd: Option<&str>) -> Result<Route<'_>, Reply> {
        gate::check(head, self.port, self.options.key.as_ref(), self.forward.is_some())?;
        if let Some(why) = odd {
            return Err(Reply::refused(400, "invalid_request", why));
        }
        match (head.uri.path(), &self.forward) {
            ("/", Some(forward)) if head.method == Method::GET => Ok(Route::List(forward)),
            ("/api/jwtauth", Some(_)) => {
                let why = "it was started with --proxy, and gives no tokens";
                Err(Reply::refused(404, "not_found", why))
            }
            (_, Some(forward)) => Ok(Route::Forward(forward)),
            ("/api/jwtauth", None) => gate::takes_json(head, self.options.limits.body).map(|()| Route::JwtAuth),
            (_, None) => Err(Reply::refused(404, "not_found", "there is only POST /api/jwtauth")),
        }
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
enum Route<'a> {
    /// A token for a user name.
    JwtAuth,
    /// Who can be reached.
    List(&'a Forward),
    /// An org.
    Forward(&'a Forward),
}
