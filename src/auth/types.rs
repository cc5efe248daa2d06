//! A token, and the ways a login fails, as data.

use crate::secret::Secret;
use crate::wire::WireError;
use std::fmt;
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

/// Who a session belongs to, as the id URL tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Somebody {
    /// `organization_id`, 15 or 18 characters.
    pub org_id: String,
    /// `user_id`, 15 or 18 characters.
    pub user_id: String,
}

impl Somebody {
    /// The token's owner.
    pub fn of(token: &Token) -> Self {
        Self { org_id: token.org_id().to_owned(), user_id: token.user_id().to_owned() }
    }

    /// Whether both are one and the same; ids have 15 characters, or 18 of which the last three are a checksum.
    pub fn is(&self, other: &Self) -> bool {
        let same = |one: &str, other: &str| one.chars().take(15).eq(other.chars().take(15));
        same(&self.org_id, &other.org_id) && same(&self.user_id, &other.user_id)
    }
}

impl fmt::Display for Somebody {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "user {} of org {}", self.user_id, self.org_id)
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
    /// The answer's body as it came, save that the assertion is masked where it is quoted.
    pub answer: Secret,
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
    /// The profile wants its tokens kept, and they cannot be.
    #[error("the token cannot be kept: {what}")]
    Kept {
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
    /// An alarm: the new session is of another org or user than the profile's earlier one. It was thrown away.
    #[error("the profile was {before}, and its new session is of {now}")]
    OtherIdentity {
        /// As it was.
        before: Somebody,
        /// As it is now.
        now: Somebody,
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
