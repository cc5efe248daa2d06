//! Requests that are forwarded with a token that is put on here, so that whoever asks never holds it.
//!
//! ```text
//! gate ─▶ address (whose, where) ─▶ headers ─▶ body ─▶ guard ─▶ token ─▶ org ─▶ session ended? renew, once ─▶ answer
//! ```
//! What is sent goes to the instance of the profile's own token and nowhere else. What changes something is forwarded only
//! where the server was started so, and then under the same guard as everywhere.

pub(super) mod address;
mod answer;
mod body;
mod headers;

use super::reply::Reply;
use super::{Desk, Told, login};
use crate::auth::Token;
use crate::org::{self, OrgFacts, Stance};
use crate::profile::Profile;
use crate::wire::{self, Clearance, Incoming, Origin, Outgoing, WireError};
use address::{Address, Names};
use answer::Given;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, Response, header};
use body::Taken;
use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

/// How much of an answer is looked into for a session's end, in bytes.
const REFUSAL: usize = 64 << 10;
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// What changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writes {
    /// Is refused.
    Never,
    /// Is forwarded where it needs no confirmation: to sandboxes, scratch orgs and demo orgs.
    WhereFree,
    /// Is forwarded to production, too: it was confirmed when the server was started. Read-only profiles stay so.
    Confirmed,
}

/// What forwarding needs.
#[derive(Clone)]
pub struct Forwarding {
    /// What it sends by.
    pub wire: wire::Client,
    /// The username of each app's default user, by the app's name.
    pub defaults: IndexMap<String, String>,
    /// What becomes of writes.
    pub writes: Writes,
}

/// Forwarding as it is under way.
pub(super) struct Forward {
    options: Forwarding,
    names: Names,
}

/// A request that may be sent.
struct Ready {
    method: Method,
    path: String,
    query: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    taken: Taken,
    /// Why it is a write, if it is one.
    write: Option<String>,
}

impl Forward {
    pub(super) fn new(options: Forwarding, people: &[Profile]) -> Self {
        let names = Names::of(people, &options.defaults);
        Self { options, names }
    }

    /// Who can be reached, where, and how far.
    pub(super) fn list(&self, desk: &Desk, origin: &str) -> Reply {
        let people = desk.options.people.iter().enumerate().filter_map(|(at, profile)| {
            let address = self.names.address(profile, at)?;
            Some(json!({
                "address": format!("{origin}{address}"),
                "app": profile.app.name,
                "username": profile.user.username,
                "alias": profile.user.alias,
                "kind": profile.app.kind.as_str(),
                "writes": self.options.writes != Writes::Never && !profile.app.read_only,
            }))
        });
        let list = json!({ "profiles": people.collect::<Vec<Value>>() });
        Reply::ours(200, list.to_string())
    }

    /// Forwards one request; what is told of it.
    pub(super) async fn answer(&self, desk: &Desk, head: &Parts, body: Body) -> (Result<Response<Body>, Reply>, Told) {
        let asked = format!("{} {}", head.method, head.uri.path());
        let (who, done) = match Address::of(head.uri.path(), &self.names) {
            Err(refused) => (None, Err(refused)),
            Ok(address) => match desk.options.people.get(address.who) {
                None => (None, Err(Reply::refused(404, "unknown_profile", "no profile has this address"))),
                Some(profile) => {
                    (Some(profile.id().to_string()), self.forward(desk, head, body, profile, &address).await)
                }
            },
        };
        let (status, why) = match &done {
            Ok(response) => (response.status().as_u16(), None),
            Err(reply) => {
                let told = reply.told();
                (told.status, told.why)
            }
        };
        // Only what was understood is told back: a path that was refused may be anything.
        let asked = who.is_some().then_some(asked);
        (done, Told { status, who, why, asked })
    }

    async fn forward(
        &self,
        desk: &Desk,
        head: &Parts,
        body: Body,
        profile: &Profile,
        address: &Address<'_>,
    ) -> Result<Response<Body>, Reply> {
        let ready = self.ready(desk, head, body, profile, address).await?;
        let failed = |error: Arc<crate::auth::LoginError>| login::no_token(&error);
        let mut token = desk.sessions.token(profile).await.map_err(failed)?;
        let (url, mut incoming) = self.send(&ready, profile, &token).await?;
        let mut first = None;
        if matches!(incoming.status, 401 | 403) {
            let refusal = beginning(&mut incoming).await?;
            if org::session_ended(incoming.status, &refusal) && may_send_again(&ready, &url, &refusal) {
                token = desk.sessions.renew(profile, &token).await.map_err(failed)?.token;
                let (url, incoming) = self.send(&ready, profile, &token).await?;
                let given = Given { incoming, first, taken: ready.taken, url };
                return answer::hand_on(given, &token, address);
            }
            if org::session_ended(incoming.status, &refusal) {
                desk.sessions.forget(&profile.id(), &token);
            }
            first = Some(refusal);
        }
        answer::hand_on(Given { incoming, first, taken: ready.taken, url }, &token, address)
    }

