//! The OAuth endpoints: token, revoke, and what becomes of a login once it is known whose it is.
//!
//! Bodies are Salesforce's, word for word, since clients match on them. A token or an assertion is never echoed. The flows
//! that are off unless allowed, and introspection, are in `flows`.

use super::answer::Reply;
use super::ask::{Ask, field};
use super::assertion;
use super::data::{DemoUser, Fate};
use super::fault::Fault;
use super::locked;
use super::options::Flow;
use super::session::{Session, seconds_now};
use super::world::{ConnectedApp, Door, Permitted, World};
use super::{flows, xml};
use axum::http::{HeaderValue, Method, StatusCode, header};
use serde_json::{Value, json};
use std::sync::Arc;

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// How far ahead a skewed clock is; seconds.
const SKEW: i64 = 3_600;

/// A refused login: `error` and `error_description`.
pub(super) type Refusal = (&'static str, &'static str);

const NOT_APPROVED: Refusal = ("invalid_grant", "user hasn't approved this consumer");
const NOT_ADMIN_APPROVED: Refusal = ("invalid_app_access", "user is not admin approved to access this app");
const BAD_ASSERTION: Refusal = ("invalid_grant", "invalid assertion");
const RETRY: Refusal = ("unknown_error", "retry your request");
const RATE: Refusal = ("invalid_grant", "LOGIN_RATE_EXCEEDED");

/// Where a browser would log in, had the demo people to log in.
const NO_LOGIN_PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>orgdeck demo org</title></head>\n<body>\n\
    <h1>There is no login page here</h1>\n\
    <p>This is orgdeck's demo org. Programs log in to it by the OAuth 2.0 JWT bearer flow: \
    <code>POST /services/oauth2/token</code> with an assertion that one of its keys signed. \
    The <a href=\"/\">front page</a> names apps, users and key files.</p>\n\
    <p>Started with <code>orgdeck demo --serve --allow password,client-credentials,soap-login</code>, it takes those ways \
    too.</p>\n</body>\n</html>\n";

/// `/services/oauth2/NAME`.
pub(super) fn serve(world: &World, ask: &Ask, name: &str) -> Reply {
    match name {
        "token" => in_format(token(world, ask), ask, "OAuth"),
        "revoke" => in_format(revoke(world, ask), ask, "OAuth"),
        "introspect" => flows::introspect(world, ask),
        "userinfo" => super::identity::userinfo(world, ask),
        "authorize" => Reply::html(StatusCode::OK, NO_LOGIN_PAGE),
        _ => Reply::html(StatusCode::NOT_FOUND, "<html><body><h1>404</h1><p>URL No Longer Exists</p></body></html>"),
    }
}

