//! The door of every listener: what comes in is checked, waits, is answered off the async threads, and is packed.
//!
//! Only this machine may ask, by its own name: a page that made its host name point here is turned away.

use super::answer::Reply;
use super::ask::Ask;
use super::fault::{Fault, Hit};
use super::packing;
use super::world::{Door, Seen, World};
use super::{identity, oauth, photo, rest, xml};
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header, request::Parts};
use axum::response::Response;
use std::sync::Arc;

/// Longest address, and longest address with headers; bytes.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm>
const LONGEST_HEAD: usize = 16_384;
/// Longest body of a login; bytes.
const LONGEST_FORM: usize = 64 * 1_024;
/// Longest body of a REST request; bytes.
const LONGEST_BODY: usize = 6 * 1_024 * 1_024;
/// Longest batch of the first Bulk API; bytes.
const LONGEST_BATCH: usize = 10 * 1_024 * 1_024;
/// Longest upload of a bulk job; bytes.
/// <https://developer.salesforce.com/docs/atlas.en-us.api_asynch.meta/api_asynch/upload_job_data.htm>
const LONGEST_UPLOAD: usize = 150 * 1_024 * 1_024;

/// One listener.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) world: Arc<World>,
    pub(super) door: Door,
    pub(super) port: u16,
}

/// Answers one request; gives up when the demo ends.
pub(super) async fn handle(State(gate): State<Gate>, request: Request) -> Response {
    let ended = gate.world.ended.clone();
    tokio::select! {
        response = answer(&gate, request) => response,
        () = ended.cancelled() => {
            let gone = Reply::text(StatusCode::SERVICE_UNAVAILABLE, "the demo org has ended");
            packing::pack(gone, &Hit::default(), false, &ended)
        }
    }
}

async fn answer(gate: &Gate, request: Request) -> Response {
    let world = &gate.world;
    let (head, body) = request.into_parts();
    world.remember(Seen {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        authorization: head.headers.contains_key(header::AUTHORIZATION),
        origin_port: gate.port,
    });
    if !world.latency.is_zero() {
        tokio::time::sleep(world.latency).await;
    }
    let bare = |reply: Reply| packing::pack(reply, &Hit::default(), false, &world.ended);
    if let Err(reply) = check_host(&head, gate.port).and_then(|()| check_size(&head)) {
        return bare(reply);
    }
    let Ok(body) = to_bytes(body, longest_body(&head)).await else {
        return bare(Reply::text(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large"));
    };
    let hit = world.faults.hitting(head.uri.path_and_query().map_or("/", |whole| whole.as_str()));
    let ask = Ask::new(head.method, &head.uri, head.headers, body, gate.door, hit);
    let gzip = packing::takes_gzip(&ask);
    let shared = Arc::clone(world);
    let answered = tokio::task::spawn_blocking(move || {
        let mut reply = dispatch(&shared, &ask);
        if ask.header("x-prettyprint").is_some_and(|wish| matches!(wish.trim(), "1" | "true")) {
            reply.indent();
        }
        if xml::is_wanted(&ask) {
            reply = xml::pack(reply, &ask);
        }
        let hit = if spoils_bodies(&ask) { ask.hit } else { Hit::default() };
        (reply, hit)
    });
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
    } else if path.starts_with("/services/async/") {
        LONGEST_BATCH
    } else {
        LONGEST_BODY
    }
}

/// Whether faults of the body apply: to what the API and the identity say, not to logins.
fn spoils_bodies(ask: &Ask) -> bool {
    let is = |place: usize, name: &str| ask.segments.get(place).is_some_and(|own| own == name);
    is(0, "id") || (is(0, "services") && is(1, "data"))
}

fn dispatch(world: &World, ask: &Ask) -> Reply {
    let parts: Vec<&str> = ask.segments.iter().map(String::as_str).collect();
    match parts.as_slice() {
        [] => home(world, ask),
        ["services", "oauth2", name] => oauth::serve(world, ask, name),
        ["id", org, user] => bad_day(ask).unwrap_or_else(|| identity::serve(world, ask, org, user)),
        ["services", "data", rest @ ..] => bad_day(ask).unwrap_or_else(|| rest::serve(world, ask, rest)),
        ["services", "async", version, rest @ ..] => {
            bad_day(ask).unwrap_or_else(|| rest::serve_classic(world, ask, version, rest))
        }
        path @ ["profilephoto" | "ncsphoto" | "img" | "favicon.ico", ..] => photo::serve(world, ask, path),
        [id] if identity::is_user(world, ask, id) => photo::to_login(ask),
        _ => Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1><p>URL No Longer Exists</p></body></html>"),
    }
}

/// Faults that answer in the org's place.
fn bad_day(ask: &Ask) -> Option<Reply> {
    if ask.hit.has(Fault::HtmlPage) {
        return Some(Reply::html(StatusCode::SERVICE_UNAVAILABLE, MAINTENANCE));
    }
    let busy =
        || Reply::refusal(StatusCode::SERVICE_UNAVAILABLE, "SERVER_UNAVAILABLE", "Service is busy. Try again later.");
    ask.hit.has(Fault::Unavailable).then(busy)
}

const MAINTENANCE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Down for Maintenance</title></head>\n\
    <body>\n<h1>We are down for maintenance.</h1>\n<p>Sorry for the inconvenience. We&#39;ll be back shortly.</p>\n</body>\n</html>\n";

fn home(world: &World, ask: &Ask) -> Reply {
    if ask.header(header::ACCEPT).unwrap_or_default().contains("text/html") {
        Reply::html(StatusCode::OK, world.welcome.page(ask.door))
    } else {
        Reply::text(StatusCode::OK, world.welcome.text(ask.door))
    }
}

/// Only requests that name this listener: `127.0.0.1:PORT` or `localhost:PORT`.
fn check_host(head: &Parts, port: u16) -> Result<(), Reply> {
    let own = |host: &str| {
        host.strip_prefix("127.0.0.1:")
            .or_else(|| host.strip_prefix("localhost:"))
            .is_some_and(|given| given.parse() == Ok(port))
    };
    let named = head.headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let absolute = head.uri.authority().is_none_or(|authority| own(&authority.as_str().to_ascii_lowercase()));
    if own(&named.to_ascii_lowercase()) && absolute {
        Ok(())
    } else {
        let text = format!("this is 127.0.0.1:{port} and answers to no other name");
        Err(Reply::text(StatusCode::MISDIRECTED_REQUEST, text))
    }
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
