//! Whatever is sent to the demo org is answered: no panic, no `UNKNOWN_EXCEPTION`, JSON that is JSON.
//!
//! `cargo +nightly fuzz run http -s none -- -dict=fuzz/http.dict`. The first byte says to which port, as whom and beneath which
//! path; then come a line with method and address, lines of headers, an empty line, and the body.

#![no_main]

use axum::http::{HeaderName, HeaderValue, Method, Request, Response, Uri, header};
use bytes::Bytes;
use libfuzzer_sys::{Corpus, fuzz_target};
use orgdeck::demo::{self, Demo, Flow, Options, Port};
use std::sync::{LazyLock, Mutex};

/// Paths that an input may leave out.
const BENEATH: [&str; 4] = ["", "/services/data/v67.0/", "/services/data/v67.0/sobjects/Account/", "/services/oauth2/"];

struct Stage {
    demo: Demo,
    /// Of the admin and the sales user of the production org.
    tokens: Mutex<[String; 2]>,
    _folder: tempfile::TempDir,
    _tokio: tokio::runtime::Runtime,
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let tokio = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let allow = Flow::ALL.map(|(flow, _)| flow).to_vec();
    let options = Options { allow, logins_per_hour: u32::MAX, ..Options::default() };
    let demo = tokio.block_on(demo::start(options, folder.path())).unwrap();
    let tokens = Mutex::new([log_in(&demo, 0), log_in(&demo, 1)]);
    Stage { demo, tokens, _folder: folder, _tokio: tokio }
});

fn log_in(demo: &Demo, user: usize) -> String {
    let org = &demo.card().orgs[0];
    let secret = org.client_secret.as_ref().unwrap().expose();
    let person = &org.users[user];
    let word = [&person.password, &person.security_token].map(|part| part.as_ref().unwrap().expose()).concat();
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "password")
        .append_pair("client_id", &org.client_id)
        .append_pair("client_secret", secret)
        .append_pair("username", &person.username)
        .append_pair("password", &word)
        .finish();
    let request = Request::post("/services/oauth2/token")
        .header(header::HOST, org.instance_url.strip_prefix("http://").unwrap())
        .body(Bytes::from(form))
        .unwrap();
    let answer = demo.answer(Port::Instance(0), request);
    let body: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

/// The request that an input stands for; `None`: HTTP would not carry it.
fn request(flags: u8, text: &[u8], token: Option<&str>, host: &str) -> Option<Request<Bytes>> {
    let (head, body) = match text.windows(2).position(|pair| pair == b"\n\n") {
        Some(at) => (&text[..at], &text[at + 2..]),
        None => (text, &[][..]),
    };
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = std::str::from_utf8(lines.next()?).ok()?;
    let (method, target) = first.split_once(' ')?;
    let beneath = BENEATH[usize::from(flags >> 4 & 3)];
    let uri: Uri = format!("{beneath}{target}").parse().ok()?;
    let mut request = Request::new(Bytes::copy_from_slice(body));
    *request.method_mut() = Method::from_bytes(method.as_bytes()).ok()?;
    *request.uri_mut() = uri;
    for line in lines.take(16) {
        let Some(at) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(&line[..at]);
        let value = HeaderValue::from_bytes(line[at + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            request.headers_mut().append(name, value);
        }
    }
    request.headers_mut().insert(header::HOST, host.parse().ok()?);
    if let Some(token) = token {
        request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().ok()?);
    }
    Some(request)
}

fn look_at(answer: &Response<Bytes>) {
    let text = String::from_utf8_lossy(answer.body());
    assert!(!(answer.status().is_server_error() && text.contains("UNKNOWN_EXCEPTION")), "{text}");
    let kind = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") && !answer.body().is_empty() {
        serde_json::from_slice::<serde_json::Value>(answer.body()).expect(&text);
    }
}

fuzz_target!(|data: &[u8]| -> Corpus {
    let Some((flags, text)) = data.split_first() else { return Corpus::Reject };
    let stage = &*STAGE;
    let card = stage.demo.card();
    let (port, origin) = match flags & 3 {
        0 => (Port::Login, stage.demo.login_host()),
        1 => (Port::Instance(1), card.orgs[1].instance_url.as_str()),
        _ => (Port::Instance(0), card.orgs[0].instance_url.as_str()),
    };
    let who = usize::from(*flags >> 2 & 3);
    let token = stage.tokens.lock().unwrap().get(who).cloned();
    let host = origin.strip_prefix("http://").unwrap();
    let Some(request) = request(*flags, text, token.as_deref(), host) else { return Corpus::Reject };
    let answer = stage.demo.answer(port, request);
    look_at(&answer);
    // Somebody logged out: the next inputs are to find a door open.
    if answer.status() == 401 && port == Port::Instance(0) && token.is_some() {
        stage.tokens.lock().unwrap()[who] = log_in(&stage.demo, who);
    }
    Corpus::Keep
});
