//! What the doctor found, as plain data: a line for each step, and the whole.

use crate::profile::ProfileId;
use jiff::Timestamp;

/// A step of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Check {
    /// `profiles.toml`.
    Profiles,
    /// The private key.
    Key,
    /// Its passphrase.
    Passphrase,
    /// The certificate, where one is named.
    Certificate,
    /// The login URL.
    Host,
    /// The audience that is sent.
    Audience,
    /// The name's addresses.
    Dns,
    /// A connection.
    Tcp,
    /// The proxy between.
    Proxy,
    /// Who the host proves to be.
    Tls,
    /// An answer over HTTP.
    Answer,
    /// The clock against the server's.
    Clock,
    /// The login.
    Login,
    /// The id URL.
    Identity,
    /// The version of the profile.
    Version,
    /// The REST API.
    Api,
    /// How much of its allowance is used.
    Limits,
}

impl Check {
    /// In the order in which they are told.
    pub const ALL: [Self; 17] = [
        Self::Profiles,
        Self::Key,
        Self::Passphrase,
        Self::Certificate,
        Self::Host,
        Self::Audience,
        Self::Dns,
        Self::Tcp,
        Self::Proxy,
        Self::Tls,
        Self::Answer,
        Self::Clock,
        Self::Login,
        Self::Identity,
        Self::Version,
        Self::Api,
        Self::Limits,
    ];

    /// As it is called in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Profiles => "profiles",
            Self::Key => "key",
            Self::Passphrase => "passphrase",
            Self::Certificate => "certificate",
            Self::Host => "host",
            Self::Audience => "audience",
            Self::Dns => "dns",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Answer => "answer",
            Self::Clock => "clock",
            Self::Login => "login",
            Self::Identity => "identity",
            Self::Version => "version",
            Self::Api => "api",
            Self::Limits => "limits",
        }
    }
}

/// Whether a step holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It does.
    Ok,
    /// It could not be looked at, or there is nothing to look at.
    Skipped,
    /// It does, but something should be known.
    Warning,
    /// It does not.
    Failed,
}

impl Standing {
    /// As it is called in every output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// What was found at one step. Made by the scribe alone, which masks the login's secrets, shortens the consumer key and
/// takes away what a terminal would obey: it may be sent to anybody who looks after the org.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which step.
    pub check: Check,
    /// Whether it holds.
    pub standing: Standing,
    /// What was found; of an org in its own words.
    pub what: String,
    /// What to do: one step a line.
    pub cure: Vec<String>,
    /// Label and value: what was sent and what is known.
    pub facts: Vec<(String, String)>,
}

/// What an examination came to, as exit codes tell it; the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing failed.
    Fine,
    /// It can log in, and the org does not answer as it should.
    Org,
    /// A file or the profile is wrong, though it can log in.
    Setup,
    /// The login does not work.
    Login,
    /// The network does not lead there.
    Network,
}

/// The whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Of whom.
    pub who: ProfileId,
    /// As `https://login.salesforce.com`.
    pub login_url: String,
    /// What the profile says it reaches.
    pub kind: &'static str,
    /// The consumer key, shortened.
    pub client_id: String,
    /// When it ended.
    pub at: Timestamp,
    /// In the order of [`Check::ALL`], each once.
    pub lines: Vec<Line>,
}

impl Report {
    /// The line of a step, if it was told yet.
    pub fn line(&self, check: Check) -> Option<&Line> {
        self.lines.iter().find(|line| line.check == check)
    }

    /// How many lines stand like this.
    pub fn count(&self, standing: Standing) -> usize {
        self.lines.iter().filter(|line| line.standing == standing).count()
    }

    fn failed(&self, checks: &[Check]) -> bool {
        self.lines.iter().any(|line| line.standing == Standing::Failed && checks.contains(&line.check))
    }

    /// What it came to: what keeps one from logging in counts before what does not.
    pub fn outcome(&self) -> Outcome {
        let in_is = |line: &Line| matches!(line.standing, Standing::Ok | Standing::Warning);
        let logged_in = self.line(Check::Login).is_some_and(in_is);
        if self.failed(&[Check::Dns, Check::Tcp, Check::Proxy, Check::Tls, Check::Answer]) {
            return Outcome::Network;
        }
        if !logged_in {
            return Outcome::Login;
        }
        if self.failed(&[Check::Profiles, Check::Key, Check::Certificate, Check::Host, Check::Audience]) {
            return Outcome::Setup;
        }
        if self.count(Standing::Failed) > 0 { Outcome::Org } else { Outcome::Fine }
    }

    /// In one line.
    pub fn summary(&self) -> String {
        let (failed, warnings) = (self.count(Standing::Failed), self.count(Standing::Warning));
        let warned = match warnings {
            0 => String::new(),
            1 => ", 1 warning".to_owned(),
            n => format!(", {n} warnings"),
        };
        let first = self.lines.iter().find(|line| line.standing == Standing::Failed);
        match (first, self.outcome()) {
            (Some(line), _) if failed == 1 => format!("1 check failed: {}{warned}", line.check.name()),
            (Some(line), _) => format!("{failed} checks failed, the first: {}{warned}", line.check.name()),
            (None, Outcome::Login) => format!("it was not logged in{warned}"),
            (None, _) => format!("the login works{warned}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(standings: &[(Check, Standing)]) -> Report {
        let line = |(check, standing): &(Check, Standing)| Line {
            check: *check,
            standing: *standing,
            what: String::new(),
            cure: Vec::new(),
            facts: Vec::new(),
        };
        Report {
            who: ProfileId { app: "acme".into(), username: "ada@acme.example".into() },
            login_url: "https://login.salesforce.com".into(),
            kind: "production",
            client_id: "3MVG9k…abcd".into(),
            at: Timestamp::UNIX_EPOCH,
            lines: standings.iter().map(line).collect(),
        }
    }

    #[test]
    fn what_keeps_one_from_logging_in_counts_first() {
        use Check as C;
        use Standing as S;
        for (lines, outcome, summary) in [
            (&[(C::Key, S::Ok), (C::Login, S::Ok)][..], Outcome::Fine, "the login works"),
            (&[(C::Certificate, S::Warning), (C::Login, S::Warning)], Outcome::Fine, "the login works, 2 warnings"),
            (&[(C::Key, S::Failed), (C::Login, S::Skipped)], Outcome::Login, "1 check failed: key"),
            (&[(C::Passphrase, S::Skipped), (C::Login, S::Skipped)], Outcome::Login, "it was not logged in"),
            (&[(C::Certificate, S::Failed), (C::Login, S::Failed)], Outcome::Login, "2 checks failed, the first"),
            (&[(C::Certificate, S::Failed), (C::Login, S::Ok)], Outcome::Setup, "1 check failed: certificate"),
            (&[(C::Tcp, S::Failed), (C::Login, S::Skipped)], Outcome::Network, "1 check failed: tcp"),
            (&[(C::Login, S::Ok), (C::Api, S::Failed)], Outcome::Org, "1 check failed: api"),
        ] {
            let report = report(lines);
            assert_eq!(report.outcome(), outcome, "{lines:?}");
            assert!(report.summary().starts_with(summary), "{}", report.summary());
        }
    }
}
