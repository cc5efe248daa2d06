//! What the wire refuses to send, and that nothing arrives when it refuses.

use crate::listener::{Listener, answer, client, get, send};
use orgdeck::wire::{Body, Clearance, Client, Origin, Outgoing, Settings, WireError, check, is_loopback};
use std::process::Command;
use url::Url;

/// Set in the child process that has a proxy in its environment.
const CHILD: &str = "ORGDECK_TEST_PROXIED_CHILD";

fn only(allowed: &str) -> Clearance {
    Clearance::Only(vec![Origin::of(&allowed.parse().unwrap()).unwrap()])
}

fn refused(url: &str, clearance: &Clearance) -> WireError {
    check(&url.parse().unwrap(), clearance).unwrap_err()
}

#[test]
fn an_origin_is_scheme_host_and_port() {
    let of = |text: &str| Origin::of(&text.parse().unwrap()).unwrap();
    assert_eq!(of("https://ACME.my.salesforce.com/a?b#c"), of("https://acme.my.salesforce.com:443"));
    assert_ne!(of("https://acme.my.salesforce.com"), of("https://acme.my.salesforce.com:8443"));
    assert_ne!(of("https://acme.my.salesforce.com"), of("http://acme.my.salesforce.com"));
    assert_ne!(of("https://acme.my.salesforce.com"), of("https://acme.my.salesforce.com."));
    assert_eq!(of("https://acme.my.salesforce.com/x").to_string(), "https://acme.my.salesforce.com");
    assert_eq!(of("http://127.0.0.1:4443/x").to_string(), "http://127.0.0.1:4443");
    assert!(Origin::of(&"mailto:a@b".parse().unwrap()).is_none());
    assert!(Origin::of(&"file:///etc/passwd".parse().unwrap()).is_none());
}

#[test]
fn a_secret_goes_to_its_origins_only() {
    let org = only("https://acme.my.salesforce.com");
    check(&"https://acme.my.salesforce.com/services/data".parse().unwrap(), &org).unwrap();
    for url in [
        "https://evil.example/",
        "https://acme.my.salesforce.com:8443/",
        "https://acme.my.salesforce.com.evil.example/",
        "https://acme.my.salesforce.com./",
        // The first letter is Cyrillic.
        "https://аcme.my.salesforce.com/",
        "http://127.0.0.1:80/",
    ] {
        let told = refused(url, &org);
        let WireError::Stranger { to, allowed } = &told else { panic!("{url}: {told}") };
        assert!(to.is_ascii(), "{to}");
        assert_eq!(allowed, &["https://acme.my.salesforce.com".to_owned()]);
    }
}

#[test]
fn user_info_is_refused_and_never_shown() {
    for clearance in [Clearance::Free, only("https://evil.example")] {
        for url in [
            "https://acme.my.salesforce.com@evil.example/",
            "https://u:pa55@evil.example/",
            "https://:pa55@evil.example",
        ] {
            let told = refused(url, &clearance);
            assert!(matches!(told, WireError::Address(_)), "{told}");
            let shown = format!("{told} {told:?}");
            assert!(shown.contains("evil.example") && !shown.contains("pa55"), "{shown}");
        }
    }
}

#[test]
fn plain_http_is_for_loopback_only() {
    for url in [
        "http://acme.my.salesforce.com/",
        "http://10.0.0.1/",
        "http://localhost.evil.example/",
        "http://a.localhost./",
        "http://notlocalhost/",
        "http://a.localhost.evil.example/",
        "http://0.0.0.0/",
    ] {
        assert!(matches!(refused(url, &Clearance::Free), WireError::Plain(_)), "{url}");
    }
    for url in [
        "http://127.0.0.1/",
        "http://127.9.9.9:1/",
        "http://[::1]:80/",
        "http://localhost:8080/",
        "http://acme.my.salesforce.com.LOCALHOST:8080/",
        "http://[::ffff:127.0.0.1]/",
    ] {
        check(&url.parse().unwrap(), &Clearance::Free).unwrap();
        assert!(is_loopback(&url.parse().unwrap()), "{url}");
    }
    assert!(!is_loopback(&"https://128.0.0.1".parse().unwrap()));
}

