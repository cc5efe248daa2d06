//! `POST /api/jwtauth` with `{"sub": "user@example.com"}`: a login of that user, and the token answer verbatim. Where the org
//! refuses, its status and body; where it could not be asked, why.
//!
//! Each request is a login of its own, as with the article's server: a token that was given out before may have ended.

use super::Desk;
use super::reply::Reply;
use crate::auth::LoginError;
use crate::profile::Profile;
use serde::Deserialize;

#[derive(Deserialize)]
struct Asked {
    sub: String,
    /// Which app, where several have this user.
    #[serde(default)]
    app: Option<String>,
}

/// Answers it.
pub(super) async fn answer(desk: &Desk, body: &[u8]) -> Reply {
    let asked: Asked = match serde_json::from_slice(body) {
        Ok(asked) => asked,
        // Its words name a line and a column, and no part of the body.
        Err(error) => {
            let why = format!("the body is not {{\"sub\": \"user@example.com\"}}: {}", place(&error));
            return Reply::refused(400, "invalid_request", why);
        }
    };
    let Some(profile) = find(desk, &asked) else {
        return Reply::refused(400, "unknown_user", "no profile has this user");
    };
    let who = profile.id();
    // Several that ask for one user at once share a login; none is given one that ended before it asked.
    let reply = match desk.sessions.anew(profile).await {
        Ok(token) => Reply::of_org(200, token.answer.clone()),
        Err(error) => failed(&error),
    };
    reply.about(who.to_string())
}

fn place(error: &serde_json::Error) -> String {
    let what = if error.is_data() { "sub is missing, or no text" } else { "no JSON" };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// The user of this name: of the app that is named, of the first one, of any.
fn find<'a>(desk: &'a Desk, asked: &Asked) -> Option<&'a Profile> {
    let named = |profile: &&Profile| profile.user.username.eq_ignore_ascii_case(asked.sub.trim());
    let of = |app: &str| desk.options.people.iter().filter(|profile| profile.app.name == app).find(named);
    match &asked.app {
        Some(app) => of(app),
        None => desk.options.first.as_deref().and_then(of).or_else(|| desk.options.people.iter().find(named)),
    }
}

/// Why there is no token, for a program that wanted an org's answer.
pub(super) fn no_token(error: &LoginError) -> Reply {
    let told = match error {
        LoginError::Refused { trouble } if !trouble.error.is_empty() => format!("{}: {error}", trouble.error),
        _ => error.to_string(),
    };
    Reply::refused(502, "no_token", told)
}

/// Why there is no token.
fn failed(error: &LoginError) -> Reply {
    let told = error.to_string();
    match error {
        LoginError::Refused { trouble } => {
            let told = if trouble.error.is_empty() { told } else { format!("{}: {told}", trouble.error) };
            Reply::of_org(trouble.status, trouble.answer.clone()).because(told)
        }
        LoginError::PassphraseNeeded { .. } => {
            let why = format!("{told}: name its source in profiles.toml, as nobody is asked here");
            Reply::refused(503, "passphrase_needed", why)
        }
        LoginError::Key { .. } => Reply::refused(500, "key", told),
        LoginError::Kept { .. } => Reply::refused(500, "not_kept", told),
        LoginError::Stranger { .. } | LoginError::OtherIdentity { .. } => Reply::refused(502, "stranger", told),
        LoginError::NotAToken { .. } | LoginError::Wire(_) => Reply::refused(502, "no_answer", told),
    }
}
