//! The article's server: tokens verbatim, refusals in the org's words, and what a hostile page or neighbour sends.

use crate::fixtures::{KEY, Key, TOKEN, USERNAME, clock, granted, profile, refused};
use crate::listener::{Listener, client};
use orgdeck::auth::Sessions;
use orgdeck::secret::Secret;
use orgdeck::serve::{self, Limits, Options, Told};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;

pub const OWN: &str = "a-key-of-the-test";

/// A server that runs until it is dropped.
pub struct Serving {
    pub origin: String,
    pub told: Arc<Mutex<Vec<Told>>>,
    pub org: Listener,
    end: Option<oneshot::Sender<()>>,
    done: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn serving(org: Listener, key: &Key, limits: Limits) -> Serving {
    serving_as(org, key, |options| options.limits = limits).await
}

pub async fn serving_as(org: Listener, key: &Key, change: impl FnOnce(&mut Options)) -> Serving {
    let told = Arc::new(Mutex::new(Vec::new()));
    let mut options = Options {
        port: 0,
        key: Some(Secret::new(OWN)),
        people: vec![profile(org.url("/").as_str(), &key.path())],
        first: None,
        limits: Limits::default(),
        forwarding: None,
    };
    change(&mut options);
    let list = Arc::clone(&told);
    let told_of = Arc::new(move |one| list.lock().unwrap().push(one));
    let server = serve::bind(options, Sessions::new(client(), clock()), told_of).await.unwrap();
    let origin = server.origin();
    let (end, ended) = oneshot::channel();
    let done = tokio::spawn(server.run(async {
        let _ = ended.await;
    }));
    Serving { origin, told, org, end: Some(end), done }
}

async fn started() -> Serving {
    serving(Listener::start(|seen, _| granted(seen)).await, &KEY, Limits::default()).await
}

impl Serving {
    pub fn host(&self) -> String {
        self.origin.strip_prefix("http://").unwrap().to_owned()
    }

    /// Sends bytes as they are; what comes back until the other side closes.
    pub async fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.host()).await.unwrap();
        // The other side may have heard enough.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    /// A POST with these headers beside the usual ones; a usual one that is named is replaced.
    async fn post(&self, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let (host, length) = (self.host(), body.len().to_string());
        let usual = [
            ("host", host.as_str()),
            ("content-type", "application/json"),
            ("content-length", &length),
            ("x-orgdeck-key", OWN),
        ];
        let mut head = "POST /api/jwtauth HTTP/1.1\r\n".to_owned();
        let kept = usual.iter().filter(|(name, _)| !headers.iter().any(|(own, _)| own == name));
        for (name, value) in kept.chain(headers) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        parts(&self.raw(format!("{head}\r\n{body}").as_bytes()).await)
    }

    async fn ask(&self, sub: &str) -> (u16, String) {
        self.post(&[], &json!({ "sub": sub }).to_string()).await
    }

    pub fn last(&self) -> Told {
        self.told.lock().unwrap().last().cloned().unwrap()
    }
}

pub fn parts(answer: &str) -> (u16, String) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((answer, ""));
    let status = head.split(' ').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    (status, body.to_owned())
}

#[tokio::test]
async fn the_token_answer_is_given_as_it_came_and_each_time_anew() {
    let serving = started().await;
    let (status, body) = serving.ask(USERNAME).await;
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, answer["access_token"].as_str()), (200, Some(TOKEN)));
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(names, ["access_token", "scope", "instance_url", "token_type", "id"], "verbatim, in its order");
    assert_eq!(serving.ask(&USERNAME.to_uppercase()).await.0, 200);
    assert_eq!(serving.org.seen().len(), 2, "each is a login");
    let head = format!(
        "POST /api/jwtauth HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {OWN}\r\nContent-Type: application/json\r\n",
        serving.host()
    );
    let body = json!({ "sub": USERNAME, "app": "acme" }).to_string();
    let whole = serving.raw(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await;
    let lower = whole.to_lowercase();
    for header in ["cache-control: no-store", "connection: close", "x-content-type-options: nosniff"] {
        assert!(lower.contains(header), "{whole}");
    }
    assert!(!lower.contains("access-control"), "{whole}");
    let told = format!("{:?}", serving.told.lock().unwrap());
    assert!(told.contains("acme/") && !told.contains(TOKEN) && !told.contains(OWN), "{told}");
}