#[test]
fn other_schemes_are_refused() {
    for url in ["ftp://acme.my.salesforce.com/", "file:///etc/passwd", "ws://127.0.0.1/", "data:text/plain,x"] {
        assert!(matches!(refused(url, &Clearance::Free), WireError::Address(_)), "{url}");
    }
}

#[tokio::test]
async fn send_refuses_before_anything_leaves() {
    let listener = Listener::start(|_, _| answer(200, &[], "")).await;
    let mut outgoing = get(listener.url("/?token=s3cret"));
    outgoing.clearance = only("https://acme.my.salesforce.com");
    let told = send(&client(), outgoing).await.unwrap_err();
    assert!(matches!(told, WireError::Stranger { .. }), "{told}");
    assert!(!format!("{told:?}").contains("s3cret"));
    let mut outgoing = get(listener.url("/"));
    outgoing.url.set_username("org").unwrap();
    assert!(send(&client(), outgoing).await.is_err());
    assert!(listener.seen().is_empty());
}

#[tokio::test]
async fn redirects_are_answers() {
    let there = Listener::start(|_, _| answer(200, &[], "there")).await;
    let to = there.url("/moved").to_string();
    for status in [301, 302, 303, 307, 308] {
        let to = to.clone();
        let listener = Listener::start(move |_, _| answer(status, &[("location", &to)], "moved")).await;
        let incoming = send(&client(), get(listener.url("/"))).await.unwrap();
        assert_eq!((incoming.status, incoming.header("Location")), (status, Some(there.url("/moved").as_str())));
        assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"moved");
    }
    assert!(there.seen().is_empty());
}

#[tokio::test]
async fn a_request_arrives_as_it_was_given() {
    let listener =
        Listener::start(|_, _| answer(201, &[("x-two", "1"), ("X-Two", "2"), ("set-cookie", "a=b")], "ok")).await;
    let client = client();
    let outgoing = || Outgoing {
        method: http::Method::from_bytes(b"PATCH").unwrap(),
        headers: vec![
            (http::header::CONTENT_TYPE, "application/json".parse().unwrap()),
            ("x-one".parse().unwrap(), "a".parse().unwrap()),
            ("x-one".parse().unwrap(), "b".parse().unwrap()),
        ],
        body: Body::Bytes("{}".into()),
        ..get(listener.url("/a%20b?q=SELECT+Id"))
    };
    let incoming = send(&client, outgoing()).await.unwrap();
    assert_eq!((incoming.status, incoming.version, incoming.header("x-two")), (201, "HTTP/1.1", Some("1")));
    assert_eq!(incoming.headers.iter().filter(|(name, _)| name == "x-two").count(), 2);
    assert_eq!((incoming.content_length(), incoming.timing.connect.is_some()), (Some(2), true));
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"ok");
    let again = send(&client, outgoing()).await.unwrap();
    assert_eq!(again.timing.connect, None, "the connection was open");

    let seen = listener.seen();
    assert_eq!((seen[0].method.as_str(), seen[0].target.as_str()), ("PATCH", "/a%20b?q=SELECT+Id"));
    assert_eq!((seen[0].body.as_slice(), seen[0].header("content-length")), (&b"{}"[..], Some("2")));
    assert_eq!(
        seen[0].headers.iter().filter(|(name, _)| name == "x-one").map(|(_, v)| v.as_str()).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(seen[0].header("accept-encoding"), Some("gzip, br, deflate"));
    assert_eq!(seen[0].header("user-agent"), Some(concat!("orgdeck/", env!("CARGO_PKG_VERSION"))));
    assert_eq!((seen[1].header("cookie"), seen[1].connection), (None, 0));
}

