//! Whose session an answer was made for, and the header that tells that org's use of its API.
//!
//! Every check of a token goes through [`session`], so that no answer can be made for a session and not tell. Identity,
//! userinfo and photos tell the use and are no part of it: what counts are calls of an API, each where it is served.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/headers_api_usage.htm>

use super::answer::Reply;
use super::ask::Ask;
use super::fault::Fault;
use super::session::Session;
use super::world::World;
use axum::http::{HeaderName, HeaderValue};

const LIMIT_INFO: HeaderName = HeaderName::from_static("sforce-limit-info");

/// Whose token this is, if it works; `org`: of this org only.
pub(super) fn session(world: &World, ask: &Ask, token: &str, org: Option<usize>) -> Option<Session> {
    let session = world.sessions.check(token, ask.hit.has(Fault::ExpiredTokens))?;
    let wanted = org.is_none_or(|org| org == session.org);
    ask.told_of.set(Some(session.org).filter(|_| wanted).or(ask.told_of.get()));
    wanted.then_some(session)
}

/// The answer, with the use of the API of the org that it was made for.
pub(super) fn told(world: &World, ask: &Ask, reply: Reply) -> Reply {
    let Some(org) = ask.told_of.get().and_then(|index| world.orgs.get(index)) else { return reply };
    let text = if ask.hit.has(Fault::LimitExceeded) {
        format!("api-usage={most}/{most}", most = org.calls_most)
    } else {
        org.limit_info()
    };
    match HeaderValue::from_str(&text) {
        Ok(value) => reply.with(LIMIT_INFO, value),
        Err(_) => reply,
    }
}
