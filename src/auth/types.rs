//! A token, and the ways a login fails, as data.

use crate::secret::Secret;
use crate::wire::WireError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// What tells the time; the runtime's, a test's.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// A session of one user in one org.
#[derive(Debug, Clone)]
pub struct Token {
    /// The session id; goes only to the origins of its profile.
    pub access_token: Secret,
    /// Where the org's REST API is; https or loopback, no path.
    pub instance_url: Url,
    /// The id URL: who the token belongs to.
    pub id_url: Url,
    /// `Bearer`.
    pub token_type: String,
    /// As granted, `id full`.
    pub scope: String,
    /// When it was granted, by our clock.
    pub issued_at: jiff::Timestamp,
    /// The `aud` that worked.
    pub audience: String,
    /// Set when the audience was guessed and the other one worked, so that it can be written down.
    pub audience_guessed: bool,
    /// How long the login took, in all.
    pub took: Duration,
    /// The answer as Salesforce gave it.
    pub answer: Secret,
}

impl Token {
    /// `user_id` of the id URL's path, 15 or 18 characters.
    pub fn user_id(&self) -> &str {
        self.id_url.path().rsplit('/').next().unwrap_or_default()
    }

    /// `organization_id` of the id URL's path.
    pub fn org_id(&self) -> &str {
        self.id_url.path().rsplit('/').nth(1).unwrap_or_default()
    }
}

/// A login that Salesforce refused, told for this profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginTrouble {
    /// HTTP status.
    pub status: u16,
    /// `error` of the answer, verbatim; empty where the answer was no OAuth error.
    pub error: String,
    /// `error_description`, or the answer's text, verbatim.
    pub description: String,
    /// What to do, for this profile: one step a line.
    pub cure: Vec<String>,
    /// What was sent and what is known: label and value (audience, issuer, subject, key SHA-256, certificate …, clock).
    pub facts: Vec<(String, String)>,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The key is encrypted and nobody gave its passphrase yet.
    #[error("the private key {} is encrypted and needs its passphrase", path.display())]
    PassphraseNeeded {
        /// The key.
        path: PathBuf,
        /// Set when a passphrase was given and does not open the key.
        wrong: bool,
    },
    /// The key, certificate or passphrase source cannot be used.
    #[error("{what}")]
    Key {
        /// What is wrong.
        what: String,
        /// What would be right.
        cure: String,
    },
    /// Salesforce said no.
    #[error("{}", trouble.description)]
    Refused {
        /// What it said and what to do.
        trouble: Box<LoginTrouble>,
    },
    /// The answer names a host that is not Salesforce's and not the login URL's own.
    #[error("the token answer names {named} as its {field}, which is not the org's")]
    Stranger {
        /// `instance_url` or `id`.
        field: &'static str,
        /// What it named.
        named: String,
    },
    /// The answer is not a token answer.
    #[error("the login answered {status}, which is no token answer: {detail}")]
    NotAToken {
        /// HTTP status.
        status: u16,
        /// What is wrong with it, with its beginning.
        detail: String,
    },
    /// The wire.
    #[error(transparent)]
    Wire(#[from] WireError),
}