#[tokio::test]
async fn the_wire_s_own_headers_are_not_the_caller_s() {
    let listener = Listener::start(|_, _| answer(200, &[], "")).await;
    let client = client();
    let post = |headers: &[(&str, &str)], body| Outgoing {
        method: http::Method::POST,
        headers: headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect(),
        body,
        ..get(listener.url("/"))
    };
    let place = format!("127.0.0.1:{}", listener.port);
    let lies = [("content-length", "999"), ("transfer-encoding", "chunked"), ("host", place.as_str())];
    send(&client, post(&lies, Body::Bytes("four".into()))).await.unwrap();
    send(&client, post(&lies, Body::Empty)).await.unwrap();
    for (seen, body) in listener.seen().iter().zip(["four", ""]) {
        let length = body.len().to_string();
        assert_eq!((seen.body.as_slice(), seen.header("content-length")), (body.as_bytes(), Some(length.as_str())));
        assert_eq!((seen.header("transfer-encoding"), seen.header("host")), (None, Some(place.as_str())));
    }
    let told = send(&client, post(&[("Host", "other.my.salesforce.com")], Body::Empty)).await.unwrap_err();
    assert!(matches!(told, WireError::Address(_)), "{told:?}");
    assert_eq!(listener.seen().len(), 2);
}

#[tokio::test]
async fn localhost_is_this_machine() {
    let listener = Listener::start(|_, _| answer(200, &[], "here")).await;
    let url: Url = format!("http://localhost:{}/", listener.port).parse().unwrap();
    let incoming = send(&client(), get(url)).await.unwrap();
    assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"here");
}

#[tokio::test]
async fn loopback_never_goes_through_a_proxy_of_the_settings() {
    let proxy = Listener::start(|_, _| answer(200, &[], "proxy")).await;
    let listener = Listener::start(|_, _| answer(200, &[], "direct")).await;
    let settings = Settings {
        proxy: Some(orgdeck::wire::Proxy { url: proxy.url("/"), username: None, password: None }),
        ..Settings::default()
    };
    let client = Client::new(&settings).unwrap();
    for host in ["127.0.0.1", "localhost"] {
        let incoming = send(&client, get(format!("http://{host}:{}/", listener.port))).await.unwrap();
        assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"direct");
    }
    assert!(proxy.seen().is_empty());
}

/// Plays both parts: the child has a proxy in its environment and must not use it.
#[test]
fn loopback_never_goes_through_a_proxy_of_the_environment() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if let Ok(port) = std::env::var(CHILD) {
        let url = format!("http://127.0.0.1:{port}/");
        runtime.block_on(async {
            let incoming = send(&client(), get(url)).await.unwrap();
            assert_eq!(&incoming.bytes(100).await.unwrap()[..], b"direct");
            // The same variables do hold for other hosts, so they are set right.
            let told = send(&client(), get("https://acme.my.salesforce.com/")).await.unwrap_err();
            assert!(matches!(&told, WireError::Proxy(_)), "{told:?}");
        });
        return;
    }
    let (proxy, listener) = runtime.block_on(async {
        let proxy = Listener::start(|_, _| answer(407, &[], "")).await;
        (proxy, Listener::start(|_, _| answer(200, &[], "direct")).await)
    });
    let address = proxy.url("/").to_string();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "wire_rules::loopback_never_goes_through_a_proxy_of_the_environment", "--nocapture"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, &address);
    }
    child.env_remove("NO_PROXY").env_remove("no_proxy").env_remove("REQUEST_METHOD");
    child.env(CHILD, listener.port.to_string());
    let output = runtime.block_on(async { tokio::process::Command::from(child).output().await.unwrap() });
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(listener.seen().len(), 1);
    assert!(proxy.seen().iter().all(|seen| seen.method == "CONNECT"), "{:?}", proxy.seen());
    assert!(!proxy.seen().is_empty());
}