fn token(world: &World, ask: &Ask) -> Reply {
    if ask.method != Method::POST {
        return Reply::oauth_error("invalid_request", "must use HTTP POST");
    }
    let form = ask.form();
    let granted = match field(&form, "grant_type") {
        Some(JWT_BEARER) => {
            let session = log_in(world, ask, field(&form, "assertion").unwrap_or_default());
            session.and_then(|session| grant(world, ask, session))
        }
        Some("password") if world.allows(Flow::Password) => flows::password(world, ask, &form),
        Some("client_credentials") if world.allows(Flow::ClientCredentials) => {
            flows::client_credentials(world, ask, &form)
        }
        _ => Err(("unsupported_grant_type", "grant type not supported")),
    };
    match granted {
        Ok(answer) => Reply::ok(&answer),
        Err((error, description)) => Reply::oauth_error(error, description),
    }
    .with(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-store"))
    .with(header::PRAGMA, HeaderValue::from_static("no-cache"))
}

/// A new token for a session, as the JWT bearer flow tells it.
pub(super) fn grant(world: &World, ask: &Ask, session: Session) -> Result<Value, Refusal> {
    let org = world.orgs.get(session.org).ok_or(RETRY)?;
    let user = org.users.get(session.user).ok_or(RETRY)?;
    let token = world.sessions.grant(session, &org.id).ok_or(RETRY)?;
    Ok(json!({
        "access_token": token.expose(),
        "scope": "id full",
        "instance_url": org.origin(&ask.here),
        "id": org.id_url(user, &ask.here),
        "token_type": "Bearer",
    }))
}

/// Who this assertion lets in. The signature is checked before anything that would tell a stranger about the org.
fn log_in(world: &World, ask: &Ask, assertion: &str) -> Result<Session, Refusal> {
    let issuer = assertion::issuer(assertion).ok_or(BAD_ASSERTION)?;
    let (index, app) = app_of(world, ask, &issuer)?;
    let claims = assertion::verify(assertion, &app.public).ok_or(BAD_ASSERTION)?;
    let org = world.orgs.get(app.org).ok_or(BAD_ASSERTION)?;
    if !claims.audience_is(|audience| world.is_audience(org, audience)) {
        return Err(("invalid_grant", "audience is invalid"));
    }
    let expiry = claims.expiry().ok_or(BAD_ASSERTION)?;
    let skew = if ask.hit.has(Fault::ClockSkew) { SKEW } else { 0 };
    if expiry <= seconds_now() + skew {
        return Err(("invalid_grant", "expired authorization code"));
    }
    let (user, _) = claims.subject().and_then(|name| org.user_by_name(name)).ok_or(NOT_APPROVED)?;
    let session = Session { org: app.org, user, app: Some(index) };
    admitted(world, ask, session, Some(&app))?;
    Ok(session)
}

/// The app of this consumer key, if it is installed where the request came to.
pub(super) fn app_of(world: &World, ask: &Ask, client_id: &str) -> Result<(usize, Arc<ConnectedApp>), Refusal> {
    let apps = locked(&world.apps);
    let found = apps.iter().enumerate().find(|(_, app)| app.client_id == client_id);
    let (index, app) = found.ok_or(("invalid_client_id", "client identifier invalid"))?;
    let app = Arc::clone(app);
    if !matches!(ask.door, Door::Login) && ask.door != Door::Instance(app.org) {
        return Err(("app_not_found", "External client app is not installed in this org"));
    }
    Ok((index, app))
}

/// Whether somebody who showed who he is may log in: bad days, his fate, the app's policy, the rate. Without an app there
/// is no policy.
pub(super) fn admitted(world: &World, ask: &Ask, session: Session, app: Option<&ConnectedApp>) -> Result<(), Refusal> {
    let user = world.orgs.get(session.org).and_then(|org| org.users.get(session.user)).ok_or(RETRY)?;
    bad_day(world, ask, session)?;
    let approved = match app.and_then(|app| app.approved.as_ref()) {
        Some(list) => list.contains(&session.user),
        None => user.fate != Fate::NotApproved,
    };
    admit(app.map_or(Permitted::Everybody, |app| app.permitted), user, approved)?;
    if world.logins.allow(session) { Ok(()) } else { Err(RATE) }
}

/// Whether the user may log in under this policy.
fn admit(permitted: Permitted, user: &DemoUser, approved: bool) -> Result<(), Refusal> {
    match permitted {
        _ if user.fate == Fate::Inactive => Err(("invalid_grant", "inactive user")),
        Permitted::AdminApproved if !approved => Err(NOT_ADMIN_APPROVED),
        Permitted::SelfAuthorized if !approved => Err(NOT_APPROVED),
        _ => Ok(()),
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
                return Err(RETRY);
            }
        }
    }
    Ok(())
}

/// `GET` or `POST` with `token=`. <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm>
fn revoke(world: &World, ask: &Ask) -> Reply {
    if ask.method != Method::POST && !ask.is_get() {
        return Reply::oauth_error("invalid_request", "must use HTTP GET or POST");
    }
    let form = ask.form();
    match field(&form, "token") {
        None => Reply::oauth_error("unsupported_token_type", "this token type is not supported"),
        Some(token) if world.sessions.revoke(token) => Reply::empty(StatusCode::OK),
        Some(_) => Reply::oauth_error("invalid_token", "invalid token"),
    }
}

/// A flat object in the format that `format=` or `Accept` asks for; anything else stays as it is.
pub(super) fn in_format(reply: Reply, ask: &Ask, root: &str) -> Reply {
    let form = ask.form();
    let accept = ask.header(header::ACCEPT).unwrap_or_default();
    let wish = field(&form, "format").unwrap_or(match accept.split([',', ';']).next().unwrap_or_default().trim() {
        "application/xml" | "text/xml" => "xml",
        "application/x-www-form-urlencoded" => "urlencoded",
        _ => "json",
    });
    let value = serde_json::from_slice::<Value>(&reply.body);
    let (Ok(Value::Object(map)), "xml" | "urlencoded") = (value, wish) else { return reply };
    let (kind, text) = if wish == "xml" {
        ("application/xml;charset=UTF-8", xml::document(&Value::Object(map), root, root))
    } else {
        let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut out = url::form_urlencoded::Serializer::new(String::new());
        out.extend_pairs(map.iter().map(|(name, value)| (name, plain(value))));
        ("application/x-www-form-urlencoded;charset=UTF-8", out.finish())
    };
    reply.into_kind(kind, text)
}
