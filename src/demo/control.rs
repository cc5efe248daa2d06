//! The control address, `/orgdeck/…` on the login host's port: bad days, sessions and what was seen, while the demo runs.
//!
//! ```text
//!  GET    /orgdeck                       what is so: seed, latency, faults with their counts, sessions, orgs
//!  PATCH  /orgdeck                       {"seed": 7, "latency_ms": 200}
//!  GET PUT POST DELETE /orgdeck/faults   a rule, as text or object, or a list of them; PUT replaces, POST adds
//!  DELETE /orgdeck/faults/3              takes one back
//!  DELETE /orgdeck/sessions              ends sessions; ?user= and ?org= choose whose
//!  GET DELETE /orgdeck/requests          what was asked so far
//!  POST   /orgdeck/apps                  an app is made, or changed; see `apps`
//!  POST   /orgdeck/stop                  ends the demo, where somebody waits for that
//! ```
//! Whoever asks must show the card's secret in a header: a page in a browser can reach this port, but cannot send that
//! header without being allowed to, and nothing here allows it. The secret is never told here.

use super::answer::Reply;
use super::ask::Ask;
use super::fault::Fault;
use super::locked;
use super::rule::Rule;
use super::world::{Door, World};
use axum::http::{HeaderName, StatusCode};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;

const SECRET: HeaderName = HeaderName::from_static("x-orgdeck-control");
/// Longest pause that can be asked for; milliseconds.
const LONGEST: u64 = 3_600_000;

/// Whether a request is for the control address: faults and latency do not apply to it.
pub(super) fn is_for(door: Door, path: &str) -> bool {
    door == Door::Login && path.split('/').nth(1) == Some("orgdeck")
}

/// Everything under `/orgdeck`; `rest`: the path's parts behind it.
pub(super) fn serve(world: &World, ask: &Ask, rest: &[&str]) -> Reply {
    if ask.header(SECRET) != Some(world.control.expose()) {
        let text = "the header X-Orgdeck-Control must hold the secret of the demo's card";
        return bad(StatusCode::FORBIDDEN, text);
    }
    let method = if ask.is_get() { "GET" } else { ask.method.as_str() };
    let done = match (method, rest) {
        ("GET", []) => Ok(state(world)),
        ("PATCH", []) => settings(world, ask).map(|()| state(world)),
        ("GET", ["faults"]) => Ok(faults(world)),
        ("PUT", ["faults"]) => rules(ask).map(|rules| {
            world.faults.replace(rules);
            faults(world)
        }),
        ("POST", ["faults"]) => rules(ask).and_then(|rules| {
            if world.faults.add(rules) { Ok(faults(world)) } else { Err("there are too many rules".to_owned()) }
        }),
        ("DELETE", ["faults"]) => {
            world.faults.replace(Vec::new());
            Ok(faults(world))
        }
        ("DELETE", ["faults", id]) => match id.parse() {
            Ok(id) if world.faults.remove(id) => Ok(faults(world)),
            _ => return bad(StatusCode::NOT_FOUND, "there is no such rule"),
        },
        ("DELETE", ["sessions"]) => end_sessions(world, ask),
        ("GET", ["requests"]) => Ok(json!(&*locked(&world.seen))),
        ("DELETE", ["requests"]) => {
            locked(&world.seen).clear();
            Ok(json!([]))
        }
        ("POST", ["apps"]) => super::apps::make(world, &ask.body),
        ("POST", ["stop"]) => {
            world.stop.cancel();
            Ok(json!({ "stopping": true }))
        }
        (_, [] | ["apps" | "faults" | "sessions" | "requests" | "stop"] | ["faults", _]) => {
            return bad(StatusCode::METHOD_NOT_ALLOWED, "not by this method; GET /orgdeck tells what there is");
        }
        _ => return bad(StatusCode::NOT_FOUND, "there is no such resource; GET /orgdeck tells what there is"),
    };
    match done {
        Ok(value) => Reply::ok(&value),
        Err(why) => bad(StatusCode::BAD_REQUEST, &why),
    }
}

fn bad(status: StatusCode, why: &str) -> Reply {
    Reply::json(status, &json!({ "error": why }))
}

fn state(world: &World) -> Value {
    let orgs: Vec<Value> = world
        .orgs
        .iter()
        .map(|org| {
            json!({
                "name": org.name,
                "kind": org.kind_name(),
                "calls": org.calls.load(Ordering::Relaxed),
                "calls_most": org.calls_most,
            })
        })
        .collect();
    let kinds: Vec<Value> = Fault::ALL.iter().map(|(fault, _, does)| json!({ "fault": fault, "does": does })).collect();
    json!({
        "seed": world.faults.seed(),
        "latency_ms": world.latency.load(Ordering::Relaxed),
        "faults": faults(world),
        "sessions": world.sessions.count(),
        "requests": locked(&world.seen).len(),
        "orgs": orgs,
        "kinds": kinds,
        "resources": ["faults", "sessions", "requests", "apps", "stop"],
    })
}

fn faults(world: &World) -> Value {
    json!(world.faults.all())
}

fn settings(world: &World, ask: &Ask) -> Result<(), String> {
    let body: Value = serde_json::from_slice(&ask.body).map_err(|error| error.to_string())?;
    let map = body.as_object().ok_or("an object is wanted")?;
    let mut wishes = Vec::new();
    for (name, value) in map {
        let number = value.as_u64().ok_or_else(|| format!("{name} must be a whole number"))?;
        match name.as_str() {
            "seed" => wishes.push((true, number)),
            "latency_ms" if number <= LONGEST => wishes.push((false, number)),
            "latency_ms" => return Err(format!("latency_ms may be {LONGEST} at most")),
            other => return Err(format!("there is no {other}; seed and latency_ms can be set")),
        }
    }
    for (is_seed, number) in wishes {
        if is_seed { world.faults.reseed(number) } else { world.latency.store(number, Ordering::Relaxed) }
    }
    Ok(())
}

/// The rules in a body: one or a list, each as text or as an object.
fn rules(ask: &Ask) -> Result<Vec<Rule>, String> {
    let body: Value = serde_json::from_slice(&ask.body).map_err(|error| error.to_string())?;
    let list = match body {
        Value::Array(list) => list,
        one => vec![one],
    };
    let read = |value: Value| match value {
        Value::String(text) => text.parse::<Rule>().map_err(|error| error.to_string()),
        object => {
            let rule: Rule = serde_json::from_value(object).map_err(|error| error.to_string())?;
            rule.checked().map_err(|error| error.to_string())
        }
    };
    list.into_iter().map(read).collect()
}

fn end_sessions(world: &World, ask: &Ask) -> Result<Value, String> {
    let (user, org) = (ask.param("user"), ask.param("org"));
    let is = |wish: Option<&str>, names: [&str; 2]| {
        wish.is_none_or(|wish| names.iter().any(|name| name.eq_ignore_ascii_case(wish)))
    };
    let mut people = world.orgs.iter().flat_map(|own| own.users.iter().map(move |user| (own, user)));
    let known = |own: &super::world::Org, who: &super::data::DemoUser| {
        is(org, [&own.name, own.kind_name()]) && is(user, [&who.username, &who.alias])
    };
    if !people.any(|(own, who)| known(own, who)) {
        return Err("there is no such user or org".to_owned());
    }
    let ended = world.sessions.end(|session| {
        let own = world.orgs.get(session.org);
        own.and_then(|own| Some((own, own.users.get(session.user)?))).is_some_and(|(own, who)| known(own, who))
    });
    Ok(json!({ "ended": ended }))
}
