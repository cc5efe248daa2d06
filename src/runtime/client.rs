//! The client that the screen's requests go through, made by the settings. It sends nothing itself.

use crate::auth::{Clock, Sessions, Vault};
use crate::org::{self, Limits, Org, OrgCard};
use crate::profile::{Profile, Settings};
use crate::request::{Exchange, Failure, FailureKind};
use crate::wire;
use std::path::PathBuf;
use std::sync::Arc;

/// What the org says of itself makes the write guard stricter, or spares a question.
pub(super) fn note_org(org: &Org, profile: &Profile, exchange: &Exchange) {
    if let Some(card) = exchange.body.json().filter(|_| exchange.ok()).and_then(|d| OrgCard::parse(d))
        && let Some(token) = org.sessions().peek(&profile.id())
        // What an org says counts for itself alone, whatever the profile leads to by now.
        && card.id.get(..15) == token.org_id().get(..15)
    {
        org.note_facts(&profile.id(), token.org_id(), card.facts());
    }
}

/// There is no client, and why.
pub(super) fn broken(why: &str) -> Failure {
    Failure {
        title: "The HTTP client could not be made".to_owned(),
        detail: why.to_owned(),
        kind: FailureKind::Network,
        ..Failure::default()
    }
}

/// Makes it: reading the roots of trust takes longer than a frame.
pub(super) fn client(settings: &Settings, state: Option<PathBuf>) -> Result<Org, Failure> {
    let wire = org::wire_settings(settings, |name| std::env::var(name).ok()).map_err(|why| broken(&why))?;
    let wire = wire::Client::new(&wire).map_err(|error| broken(&error.to_string()))?;
    let clock: Clock = Arc::new(jiff::Timestamp::now);
    let blocking: org::Blocking = Arc::new(|work| {
        tokio::task::spawn_blocking(work);
    });
    let mut sessions = Sessions::new(wire.clone(), Arc::clone(&clock));
    if let Some(state) = state {
        sessions = sessions.with_vault(Vault::new(state, Arc::clone(&blocking)));
    }
    let limits = Limits {
        memory_cap: settings.answers.memory_cap_mib << 20,
        spool_dir: std::env::temp_dir(),
        blocking: Some(blocking),
    };
    Ok(Org::new(wire, sessions, clock, limits))
}
