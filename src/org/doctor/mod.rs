//! The doctor: goes the whole way from the files to the API as one profile, and tells of each step whether it holds.
//!
//! ```text
//!  files ─▶ key ─▶ certificate ─▶ host, audience ─▶ DNS ─▶ TCP ─▶ proxy ─▶ TLS ─▶ answer, clock ─▶ login ─▶ identity ─▶ API
//! ```
//! A step that cannot be taken is told as skipped, with the one that is in the way. It changes nothing: its logins are a
//! few, its requests only ask, and what it finds out stays here. No line holds a secret; see [`Line`].

mod api;
mod files;
mod network;
mod report;
mod scribe;
mod sign_in;
mod text;

pub use report::{Check, Line, Outcome, Report, Standing};

use super::client::Org;
use crate::profile::{Problem, Profile};
use crate::secret::Secret;
use scribe::Scribe;
use std::path::Path;

/// Whom to examine, and what is known before.
pub struct Patient<'a> {
    /// The means to ask.
    pub org: &'a Org,
    /// Who.
    pub profile: &'a Profile,
    /// `profiles.toml`.
    pub file: &'a Path,
    /// What is wrong in it.
    pub problems: &'a [Problem],
    /// The passphrase of the key, where somebody gave one.
    pub passphrase: Option<&'a Secret>,
    /// `ca_file` of the settings.
    pub ca_file: Option<&'a Path>,
}

/// Examines somebody, and tells every line as it is known. Dropping the future ends it.
pub async fn examine(patient: &Patient<'_>, tell: &(dyn Fn(&Line) + Send + Sync)) -> Report {
    let mut scribe = Scribe::new(patient, tell);
    files::profiles(patient, &mut scribe);
    let key = files::key(patient, &mut scribe).await;
    files::certificate(patient, key.as_ref(), &mut scribe);
    network::host(patient, &mut scribe);
    network::audience(patient, &mut scribe);
    network::way(patient, &mut scribe).await;
    let token = sign_in::login(patient, key.as_ref(), &mut scribe).await;
    api::ask(patient, token.as_ref(), &mut scribe).await;
    scribe.finish((patient.org.inner.clock)())
}
