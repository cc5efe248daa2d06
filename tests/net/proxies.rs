//! Proxies of the settings, with and without a login; behind them a host that exists nowhere else.

use crate::listener::{Listener, Seen, answer, get, read_request, send};
use crate::tls::Authority;
use orgdeck::secret::Secret;
use orgdeck::wire::{Client, Proxy, Settings, WireError};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A name that only the proxy knows.
pub const HOST: &str = "acme.my.salesforce.com";

/// `user name` and `p@ss:word`, as Basic wants them.
const LOGIN: &str = "Basic dXNlciBuYW1lOnBAc3M6d29yZA==";

/// An HTTP proxy that leads every CONNECT to one port of this machine.
pub struct Connector {
    pub port: u16,
    pub seen: Arc<Mutex<Vec<Seen>>>,
}

impl Connector {
    /// `status` is what it answers to a CONNECT with the right login, or to any where `login` is `None`.
    pub async fn start(target: u16, login: Option<&'static str>, status: u16, tls: Option<TlsAcceptor>) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let kept = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = socket.accept().await {
                let (kept, tls) = (Arc::clone(&kept), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => connect(tls.accept(stream).await.unwrap(), target, login, status, &kept).await,
                        None => connect(stream, target, login, status, &kept).await,
                    }
                });
            }
        });
        Self { port, seen }
    }

    pub fn settings(&self, authority: &Authority) -> Settings {
        proxied(authority, format!("http://127.0.0.1:{}", self.port), false)
    }
}

async fn connect(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    target: u16,
    login: Option<&str>,
    status: u16,
    kept: &Mutex<Vec<Seen>>,
) {
    let Some(seen) = read_request(&mut stream, 0).await else { return };
    kept.lock().unwrap().push(seen.clone());
    let status = if login.is_some() && seen.header("proxy-authorization") != login { 407 } else { status };
    stream.write_all(format!("HTTP/1.1 {status} Whatever\r\n\r\n").as_bytes()).await.unwrap();
    if status == 200 {
        let mut onward = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
        // Either side may hang up as it likes.
        drop(copy_bidirectional(&mut stream, &mut onward).await);
    }
}

fn proxied(authority: &Authority, url: String, login: bool) -> Settings {
    let proxy = Proxy {
        url: url.parse().unwrap(),
        username: login.then(|| "user name".to_owned()),
        password: login.then(|| Secret::new("p@ss:word")),
    };
    Settings { proxy: Some(proxy), ..authority.settings() }
}

async fn org(authority: &Authority) -> Listener {
    Listener::start_tls(authority.acceptor(&[HOST], &[]), |_, _| answer(200, &[], "hello")).await
}

async fn hello(settings: &Settings) -> Result<String, WireError> {
    let client = Client::new(settings).unwrap();
    let incoming = send(&client, get(format!("https://{HOST}/"))).await?;
    Ok(String::from_utf8(incoming.bytes(100).await?.to_vec()).unwrap())
}

