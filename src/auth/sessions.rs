//! The sessions of this run: one token for each profile, shared by all that need it, in memory; where a profile says so, in
//! the vault, too.
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

use super::logout::{self, LoggedOut};
use super::{Clock, LoginError, Somebody, Token, Vault, log_in};
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
    vault: Option<Vault>,
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
    /// What of the vault is of no use.
    stale: Stale,
    flight: Option<(u64, WeakShared<BoxFuture<'static, Outcome>>)>,
}

/// What of the vault is of no use to a login.
#[derive(Clone, Default)]
enum Stale {
    #[default]
    Nothing,
    /// This one, which ended; another one that is there by now may be good.
    This(Arc<Token>),
    /// Whatever is there.
    All,
}

/// One login.
struct Attempt {
    profile: Profile,
    passphrase: Option<Secret>,
    known: Option<Somebody>,
    stale: Stale,
    number: u64,
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
        Self { wire, clock, vault: None, state: Arc::default() }
    }

    /// Tokens of profiles that want it are kept there between runs.
    pub fn with_vault(self, vault: Vault) -> Self {
        Self { vault: Some(vault), ..self }
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

    /// A token of a login of its own, which takes the place of the one that there was; callers at once share it.
    ///
    /// # Errors
    /// As [`Sessions::token`].
    pub async fn anew(&self, profile: &Profile) -> Result<Arc<Token>, Arc<LoginError>> {
        {
            let mut state = self.state();
            let slot = state.slots.entry(profile.id()).or_insert_with(|| Slot::new(&profile.app));
            slot.token = None;
            slot.stale = Stale::All;
        }
        self.token(profile).await
    }

    /// The profile's token, if it has one.
    pub fn peek(&self, id: &ProfileId) -> Option<Arc<Token>> {
        self.state().slots.get(id)?.token.clone()
    }

    /// Forgets this token, if it is still the profile's.
    pub fn forget(&self, id: &ProfileId, token: &Token) {
        if let Some(slot) = self.state().slots.get_mut(id)
            && let Some(kept) = slot.token.take_if(|kept| same_grant(kept, token))
        {
            slot.stale = Stale::This(kept);
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

    /// Ends the profile's session at its org, and forgets it here whether or not the org can be told.
    ///
    /// # Errors
    /// `Kept`: what is kept cannot be read or changed.
    pub async fn log_out(&self, profile: &Profile) -> Result<LoggedOut, Arc<LoginError>> {
        let mut turn = match &self.vault {
            Some(vault) => vault.turn_to_forget(profile).await.map_err(Arc::new)?,
            None => None,
        };
        let mut tokens: Vec<Arc<Token>> = self.peek(&profile.id()).into_iter().collect();
        if let Some(token) = tokens.first() {
            self.forget(&profile.id(), token);
        }
        if let Some(turn) = &mut turn {
            let kept = turn.token.clone().map(Arc::new);
            let other = kept.filter(|kept| !tokens.iter().any(|own| own.access_token == kept.access_token));
            tokens.extend(other);
            turn.forget().await.map_err(Arc::new)?;
        }
        Ok(logout::end_all(&self.wire, &tokens).await)
    }

    /// Ends all sessions that are kept in the file, those of profiles that are no more, too; by username.
    ///
    /// # Errors
    /// As [`Sessions::log_out`].
    pub async fn log_out_kept(&self) -> Result<Vec<(String, LoggedOut)>, Arc<LoginError>> {
        let Some(vault) = &self.vault else { return Ok(Vec::new()) };
        let mut ended = Vec::new();
        for (username, token) in vault.take_all().await.map_err(Arc::new)? {
            let outcome = match token {
                Some(token) => logout::end_all(&self.wire, &[Arc::new(token)]).await,
                None => LoggedOut::OnlyHere("what was kept is no token".to_owned()),
            };
            ended.push((username, outcome));
        }
        Ok(ended)
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
        let (mut known, mut stale) = (None, Stale::Nothing);
        if let Some(slot) = state.slots.get(&id)
            && same_login(&slot.app, &profile.app)
        {
            known.clone_from(&slot.known);
            stale = slot.stale.clone();
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
        let attempt =
            Attempt { profile: profile.clone(), passphrase, known: known.clone(), stale: stale.clone(), number };
        let flight = self.clone().fly(attempt).boxed().shared();
        let under_way = flight.downgrade().map(|flight| (number, flight));
        let slot = Slot { known, stale, flight: under_way, ..Slot::new(&profile.app) };
        state.slots.insert(id, slot);
        Err(flight)
    }

    /// A token: the one that is kept, or that of a login, which is kept then. A session of somebody else's is none.
    async fn obtain(&self, attempt: &Attempt) -> Result<Token, LoginError> {
        let owned = |token: Token| match &attempt.known {
            Some(known) => same_owner(known, &token).map(|()| token),
            None => Ok(token),
        };
        let mut turn = match &self.vault {
            Some(vault) => vault.turn(&attempt.profile).await?,
            None => None,
        };
        if let Some(kept) = turn.as_ref().and_then(|turn| turn.token.clone())
            && attempt.stale.leaves(&kept)
        {
            return owned(kept);
        }
        let token = log_in(&self.wire, &attempt.profile, attempt.passphrase.as_ref(), &self.clock).await?;
        let token = owned(token)?;
        if let Some(turn) = &mut turn {
            turn.keep(&token).await?;
        }
        Ok(token)
    }

    /// One login, whoever polls it, and what it leaves behind.
    async fn fly(self, attempt: Attempt) -> Outcome {
        let outcome = self.obtain(&attempt).await;
        let Attempt { profile, passphrase, number, .. } = attempt;
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
            if slot.token.is_some() {
                slot.stale = Stale::Nothing;
            }
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

impl Slot {
    /// Nothing is known yet.
    fn new(app: &Arc<App>) -> Self {
        Self { app: Arc::clone(app), token: None, known: None, stale: Stale::Nothing, flight: None }
    }
}

impl Stale {
    /// Whether this one is of use.
    fn leaves(&self, kept: &Token) -> bool {
        match self {
            Self::Nothing => true,
            Self::This(ended) => !same_grant(ended, kept),
            Self::All => false,
        }
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
