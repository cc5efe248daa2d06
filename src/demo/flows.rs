//! Ways in by a secret that is sent: username-password and client credentials, for tools that know nothing better. And
//! introspection, which wants the app's secret too.
//!
//! All of it is off unless asked for: then every app has a secret and every user a password and a security token, made
//! afresh at every start and told in the card alone.

use super::answer::Reply;
use super::ask::{Ask, field};
use super::oauth::{self, Refusal, admitted, app_of};
use super::session::{Session, seconds_now};
use super::world::{ConnectedApp, Door, Org, World};
use aws_lc_rs::hmac;
use axum::http::{Method, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use std::sync::Arc;

const BAD_CLIENT: Refusal = ("invalid_client", "invalid client credentials");
const BAD_LOGIN: Refusal = ("invalid_grant", "authentication failure");

/// What somebody gave in the place of a password.
pub(super) enum Given {
    /// The password and behind it the security token.
    Right,
    /// The password alone: no address is trusted here.
    NoToken,
    /// Something else.
    Wrong,
}

/// Looks at what was given for a user of the org.
pub(super) fn given(org: &Org, user: usize, text: &str) -> Given {
    let Some(password) = org.passwords.get(user) else { return Given::Wrong };
    match text.strip_prefix(password.word.expose()) {
        Some("") => Given::NoToken,
        Some(token) if token == password.token.expose() => Given::Right,
        _ => Given::Wrong,
    }
}

/// `grant_type=password`.
pub(super) fn password(world: &World, ask: &Ask, form: &[(String, String)]) -> Result<Value, Refusal> {
    let (index, app) = client(world, ask, form)?;
    let org = world.orgs.get(app.org).ok_or(BAD_LOGIN)?;
    let text = |name: &str| field(form, name).unwrap_or_default();
    let (user, _) = org.user_by_name(text("username")).ok_or(BAD_LOGIN)?;
    if !matches!(given(org, user, text("password")), Given::Right) {
        return Err(BAD_LOGIN);
    }
    let session = Session { org: app.org, user, app: Some(index) };
    admitted(world, ask, session, Some(&app))?;
    let mut answer = signed(world, ask, session, &app)?;
    // This flow tells no scope.
    if let Some(map) = answer.as_object_mut() {
        map.shift_remove("scope");
    }
    Ok(answer)
}

/// `grant_type=client_credentials`: as the user whom the app runs as, at the org's own host only.
pub(super) fn client_credentials(world: &World, ask: &Ask, form: &[(String, String)]) -> Result<Value, Refusal> {
    let (index, app) = client(world, ask, form)?;
    if ask.door == Door::Login {
        return Err(("invalid_grant", "request not supported on this domain"));
    }
    let org = world.orgs.get(app.org).ok_or(BAD_CLIENT)?;
    let session = Session { org: app.org, user: org.run_as, app: Some(index) };
    admitted(world, ask, session, Some(&app))?;
    signed(world, ask, session, &app)
}

/// A token answer with the time and the signature that these flows have: HMAC-SHA256 over id and time, by the app's secret.
fn signed(world: &World, ask: &Ask, session: Session, app: &ConnectedApp) -> Result<Value, Refusal> {
    let mut answer = oauth::grant(world, ask, session)?;
    let secret = app.secret.as_ref().ok_or(BAD_CLIENT)?;
    let issued = jiff::Timestamp::now().as_millisecond().to_string();
    let id = answer.get("id").and_then(Value::as_str).unwrap_or_default();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, format!("{id}{issued}").as_bytes()));
    if let Some(map) = answer.as_object_mut() {
        map.insert("issued_at".to_owned(), Value::from(issued));
        map.insert("signature".to_owned(), Value::from(signature));
    }
    Ok(answer)
}

/// The app that shows its secret, in the form or in a Basic header.
fn client(world: &World, ask: &Ask, form: &[(String, String)]) -> Result<(usize, Arc<ConnectedApp>), Refusal> {
    let basic = basic(ask);
    let (id, secret) = match &basic {
        Some((id, secret)) => (id.as_str(), Some(secret.as_str())),
        None => (field(form, "client_id").unwrap_or_default(), field(form, "client_secret")),
    };
    let (index, app) = app_of(world, ask, id)?;
    let right = app.secret.as_ref().zip(secret).is_some_and(|(own, given)| own.expose() == given);
    if right { Ok((index, app)) } else { Err(BAD_CLIENT) }
}

fn basic(ask: &Ask) -> Option<(String, String)> {
    let (scheme, text) = ask.header(header::AUTHORIZATION)?.trim().split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let plain = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((plain(id), plain(secret)))
}

/// `POST /services/oauth2/introspect`: an app asks about its own tokens.
/// <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oidc_token_introspection.htm>
pub(super) fn introspect(world: &World, ask: &Ask) -> Reply {
    if ask.method != Method::POST {
        return Reply::oauth_error("invalid_request", "must use HTTP POST");
    }
    let form = ask.form();
    let Ok((index, app)) = client(world, ask, &form) else {
        let body = json!({ "error": BAD_CLIENT.0, "error_description": BAD_CLIENT.1 });
        return Reply::json(StatusCode::UNAUTHORIZED, &body);
    };
    let Some(token) = field(&form, "token") else {
        return Reply::oauth_error("invalid_request", "token is required");
    };
    let found = world.sessions.times(token).filter(|(session, ..)| session.app == Some(index));
    let person = found.and_then(|(session, ..)| {
        let org = world.orgs.get(session.org)?;
        Some((org, org.users.get(session.user)?))
    });
    let (Some((_, since, until)), Some((org, user))) = (found, person) else {
        return Reply::ok(&json!({ "active": false }));
    };
    Reply::ok(&json!({
        "active": until > seconds_now(),
        "scope": "id full",
        "client_id": app.client_id,
        "username": user.username,
        "sub": org.id_url(user, &ask.here),
        "token_type": "access_token",
        "exp": until,
        "iat": since,
        "nbf": since,
    }))
}
