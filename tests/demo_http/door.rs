//! The door before every resource: sizes, names, compression, the front page, what is remembered.

use crate::support::{Fixture, read};
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// What comes back for these bytes until the connection ends.
async fn raw(host: &str, request: &str) -> String {
    let mut socket = tokio::net::TcpStream::connect(host).await.unwrap();
    let _ = socket.write_all(request.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn long_addresses_and_headers_are_refused() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    for (length, status) in [(16_000, 200), (16_384, 431), (16_385, 414)] {
        let path = "/services/data/v67.0/limits?x=";
        let path = format!("{path}{}", "y".repeat(length - path.len()));
        let answer = fixture.get(0, &token, &path).await;
        assert_eq!(answer.status, status, "{length}");
    }
    let request = fixture.request(0, Method::GET, &token, "/services/data/v67.0/limits");
    let answer = read(request.header("x-long", "y".repeat(17_000)).send().await.unwrap()).await;
    assert_eq!(answer.status, 431);
    // Longer than any client library here would send.
    let host = fixture.org(0).instance_url.strip_prefix("http://").unwrap();
    let raw = raw(host, &format!("GET /{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "y".repeat(70_000))).await;
    assert!(raw.starts_with("HTTP/1.1 414"), "{raw}");
}

#[tokio::test]
async fn large_answers_are_compressed_for_who_asks() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let ask = |path: &str, encoding: &str| {
        let request = fixture.request(0, Method::GET, &token, path).header("accept-encoding", encoding);
        async { read(request.send().await.unwrap()).await }
    };
    let plain = fixture.get(0, &token, "/services/data").await;
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "Accept-Encoding"));
    for encoding in ["gzip", "br, gzip;q=0.5", "*"] {
        let packed = ask("/services/data", encoding).await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{encoding}");
        let mut text = Vec::new();
        let mut decoder = async_compression::tokio::write::GzipDecoder::new(&mut text);
        decoder.write_all(&packed.body).await.unwrap();
        decoder.shutdown().await.unwrap();
        assert_eq!(text, plain.body);
        assert!(packed.body.len() * 3 < plain.body.len());
    }
    for encoding in ["gzip;q=0", "gzip; q=0.0", "identity", ""] {
        assert_eq!(ask("/services/data", encoding).await.header("content-encoding"), "", "{encoding}");
    }
    assert_eq!(ask("/services/data/v67.0/", "gzip").await.header("content-encoding"), "");
}

#[tokio::test]
async fn only_its_own_name_is_answered_to() {
    let fixture = Fixture::new().await;
    let port = fixture.org(0).instance_url.rsplit(':').next().unwrap().to_owned();
    let status = |host: String| {
        let request = fixture.http.get(format!("{}/services/data", fixture.org(0).instance_url)).header("host", host);
        async { read(request.send().await.unwrap()).await.status }
    };
    assert_eq!(status(format!("localhost:{port}")).await, 200);
    assert_eq!(status(format!("LocalHost:{port}")).await, 200);
    for host in
        ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1".to_owned(), "127.0.0.1:1".to_owned()]
    {
        assert_eq!(status(host.clone()).await, 421, "{host}");
    }
    // No Host at all, as HTTP/1.0 allows.
    let answer = raw(&format!("127.0.0.1:{port}"), "GET /services/data HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.0 421"), "{answer}");
}

#[tokio::test]
async fn the_front_page_tells_what_this_is() {
    let fixture = Fixture::new().await;
    let url = format!("{}/", fixture.org(1).instance_url);
    let text = read(fixture.http.get(&url).send().await.unwrap()).await;
    for expected in ["demo org", fixture.org(0).client_id.as_str(), &fixture.username(1, "gone"), "parameterizedSearch"]
    {
        assert!(text.text().contains(expected), "{expected}");
    }
    assert!(!text.text().contains("BEGIN"));
    let page = read(fixture.http.get(&url).header("accept", "text/html,*/*").send().await.unwrap()).await;
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(read(fixture.http.get(format!("{url}nothing")).send().await.unwrap()).await.status, 404);
}

#[tokio::test]
async fn requests_are_remembered_for_tests() {
    let fixture = Fixture::new().await;
    let token = fixture.token(1, "admin").await;
    fixture.demo.forget_requests();
    fixture.data(1, &token, "limits?x=1").await;
    let seen = fixture.demo.requests_seen();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].method.as_str(), seen[0].path.as_str()), ("GET", "/services/data/v67.0/limits"));
    assert!(seen[0].authorization);
    assert!(fixture.org(1).instance_url.ends_with(&format!(":{}", seen[0].origin_port)));
}

#[tokio::test]
async fn json_is_laid_out_for_who_asks() {
    let fixture = Fixture::new().await;
    let url = format!("{}/services/data", fixture.org(0).instance_url);
    let plain = read(fixture.http.get(&url).send().await.unwrap()).await;
    let pretty = read(fixture.http.get(&url).header("x-prettyprint", "1").send().await.unwrap()).await;
    assert!(pretty.text().starts_with("[\n  {"));
    assert_eq!(pretty.json(), plain.json());
}

#[tokio::test]
async fn bodies_may_come_compressed() {
    let fixture = Fixture::new().await;
    let token = fixture.token(0, "admin").await;
    let post = |encoding: &'static str, body: Vec<u8>| {
        let request = fixture.request(0, Method::POST, &token, "/services/data/v67.0/sobjects/Account");
        let request =
            request.header("content-type", "application/json").header("content-encoding", encoding).body(body);
        async { read(request.send().await.unwrap()).await }
    };
    let body = format!(r#"{{"Name":"Packed","Description":"{}"}}"#, "quay ".repeat(5_000));
    let mut gzip = async_compression::tokio::write::GzipEncoder::new(Vec::new());
    gzip.write_all(body.as_bytes()).await.unwrap();
    gzip.shutdown().await.unwrap();
    let gzip = gzip.into_inner();
    let mut zlib = async_compression::tokio::write::ZlibEncoder::new(Vec::new());
    zlib.write_all(body.as_bytes()).await.unwrap();
    zlib.shutdown().await.unwrap();
    for (encoding, sent) in [("gzip", gzip.clone()), ("deflate", zlib.into_inner()), ("identity", body.clone().into())]
    {
        let made = post(encoding, sent).await;
        assert_eq!(made.status, 201, "{encoding} {}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let record = fixture.data(0, &token, &format!("sobjects/Account/{id}")).await.json();
        assert_eq!(record["Description"].as_str().unwrap().len(), 25_000);
    }
    assert_eq!(post("br", gzip.clone()).await.code(), "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(post("gzip", body.into()).await.status, 201);
    assert_eq!(post("gzip", vec![0x1f, 0x8b, 1, 2, 3]).await.code(), "JSON_PARSER_ERROR");
    assert_eq!(post("gzip", gzip[..gzip.len() / 2].to_vec()).await.code(), "JSON_PARSER_ERROR");
    // What is small on the wire and large behind it is refused before it is all unpacked.
    let mut bomb = async_compression::tokio::write::GzipEncoder::new(Vec::new());
    bomb.write_all(&vec![b' '; 7 * 1024 * 1024]).await.unwrap();
    bomb.shutdown().await.unwrap();
    let bomb = bomb.into_inner();
    assert!(bomb.len() < 10_000);
    assert_eq!(post("gzip", bomb).await.status, 413);
}
