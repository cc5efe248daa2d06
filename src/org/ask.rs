//! One question from beginning to end: see the drawing in [`super::client`].
//!
//! At most three requests leave for one question: the session may be renewed once, and the id URL may lead to the
//! instance once. A write is sent again only where the org refused it before running it.

use super::client::{Ask, Org};
use super::errors::{self, Asked, media_type};
use super::facts::{Stance, stance};
use super::literal::Literal;
use super::place::Place;
use super::plan::Plan;
use super::read::{self, Keep, Received, Stored, charset, since};
use super::redirect::{self, Redirect};
use super::watched::Watched;
use super::{failures, guard, packed};
use crate::auth::{Renewal, Token};
use crate::json::{Document, Kind};
use crate::request::{AnswerBody, Exchange, Failure, FailureKind, Permit, Timing};
use crate::wire::{self, Body, Incoming, Origin, Phase};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use url::Url;

pub(super) async fn ask(org: &Org, mut ask: Ask, mut keep: Keep<'_>, watched: &Watched) -> Result<Exchange, Failure> {
    let inner = &*org.inner;
    let began = (inner.clock)();
    let fresh = inner.sessions.peek(&ask.profile.id()).is_none();
    if fresh {
        (ask.progress)(Phase::LoggingIn);
    }
    let token = org.log_in(&ask.profile).await?;
    let login = fresh.then(|| since(inner, began));
    let mut plan = Plan::make(org, &ask, Arc::clone(&token)).await?;
    allow(org, &ask, &plan)?;
    let mut notes = guessed_audience(&token, fresh);
    let (mut renewed, mut hopped) = (false, false);
    loop {
        let at = (inner.clock)();
        watched.leaves(&plan);
        let sent = inner.wire.send(plan.outgoing(), &ask.progress).await;
        let mut incoming = sent.map_err(|error| failures::wire(&error, plan.write.is_some()))?;
        let received = receive(org, &ask, &plan, &mut incoming, &mut keep).await?;
        let ended = plan.with_identity && session_ended(incoming.status, &received);
        if ended && !may_send_again(&plan, &received) {
            org.inner.sessions.forget(&ask.profile.id(), &plan.token);
            notes.push(NOT_AGAIN.to_owned());
        } else if ended && !renewed {
            renewed = true;
            hopped = false;
            let before = Arc::clone(&plan.token);
            let renewal = renew(org, &ask, &before).await?;
            if renewal.moved {
                ask.request.address = moved(&ask.request.address, &before.instance_url, &renewal.token.instance_url);
            }
            plan = Plan::make(org, &ask, renewal.token).await?;
            // What goes out now may be another than what was confirmed: another instance, a file that was written to.
            allow(org, &ask, &plan)?;
            notes.push(renewal_note(&plan, renewal.moved));
            continue;
        }
        let refused = match redirect::judge(&plan, incoming.status, incoming.header("location"), hopped) {
            Redirect::None => None,
            Redirect::Stay(failure) => Some(*failure),
            Redirect::Follow(target) => {
                hopped = true;
                notes.push(hop_note(&plan.url, &target));
                plan.shown_url = target.as_str().to_owned();
                plan.url = target;
                continue;
            }
        };
        notes.append(&mut plan.notes);
        let story = Story { at, began, login, notes, refused };
        return finish(org, &ask, plan, incoming, received, story, keep).await;
    }
}

/// What is known beside the answer.
struct Story {
    at: jiff::Timestamp,
    began: jiff::Timestamp,
    login: Option<std::time::Duration>,
    notes: Vec<String>,
    refused: Option<Failure>,
}

/// Reads the body. Only a good answer goes out as it arrives, and only one that needs no unwrapping.
async fn receive(
    org: &Org,
    ask: &Ask,
    plan: &Plan,
    incoming: &mut Incoming,
    keep: &mut Keep<'_>,
) -> Result<Received, Failure> {
    let good = (200..300).contains(&incoming.status);
    let page = plan.wants_data() && media_type(&incoming.headers).contains("html");
    let preview = ask.preview.as_ref().filter(|_| good && !plan.packed);
    if good && !page && !plan.packed {
        read::read(&org.inner, incoming, keep, preview).await
    } else {
        read::read(&org.inner, incoming, &mut Keep::Memory, preview).await
    }
}

