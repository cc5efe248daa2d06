//! TLS: an own certificate authority, and all that makes a connection untrusted.

use crate::listener::{Listener, answer, get, send};
use orgdeck::wire::{Client, Settings, WireError};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{ServerConfig, crypto, pki_types};

/// A certificate authority made for one test.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    file: tempfile::NamedTempFile,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(params.self_signed(&key).unwrap().pem().as_bytes()).unwrap();
        Self { issuer: Issuer::new(params, key), file }
    }

    /// A server's side for these names.
    pub fn acceptor(&self, names: &[&str], alpn: &[&str]) -> TlsAcceptor {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &self.issuer).unwrap();
        let provider = Arc::new(crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                pki_types::PrivatePkcs8KeyDer::from(key.serialize_der()).into(),
            )
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        Arc::new(config).into()
    }

    /// Settings that trust it.
    pub fn settings(&self) -> Settings {
        Settings { ca_file: Some(self.file.path().to_owned()), ..Settings::default() }
    }

    pub fn client(&self) -> Client {
        Client::new(&self.settings()).unwrap()
    }
}

fn hello(listener: &Listener) -> orgdeck::wire::Outgoing {
    get(format!("https://localhost:{}/", listener.port))
}

#[tokio::test]
async fn an_own_authority_is_trusted() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(&["localhost"], &["http/1.1"]);
    let listener = Listener::start_tls(acceptor, |_, _| answer(200, &[], "hello")).await;
    let incoming = send(&authority.client(), hello(&listener)).await.unwrap();
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"hello");
}

#[tokio::test]
async fn another_authority_is_not() {
    let acceptor = Authority::new().acceptor(&["localhost"], &[]);
    let listener = Listener::start_tls(acceptor, |_, _| answer(200, &[], "hello")).await;
    let told = send(&Authority::new().client(), hello(&listener)).await.unwrap_err();
    let WireError::Tls { host, detail } = &told else { panic!("{told:?}") };
    assert_eq!(host, &format!("localhost:{}", listener.port));
    assert!(detail.contains("invalid peer certificate"), "{detail}");
    assert!(listener.seen().is_empty());
}

#[tokio::test]
async fn a_certificate_of_another_name_is_not() {
    let authority = Authority::new();
    // The name tries to look like another failure.
    let acceptor = authority.acceptor(&["proxy.socks.example"], &[]);
    let listener = Listener::start_tls(acceptor, |_, _| answer(200, &[], "hello")).await;
    let told = send(&authority.client(), hello(&listener)).await.unwrap_err();
    assert!(matches!(&told, WireError::Tls { .. }), "{told:?}");
    assert!(listener.seen().is_empty());
}

#[tokio::test]
async fn a_server_without_tls_is_not() {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let talk = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut stream, _) = socket.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream
    });
    let told = send(&Authority::new().client(), get(format!("https://localhost:{port}/"))).await.unwrap_err();
    assert!(matches!(&told, WireError::Tls { .. }), "{told:?}");
    drop(talk.await.unwrap());
}

#[tokio::test]
async fn a_handshake_that_hangs_ends_at_the_connect_limit() {
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let authority = Authority::new();
    let settings = Settings { connect_limit: Duration::from_millis(60), ..authority.settings() };
    let client = Client::new(&settings).unwrap();
    let told = send(&client, get(format!("https://localhost:{port}/"))).await.unwrap_err();
    let WireError::ConnectLimit { host, limit } = &told else { panic!("{told:?}") };
    assert_eq!((host, *limit), (&format!("localhost:{port}"), settings.connect_limit));
    drop(socket);
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered() {
    let authority = Authority::new();
    let acceptor = authority.acceptor(&["localhost"], &["h2", "http/1.1"]);
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = socket.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = socket.accept().await.unwrap();
        let mut connection = h2::server::handshake(acceptor.accept(stream).await.unwrap()).await.unwrap();
        while let Some(request) = connection.accept().await {
            let (request, mut respond) = request.unwrap();
            assert_eq!(request.uri().path(), "/");
            let mut stream = respond.send_response(http::Response::new(()), false).unwrap();
            stream.send_data("hello".into(), true).unwrap();
        }
    });
    let client = authority.client();
    for connects in [true, false] {
        let incoming = send(&client, get(format!("https://localhost:{port}/"))).await.unwrap();
        assert_eq!((incoming.version, incoming.timing.connect.is_some()), ("HTTP/2", connects));
        assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"hello");
    }
    server.abort();
}

#[test]
fn a_file_that_is_no_authority_is_told_at_once() {
    let authority = Authority::new();
    let gone = authority.file.path().with_extension("gone");
    let told = Client::new(&Settings { ca_file: Some(gone.clone()), ..Settings::default() }).err().unwrap();
    assert!(matches!(&told, WireError::File { path, .. } if path == &gone), "{told:?}");
    let mut text = tempfile::NamedTempFile::new().unwrap();
    text.write_all(b"not a certificate").unwrap();
    let told = Client::new(&Settings { ca_file: Some(text.path().to_owned()), ..Settings::default() }).err().unwrap();
    assert!(matches!(&told, WireError::Other(detail) if detail.contains("no certificate")), "{told:?}");
}
