//! Bad days: what can be made to go wrong, with the names that the command line and the control address take.
//!
//! Only the list. Whom a fault hits is decided in `rule`, what is answered then in `bad_day` and `packing`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Something that goes wrong with an org. The names are those of `--fault`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "&'static str")]
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
    /// 500 `UNKNOWN_EXCEPTION`.
    ServerError,
    /// 420 and a page: the instance is gone.
    Gone,
    /// 502 and a page, as a proxy in between would answer.
    BadGateway,
    /// 403 `REQUEST_LIMIT_EXCEEDED` because too many long requests run at once.
    ConcurrentLimit,
    /// Writes are refused: `UNABLE_TO_LOCK_ROW`.
    LockedRow,
    /// Queries and searches are refused: `QUERY_TIMEOUT`.
    QueryTimeout,
    /// 302 to a host that is none of Salesforce's.
    Stranger,
    /// The answer begins late.
    SlowStart,
    /// No answer comes, however long one waits.
    Silence,
    /// The connection is reset before anything is answered.
    Reset,
    /// The body is empty, with the status of the answer that it was.
    EmptyBody,
    /// JSON that says it is a page.
    WrongType,
    /// UTF-16 that says it is UTF-8.
    WrongCharset,
    /// A body that says it is gzip and cannot be unpacked.
    BrokenGzip,
    /// The server's clock is an hour ahead, in its answers and for assertions.
    ClockSkew,
}

/// Where a fault applies that names no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// To logins, the only thing it is about.
    Logins,
    /// To what is asked of an org with a token: that it is to log in first must stay possible.
    Org,
    /// To everything.
    Everywhere,
}

impl Fault {
    /// Every fault with its name and what it does, for help texts.
    pub const ALL: [(Self, &'static str, &'static str); 27] = [
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
        (Self::ServerError, "500", "500 UNKNOWN_EXCEPTION"),
        (Self::Gone, "420", "420 and a page: the instance is gone"),
        (Self::BadGateway, "502", "502 and a page of a proxy"),
        (Self::ConcurrentLimit, "concurrent-limit", "403 REQUEST_LIMIT_EXCEEDED: too many long requests at once"),
        (Self::LockedRow, "locked-row", "writes are refused: UNABLE_TO_LOCK_ROW"),
        (Self::QueryTimeout, "query-timeout", "queries and searches are refused: QUERY_TIMEOUT"),
        (Self::Stranger, "stranger", "302 to a host that is none of Salesforce's"),
        (Self::SlowStart, "slow-start", "the answer begins late, after 3 s or ms="),
        (Self::Silence, "silence", "no answer comes, however long one waits"),
        (Self::Reset, "reset", "the connection is reset before anything is answered"),
        (Self::EmptyBody, "empty-body", "the answer has its status and no body"),
        (Self::WrongType, "wrong-type", "JSON that says it is text/html"),
        (Self::WrongCharset, "wrong-charset", "UTF-16 that says it is UTF-8"),
        (Self::BrokenGzip, "broken-gzip", "a body that says it is gzip and cannot be unpacked"),
        (Self::ClockSkew, "clock-skew", "the server's clock is an hour ahead: Date, and exp of assertions"),
    ];

    /// The name that `--fault` takes.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(fault, ..)| *fault == self).map_or("", |(_, name, _)| name)
    }

    pub(super) fn reach(self) -> Reach {
        match self {
            Self::LoginRate | Self::LoginRetry | Self::LoginIp | Self::InactiveOrg => Reach::Logins,
            Self::ClockSkew => Reach::Everywhere,
            _ => Reach::Org,
        }
    }
}

impl TryFrom<String> for Fault {
    type Error = UnknownFault;

    fn try_from(given: String) -> Result<Self, UnknownFault> {
        given.parse()
    }
}

impl From<Fault> for &'static str {
    fn from(fault: Fault) -> Self {
        fault.name()
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
}