#[tokio::test]
async fn what_the_org_refuses_is_told_in_its_words() {
    for (error, words) in [("invalid_grant", "user hasn't approved this consumer"), ("odd", "x")] {
        let org = Listener::start(move |_, _| refused(error, words)).await;
        let serving = serving(org, &KEY, Limits::default()).await;
        let (status, body) = serving.ask(USERNAME).await;
        assert_eq!((status, body), (400, json!({ "error": error, "error_description": words }).to_string()));
        assert!(serving.last().why.unwrap().contains(words));
    }
    // An assertion that is quoted back is a login for whoever reads it.
    let org =
        Listener::start(|seen, _| refused("invalid_grant", &format!("bad: {}", seen.field("assertion").unwrap())))
            .await;
    let quoted = serving(org, &KEY, Limits::default()).await;
    let (status, body) = quoted.ask(USERNAME).await;
    assert!(status == 400 && body.contains("bad: ••••") && !body.contains("eyJ"), "{body}");
}

#[tokio::test]
async fn who_is_in_no_profile_and_what_is_no_question_is_told() {
    let serving = started().await;
    for (body, error) in [
        (json!({ "sub": "nobody@acme.example" }).to_string(), "unknown_user"),
        (json!({ "sub": USERNAME, "app": "other" }).to_string(), "unknown_user"),
        (json!({ "user": USERNAME }).to_string(), "invalid_request"),
        (json!({ "sub": [USERNAME] }).to_string(), "invalid_request"),
        ("{\"sub\": \"a".to_owned(), "invalid_request"),
        (String::new(), "invalid_request"),
    ] {
        let (status, told) = serving.post(&[], &body).await;
        let told: Value = serde_json::from_str(&told).unwrap();
        assert_eq!((status, told["error"].as_str()), (400, Some(error)), "{body}");
        assert!(!told.to_string().contains(USERNAME), "{told}");
    }
    assert!(serving.org.seen().is_empty(), "nothing was asked of the org");
}

