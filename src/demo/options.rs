//! How a demo org is started: its size, ports, slowness and the bad days it is asked to have.
//!
//! Plain data. It must not open sockets or files.

use super::rule::Rule;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// How a demo org is started. The default is what `orgdeck demo` uses.
#[derive(Debug, Clone)]
pub struct Options {
    /// Records of the first org, in all; 0: the default seed of a few thousand. The sandbox always has the default.
    pub scale: usize,
    /// Waited before every answer, logins included.
    pub latency: Duration,
    /// Bad days from the start.
    pub faults: Vec<Rule>,
    /// What the shares of faults are drawn from.
    pub seed: u64,
    /// Port of the first org's instance; `None`: any free one.
    pub port: Option<u16>,
    /// A further app on the first org, for somebody who has a certificate of their own.
    pub extra_cert: Option<ExtraCert>,
    /// How long a token works after it was granted; `None`: as Salesforce's default, two hours after its last use.
    pub token_life: Option<Duration>,
    /// Logins that one user may make in an hour before `LOGIN_RATE_EXCEEDED`.
    pub logins_per_hour: u32,
    /// Whether the card names hosts as real orgs have them, under `.localhost`, in place of 127.0.0.1.
    pub hosts: bool,
    /// Ways in that real orgs have switched off, and that are so here unless named.
    pub allow: Vec<Flow>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scale: 0,
            latency: Duration::ZERO,
            faults: Vec::new(),
            seed: 0,
            port: None,
            extra_cert: None,
            token_life: None,
            logins_per_hour: 3_600,
            hosts: false,
            allow: Vec::new(),
        }
    }
}

/// A way in by a secret that is sent. The names are those of `--allow`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// The OAuth username-password flow.
    Password,
    /// The OAuth client credentials flow.
    ClientCredentials,
    /// SOAP's `login()`.
    SoapLogin,
}

impl Flow {
    /// Every flow with its name.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Password, "password"),
        (Self::ClientCredentials, "client-credentials"),
        (Self::SoapLogin, "soap-login"),
    ];
}

impl fmt::Display for Flow {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::ALL.iter().find(|(flow, _)| flow == self).map_or("", |(_, name)| name))
    }
}

/// A name that no flow has; its text lists those there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} cannot be allowed; there are {}", Flow::ALL.map(|(_, name)| name).join(", "))]
pub struct UnknownFlow {
    /// What was asked for.
    pub given: String,
}

impl FromStr for Flow {
    type Err = UnknownFlow;

    fn from_str(given: &str) -> Result<Self, UnknownFlow> {
        let found = Self::ALL.iter().find(|(_, name)| name.eq_ignore_ascii_case(given.trim()));
        found.map(|(flow, _)| *flow).ok_or_else(|| UnknownFlow { given: given.to_owned() })
    }
}

/// A certificate that somebody made, and the consumer key of the app it is "uploaded" to.
#[derive(Debug, Clone)]
pub struct ExtraCert {
    /// X.509, PEM, with an RSA key.
    pub certificate: PathBuf,
    /// The consumer key that assertions will name as `iss`.
    pub client_id: String,
}
