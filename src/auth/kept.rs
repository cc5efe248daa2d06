//! A token as it is kept between runs: the token answer verbatim, whose it is, and how it came to be. Pure.
//!
//! It is read as the answer was when it came, so that what somebody wrote into the file names no stranger as the org.

use super::answer::{self, Answer, Asked};
use super::{LoginError, Token};
use crate::profile::Profile;
use crate::secret::Secret;
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use url::Url;

/// What is written.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    login_url: String,
    client_id: String,
    pub(super) username: String,
    /// As the profile names it.
    audience: Option<String>,
    /// The one that worked, and whether it was a guess.
    worked: String,
    guessed: bool,
    issued_at: String,
    answer: String,
}

/// What a token is kept by: another login host, app, user or audience is another token.
pub(super) fn key(profile: &Profile) -> String {
    of(&profile.app.login_url, &profile.app.client_id, &profile.user.username, profile.app.audience.as_deref())
}

fn of(login_url: &Url, client_id: &str, username: &str, audience: Option<&str>) -> String {
    let origin = login_url.origin().ascii_serialization();
    let parts = [&origin, client_id, &username.to_lowercase(), audience.unwrap_or_default()];
    // With their lengths: no two lists of parts make one text.
    let text: String = parts.iter().map(|part| format!("{}:{part};", part.len())).collect();
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Record {
    pub(super) fn of(profile: &Profile, token: &Token) -> Self {
        Self {
            login_url: profile.app.login_url.to_string(),
            client_id: profile.app.client_id.clone(),
            username: profile.user.username.clone(),
            audience: profile.app.audience.clone(),
            worked: token.audience.clone(),
            guessed: token.audience_guessed,
            issued_at: token.issued_at.to_string(),
            answer: token.answer.expose().to_owned(),
        }
    }

    /// Whether it lies where it belongs.
    pub(super) fn belongs_to(&self, key: &str) -> bool {
        let login_url = Url::parse(&self.login_url).ok();
        login_url.is_some_and(|url| of(&url, &self.client_id, &self.username, self.audience.as_deref()) == key)
    }

    /// The token; an error where it is none, or names a stranger.
    pub(super) fn token(self) -> Result<Token, LoginError> {
        let unread = |detail: String| LoginError::NotAToken { status: 200, detail };
        let at = self.issued_at.parse().map_err(|_| unread("its time is none".to_owned()))?;
        let login_url = Url::parse(&self.login_url).map_err(|_| unread("its login_url is none".to_owned()))?;
        let answer = Answer { status: 200, location: None, skew: None, body: Secret::new(self.answer) };
        let asked = Asked { login_url: &login_url, audience: &self.worked, at, took: Duration::ZERO };
        let token = answer::token(&answer, &asked)?;
        Ok(Token { audience_guessed: self.guessed, ..token })
    }
}
