//! The org as a client of it sees it: ask it something as somebody, and get an exchange or a failure.
//!
//! ```text
//! Ask ─▶ token ─▶ variables ─▶ prepare ─▶ guard ─▶ clearance ─▶ send ─▶ session ended? renew, once
//!                                                                 │
//!                                              Exchange ◀─ index ◀─ read (preview, spool)
//! ```
//! It draws nothing, keeps no answer, and reads no clock but the one it is given.

use super::facts::OrgFacts;
use super::read::Preview;
use super::watched::Watched;
use crate::auth::{Clock, Sessions, Token};
use crate::profile::{Profile, ProfileId};
use crate::request::{Exchange, Failure, Permit, Request, Variables};
use crate::wire;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Runs work that takes long somewhere else than on the thread that asks; `tokio::task::spawn_blocking` fits. Only the
/// runtime, the demo and the command line may spawn, so they give this. Without it the work is done in place.
pub type Blocking = Arc<dyn Fn(Box<dyn FnOnce() + Send>) + Send + Sync>;

/// What one client may use.
#[derive(Clone)]
pub struct Limits {
    /// Bytes of one body in memory; what is longer goes to a file.
    pub memory_cap: u64,
    /// Where such files are made; mode 0600, removed with the exchange.
    pub spool_dir: PathBuf,
    /// Where long work is done.
    pub blocking: Option<Blocking>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_cap: 512 << 20, spool_dir: std::env::temp_dir(), blocking: None }
    }
}

/// One question to an org.
#[derive(Clone)]
pub struct Ask {
    /// As whom.
    pub profile: Profile,
    /// What.
    pub request: Request,
    /// The user's and the profile's; the login's are added.
    pub variables: Variables,
    /// The write that was confirmed, if one was.
    pub permit: Option<Permit>,
    /// Told of every phase.
    pub progress: wire::Progress,
    /// Given the beginning of a big answer while the rest arrives.
    pub preview: Option<Preview>,
    /// Shown every exchange that [`Org::ask`] and [`Org::pages`] come to, before anybody else; and what had no answer, as an
    /// exchange of status 0, also by [`Org::stream`].
    pub seen: Option<Seen>,
}

/// Shown a request and what came of it.
pub type Seen = Arc<dyn Fn(&Request, &Exchange) + Send + Sync>;

impl Ask {
    /// A question without variables, permit or anybody who watches.
    pub fn new(profile: Profile, request: Request) -> Self {
        let (variables, progress) = (Variables::new(), Arc::new(|_| ()));
        Self { profile, request, variables, permit: None, progress, preview: None, seen: None }
    }
}

/// Asks orgs. Cheap to clone; clones share sessions and what is known of each org.
#[derive(Clone)]
pub struct Org {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub wire: wire::Client,
    pub sessions: Sessions,
    pub clock: Clock,
    pub limits: Limits,
    versions: Mutex<HashMap<String, String>>,
    /// By instance: who asks it for its versions, while the others wait.
    asking: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    facts: Mutex<HashMap<(ProfileId, String), OrgFacts>>,
}

impl Org {
    /// A client that knows no org yet.
    pub fn new(wire: wire::Client, sessions: Sessions, clock: Clock, limits: Limits) -> Self {
        let (versions, asking, facts) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { inner: Arc::new(Inner { wire, sessions, clock, limits, versions, asking, facts }) }
    }

    /// The sessions it uses.
    pub fn sessions(&self) -> &Sessions {
        &self.inner.sessions
    }

    /// The profile's token; logs in where there is none.
    ///
    /// # Errors
    /// Why the login failed, with what to do.
    pub async fn log_in(&self, profile: &Profile) -> Result<Arc<Token>, Failure> {
        self.inner.sessions.token(profile).await.map_err(|error| super::failures::login(&error, profile))
    }

    /// What is known of this org as the profile sees it. A profile that leads to another org now knows nothing of it yet.
    pub fn facts(&self, id: &ProfileId, org_id: &str) -> OrgFacts {
        let all = self.inner.facts.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(&facts_key(id, org_id)).cloned().unwrap_or_default()
    }

    /// Adds what was learned of it: what is `None` in `facts` stays as it was.
    pub fn note_facts(&self, id: &ProfileId, org_id: &str, facts: OrgFacts) {
        let mut all = self.inner.facts.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(facts_key(id, org_id)).or_default().add(facts);
    }

    pub(super) fn known_version(&self, instance: &str) -> Option<String> {
        self.inner.versions.lock().unwrap_or_else(PoisonError::into_inner).get(instance).cloned()
    }

    /// Lets one at a time ask this instance.
    pub(super) fn gate(&self, instance: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.inner.asking.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(gates.entry(instance.to_owned()).or_default())
    }

    pub(super) fn note_version(&self, instance: String, version: String) {
        self.inner.versions.lock().unwrap_or_else(PoisonError::into_inner).insert(instance, version);
    }

    /// Asks, and waits for the whole answer. An answer that tells of an error is an exchange with `trouble` set.
    /// Dropping the future cancels it in whatever phase it is.
    ///
    /// # Errors
    /// Where there is no answer: a variable is not known, the login failed, a rule or the user stood in the way, the
    /// network failed.
    pub async fn ask(&self, mut ask: Ask) -> Result<Exchange, Failure> {
        let watched = Watched::over(self, &mut ask);
        let result = logged(super::ask::ask(self, ask, super::read::Keep::Memory, &watched).await);
        watched.ended(&result, true);
        result
    }

    /// As [`Org::ask`], but the body of a good answer goes to `sink` as it arrives and is not kept.
    ///
    /// # Errors
    /// As [`Org::ask`].
    pub async fn stream<S: FnMut(&[u8]) + Send>(&self, mut ask: Ask, mut sink: S) -> Result<Exchange, Failure> {
        let watched = Watched::over(self, &mut ask);
        let result = logged(super::ask::ask(self, ask, super::read::Keep::Sink(&mut sink), &watched).await);
        watched.ended(&result, false);
        result
    }

    /// The REST API version that the profile speaks, as `67.0`: a fixed one, or the newest that its org lists (asked once
    /// for each instance).
    ///
    /// # Errors
    /// As [`Org::ask`].
    pub async fn version(&self, profile: &Profile) -> Result<String, Failure> {
        let token = self.log_in(profile).await?;
        super::version::version(self, profile, &token).await
    }
}

/// An org's id has 15 characters, or 18 of which the last three are a checksum.
fn facts_key(id: &ProfileId, org_id: &str) -> (ProfileId, String) {
    (id.clone(), org_id.chars().take(15).collect())
}

/// A line for the log, where one is kept. An exchange and a failure hold no secret.
fn logged(result: Result<Exchange, Failure>) -> Result<Exchange, Failure> {
    match &result {
        Ok(exchange) => tracing::info!(
            who = %exchange.who,
            method = %exchange.method,
            url = %exchange.url,
            status = exchange.status,
            bytes = exchange.body.len(),
            ms = exchange.timing.total.as_millis(),
            "asked"
        ),
        Err(failure) => tracing::warn!(title = %failure.title, detail = %failure.detail, "no answer"),
    }
    result
}
