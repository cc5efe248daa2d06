//! The client: sends one request and gives its answer as it arrives.
//!
//! Three clients of the library stand behind it, each made at its first use, since loading the platform's roots takes
//! a while: plain http to loopback, which needs none; https to loopback; and everything else, which alone may go
//! through a proxy. No cookies are kept, no redirect is followed, nothing is sent twice save a GET or HEAD that is said
//! to do no harm and whose reused connection turned out to be closed.

use super::failure::{Circumstances, before_answer};
use super::meter::{ConnectLayer, METER, Meter};
use super::stream::BodyStream;
use super::upload::Upload;
use super::{Body, Incoming, Outgoing, Progress, Settings, WireError, check, is_loopback};
use crate::secret::Secret;
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HOST, HeaderValue, TRANSFER_ENCODING};
use http::{HeaderMap, Method, StatusCode};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::fmt;
use std::future::{poll_fn, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// What is decoded here.
const ENCODINGS: HeaderValue = HeaderValue::from_static("gzip, br, deflate");

/// Sends requests; cheap to clone, and its connections are shared by its clones.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    connect_limit: Duration,
    idle_limit: Duration,
    authorities: Vec<reqwest::Certificate>,
    proxy: Option<reqwest::Proxy>,
    /// The proxy's address without its login, for messages.
    proxy_name: Option<String>,
    /// The same with its login.
    proxy_address: Option<Secret>,
    loopback: OnceLock<Result<reqwest::Client, String>>,
    loopback_tls: OnceLock<Result<reqwest::Client, String>>,
    outside: OnceLock<Result<reqwest::Client, String>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Client").field("proxy", &self.shared.proxy_name).finish_non_exhaustive()
    }
}

impl Client {
    /// A client with these settings. It is cheap: roots are loaded at the first request that needs them.
    ///
    /// # Errors
    /// `File` or `Other` for the own CA file, `Proxy` for a proxy that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, WireError> {
        let (proxy, proxy_name, proxy_address) = match &settings.proxy {
            Some(proxy) => {
                let built = super::proxy::build(proxy)?;
                (Some(built.proxy), Some(built.name), Some(built.address))
            }
            None => (None, None, None),
        };
        Ok(Self {
            shared: Arc::new(Shared {
                connect_limit: settings.connect_limit,
                idle_limit: settings.idle_limit,
                authorities: authorities(settings)?,
                proxy,
                proxy_name,
                proxy_address,
                loopback: OnceLock::new(),
                loopback_tls: OnceLock::new(),
                outside: OnceLock::new(),
            }),
        })
    }

    /// Longest wait for a connection.
    pub(super) fn connect_limit(&self) -> Duration {
        self.shared.connect_limit
    }

    /// The proxy of the settings, with its login.
    pub(super) fn named_proxy(&self) -> Option<&Secret> {
        self.shared.proxy_address.as_ref()
    }

    /// Sends a request and waits for the head of its answer. Dropping the future ends the request.
    ///
    /// `Content-Length` and `Transfer-Encoding` are the wire's own: those of the caller are left out.
    ///
    /// # Errors
    /// See [`WireError`]; those of the origin rule come before anything is sent.
    pub async fn send(&self, outgoing: Outgoing, progress: &Progress) -> Result<Incoming, WireError> {
        check(&outgoing.url, &outgoing.clearance)?;
        check_host(&outgoing)?;
        let reads = matches!(outgoing.method, Method::GET | Method::HEAD) && matches!(outgoing.body, Body::Empty);
        let may_repeat = outgoing.repeat && reads;
        let again = may_repeat.then(|| outgoing.clone());
        match (self.once(outgoing, progress).await, again) {
            // The server closed a kept connection just as the request went out. It only asks: a new one may be tried.
            (Err(Attempt { error: WireError::Cut { .. }, reused: true }), Some(again)) => {
                self.once(again, progress).await.map_err(|attempt| attempt.error)
            }
            (result, _) => result.map_err(|attempt| attempt.error),
        }
    }

    async fn once(&self, outgoing: Outgoing, progress: &Progress) -> Result<Incoming, Attempt> {
        let http = self.library(&outgoing.url)?;
        let upload = Upload::open(outgoing.body).await?;
        let meter = Meter::new(Arc::clone(progress), upload.length());
        let head = outgoing.method == Method::HEAD;
        let expects_body = matches!(outgoing.method, Method::POST | Method::PUT | Method::PATCH);
        let mut request = reqwest::Request::new(outgoing.method, outgoing.url);
        let headers = request.headers_mut();
        for (name, value) in outgoing.headers {
            if name != CONTENT_LENGTH && name != TRANSFER_ENCODING && name != HOST {
                headers.append(name, value);
            }
        }
        headers.entry(ACCEPT_ENCODING).or_insert(ENCODINGS);
        // Some servers want a length even where there is nothing, if the method usually sends something.
        if let Some(length) = upload.length().or(expects_body.then_some(0)) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        *request.body_mut() = upload.into_body(&meter);
        let url = request.url().clone();

        let answered = METER.scope(Arc::clone(&meter), http.execute(request));
        match self.answer(answered, &meter).await {
            Ok(Ok(response)) => Ok(self.incoming(response, head, &meter, progress)),
            Ok(Err(error)) => {
                let error = match meter.take_file_error() {
                    Some((path, source)) => WireError::File { path, source },
                    None => before_answer(error, &self.circumstances(&url)),
                };
                Err(Attempt { error, reused: !meter.connects() })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Polls the request until its head is there, or nothing has moved for the idle limit.
    async fn answer<T>(&self, answered: impl Future<Output = T>, meter: &Meter) -> Result<T, WireError> {
        let limit = self.shared.idle_limit;
        let mut answered = pin!(answered);
        let mut first = true;
        loop {
            let deadline = meter.deadline(limit);
            let polled = poll_fn(|context| {
                let polled = answered.as_mut().poll(context);
                // Whoever asked for no connection by now has one of the pool.
                if std::mem::take(&mut first) && polled.is_pending() && !meter.connects() {
                    meter.under_way();
                }
                polled
            });
            match tokio::time::timeout_at(deadline, polled).await {
                Ok(answer) => return Ok(answer),
                Err(_) if meter.deadline(limit) > deadline => {}
                Err(_) => return Err(WireError::IdleLimit { limit, received: 0 }),
            }
        }
    }

    fn incoming(&self, response: reqwest::Response, head: bool, meter: &Meter, progress: &Progress) -> Incoming {
        let status = response.status();
        let bodiless = head || status == StatusCode::NO_CONTENT || status == StatusCode::NOT_MODIFIED;
        Incoming {
            status: status.as_u16(),
            version: version(response.version()),
            headers: as_text(response.headers()),
            timing: meter.timing(),
            body: BodyStream::new(response, bodiless, self.shared.idle_limit, Arc::clone(progress)),
        }
    }

    fn circumstances<'a>(&'a self, url: &'a url::Url) -> Circumstances<'a> {
        let proxy = self.shared.proxy_name.as_deref().filter(|_| !is_loopback(url));
        Circumstances { url, connect_limit: self.shared.connect_limit, proxy }
    }

    /// The library's client for this address.
    fn library(&self, url: &url::Url) -> Result<&reqwest::Client, WireError> {
        let shared = &*self.shared;
        let made = match (is_loopback(url), url.scheme()) {
            // Without roots nothing has to be loaded, and nothing is trusted.
            (true, "http") => shared.loopback.get_or_init(|| make(shared.here().tls_certs_only([]))),
            (true, _) => {
                shared.loopback_tls.get_or_init(|| make(shared.here().tls_certs_merge(shared.authorities.clone())))
            }
            (false, _) => shared.outside.get_or_init(|| {
                let builder = shared.builder().tls_certs_merge(shared.authorities.clone());
                make(match &shared.proxy {
                    Some(proxy) => builder.proxy(proxy.clone()),
                    None => builder,
                })
            }),
        };
        made.as_ref().map_err(|detail| WireError::Other(detail.clone()))
    }
}

/// Takes every name to this machine, whatever a name server says. The port is the address's own.
struct Pinned;

pub(super) const HERE: [SocketAddr; 2] =
    [SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0), SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0)];

