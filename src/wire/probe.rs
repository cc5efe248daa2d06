//! Takes the way to a host apart, for whoever wants to know where it breaks: the name, the connection, the proxy, the
//! certificates that the host shows.
//!
//! ```text
//!  route ─▶ look_up ─▶ connect ─▶ present: CONNECT where a proxy stands between ─▶ hello ─▶ certificates ─▶ hang up
//! ```
//! No request of anybody's goes this way. The handshake always ends when the certificates were seen, whatever they are:
//! whether they are to be trusted is the client's own judgement, by its own connection.

use super::client::HERE;
use super::witness::{self, Presented};
use super::{Clearance, Client, WireError, check, is_loopback};
use http::{HeaderValue, Uri};
use hyper_util::client::proxy::matcher::Matcher;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{Host, Url};

/// The head of a proxy's answer is no longer than this, in bytes.
const LONGEST: usize = 16 * 1024;

/// How a host is reached.
pub struct Route {
    target: Hop,
    tls: bool,
    /// A name that is this machine, whatever a name server says.
    pinned: bool,
    proxy: Option<Via>,
}

struct Hop {
    host: Host,
    port: u16,
}

struct Via {
    hop: Hop,
    /// `http`, `https`, `socks5`, …
    scheme: String,
    /// Whether the settings name it, and not the environment.
    from_settings: bool,
    login: Option<HeaderValue>,
}

