//! The door of every listener: what comes in is checked, waits, is answered off the async threads, and is packed.
//!
//! Only this machine may ask, by its own name: a page that made its host name point here is turned away.

use super::answer::Reply;
use super::ask::Ask;
use super::fault::Fault;
use super::hosts::{Here, Place, Site};
use super::line::Line;
use super::rule::Hit;
use super::world::{Door, Seen, World};
use super::{bad_day, control, identity, oauth, packing, photo, rest, soap, unpacking, usage, well_known, who, xml};
use axum::body::to_bytes;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts};
use axum::response::Response;
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Longest address, and longest address with headers; bytes.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>
const LONGEST_HEAD: usize = 16_384;
/// Longest body of a login; bytes.
const LONGEST_FORM: usize = 64 * 1_024;
/// Longest body of a REST request; bytes.
const LONGEST_BODY: usize = 6 * 1_024 * 1_024;
/// Longest batch of the first Bulk API; bytes.
const LONGEST_BATCH: usize = 10 * 1_024 * 1_024;
/// Longest file, which may come in base64; bytes.
const LONGEST_FILE: usize = 50 * 1_024 * 1_024;
/// Longest upload of a bulk job; bytes.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/upload_job_data.htm>
const LONGEST_UPLOAD: usize = 150 * 1_024 * 1_024;
/// Before the first byte of a slow answer, where its rule does not say.
const SLOW_START: Duration = Duration::from_secs(3);

/// One listener.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) world: Arc<World>,
    pub(super) door: Door,
}

/// Answers one request; gives up when the demo ends.
pub(super) async fn handle(
    State(gate): State<Gate>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let ended = gate.world.ended.clone();
    tokio::select! {
        response = answer(&gate, &line, request) => response,
        () = ended.cancelled() => {
            let gone = Reply::text(StatusCode::SERVICE_UNAVAILABLE, "the demo org has ended");
            packing::pack(gone, &Hit::default(), false, &ended)
        }
    }
}

async fn answer(gate: &Gate, line: &Line, request: Request) -> Response {
    let world = &gate.world;
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    world.remember(Seen {
        method: head.method.to_string(),
        path: path.to_owned(),
        authorization: head.headers.contains_key(header::AUTHORIZATION),
        origin_port: world.place(gate.door).map_or(0, Place::port),
    });
    let latency = world.latency.load(Ordering::Relaxed);
    if latency > 0 && !control::is_for(gate.door, path) {
        tokio::time::sleep(Duration::from_millis(latency)).await;
    }
    let bare = |reply: Reply| packing::pack(reply, &Hit::default(), false, &world.ended);
    let here = match check(world, gate.door, &head) {
        Ok(here) => here,
        Err(reply) => return bare(reply),
    };
    let most = longest_body(&head);
    let Ok(body) = to_bytes(body, most).await else {
        return bare(Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"));
    };
    let body = match unpacking::unpack(&head.headers, body, most).await {
        Ok(body) => body,
        Err(reply) => return bare(reply),
    };
    let ask = asked(world, gate.door, here, head, body);
    if let Some(pause) = ask.hit.pause(Fault::SlowStart, SLOW_START) {
        tokio::time::sleep(pause).await;
    }
    if ask.hit.has(Fault::Silence) {
        std::future::pending::<()>().await;
    }
    if ask.hit.has(Fault::Reset) {
        line.break_off();
        return bare(Reply::empty(StatusCode::NO_CONTENT));
    }
    let gzip = packing::takes_gzip(&ask);
    let shared = Arc::clone(world);
    let answered = tokio::task::spawn_blocking(move || (decide(&shared, &ask), ask.hit));
    match answered.await {
        Ok((reply, hit)) => packing::pack(reply, &hit, gzip, &world.ended),
        Err(_) => bare(Reply::refusal(StatusCode::INTERNAL_SERVER_ERROR, "UNKNOWN_EXCEPTION", "the demo org failed")),
    }
}

/// How long the body may be, by where it goes.
fn longest_body(head: &Parts) -> usize {
    let path = head.uri.path();
    if path.starts_with("/services/oauth2/") {
        LONGEST_FORM
    } else if head.method == Method::PUT && path.contains("/jobs/ingest/") {
        LONGEST_UPLOAD
    } else if head.method == Method::POST && path.contains("/sobjects/ContentVersion") {
        LONGEST_FILE
    } else if path.starts_with("/services/async/") {
        LONGEST_BATCH
    } else {
        LONGEST_BODY
    }
}

/// Whether the head is one that is answered at all: its host, its length.
pub(super) fn check(world: &World, door: Door, head: &Parts) -> Result<Here, Reply> {
    let here = host(world, door, head)?;
    check_size(head).map(|()| here)
}

/// The request, and what hits it.
pub(super) fn asked(world: &World, door: Door, here: Here, head: Parts, body: Bytes) -> Ask {
    let mut ask = Ask::new(head.method, &head.uri, head.headers, body, door, here);
    if !control::is_for(door, head.uri.path()) {
        ask.hit = who::hit(world, &ask, head.uri.path_and_query().map_or("/", |whole| whole.as_str()));
    }
    ask
}

/// The answer, before it is packed. May take milliseconds.
pub(super) fn decide(world: &World, ask: &Ask) -> Reply {
    let mut reply = match bad_day::instead(ask) {
        Some(reply) if ask.segments.get(1).is_some_and(|part| part == "Soap") => soap::dressed(reply),
        Some(reply) => reply,
        None => usage::told(world, ask, dispatch(world, ask)),
    };
    if ask.header("x-prettyprint").is_some_and(|wish| matches!(wish.trim(), "1" | "true")) {
        reply.indent();
    }
    if xml::is_wanted(ask) { xml::pack(reply, ask) } else { reply }
}

fn dispatch(world: &World, ask: &Ask) -> Reply {
    let parts: Vec<&str> = ask.segments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        _ if ask.here.site == Site::Interface => to_my_domain(world, ask),
        path if ask.here.site == Site::Files => photo::serve(world, ask, path),
        [] => home(world, ask),
        ["services", "oauth2", name] => oauth::serve(world, ask, name),
        ["services", "Soap", rest @ ..] => soap::serve(world, ask, rest),
        ["services", "data", rest @ ..] => rest::serve(world, ask, rest),
        ["services", "async", version, rest @ ..] => rest::serve_classic(world, ask, version, rest),
        ["id", "keys"] => well_known::keys(),
        ["id", org, user] => identity::serve(world, ask, org, user),
        [".well-known", name] => well_known::serve(world, ask, name).unwrap_or_else(lost),
        ["orgdeck", rest @ ..] if ask.door == Door::Login => control::serve(world, ask, rest),
        path @ ["profilephoto" | "ncsphoto" | "img" | "favicon.ico", ..] => photo::serve(world, ask, path),
        [id] if identity::is_user(world, ask, id) => photo::to_login(ask),
        _ => lost(),
    }
}

