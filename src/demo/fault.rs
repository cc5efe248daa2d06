//! Bad days: what can be made to go wrong, and which requests it hits.
//!
//! This file only decides; the answers are made where the good ones are made. A fault is never random, so that what
//! was seen once is seen again.

use super::locked;
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;

/// Something that goes wrong with an org. The names are those of `--fault`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Every token works once and is then a session that ended.
    ExpiredTokens,
    /// Bodies arrive in small pieces with pauses.
    SlowBytes,
    /// The connection ends in the middle of the body.
    Cut,
    /// 503 `SERVER_UNAVAILABLE`.
    Unavailable,
    /// 403 `REQUEST_LIMIT_EXCEEDED`.
    LimitExceeded,
    /// 403 `API_DISABLED_FOR_ORG`.
    ApiDisabled,
    /// The JSON text stops half-way, as if it were whole.
    BrokenJson,
    /// A maintenance page in HTML, status 503.
    HtmlPage,
    /// Logins are refused: `LOGIN_RATE_EXCEEDED`.
    LoginRate,
    /// Each user's first login is refused with `retry your request`, the next one works, and so on.
    LoginRetry,
    /// Logins are refused: `ip restricted`.
    LoginIp,
    /// Logins are refused: `inactive organization`.
    InactiveOrg,
}

impl Fault {
    /// Every fault with its name and what it does, for help texts.
    pub const ALL: [(Self, &'static str, &'static str); 12] = [
        (Self::ExpiredTokens, "expired-tokens", "every token works once, then its session has ended"),
        (Self::SlowBytes, "slow-bytes", "bodies arrive in small pieces with pauses"),
        (Self::Cut, "cut", "the connection ends in the middle of the body"),
        (Self::Unavailable, "503", "503 SERVER_UNAVAILABLE"),
        (Self::LimitExceeded, "limit-exceeded", "403 REQUEST_LIMIT_EXCEEDED"),
        (Self::ApiDisabled, "api-disabled", "403 API_DISABLED_FOR_ORG"),
        (Self::BrokenJson, "broken-json", "the JSON stops half-way, as if it were whole"),
        (Self::HtmlPage, "html-page", "a maintenance page in HTML, status 503"),
        (Self::LoginRate, "login-rate", "logins are refused: LOGIN_RATE_EXCEEDED"),
        (Self::LoginRetry, "login-retry", "every other login of a user is refused: retry your request"),
        (Self::LoginIp, "login-ip", "logins are refused: ip restricted"),
        (Self::InactiveOrg, "inactive-org", "logins are refused: inactive organization"),
    ];

    /// The name that `--fault` takes.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(fault, ..)| *fault == self).map_or("", |(_, name, _)| name)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// A name that no fault has; its text lists those there are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called {given:?}; there are {}", Fault::ALL.map(|(_, name, _)| name).join(", "))]
pub struct UnknownFault {
    /// What was asked for.
    pub given: String,
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(given: &str) -> Result<Self, UnknownFault> {
        Self::ALL
            .iter()
            .find(|(_, name, _)| name.eq_ignore_ascii_case(given.trim()))
            .map(|(fault, ..)| *fault)
            .ok_or_else(|| UnknownFault { given: given.to_owned() })
    }
}

/// The faults in force, each for every path or for those that contain a text.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Vec<(Fault, Option<String>)>>);

impl Faults {
    pub(super) fn new(everywhere: &[Fault]) -> Self {
        Self(Mutex::new(everywhere.iter().map(|fault| (*fault, None)).collect()))
    }

    /// Replaces all that is in force.
    pub(super) fn replace(&self, faults: Vec<(Fault, Option<String>)>) {
        *locked(&self.0) = faults;
    }

    /// Those that hit this address (path and query), in the order they were given.
    pub(super) fn hitting(&self, address: &str) -> Hit {
        let rules = locked(&self.0);
        let hits = |path: &Option<String>| path.as_deref().is_none_or(|text| address.contains(text));
        Hit(rules.iter().filter(|(_, path)| hits(path)).map(|(fault, _)| *fault).collect())
    }
}

/// The faults that hit one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Hit(Vec<Fault>);

impl Hit {
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for (fault, name, _) in Fault::ALL {
            assert_eq!(name.parse(), Ok(fault));
            assert_eq!(fault.to_string(), name);
        }
        let error = "teapot".parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains("\"teapot\"") && error.contains("slow-bytes"), "{error}");
    }

    #[test]
    fn a_fault_for_a_path_leaves_the_others_alone() {
        let faults = Faults::new(&[]);
        faults.replace(vec![(Fault::Cut, Some("/limits".to_owned()))]);
        assert!(faults.hitting("/services/data/v67.0/limits").has(Fault::Cut));
        assert!(!faults.hitting("/services/data/v67.0/query?q=x").has(Fault::Cut));
    }
}
