//! How a demo org is started: its size, ports, slowness and the bad days it is asked to have.
//!
//! Plain data. It must not open sockets or files.

use super::fault::Fault;
use std::path::PathBuf;
use std::time::Duration;

/// How a demo org is started. The default is what `orgdeck demo` uses.
#[derive(Debug, Clone)]
pub struct Options {
    /// Records of the first org, in all; 0: the default seed of a few thousand. The sandbox always has the default.
    pub scale: usize,
    /// Waited before every answer, logins included.
    pub latency: Duration,
    /// Bad days from the start, on every path they apply to.
    pub faults: Vec<Fault>,
    /// Port of the first org's instance; `None`: any free one.
    pub port: Option<u16>,
    /// A further app on the first org, for somebody who has a certificate of their own.
    pub extra_cert: Option<ExtraCert>,
    /// How long a token works after it was granted; `None`: as Salesforce's default, two hours after its last use.
    pub token_life: Option<Duration>,
    /// Logins that one user may make in an hour before `LOGIN_RATE_EXCEEDED`.
    pub logins_per_hour: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scale: 0,
            latency: Duration::ZERO,
            faults: Vec::new(),
            port: None,
            extra_cert: None,
            token_life: None,
            logins_per_hour: 3_600,
        }
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