/// The user interface's hosts serve no API: they send everybody on, and most clients leave the token behind.
fn to_my_domain(world: &World, ask: &Ask) -> Reply {
    let Some((_, org)) = world.behind(ask.door) else { return lost() };
    ask.sent_on(&org.origin(&ask.here)).unwrap_or_else(lost)
}

fn lost() -> Reply {
    Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1><p>URL No Longer Exists</p></body></html>")
}

fn home(world: &World, ask: &Ask) -> Reply {
    if ask.header(header::ACCEPT).unwrap_or_default().contains("text/html") {
        Reply::html(StatusCode::OK, world.welcome.page(ask.door))
    } else {
        Reply::text(StatusCode::OK, world.welcome.text(ask.door))
    }
}

/// How the request names this listener. The scheme is the one that a proxy before it was asked by.
fn host(world: &World, door: Door, head: &Parts) -> Result<Here, Reply> {
    let place = world.place(door);
    let secure = head.headers.get("x-forwarded-proto").is_some_and(|scheme| scheme.as_bytes() == b"https");
    let read = |authority: &str| place?.named(authority, secure);
    let named = head.headers.get(header::HOST).and_then(|value| value.to_str().ok()).and_then(read);
    let absolute = head.uri.authority().is_none_or(|authority| read(authority.as_str()).is_some());
    named.filter(|_| absolute).ok_or_else(|| {
        let port = place.map_or(0, Place::port);
        let text = format!("this is 127.0.0.1:{port} and answers to the names of its org and to no other");
        Reply::text(StatusCode::MISDIRECTED_REQUEST, text)
    })
}

fn check_size(head: &Parts) -> Result<(), Reply> {
    let address = address_length(&head.uri);
    let page = |status: StatusCode, reason: &str| {
        let code = status.as_u16();
        Reply::html(status, format!("<h1>Bad Message {code}</h1><pre>reason: {reason}</pre>"))
    };
    if address > LONGEST_HEAD {
        return Err(page(StatusCode::URI_TOO_LONG, "URI Too Long"));
    }
    if address + headers_length(&head.method, &head.headers) > LONGEST_HEAD {
        return Err(page(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "Request Header Fields Too Large"));
    }
    Ok(())
}

fn address_length(uri: &Uri) -> usize {
    uri.path_and_query().map_or(1, |whole| whole.as_str().len())
}

/// As they were sent: a colon, a space and a line's end to each.
fn headers_length(method: &Method, headers: &HeaderMap) -> usize {
    let one =
        |(name, value): (&axum::http::HeaderName, &axum::http::HeaderValue)| name.as_str().len() + value.len() + 4;
    method.as_str().len() + headers.iter().map(one).sum::<usize>()
}
