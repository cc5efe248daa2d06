//! `/services/Soap/…`: the few calls of the SOAP API that clients of the REST API still make.
//!
//! ```text
//!  POST u (partner) or c (enterprise) ─▶ envelope ─▶ login ─▶ a session
//!                                                 └▶ session ─▶ faults ─▶ calls ─▶ XML
//! ```
//! Everything else of SOAP is told apart: an operation that is not served, a door (`m`, `T`) behind which nothing is.
//! Whatever goes wrong is a SOAP fault with status 500, as Salesforce does it.

mod calls;
mod envelope;
mod login;
mod out;

use super::answer::Reply;
use super::ask::Ask;
use super::bad_day;
use super::data::{DemoUser, Viewer};
use super::rest;
use super::session::Session;
use super::usage;
use super::world::{Org, World};
use axum::http::{HeaderValue, Method, StatusCode, header};
use envelope::Envelope;
use out::{Kind, Trouble};
use serde_json::Value;
use std::sync::atomic::Ordering;

pub(super) use envelope::{Claim, claims_to_be};

/// Somebody whose session works.
struct Caller<'a> {
    world: &'a World,
    org: &'a Org,
    user: &'a DemoUser,
    viewer: Viewer<'a>,
    session: Session,
    token: &'a str,
    kind: Kind,
    version: &'a str,
}

/// Everything under `/services/Soap`; `rest`: the path's parts behind it.
pub(super) fn serve(world: &World, ask: &Ask, rest: &[&str]) -> Reply {
    let [door, version, ..] = rest else { return lost() };
    let kind = match *door {
        "u" => Kind::Partner,
        "c" => Kind::Enterprise,
        "m" => Kind::Metadata,
        "T" => Kind::Tooling,
        _ => return lost(),
    };
    if ask.method != Method::POST {
        return Reply::html(
            StatusCode::METHOD_NOT_ALLOWED,
            "<html><body><h1>405</h1><p>SOAP is asked by POST.</p></body></html>",
        )
        .with(header::ALLOW, HeaderValue::from_static("POST"));
    }
    let version = version.trim_start_matches('v');
    answer(world, ask, kind, version).unwrap_or_else(|trouble| out::fault(kind, &trouble))
}

fn lost() -> Reply {
    Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1><p>URL No Longer Exists</p></body></html>")
}

fn answer(world: &World, ask: &Ask, kind: Kind, version: &str) -> Result<Reply, Trouble> {
    if !rest::is_served(version) {
        return Err(Trouble::new(
            "UNSUPPORTED_API_VERSION",
            format!("Invalid Api version specified on URL: {version}"),
        ));
    }
    let asked = Envelope::read(&ask.body)?;
    if asked.operation.name == "login" && matches!(kind, Kind::Partner | Kind::Enterprise) {
        return login::answer(world, ask, kind, version, &asked);
    }
    let token = asked.session.as_deref().unwrap_or_default();
    let index = world.behind(ask.door).map(|(index, _)| index);
    let session = index.and_then(|index| usage::session(world, ask, token, Some(index))).ok_or_else(no_session)?;
    let org = world.orgs.get(session.org).ok_or_else(no_session)?;
    let user = org.users.get(session.user).ok_or_else(no_session)?;
    let viewer = org.data.viewer(&user.id).ok_or_else(no_session)?;
    if let Some(refused) = bad_day::refusal(ask) {
        return Err(trouble_of(&refused));
    }
    org.calls.fetch_add(1, Ordering::Relaxed);
    let caller = Caller { world, org, user, viewer, session, token, kind, version };
    calls::answer(&caller, &asked.operation, asked.batch)
}

fn no_session() -> Trouble {
    let text = "Invalid Session ID found in SessionHeader: Illegal Session";
    Trouble::new("INVALID_SESSION_ID", text)
}

/// What the REST API would have refused, as SOAP says it.
fn trouble_of(reply: &Reply) -> Trouble {
    let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
    let text = |name: &str| body.get(0).and_then(|error| error.get(name)).and_then(Value::as_str);
    Trouble::new(text("errorCode").unwrap_or("UNKNOWN_EXCEPTION"), text("message").unwrap_or("UNKNOWN_EXCEPTION"))
}

/// An answer that a fault gives in the org's place: as it is where it is a page, as a SOAP fault where it is JSON.
pub(super) fn dressed(reply: Reply) -> Reply {
    match serde_json::from_slice::<Value>(&reply.body) {
        Ok(Value::Array(_)) => out::fault(Kind::Partner, &trouble_of(&reply)),
        _ => reply,
    }
}