#[tokio::test]
async fn a_proxy_without_a_login() {
    let authority = Authority::new();
    let proxy = Connector::start(org(&authority).await.leak(), None, 200, None).await;
    assert_eq!(hello(&proxy.settings(&authority)).await.unwrap(), "hello");
    let seen = proxy.seen.lock().unwrap();
    assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("CONNECT", "acme.my.salesforce.com:443"));
    assert_eq!(seen[0].header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_proxy_with_a_login() {
    let authority = Authority::new();
    let proxy = Connector::start(org(&authority).await.leak(), Some(LOGIN), 200, None).await;
    let settings = proxied(&authority, format!("http://127.0.0.1:{}", proxy.port), true);
    assert_eq!(hello(&settings).await.unwrap(), "hello");
    assert!(!format!("{settings:?}").contains("p@ss"));
}

#[tokio::test]
async fn a_proxy_behind_tls() {
    let authority = Authority::new();
    let target = org(&authority).await.leak();
    let proxy = Connector::start(target, Some(LOGIN), 200, Some(authority.acceptor(&["localhost"], &[]))).await;
    let settings = proxied(&authority, format!("https://localhost:{}", proxy.port), true);
    assert_eq!(hello(&settings).await.unwrap(), "hello");
}

#[tokio::test]
async fn a_proxy_that_wants_another_login_is_told() {
    let authority = Authority::new();
    let proxy = Connector::start(1, Some("Basic other"), 200, None).await;
    let place = format!("127.0.0.1:{}", proxy.port);
    let settings = proxied(&authority, format!("http://{place}"), true);
    let told = hello(&settings).await.unwrap_err();
    assert!(matches!(&told, WireError::Proxy(detail) if detail.contains("407") && detail.contains(&place)), "{told:?}");
    assert!(!format!("{told:?}").contains("p@ss"));
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_not_there_is_told() {
    let authority = Authority::new();
    let proxy = Connector::start(1, None, 502, None).await;
    let told = hello(&proxy.settings(&authority)).await.unwrap_err();
    assert!(matches!(&told, WireError::Proxy(detail) if detail.contains("would not connect")), "{told:?}");

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for scheme in ["http", "https", "socks5h"] {
        let told = hello(&proxied(&authority, format!("{scheme}://{free}"), false)).await.unwrap_err();
        assert!(matches!(&told, WireError::Proxy(detail) if detail.contains(&free.to_string())), "{told:?}");
    }
    let other = proxied(&authority, "ftp://127.0.0.1:1".to_owned(), false);
    assert!(matches!(Client::new(&other).err(), Some(WireError::Proxy(_))));
}

#[tokio::test]
async fn a_socks_proxy_with_a_login() {
    let authority = Authority::new();
    let target = org(&authority).await.leak();
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let proxy = tokio::spawn(async move {
        let (mut stream, _) = socket.accept().await.unwrap();
        let field = async |stream: &mut TcpStream| {
            let mut bytes = vec![0; usize::from(stream.read_u8().await.unwrap())];
            stream.read_exact(&mut bytes).await.unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        assert_eq!(stream.read_u8().await.unwrap(), 5);
        assert!(field(&mut stream).await.contains('\u{2}'), "a login is offered");
        stream.write_all(&[5, 2]).await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), 1);
        let login = (field(&mut stream).await, field(&mut stream).await);
        stream.write_all(&[1, 0]).await.unwrap();
        let mut request = [0; 4];
        stream.read_exact(&mut request).await.unwrap();
        assert_eq!(request, [5, 1, 0, 3], "connect to a name");
        let host = field(&mut stream).await;
        assert_eq!(stream.read_u16().await.unwrap(), 443);
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
        let mut onward = TcpStream::connect(("127.0.0.1", target)).await.unwrap();
        drop(copy_bidirectional(&mut stream, &mut onward).await);
        (login, host)
    });
    let settings = proxied(&authority, format!("socks5h://127.0.0.1:{port}"), true);
    assert_eq!(hello(&settings).await.unwrap(), "hello");
    let (login, host) = proxy.await.unwrap();
    assert_eq!((login.0.as_str(), login.1.as_str(), host.as_str()), ("user name", "p@ss:word", HOST));
}

#[tokio::test]
async fn names_below_localhost_are_this_machine_and_never_the_proxys() {
    let authority = Authority::new();
    let listener = Listener::start(|_, _| answer(200, &[], "here")).await;
    let port = listener.url("/").port().unwrap();
    let proxy = Connector::start(port, None, 200, None).await;
    let client = Client::new(&proxy.settings(&authority)).unwrap();
    for name in ["localhost", "acme.my.salesforce.com.localhost", "no-name-server.knows.this.localhost"] {
        let incoming = send(&client, get(format!("http://{name}:{port}/"))).await.unwrap();
        assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"here");
        assert_eq!(listener.seen().last().unwrap().header("host"), Some(format!("{name}:{port}").as_str()));
    }
    assert!(proxy.seen.lock().unwrap().is_empty());
}