impl Resolve for Pinned {
    fn resolve(&self, _: Name) -> Resolving {
        let here: Addrs = Box::new(HERE.into_iter());
        Box::pin(ready(Ok(here)))
    }
}

impl Shared {
    /// For addresses of loopback alone, which need no proxy and no name server.
    fn here(&self) -> reqwest::ClientBuilder {
        self.builder().no_proxy().dns_resolver(Pinned)
    }

    fn builder(&self) -> reqwest::ClientBuilder {
        reqwest::Client::builder()
            .user_agent(concat!("orgdeck/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(self.connect_limit)
            .connector_layer(ConnectLayer)
            // A proxy may be on this machine too.
            .resolve_to_addrs("localhost", &HERE)
    }
}

/// A `Host` header that names another host could lead a request astray behind a shared front.
fn check_host(outgoing: &Outgoing) -> Result<(), WireError> {
    let own = outgoing.url.host_str().unwrap_or_default();
    let named = outgoing.headers.iter().filter(|(name, _)| name == HOST);
    for value in named.map(|(_, value)| value.to_str().unwrap_or("?")) {
        let with_port = outgoing.url.port_or_known_default().map(|port| format!("{own}:{port}"));
        if !value.eq_ignore_ascii_case(own) && with_port.is_none_or(|place| !value.eq_ignore_ascii_case(&place)) {
            return Err(WireError::Address("the Host header names another host than the address".to_owned()));
        }
    }
    Ok(())
}

/// A failure, and whether it happened on a connection that was used before.
struct Attempt {
    error: WireError,
    reused: bool,
}

impl From<WireError> for Attempt {
    fn from(error: WireError) -> Self {
        Self { error, reused: false }
    }
}

fn make(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, String> {
    builder.build().map_err(|error| format!("the HTTP client cannot be made: {}", super::failure::deepest(&error)))
}

/// The certificates of the own CA file.
fn authorities(settings: &Settings) -> Result<Vec<reqwest::Certificate>, WireError> {
    let Some(path) = &settings.ca_file else { return Ok(Vec::new()) };
    let text = std::fs::read(path).map_err(|source| WireError::File { path: path.clone(), source })?;
    let found = reqwest::Certificate::from_pem_bundle(&text).unwrap_or_default();
    if found.is_empty() {
        let path = path.display();
        return Err(WireError::Other(format!("{path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")));
    }
    Ok(found)
}

fn version(version: http::Version) -> &'static str {
    match version {
        http::Version::HTTP_09 => "HTTP/0.9",
        http::Version::HTTP_10 => "HTTP/1.0",
        http::Version::HTTP_2 => "HTTP/2",
        http::Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

fn as_text(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
