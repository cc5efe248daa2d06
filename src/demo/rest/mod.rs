//! `/services/data`: versions, who asks, and the way to each resource.
//!
//! ```text
//!  /services/data            no token    versions
//!  /services/data/vNN.0/…    token ─▶ counted ─▶ faults ─▶ route ─▶ Reply, with or without a session told of (`usage`)
//! ```
//! What is not served answers 404, as Salesforce does.

mod classic;
mod collections;
mod completions;
mod composite;
mod condition;
mod connect;
mod content;
mod graph;
mod graphql;
mod jobs;
mod limits;
mod metadata;
mod parts;
mod record;
mod references;
mod route;
mod search;
mod searches;
mod tooling;
mod tree;
mod ui;
mod versions;

use super::answer::Reply;
use super::ask::{Ask, Ticket};
use super::bad_day;
use super::data::{DemoUser, Viewer};
use super::hosts::Here;
use super::usage;
use super::world::{Org, World};
use axum::http::StatusCode;
use std::sync::atomic::Ordering;

pub(super) use classic::serve as serve_classic;
pub(super) use connect::Board;
pub(super) use searches::Searches;
pub(super) use ui::Favorites;
pub(super) use versions::{NEWEST, is_served};

/// What an org of the demo serves under `/services/data/vNN.0/`: name, and path.
pub(super) const RESOURCES: [(&str, &str); 21] = [
    ("tooling", "tooling"),
    ("tabs", "tabs"),
    ("appMenu", "appMenu"),
    ("theme", "theme"),
    ("quickActions", "quickActions"),
    ("compactLayouts", "compactLayouts"),
    ("sobjects", "sobjects"),
    ("query", "query"),
    ("queryAll", "queryAll"),
    ("search", "search"),
    ("parameterizedSearch", "parameterizedSearch"),
    ("limits", "limits"),
    ("recent", "recent"),
    ("composite", "composite"),
    ("jobs", "jobs"),
    ("ui-api", "ui-api"),
    ("graphql", "graphql"),
    ("chatter", "chatter"),
    ("connect", "connect"),
    ("process", "process"),
    ("actions", "actions"),
];

/// Somebody whose token works, in his org.
struct Caller<'a> {
    world: &'a World,
    /// How the host was named.
    here: Here,
    org: &'a Org,
    user: &'a DemoUser,
    viewer: Viewer<'a>,
}

/// Everything under `/services/data`; `rest`: the path's parts behind it.
pub(super) fn serve(world: &World, ask: &Ask, rest: &[&str]) -> Reply {
    let Some(door) = world.behind(ask.door) else {
        return if rest.is_empty() { versions::list(ask) } else { at_login(world, ask) };
    };
    let (index, org) = door;
    let Some((version, path)) = rest.split_first() else { return versions::list(ask) };
    // The list of versions needs no session and tells nothing; below it refusals tell too.
    ask.told_of.set(Some(index));
    match versions::parse(version) {
        Ok(version) => authorized(world, ask, index, org, &version, path),
        Err(reply) => reply,
    }
}

/// The login host has no data: a client that asks it for some did not read `instance_url`.
fn at_login(world: &World, ask: &Ask) -> Reply {
    let Ticket::Token(token) = ask.ticket() else { return Reply::no_session() };
    if usage::session(world, ask, token, None).is_none() {
        return Reply::no_session();
    }
    let text = "Destination URL not reset. The URL returned from login must be set";
    Reply::refusal(StatusCode::BAD_REQUEST, "URL_NOT_RESET", text)
}

fn authorized(world: &World, ask: &Ask, index: usize, org: &Org, version: &str, path: &[&str]) -> Reply {
    let token = match ask.ticket() {
        Ticket::Token(token) => token,
        Ticket::None => return Reply::no_session(),
        Ticket::OtherScheme => {
            return Reply::refusal(StatusCode::UNAUTHORIZED, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE");
        }
    };
    let session = usage::session(world, ask, token, Some(index));
    let Some(user) = session.and_then(|session| org.users.get(session.user)) else { return Reply::no_session() };
    let Some(viewer) = org.data.viewer(&user.id) else { return Reply::no_session() };
    if let Some(refused) = bad_day::refusal(ask) {
        return refused;
    }
    org.calls.fetch_add(1, Ordering::Relaxed);
    let caller = Caller { world, here: ask.here, org, user, viewer };
    route::serve(&caller, &route::Call::of(ask, version, path))
}
