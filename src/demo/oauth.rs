//! The OAuth endpoints: token by JWT bearer, revoke, introspect.
//!
//! Bodies are Salesforce's, word for word, since clients match on them. A token or an assertion is never echoed.

use super::answer::Reply;
use super::ask::{Ask, field};
use super::assertion;
use super::data::{DemoUser, Fate};
use super::fault::Fault;
use super::locked;
use super::session::Session;
use super::world::{ConnectedApp, Door, Permitted, World};
use axum::http::{HeaderValue, Method, StatusCode, header};
use serde_json::json;
use std::time::{SystemTime, UNIX_EPOCH};

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// A refused login: `error` and `error_description`.
type Refusal = (&'static str, &'static str);

const NOT_APPROVED: Refusal = ("invalid_grant", "user hasn't approved this consumer");
const NOT_ADMIN_APPROVED: Refusal = ("invalid_app_access", "user is not admin approved to access this app");
const BAD_ASSERTION: Refusal = ("invalid_grant", "invalid assertion");

/// `/services/oauth2/NAME`.
pub(super) fn serve(world: &World, ask: &Ask, name: &str) -> Reply {
    match name {
        "token" => token(world, ask),
        "revoke" => revoke(world, ask),
        "introspect" => introspect(ask),
        "userinfo" => super::identity::userinfo(world, ask),
        _ => Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1><p>URL No Longer Exists</p></body></html>"),
    }
}

fn token(world: &World, ask: &Ask) -> Reply {
    if ask.method != Method::POST {
        return Reply::oauth_error("invalid_request", "must use HTTP POST");
    }
    let form = ask.form();
    if field(&form, "grant_type") != Some(JWT_BEARER) {
        return Reply::oauth_error("unsupported_grant_type", "grant type not supported");
    }
    let granted = match log_in(world, ask, field(&form, "assertion").unwrap_or_default()) {
        Ok(session) => session,
        Err((error, description)) => return Reply::oauth_error(error, description),
    };
    grant(world, granted)
        .unwrap_or_else(|| Reply::oauth_error("unknown_error", "retry your request"))
        .with(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"))
        .with(header::PRAGMA, HeaderValue::from_static("no-cache"))
}

fn grant(world: &World, session: Session) -> Option<Reply> {
    let org = world.orgs.get(session.org)?;
    let user = org.users.get(session.user)?;
    let token = world.sessions.grant(session, &org.id)?;
    Some(Reply::ok(&json!({
        "access_token": token.expose(),
        "scope": "id full",
        "instance_url": org.origin,
        "id": org.id_url(user),
        "token_type": "Bearer",
    })))
}

/// Who this assertion lets in. The signature is checked before anything that would tell a stranger about the org.
fn log_in(world: &World, ask: &Ask, assertion: &str) -> Result<Session, Refusal> {
    let issuer = assertion::issuer(assertion).ok_or(BAD_ASSERTION)?;
    let app = world
        .apps
        .iter()
        .find(|app| app.client_id == issuer)
        .ok_or(("invalid_client_id", "client identifier invalid"))?;
    if !matches!(ask.door, Door::Login) && ask.door != Door::Instance(app.org) {
        return Err(("app_not_found", "External client app is not installed in this org"));
    }
    let claims = assertion::verify(assertion, &app.public).ok_or(BAD_ASSERTION)?;
    let org = world.orgs.get(app.org).ok_or(BAD_ASSERTION)?;
    if !claims.audience_is_one_of(&world.audiences(org)) {
        return Err(("invalid_grant", "audience is invalid"));
    }
    let expiry = claims.expiry().ok_or(BAD_ASSERTION)?;
    if expiry <= seconds_now() {
        return Err(("invalid_grant", "expired authorization code"));
    }
    let (index, user) = claims.subject().and_then(|name| org.user_by_name(name)).ok_or(NOT_APPROVED)?;
    let session = Session { org: app.org, user: index };
    bad_day(world, ask, session)?;
    admit(app, user)?;
    if world.logins.allow(session) { Ok(session) } else { Err(RATE) }
}

const RATE: Refusal = ("invalid_grant", "LOGIN_RATE_EXCEEDED");

/// Whether the user may log in through this app.
fn admit(app: &ConnectedApp, user: &DemoUser) -> Result<(), Refusal> {
    match (user.fate, app.permitted) {
        (Fate::Inactive, _) => Err(("invalid_grant", "inactive user")),
        (Fate::NotApproved, Permitted::AdminApproved) => Err(NOT_ADMIN_APPROVED),
        (Fate::NotApproved, Permitted::SelfAuthorized) => Err(NOT_APPROVED),
        (Fate::NotApproved, Permitted::Everybody) | (Fate::Active, _) => Ok(()),
    }
}

fn bad_day(world: &World, ask: &Ask, session: Session) -> Result<(), Refusal> {
    if ask.hit.has(Fault::LoginRate) {
        return Err(RATE);
    }
    if ask.hit.has(Fault::LoginIp) {
        return Err(("invalid_grant", "ip restricted"));
    }
    if ask.hit.has(Fault::InactiveOrg) {
        return Err(("invalid_grant", "inactive organization"));
    }
    if ask.hit.has(Fault::LoginRetry) {
        let who = (session.org, session.user);
        let mut retried = locked(&world.retried);
        match retried.iter().position(|other| *other == who) {
            Some(place) => {
                retried.swap_remove(place);
            }
            None => {
                retried.push(who);
                return Err(("unknown_error", "retry your request"));
            }
        }
    }
    Ok(())
}

fn seconds_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// `GET` or `POST` with `token=`. <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm>
fn revoke(world: &World, ask: &Ask) -> Reply {
    let form = ask.form();
    match field(&form, "token") {
        None => Reply::oauth_error("unsupported_token_type", "this token type is not supported"),
        Some(token) if world.sessions.revoke(token) => Reply::empty(StatusCode::OK),
        Some(_) => Reply::oauth_error("invalid_token", "invalid token"),
    }
}

/// Wants the app's secret, and the demo's apps have none.
fn introspect(ask: &Ask) -> Reply {
    if ask.method != Method::POST {
        return Reply::oauth_error("invalid_request", "must use HTTP POST");
    }
    let body = json!({ "error": "invalid_client", "error_description": "invalid client credentials" });
    Reply::json(StatusCode::UNAUTHORIZED, &body)
}