/// Makes the exchange of an answer that was read.
async fn finish(
    org: &Org,
    ask: &Ask,
    plan: Plan,
    incoming: Incoming,
    received: Received,
    story: Story,
    keep: Keep<'_>,
) -> Result<Exchange, Failure> {
    let inner = &*org.inner;
    let indexing = (inner.clock)();
    (ask.progress)(Phase::Indexing);
    let (media, charset) = (media_type(&incoming.headers), charset(&incoming.headers));
    let mut status = incoming.status;
    let mut body = read::index(inner, received.bytes, &media, &charset, received.cut.is_some()).await?;
    let part = if plan.packed && status == 200 { packed::unwrap(&body) } else { None };
    if let Some((inside, bytes)) = part {
        status = inside;
        if let Keep::Sink(sink) = keep
            && (200..300).contains(&inside)
        {
            sink(&bytes);
            body = AnswerBody::Empty;
        } else {
            body = read::index(inner, Stored::Memory(bytes), "application/json", "", false).await?;
        }
    }
    let index = since(inner, indexing);
    let newest = org.known_version(&origin_of(&plan.token.instance_url));
    let asked = Asked { rest: plan.wants_data(), newest: newest.as_deref() };
    let trouble = story.refused.or_else(|| errors::trouble(status, &incoming.headers, &body, asked));
    let literal = Literal::of(&plan.token);
    let trouble = trouble.map(|failure| literal.mask_failure(failure));
    let timing = Timing {
        login: story.login,
        connect: incoming.timing.connect,
        wait: incoming.timing.wait,
        body: received.took,
        index,
        total: since(inner, story.began),
    };
    Ok(Exchange {
        who: ask.profile.id(),
        at: story.at,
        method: plan.method.as_str().to_owned(),
        url: literal.mask(&plan.shown_url),
        sent_headers: plan.shown_headers,
        sent_bytes: plan.length,
        with_identity: plan.with_identity,
        status,
        version: incoming.version,
        headers: literal.mask_headers(incoming.headers),
        body,
        wire_bytes: received.wire_bytes,
        timing,
        notes: story.notes,
        cut: received.cut.map(|error| failures::wire(&error, false)),
        trouble,
    })
}

/// The guard: refuses, asks, or lets pass what writes.
fn allow(org: &Org, ask: &Ask, plan: &Plan) -> Result<(), Failure> {
    let Some(reason) = &plan.write else { return Ok(()) };
    let facts = org.facts(&ask.profile.id(), plan.token.org_id());
    let host = plan.url.host_str().unwrap_or_default().to_owned();
    // What is known of this org says nothing of another host.
    let elsewhere = plan.place == Place::Elsewhere && !wire::is_loopback(&plan.url);
    let least = if elsewhere { Stance::Confirm } else { Stance::Free };
    let name = facts.name.as_ref().filter(|_| plan.place != Place::Elsewhere);
    let named = name.map_or_else(|| host.clone(), |name| format!("{name} ({host})"));
    let told = |title: String, hint: &str, kind| Failure {
        title,
        detail: reason.clone(),
        hint: vec![hint.to_owned()],
        facts: vec![
            ("org".to_owned(), named.clone()),
            ("user".to_owned(), ask.profile.user.username.clone()),
            ("method".to_owned(), plan.method.to_string()),
            ("address".to_owned(), plan.shown_url.clone()),
        ],
        kind,
    };
    match stance(&ask.profile, &facts, &plan.url).max(least) {
        Stance::Free => Ok(()),
        Stance::Refuse => Err(told(
            format!("Not sent: {} is read-only", ask.profile.app.name),
            "take read_only out of its table in profiles.toml, if writes are meant",
            FailureKind::Refused,
        )),
        Stance::Confirm => {
            let permit = Permit {
                who: ask.profile.id(),
                org: named.clone(),
                method: plan.method.to_string(),
                url: plan.shown_url.clone(),
                reason: reason.clone(),
                fingerprint: fingerprint(plan),
            };
            if ask.permit.as_ref() == Some(&permit) {
                return Ok(());
            }
            let title = format!("Not sent yet: {} writes to {host} as {}", plan.method, ask.profile.user.username);
            Err(told(title, "confirm it, or say --yes on the command line", FailureKind::Confirm(Box::new(permit))))
        }
    }
}

