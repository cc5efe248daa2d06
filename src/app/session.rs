//! What is known of each person's session: token, version, API use. Kept for all of them, so that switching is at once.

use crate::auth::Token;
use crate::org::ApiUse;
use crate::profile::ProfileId;
use crate::request::Exchange;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// One person's session.
#[derive(Debug, Clone, Default)]
pub struct Session {
    /// The token, once there is one.
    pub token: Option<Arc<Token>>,
    /// The version that is spoken, as `67.0`.
    pub version: Option<String>,
    /// Of the org's last answer.
    pub api: Option<ApiUse>,
    /// How long the last exchange took.
    pub last: Option<Duration>,
    /// Why the last login failed, until one succeeds.
    pub failed: Option<String>,
    /// What the org says of itself.
    pub is_sandbox: Option<bool>,
}

/// Everybody's.
#[derive(Debug, Clone, Default)]
pub struct Sessions(HashMap<ProfileId, Session>);

impl Sessions {
    /// One person's, if anything is known.
    pub fn get(&self, who: &ProfileId) -> Option<&Session> {
        self.0.get(who)
    }

    /// One person's.
    pub fn of(&mut self, who: &ProfileId) -> &mut Session {
        self.0.entry(who.clone()).or_default()
    }

    /// Takes note of what an answer tells beside its body.
    pub fn learn(&mut self, exchange: &Exchange) {
        let session = self.of(&exchange.who);
        session.last = Some(exchange.timing.total);
        if let Some(api) = exchange.header("sforce-limit-info").and_then(ApiUse::parse) {
            session.api = Some(api);
        }
    }

    /// Whether there is a token.
    pub fn is_in(&self, who: &ProfileId) -> bool {
        self.get(who).is_some_and(|s| s.token.is_some())
    }
}
