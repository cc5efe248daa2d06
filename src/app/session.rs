//! What is known of each person's session: token, version, API use. Kept for all of them, so that switching is at once.

use super::command::Command;
use super::event::Effect;
use super::state::{Out, State};
use crate::auth::{LoggedOut, Token};
use crate::org::ApiUse;
use crate::profile::ProfileId;
use crate::request::{Exchange, Failure};
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

/// A command of the program's that is about the session.
pub fn command(state: &mut State, command: Command, out: &mut Out) {
    if command == Command::LogOut {
        log_out(state, out);
    }
}

/// Ends the session of who one is. Whatever is asked next logs in anew.
fn log_out(state: &mut State, out: &mut Out) {
    match state.who.clone() {
        Some(person) => {
            let session = state.sessions.of(&person.id());
            (session.token, session.version) = (None, None);
            state.tell(format!("Logging {} out", person.id()));
            out.push(Effect::LogOut(Box::new(person)));
        }
        None => state.tell("First choose who to be".to_owned()),
    }
}

/// A session was ended, or was not. There may be another one by now.
pub fn logged_out(state: &mut State, who: &ProfileId, result: Result<LoggedOut, Box<Failure>>) {
    match result {
        Ok(ended) => state.tell(format!("{who}: {ended}")),
        Err(failure) => state.tell(format!("{}: {}", failure.title, failure.detail)),
    }
}