/// Of all that would be sent, the automatic token left out: a session that is renewed in between changes nothing.
fn fingerprint(plan: &Plan) -> u64 {
    let file = |path: &Path, hasher: &mut DefaultHasher| {
        path.hash(hasher);
        let about = std::fs::metadata(path).ok();
        about.map(|about| (about.len(), about.modified().ok())).hash(hasher);
    };
    let mut hasher = DefaultHasher::new();
    plan.method.as_str().hash(&mut hasher);
    plan.url.as_str().hash(&mut hasher);
    let token = plan.token.access_token.expose().as_bytes();
    for (name, value) in &plan.headers {
        name.as_str().hash(&mut hasher);
        if memchr::memmem::find(value.as_bytes(), token).is_none() {
            value.as_bytes().hash(&mut hasher);
        }
    }
    match &plan.body {
        Body::Empty => 0_u8.hash(&mut hasher),
        Body::Bytes(bytes) => bytes.hash(&mut hasher),
        Body::File(path) => file(path, &mut hasher),
        Body::Parts(parts) => parts.iter().for_each(|part| match part {
            wire::Part::Bytes(bytes) => bytes.hash(&mut hasher),
            wire::Part::File(path) => file(path, &mut hasher),
        }),
    }
    hasher.finish()
}

/// Whether the answer says that the session is over. Other refusals (a session that is not for this API, an app that is
/// blocked) would be the same with a new one.
fn session_ended(status: u16, received: &Received) -> bool {
    let Stored::Memory(bytes) = &received.bytes else { return false };
    let has = |needle: &str| memchr::memmem::find(bytes, needle.as_bytes()).is_some();
    match status {
        401 => has("INVALID_SESSION_ID") && !has("not valid for use"),
        403 => bytes.len() < 200 && has("Bad_OAuth_Token"),
        _ => false,
    }
}

const NOT_AGAIN: &str = "the answer says that the session is over, but what was sent may have run: it was not sent \
    again; the next request logs in anew";

/// Whether what the session's end kept from running may be sent once more. Of a write only Salesforce's own word
/// counts, and none from the org's own code, which may hand on what another org said after it changed something.
fn may_send_again(plan: &Plan, received: &Received) -> bool {
    if plan.write.is_none() {
        return true;
    }
    let Stored::Memory(bytes) = &received.bytes else { return false };
    let document = Document::parse(bytes.clone());
    let list = document.root().filter(|root| document.kind(*root) == Kind::Array);
    let code = list.and_then(|list| document.get(document.at(list, 0)?, "errorCode"));
    code.is_some_and(|code| document.text(code) == "INVALID_SESSION_ID") && !guard::runs_own_code(&plan.url)
}

/// A new session in place of the one that ended.
async fn renew(org: &Org, ask: &Ask, ended: &Token) -> Result<Renewal, Failure> {
    (ask.progress)(Phase::LoggingIn);
    let renewed = org.inner.sessions.renew(&ask.profile, ended).await;
    renewed.map_err(|error| failures::login(&error, &ask.profile))
}

fn renewal_note(plan: &Plan, moved: bool) -> String {
    let again = if plan.write.is_some() {
        "the org had refused it before running it, so it was sent again"
    } else {
        "sent again"
    };
    let to = if moved { format!("; the org is on {} now", origin_of(&plan.token.instance_url)) } else { String::new() };
    format!("the session had ended and was renewed; {again}{to}")
}

fn hop_note(from: &Url, to: &Url) -> String {
    format!("{} led to {}, the org's own instance; the token was sent again there", origin_of(from), origin_of(to))
}

/// An address in full on an instance that is no more, on the new one.
fn moved(address: &str, before: &Url, now: &Url) -> String {
    match address.trim_start().strip_prefix(&before.origin().ascii_serialization()) {
        Some(path) if path.is_empty() || path.starts_with(['/', '?']) => {
            format!("{}{path}", now.origin().ascii_serialization())
        }
        _ => address.to_owned(),
    }
}

fn guessed_audience(token: &Token, fresh: bool) -> Vec<String> {
    let note = || format!("the other audience worked: write audience = \"{}\" into profiles.toml", token.audience);
    (fresh && token.audience_guessed).then(note).into_iter().collect()
}

/// As it is shown and as versions are kept by.
pub(super) fn origin_of(url: &Url) -> String {
    Origin::of(url).map(|origin| origin.to_string()).unwrap_or_default()
}
