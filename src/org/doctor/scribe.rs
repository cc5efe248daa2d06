//! Writes the lines down: masks what is secret, shortens the consumer key, takes away what a terminal would obey.

use super::Patient;
use super::report::{Check, Line, Report, Standing};
use crate::profile::Profile;
use crate::request::Failure;
use crate::secret::{MASK, Secret};
use jiff::Timestamp;

/// Longest text of a line, in characters: an org may say a lot.
const LONGEST: usize = 1_000;

/// The lines so far.
pub(super) struct Scribe<'a> {
    profile: &'a Profile,
    tell: &'a (dyn Fn(&Line) + Send + Sync),
    secrets: Vec<Secret>,
    lines: Vec<Line>,
}

impl<'a> Scribe<'a> {
    pub fn new(patient: &Patient<'a>, tell: &'a (dyn Fn(&Line) + Send + Sync)) -> Self {
        let secrets = patient.passphrase.cloned().into_iter().collect();
        Self { profile: patient.profile, tell, secrets, lines: Vec::new() }
    }

    /// This must stand in no line from now on.
    pub fn hide(&mut self, secret: &Secret) {
        self.secrets.push(secret.clone());
    }

    /// All is well.
    pub fn ok(&mut self, check: Check, what: impl Into<String>) {
        self.line(check, Standing::Ok, what.into(), Vec::new(), Vec::new());
    }

    /// There is nothing to look at, or something is in the way.
    pub fn skip(&mut self, check: Check, why: impl Into<String>) {
        self.line(check, Standing::Skipped, why.into(), Vec::new(), Vec::new());
    }

    /// It works, but this should be known.
    pub fn warn(&mut self, check: Check, what: impl Into<String>, cure: Vec<String>) {
        self.line(check, Standing::Warning, what.into(), cure, Vec::new());
    }

    /// It does not work.
    pub fn fail(&mut self, check: Check, what: impl Into<String>, cure: Vec<String>) {
        self.line(check, Standing::Failed, what.into(), cure, Vec::new());
    }

    /// It does not work, as the layers above tell it elsewhere too.
    pub fn failure(&mut self, check: Check, failure: Failure) {
        let what = match failure.detail.trim() {
            "" => failure.title,
            detail if failure.title.contains(detail) => failure.title,
            detail => format!("{}: {detail}", failure.title),
        };
        self.line(check, Standing::Failed, what, failure.hint, failure.facts);
    }

    /// The first of these steps that did not hold.
    pub fn first_bad(&self, checks: &[Check]) -> Option<Check> {
        let bad =
            |check: &&Check| self.lines.iter().any(|line| line.check == **check && line.standing == Standing::Failed);
        checks.iter().find(bad).copied()
    }

    fn line(
        &mut self,
        check: Check,
        standing: Standing,
        what: String,
        cure: Vec<String>,
        facts: Vec<(String, String)>,
    ) {
        let facts = facts.into_iter().map(|(label, value)| (self.clean(&label), self.clean(&value))).collect();
        let cure = cure.iter().map(|step| self.clean(step)).collect();
        let line = Line { check, standing, what: self.clean(&what), cure, facts };
        (self.tell)(&line);
        self.lines.push(line);
    }

    fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets.iter().map(Secret::expose).filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, MASK);
        }
        // A key of a letter or two would be found in every word.
        let key = &self.profile.app.client_id;
        if key.chars().count() > SHORT {
            text = text.replace(key.as_str(), &shortened(key));
        }
        text.chars().take(LONGEST).map(|c| if acts(c) { ' ' } else { c }).collect::<String>().trim().to_owned()
    }

    /// What was found, whole.
    pub fn finish(self, at: Timestamp) -> Report {
        let app = &self.profile.app;
        Report {
            who: self.profile.id(),
            login_url: app.login_url.origin().ascii_serialization(),
            kind: app.kind.as_str(),
            client_id: shortened(&app.client_id),
            at,
            lines: self.lines,
        }
    }
}

/// A consumer key of this many characters or fewer is no real one.
const SHORT: usize = 8;

/// The two ends of a consumer key: enough to compare it by.
fn shortened(key: &str) -> String {
    let letters: Vec<char> = key.chars().filter(|c| !acts(*c)).collect();
    let (first, last) = match letters.len() {
        0..=SHORT => return "•".repeat(letters.len().min(4)),
        9..=16 => (3, 2),
        _ => (8, 4),
    };
    let begin: String = letters.iter().take(first).collect();
    let end: String = letters.iter().skip(letters.len() - last).collect();
    format!("{begin}…{end}")
}

/// Characters that steer a terminal or turn text around.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::super::super::client::{Limits, Org};
    use super::super::super::fixtures;
    use super::*;
    use crate::auth::{Clock, Sessions};
    use crate::profile::Kind;
    use std::sync::Arc;

    #[test]
    fn a_consumer_key_is_told_by_its_ends() {
        assert_eq!(shortened("3MVG9abcdefghijklmnop"), "3MVG9abc…mnop");
        assert_eq!(shortened("3MVG9consumer"), "3MV…er");
        assert_eq!((shortened("3MVG9key"), shortened("")), ("••••".to_owned(), String::new()));
    }

    #[test]
    fn no_line_holds_a_secret_or_steers_a_terminal() {
        let wire = crate::wire::Client::new(&crate::wire::Settings::default()).unwrap();
        let clock: Clock = Arc::new(|| Timestamp::UNIX_EPOCH);
        let org = Org::new(wire.clone(), Sessions::new(wire, Arc::clone(&clock)), clock, Limits::default());
        let mut profile = fixtures::profile(Kind::Production, false);
        Arc::make_mut(&mut profile.app).client_id = "3MVG9abcdefghijklmnop".to_owned();
        let passphrase = Secret::new("open sesame");
        let patient = Patient {
            org: &org,
            profile: &profile,
            file: "profiles.toml".as_ref(),
            problems: &[],
            passphrase: Some(&passphrase),
            ca_file: None,
        };
        let tell = |_: &Line| {};
        let mut scribe = Scribe::new(&patient, &tell);
        scribe.hide(&Secret::new("00Dx!token"));
        let failure = Failure {
            title: "odd".to_owned(),
            detail: "3MVG9abcdefghijklmnop said open sesame\u{1b}[2J\u{202e}".to_owned(),
            hint: vec!["use 00Dx!token".to_owned()],
            facts: vec![("iss".to_owned(), "3MVG9abcdefghijklmnop".to_owned())],
            ..Failure::default()
        };
        scribe.failure(Check::Login, failure);
        let report = scribe.finish(Timestamp::UNIX_EPOCH);
        let told = format!("{report:?}");
        for hidden in ["open sesame", "00Dx!token", "abcdefghijklmnop", "\\u{1b}", "\\u{202e}"] {
            assert!(!told.contains(hidden), "{hidden} in {told}");
        }
        assert_eq!(report.lines[0].what, "odd: 3MVG9abc…mnop said •••••••• [2J");
    }
}