#[tokio::test]
async fn a_hostile_page_gets_nothing() {
    let serving = started().await;
    let port = serving.host().rsplit_once(':').unwrap().1.to_owned();
    let rebound = format!("evil.example:{port}");
    let body = json!({ "sub": USERNAME }).to_string();
    for (name, value, expected) in [
        ("host", rebound.as_str(), 403),
        ("host", "127.0.0.1", 403),
        ("origin", "https://evil.example", 403),
        ("origin", serving.origin.as_str(), 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("x-orgdeck-key", "a-key-of-the-tesu", 401),
        ("content-type", "text/plain", 415),
        ("content-type", "application/x-www-form-urlencoded", 415),
        ("content-length", "99999999", 413),
        ("transfer-encoding", "chunked", 400),
        ("upgrade", "websocket", 400),
    ] {
        let (status, told) = serving.post(&[(name, value)], &body).await;
        assert_eq!(status, expected, "{name}: {value}: {told}");
        assert!(!told.contains(TOKEN) && !told.contains(OWN), "{told}");
    }
    let host = serving.host();
    let long = format!("Content-Length: {}\r\n", body.len());
    let usual = format!("Host: {host}\r\nContent-Type: application/json\r\nX-Orgdeck-Key: {OWN}\r\n");
    for (line, headers, expected) in [
        ("OPTIONS /api/jwtauth HTTP/1.1", format!("{usual}{long}"), 405),
        ("GET /api/jwtauth HTTP/1.1", usual.clone(), 405),
        ("POST /api/jwtauth/ HTTP/1.1", format!("{usual}{long}"), 404),
        ("POST /api/../api/jwtauth HTTP/1.1", format!("{usual}{long}"), 404),
        ("POST /services/oauth2/token HTTP/1.1", format!("{usual}{long}"), 404),
        ("POST http://evil.example/api/jwtauth HTTP/1.1", format!("{usual}{long}"), 403),
        ("POST /api/jwtauth HTTP/1.1", format!("{usual}{long}Host: evil.example\r\n"), 400),
        (
            "POST /api/jwtauth HTTP/1.1",
            format!("{usual}{long}Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"),
            400,
        ),
        ("POST /api/jwtauth HTTP/1.1", format!("{usual}{long}Content-Length: 3\r\n"), 400),
        ("POST /api/jwtauth HTTP/1.1", format!("{usual}{long}Transfer-Encoding: chunked\r\n"), 400),
        ("POST /api/jwtauth HTTP/1.1", format!("{usual}{long}Transfer-Encoding : chunked\r\n"), 400),
        ("POST /api/jwtauth HTTP/1.1", usual.clone(), 411),
        ("POST /api/jwtauth HTTP/1.0", long.clone(), 403),
        ("CONNECT evil.example:443 HTTP/1.1", usual.clone(), 403),
    ] {
        let answer = serving.raw(format!("{line}\r\n{headers}\r\n{body}").as_bytes()).await;
        assert_eq!(parts(&answer).0, expected, "{line}\n{headers}\n{answer}");
        assert!(!answer.contains(TOKEN), "{answer}");
        assert_eq!(answer.matches("HTTP/1.").count(), 1, "one answer to one request: {answer}");
    }
    assert!(serving.org.seen().is_empty(), "nothing was asked of the org");
    // What follows a request that was refused is none.
    let second = format!("POST /api/jwtauth HTTP/1.1\r\n{usual}{long}\r\n{body}");
    let smuggled = format!(
        "POST /api/jwtauth HTTP/1.1\r\nHost: evil.example\r\nContent-Length: {}\r\n\r\n{second}{second}",
        second.len()
    );
    let answer = serving.raw(smuggled.as_bytes()).await;
    assert!(answer.matches("HTTP/1.").count() == 1 && parts(&answer).0 == 403, "{answer}");
    assert!(serving.org.seen().is_empty());
}

#[tokio::test]
async fn what_is_slow_or_too_long_is_given_up() {
    let limits = Limits { body: 1 << 10, arrive: Duration::from_millis(100), connections: 2, ..Limits::default() };
    let org = Listener::start(|seen, _| granted(seen)).await;
    let serving = serving(org, &KEY, limits).await;
    // Heads that never come hold up nobody for long, though they are more than there is room for.
    let mut idle = Vec::new();
    for _ in 0..6 {
        let mut stream = TcpStream::connect(serving.host()).await.unwrap();
        stream.write_all(b"POST /api/jwtauth HTTP/1.1\r\nHost: ").await.unwrap();
        idle.push(stream);
    }
    assert_eq!(serving.ask(USERNAME).await.0, 200);
    for mut stream in idle {
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        assert!(!String::from_utf8_lossy(&answer).contains("200"));
    }
    // A body that never comes.
    let (status, told) = serving.post(&[("content-length", "20")], "{\"sub\":").await;
    assert_eq!((status, serving.last().status), (408, 408), "{told}");
    // One that is longer than it may be, sent whole.
    let long = json!({ "sub": "x".repeat(100 << 10) }).to_string();
    assert_eq!(serving.post(&[], &long).await.0, 413);
}

#[tokio::test]
async fn it_ends_when_it_is_told_and_answers_what_is_under_way() {
    let mut serving = started().await;
    assert_eq!(serving.ask(USERNAME).await.0, 200);
    serving.end.take().unwrap().send(()).unwrap();
    serving.done.await.unwrap().unwrap();
    assert!(TcpStream::connect(serving.origin.strip_prefix("http://").unwrap()).await.is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_in_either_family_is_told() {
    let Ok(other) = tokio::net::TcpListener::bind("[::1]:0").await else {
        println!("this machine has no IPv6 loopback: nothing was tested");
        return;
    };
    let port = other.local_addr().unwrap().port();
    let options =
        Options { port, key: None, people: Vec::new(), first: None, limits: Limits::default(), forwarding: None };
    let bound = serve::bind(options, Sessions::new(client(), clock()), Arc::new(|_| ())).await;
    assert_eq!(bound.err().map(|error| error.kind()), Some(std::io::ErrorKind::AddrInUse));
}