impl Hop {
    fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl Route {
    /// Whether the connection is encrypted.
    pub fn is_tls(&self) -> bool {
        self.tls
    }

    /// Whether the name is this machine, whatever a name server says.
    pub fn is_pinned(&self) -> bool {
        self.pinned
    }

    /// The proxy between, as `host:port` without its login, and whether the settings name it.
    pub fn proxy(&self) -> Option<(String, bool)> {
        self.proxy.as_ref().map(|via| (via.hop.place(), via.from_settings))
    }

    /// The name that has to be looked up here, if there is one: the proxy's, where one stands between.
    pub fn name(&self) -> Option<&str> {
        match &self.first().host {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// Host and port of what is connected to.
    pub fn place(&self) -> String {
        self.first().place()
    }

    fn first(&self) -> &Hop {
        self.proxy.as_ref().map_or(&self.target, |via| &via.hop)
    }
}

impl Client {
    /// The way that requests to this address take.
    ///
    /// # Errors
    /// Those of the origin rule.
    pub fn route(&self, url: &Url) -> Result<Route, WireError> {
        check(url, &Clearance::Free)?;
        let target = hop(url).ok_or_else(|| WireError::Address("the address has no host".to_owned()))?;
        let here = is_loopback(url);
        let proxy = if here { None } else { self.proxy_for(url) };
        let pinned = here && matches!(target.host, Host::Domain(_));
        Ok(Route { target, tls: url.scheme() == "https", pinned, proxy })
    }

    /// The proxy of the settings, else what the environment names, by the same reading as the library's.
    fn proxy_for(&self, url: &Url) -> Option<Via> {
        let uri: Uri = url.as_str().parse().ok()?;
        let named = self.named_proxy();
        let matcher = match &named {
            Some(proxy) => Matcher::builder().all(proxy.expose()).build(),
            None => Matcher::from_system(),
        };
        let found = matcher.intercept(&uri)?;
        let at: Url = found.uri().to_string().parse().ok()?;
        let host = match at.host()? {
            // The address of a scheme that is not one of the web's own keeps numbers as names.
            Host::Domain(name) => Host::parse(name).unwrap_or_else(|_| Host::Domain(name.to_owned())),
            Host::Ipv4(address) => Host::Ipv4(address),
            Host::Ipv6(address) => Host::Ipv6(address),
        };
        let port = at.port_or_known_default().unwrap_or(1080);
        let login = found.basic_auth().cloned();
        Some(Via { hop: Hop { host, port }, scheme: at.scheme().to_owned(), from_settings: named.is_some(), login })
    }

    /// The addresses of what is connected to.
    ///
    /// # Errors
    /// `Dns`, `ConnectLimit`.
    pub async fn look_up(&self, route: &Route) -> Result<Vec<SocketAddr>, WireError> {
        let hop = route.first();
        let name = match &hop.host {
            Host::Ipv4(address) => return Ok(vec![SocketAddr::from((*address, hop.port))]),
            Host::Ipv6(address) => return Ok(vec![SocketAddr::from((*address, hop.port))]),
            Host::Domain(name) => name,
        };
        if route.pinned {
            return Ok(HERE.iter().map(|here| SocketAddr::new(here.ip(), hop.port)).collect());
        }
        let dns = |detail: String| WireError::Dns { host: name.clone(), detail };
        let found = self.in_time(route, tokio::net::lookup_host((name.as_str(), hop.port))).await?;
        let found: Vec<SocketAddr> = found.map_err(|error| dns(error.to_string()))?.collect();
        if found.is_empty() { Err(dns("the name has no address".to_owned())) } else { Ok(found) }
    }

    /// A connection to the first of these that answers.
    ///
    /// # Errors
    /// `Connect`, `ConnectLimit`: of the last one that was tried.
    pub async fn connect(&self, route: &Route, to: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), WireError> {
        let mut last = WireError::Connect { host: route.place(), detail: "there is no address".to_owned() };
        for address in to {
            match self.in_time(route, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok((stream, *address)),
                Ok(Err(error)) => last = WireError::Connect { host: route.place(), detail: error.to_string() },
                Err(limit) => last = limit,
            }
        }
        Err(last)
    }

    /// What the host shows of itself; `None` where it cannot be looked at: nothing is encrypted, or a proxy stands
    /// between that speaks something else than plain HTTP.
    ///
    /// # Errors
    /// `Proxy`, where it does not lead there; `Tls`, where no certificate was shown; `ConnectLimit`.
    pub async fn present(&self, route: &Route, mut stream: TcpStream) -> Result<Option<Presented>, WireError> {
        if !route.tls || route.proxy.as_ref().is_some_and(|via| via.scheme != "http") {
            return Ok(None);
        }
        let seen = self.in_time(route, async {
            if let Some(via) = &route.proxy {
                tunnel(&mut stream, &route.target, via).await?;
            }
            let failed = |detail: String| WireError::Tls { host: route.target.place(), detail };
            witness::look(stream, &route.target.host.to_string()).await.map_err(failed)
        });
        seen.await?.map(Some)
    }

    async fn in_time<T>(&self, route: &Route, work: impl Future<Output = T>) -> Result<T, WireError> {
        let limit: Duration = self.connect_limit();
        let done = tokio::time::timeout(limit, work).await;
        done.map_err(|_| WireError::ConnectLimit { host: route.place(), limit })
    }
}

fn hop(url: &Url) -> Option<Hop> {
    Some(Hop { host: url.host()?.to_owned(), port: url.port_or_known_default()? })
}

/// Asks a proxy to lead to the host. What is sent names the host and the proxy's own login, and nothing else.
async fn tunnel(stream: &mut TcpStream, target: &Hop, via: &Via) -> Result<(), WireError> {
    let place = target.place();
    let broken = |error: std::io::Error| WireError::Proxy(format!("{}: {error}", via.hop.place()));
    let mut head = format!("CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n").into_bytes();
    if let Some(login) = &via.login {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(login.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    stream.write_all(&head).await.map_err(broken)?;
    let mut answer = Vec::new();
    // One by one: what comes after the head belongs to the host.
    while !answer.ends_with(b"\r\n\r\n") && answer.len() < LONGEST {
        answer.push(stream.read_u8().await.map_err(broken)?);
    }
    let text = String::from_utf8_lossy(&answer);
    let status = text.split(' ').nth(1).unwrap_or_default();
    match status {
        status if status.starts_with('2') => Ok(()),
        "407" => Err(WireError::Proxy(format!(
            "{} wants a login (407): give its user and password in the settings, or the right ones",
            via.hop.place()
        ))),
        status => Err(WireError::Proxy(format!("{} would not connect to {place} ({status})", via.hop.place()))),
    }
}
