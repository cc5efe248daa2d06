//! The sessions of this run: one token for each profile, shared by all that need it, in memory only.
//!
//! A login belongs to nobody: every caller polls the same one, so that one who goes away takes nothing from the others.
//! When the last goes away the login ends too. Failures are not kept.
//!
//! Who a profile is, is kept as long as its app logs in in the same way: a later session of another org or user is an
//! alarm every time, and never a session.
//!
//! ```text
//!  nothing ──token()──▶ a login under way ──granted──▶ a token ──forget(), renew()──▶ nothing
//!     ▲                        │
//!     └──── refused, somebody else's, or all callers gone
//! ```

use super::{Clock, LoginError, Somebody, Token, log_in};
use crate::profile::{App, Profile, ProfileId};
use crate::secret::Secret;
use crate::wire::Client;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, WeakShared};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Outcome = Result<Arc<Token>, Arc<LoginError>>;
type Flight = Shared<BoxFuture<'static, Outcome>>;

/// Tokens by profile. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Sessions {
    wire: Client,
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    slots: HashMap<ProfileId, Slot>,
    /// By app.
    passphrases: HashMap<String, Secret>,
    /// Numbers logins, so that one that was given up cannot overwrite a later one.
    flights: u64,
}

struct Slot {
    /// The app as it was: an edited one logs in anew.
    app: Arc<App>,
    token: Option<Arc<Token>>,
    /// Who the first session was of; outlives the session.
    known: Option<Somebody>,
    flight: Option<(u64, WeakShared<BoxFuture<'static, Outcome>>)>,
}

/// A session that took the place of one that ended.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The new session.
    pub token: Arc<Token>,
    /// The org lies on another instance now.
    pub moved: bool,
}

impl fmt::Debug for Sessions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Sessions").field("profiles", &self.state().slots.len()).finish_non_exhaustive()
    }
}

impl Sessions {
    /// No sessions yet.
    pub fn new(wire: Client, clock: Clock) -> Self {
        Self { wire, clock, state: Arc::default() }
    }

    /// The profile's token; logs in where there is none. Several callers share one login.
    ///
    /// # Errors
    /// Why the login failed. Failures are not kept: the next call tries again.
    pub async fn token(&self, profile: &Profile) -> Result<Arc<Token>, Arc<LoginError>> {
        match self.join(profile) {
            Ok(token) => Ok(token),
            Err(flight) => flight.await,
        }
    }

    /// The profile's token, if it has one.
    pub fn peek(&self, id: &ProfileId) -> Option<Arc<Token>> {
        self.state().slots.get(id)?.token.clone()
    }

    /// Forgets this token, if it is still the profile's.
    pub fn forget(&self, id: &ProfileId, token: &Token) {
        if let Some(slot) = self.state().slots.get_mut(id)
            && slot.token.as_ref().is_some_and(|kept| same_grant(kept, token))
        {
            slot.token = None;
        }
    }

    /// A new token in place of one that ended: one login for all that hold the same ended token.
    ///
    /// # Errors
    /// As [`Sessions::token`]; `OtherIdentity` as well where the app was changed in between and is somebody else now.
    pub async fn renew(&self, profile: &Profile, ended: &Token) -> Result<Renewal, Arc<LoginError>> {
        self.forget(&profile.id(), ended);
        let token = self.token(profile).await?;
        if let Err(error) = same_owner(&Somebody::of(ended), &token) {
            self.forget(&profile.id(), &token);
            return Err(Arc::new(error));
        }
        let moved = token.instance_url != ended.instance_url;
        Ok(Renewal { token, moved })
    }

    /// Takes the passphrase of an app's key, for as long as this lives or until it turns out to be wrong.
    pub fn give_passphrase(&self, app: &str, passphrase: Secret) {
        self.state().passphrases.insert(app.to_owned(), passphrase);
    }

    /// The passphrase that was given for an app's key.
    pub fn passphrase(&self, app: &str) -> Option<Secret> {
        self.state().passphrases.get(app).cloned()
    }

    /// The token, or the login to wait for.
    fn join(&self, profile: &Profile) -> Result<Arc<Token>, Flight> {
        let id = profile.id();
        let mut state = self.state();
        let mut known = None;
        if let Some(slot) = state.slots.get(&id)
            && same_login(&slot.app, &profile.app)
        {
            known.clone_from(&slot.known);
            if let Some(token) = &slot.token {
                return Ok(Arc::clone(token));
            }
            if let Some(flight) = slot.flight.as_ref().and_then(|(_, flight)| flight.upgrade()) {
                return Err(flight);
            }
        }
        state.flights += 1;
        let number = state.flights;
        let passphrase = state.passphrases.get(&profile.app.name).cloned();
        let flight = self.clone().fly(profile.clone(), passphrase, known.clone(), number).boxed().shared();
        let under_way = flight.downgrade().map(|flight| (number, flight));
        state.slots.insert(id, Slot { app: Arc::clone(&profile.app), token: None, known, flight: under_way });
        Err(flight)
    }

    /// One login, whoever polls it, and what it leaves behind.
    async fn fly(self, profile: Profile, passphrase: Option<Secret>, known: Option<Somebody>, number: u64) -> Outcome {
        let outcome = log_in(&self.wire, &profile, passphrase.as_ref(), &self.clock).await;
        let outcome = outcome.and_then(|token| match &known {
            Some(known) => same_owner(known, &token).map(|()| token),
            None => Ok(token),
        });
        let outcome = outcome.map(Arc::new).map_err(Arc::new);
        let mut state = self.state();
        if let Err(error) = &outcome
            && matches!(**error, LoginError::PassphraseNeeded { wrong: true, .. })
            && state.passphrases.get(&profile.app.name) == passphrase.as_ref()
        {
            state.passphrases.remove(&profile.app.name);
        }
        if let Some(slot) = state.slots.get_mut(&profile.id())
            && slot.flight.as_ref().is_some_and(|(running, _)| *running == number)
        {
            slot.flight = None;
            slot.token = outcome.as_ref().ok().cloned();
            if slot.known.is_none() {
                slot.known = slot.token.as_deref().map(Somebody::of);
            }
        }
        outcome
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is held across a point where it could be left half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Salesforce may give the same session id again: what was granted later is another grant all the same.
fn same_grant(one: &Token, other: &Token) -> bool {
    one.access_token == other.access_token && one.issued_at == other.issued_at
}

/// Whether two readings of an app log in the same way; variables, users and names may differ.
fn same_login(one: &App, other: &App) -> bool {
    one.client_id == other.client_id
        && one.login_url == other.login_url
        && one.audience == other.audience
        && one.private_key == other.private_key
}

/// A session must be of who the profile was before.
fn same_owner(before: &Somebody, token: &Token) -> Result<(), LoginError> {
    let now = Somebody::of(token);
    if before.is(&now) { Ok(()) } else { Err(LoginError::OtherIdentity { before: before.clone(), now }) }
}