    /// All that can be judged before a token is needed.
    async fn ready(
        &self,
        desk: &Desk,
        head: &Parts,
        body: Body,
        profile: &Profile,
        address: &Address<'_>,
    ) -> Result<Ready, Reply> {
        if head.uri.scheme().is_some() || head.uri.authority().is_some() {
            return Err(Reply::refused(400, "invalid_address", "the address has to begin with /"));
        }
        let known = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
        if !known.contains(&head.method) {
            let why = format!("{METHODS} are forwarded");
            return Err(Reply::refused(405, "method_not_allowed", why).allowing(METHODS));
        }
        let headers = headers::onwards(&head.headers)?;
        let mut ready = Ready {
            method: head.method.clone(),
            path: address.path.to_owned(),
            query: head.uri.query().map(str::to_owned),
            headers,
            taken: Taken::Memory(Bytes::new()),
            write: None,
        };
        let url = ready.url(&profile.app.login_url)?;
        let overriding = |name: &str| name.trim().eq_ignore_ascii_case("_HttpMethod");
        if url.query_pairs().any(|(name, _)| overriding(&name)) {
            return Err(Reply::refused(400, "invalid_request", "_HttpMethod is not taken: send the method itself"));
        }
        // No body makes another method a question: what never is one is not waited for.
        if head.method != Method::POST {
            ready.write = ready.write_reason(&url);
            self.allow(profile, ready.write.as_deref())?;
        }
        let length = head.headers.get(header::CONTENT_LENGTH).and_then(|text| text.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|length| length > desk.options.limits.upload) {
            return Err(body::too_long(desk.options.limits.upload));
        }
        ready.taken = body::take(body, &desk.options.limits).await?;
        let asks = matches!(head.method, Method::GET | Method::HEAD);
        if asks && ready.taken.seen().is_none_or(|bytes| !bytes.is_empty()) {
            return Err(Reply::refused(400, "invalid_request", format!("{} has no body", head.method)));
        }
        ready.write = ready.write_reason(&url);
        self.allow(profile, ready.write.as_deref())?;
        Ok(ready)
    }

    /// What holds for writes wherever they go.
    fn allow(&self, profile: &Profile, write: Option<&str>) -> Result<(), Reply> {
        let Some(reason) = write else { return Ok(()) };
        let refused = |rule: &str| Err(Reply::refused(403, "write_refused", format!("{reason}, and {rule}")));
        if profile.app.read_only {
            return refused("the profile is read-only");
        }
        if self.options.writes == Writes::Never {
            return refused("only what reads is forwarded: orgdeck serve --proxy --allow-writes forwards this, too");
        }
        Ok(())
    }

    /// What holds for a write to this host. Nothing is known here of an org but its address.
    fn allow_at(&self, profile: &Profile, write: Option<&str>, url: &Url) -> Result<(), Reply> {
        let Some(reason) = write else { return Ok(()) };
        match org::stance(profile, &OrgFacts::default(), url) {
            Stance::Free => Ok(()),
            Stance::Confirm if self.options.writes == Writes::Confirmed => Ok(()),
            Stance::Confirm => {
                let why = format!("{reason}, and this counts as production: orgdeck --yes serve … forwards it");
                Err(Reply::refused(403, "write_refused", why))
            }
            Stance::Refuse => Err(Reply::refused(403, "write_refused", format!("{reason}: the profile is read-only"))),
        }
    }

    async fn send(&self, ready: &Ready, profile: &Profile, token: &Token) -> Result<(Url, Incoming), Reply> {
        let url = ready.url(&token.instance_url)?;
        self.allow_at(profile, ready.write.as_deref(), &url)?;
        let outgoing = Outgoing {
            method: ready.method.clone(),
            url: url.clone(),
            headers: ready.with(token)?,
            body: ready.taken.outgoing(),
            clearance: Clearance::Only(Origin::of(&token.instance_url).into_iter().collect()),
            repeat: ready.write.is_none(),
        };
        let quiet: wire::Progress = Arc::new(|_| ());
        let incoming = self.options.wire.send(outgoing, &quiet).await.map_err(|error| no_answer(&error))?;
        Ok((url, incoming))
    }
}

impl Ready {
    /// The address on this host. What goes out is what was matched, sign for sign.
    fn url(&self, host: &Url) -> Result<Url, Reply> {
        let mut url = host.clone();
        url.set_path(&self.path);
        url.set_query(self.query.as_deref());
        url.set_fragment(None);
        if url.path() == self.path {
            Ok(url)
        } else {
            Err(Reply::refused(400, "invalid_address", "the path is not written plainly"))
        }
    }

    fn write_reason(&self, url: &Url) -> Option<String> {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default())).collect();
        org::write_reason(&self.method, url, &headers, self.taken.seen())
    }

    /// The headers with the token. The classic Bulk API wants it in a header of its own.
    fn with(&self, token: &Token) -> Result<Vec<(HeaderName, HeaderValue)>, Reply> {
        let (name, text) = if self.path.starts_with("/services/async") {
            (HeaderName::from_static("x-sfdc-session"), token.access_token.expose().to_owned())
        } else {
            (header::AUTHORIZATION, format!("Bearer {}", token.access_token.expose()))
        };
        let broken = |_| Reply::refused(502, "no_token", "the token cannot be sent in a header");
        let mut value = HeaderValue::try_from(text).map_err(broken)?;
        value.set_sensitive(true);
        let mut headers = self.headers.clone();
        headers.push((name, value));
        Ok(headers)
    }
}

/// The beginning of a refusal.
async fn beginning(incoming: &mut Incoming) -> Result<Bytes, Reply> {
    let mut all = bytes::BytesMut::new();
    while all.len() < REFUSAL
        && let Some(piece) = incoming.chunk().await.map_err(|error| no_answer(&error))?
    {
        all.extend_from_slice(&piece);
    }
    Ok(all.freeze())
}

/// A write is sent again only where Salesforce itself says that it did not run.
fn may_send_again(ready: &Ready, url: &Url, refusal: &Bytes) -> bool {
    ready.write.is_none() || org::refused_unrun(url, refusal.to_vec())
}

fn no_answer(error: &WireError) -> Reply {
    let status = if matches!(error, WireError::IdleLimit { .. } | WireError::ConnectLimit { .. }) { 504 } else { 502 };
    Reply::refused(status, "no_answer", error.to_string())
}
