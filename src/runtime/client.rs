//! The client that asks orgs, as the settings have it.

use crate::auth::{Clock, Sessions};
use crate::org::{self, Limits, Org};
use crate::profile::Settings;
use crate::request::{Failure, FailureKind};
use crate::wire;
use std::sync::Arc;

/// Why there is none.
pub(super) fn broken(why: &str) -> Failure {
    Failure {
        title: "The HTTP client could not be made".to_owned(),
        detail: why.to_owned(),
        kind: FailureKind::Network,
        ..Failure::default()
    }
}

/// Makes it. Reading the roots of trust takes longer than a frame.
pub(super) fn client(settings: &Settings) -> Result<Org, Failure> {
    let wire = org::wire_settings(settings, |name| std::env::var(name).ok()).map_err(|why| broken(&why))?;
    let wire = wire::Client::new(&wire).map_err(|error| broken(&error.to_string()))?;
    let clock: Clock = Arc::new(jiff::Timestamp::now);
    let sessions = Sessions::new(wire.clone(), Arc::clone(&clock));
    let blocking: org::Blocking = Arc::new(|work| {
        tokio::task::spawn_blocking(work);
    });
    let limits = Limits {
        memory_cap: settings.answers.memory_cap_mib << 20,
        spool_dir: std::env::temp_dir(),
        blocking: Some(blocking),
    };
    Ok(Org::new(wire, sessions, clock, limits))
}
