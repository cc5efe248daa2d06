//! Which requests a fault hits: by path, user, org, share and number. One form for `--fault` and the control address.
//!
//! ```text
//! 503                                       every request to an org
//! 503,path=/query,user=sales,percent=10     one in ten of this user's queries
//! cut,after=2,times=1                       the third one, once
//! ```
//! Nothing here is left to chance: a share is drawn from the seed, the rule's number and how many requests it has met,
//! so that the same requests in the same order meet the same faults.

use super::fault::{Fault, Reach, UnknownFault};
use super::locked;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Duration;

/// Rules in force at once.
const MOST: usize = 1_000;

/// A fault, and whom it hits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What goes wrong.
    pub fault: Fault,
    /// Only addresses (path and query, as sent) that contain this text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only this user, by username or alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Only this org, by name (`acme-sandbox`) or kind (`sandbox`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<String>,
    /// How many of a hundred, 1 to 100.
    #[serde(default = "all", skip_serializing_if = "is_all")]
    pub percent: u8,
    /// So many pass before the first is hit.
    #[serde(default, skip_serializing_if = "is_none")]
    pub after: u64,
    /// So many are hit, then no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Length of the pause, for faults that are one; milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
}

fn all() -> u8 {
    100
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_all(percent: &u8) -> bool {
    *percent == 100
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_none(after: &u64) -> bool {
    *after == 0
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        Self { fault, path: None, user: None, org: None, percent: 100, after: 0, times: None, ms: None }
    }
}

/// A text that is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// No such fault.
    #[error(transparent)]
    Fault(#[from] UnknownFault),
    /// No such condition.
    #[error("{0:?} is no condition; there are path=, user=, org=, percent=, after=, times=, ms=")]
    Condition(String),
    /// A condition whose value is no number or out of its range.
    #[error("{name} needs {wanted}, not {given:?}")]
    Value {
        /// Which.
        name: String,
        /// What it takes.
        wanted: &'static str,
        /// What was given.
        given: String,
    },
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let mut parts = text.split(',');
        let mut rule = Self::from(parts.next().unwrap_or_default().parse::<Fault>()?);
        for part in parts {
            let Some((name, value)) = part.split_once('=') else {
                return Err(RuleError::Condition(part.to_owned()));
            };
            let (name, value) = (name.trim(), value.trim());
            let number = || value.parse::<u64>().map_err(|_| wrong(name, "a whole number", value));
            match name {
                "path" => rule.path = Some(value.to_owned()),
                "user" => rule.user = Some(value.to_owned()),
                "org" => rule.org = Some(value.to_owned()),
                "percent" => rule.percent = value.parse().map_err(|_| wrong(name, PERCENT, value))?,
                "after" => rule.after = number()?,
                "times" => rule.times = Some(number()?),
                "ms" => rule.ms = Some(number()?),
                _ => return Err(RuleError::Condition(part.to_owned())),
            }
        }
        rule.checked()
    }
}

const PERCENT: &str = "a whole number from 1 to 100";

fn wrong(name: &str, wanted: &'static str, given: &str) -> RuleError {
    RuleError::Value { name: name.to_owned(), wanted, given: given.to_owned() }
}

impl Rule {
    /// The rule, if its numbers are within their ranges.
    ///
    /// # Errors
    /// [`RuleError::Value`].
    pub fn checked(self) -> Result<Self, RuleError> {
        if (1..=100).contains(&self.percent) {
            Ok(self)
        } else {
            Err(wrong("percent", PERCENT, &self.percent.to_string()))
        }
    }

    /// Whether the request is one of those that it may hit.
    fn meets(&self, target: &Target<'_>) -> bool {
        let named = |wish: &Option<String>, names: [Option<&str>; 2]| {
            let is = |wish: &String| names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(wish));
            wish.as_ref().is_none_or(is)
        };
        let here = match &self.path {
            Some(text) => target.address.contains(text.as_str()),
            None => self.fault.reach() != Reach::Org || target.org_is_asked,
        };
        here && named(&self.user, target.user) && named(&self.org, target.org)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.fault)?;
        for (name, value) in [("path", &self.path), ("user", &self.user), ("org", &self.org)] {
            if let Some(value) = value {
                write!(out, ",{name}={value}")?;
            }
        }
        let percent = Some(u64::from(self.percent)).filter(|percent| *percent < 100);
        let after = Some(self.after).filter(|after| *after > 0);
        for (name, value) in [("percent", percent), ("after", after), ("times", self.times), ("ms", self.ms)] {
            if let Some(value) = value {
                write!(out, ",{name}={value}")?;
            }
        }
        Ok(())
    }
}

/// A request, as rules look at it.
#[derive(Debug, Default)]
pub(super) struct Target<'a> {
    /// Path and query.
    pub(super) address: &'a str,
    /// Whether it asks something of an org with a token.
    pub(super) org_is_asked: bool,
    /// The org's name and kind.
    pub(super) org: [Option<&'a str>; 2],
    /// The user's name and alias.
    pub(super) user: [Option<&'a str>; 2],
}

/// A rule in force, with what it has done.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Active {
    /// By which it can be taken back.
    pub(super) id: u64,
    #[serde(flatten)]
    pub(super) rule: Rule,
    /// Requests that met its conditions.
    pub(super) met: u64,
    /// Of these, those that it hit.
    pub(super) hit: u64,
}

/// The rules in force.
#[derive(Debug, Default)]
pub(super) struct Rules(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    seed: u64,
    active: Vec<Active>,
}

impl Rules {
    pub(super) fn new(seed: u64, rules: Vec<Rule>) -> Self {
        let all = Self(Mutex::new(Table { seed, active: Vec::new() }));
        all.replace(rules);
        all
    }

    /// Replaces all that is in force.
    pub(super) fn replace(&self, rules: Vec<Rule>) {
        let mut table = locked(&self.0);
        table.active.clear();
        table.add(rules);
    }

    /// Puts further ones in force, after the others; whether there was room.
    pub(super) fn add(&self, rules: Vec<Rule>) -> bool {
        let mut table = locked(&self.0);
        let room = table.active.len() + rules.len() <= MOST;
        if room {
            table.add(rules);
        }
        room
    }

    /// Takes one back; whether it was there.
    pub(super) fn remove(&self, id: u64) -> bool {
        let mut table = locked(&self.0);
        let before = table.active.len();
        table.active.retain(|active| active.id != id);
        table.active.len() < before
    }

    /// From now on shares are drawn from this seed, and all counts begin anew.
    pub(super) fn reseed(&self, seed: u64) {
        let mut table = locked(&self.0);
        table.seed = seed;
        for active in &mut table.active {
            (active.met, active.hit) = (0, 0);
        }
    }

    pub(super) fn seed(&self) -> u64 {
        locked(&self.0).seed
    }

    pub(super) fn all(&self) -> Vec<Active> {
        locked(&self.0).active.clone()
    }

    pub(super) fn is_empty(&self) -> bool {
        locked(&self.0).active.is_empty()
    }

    /// What hits this request, in the order of the rules. To be asked once for each request, since it counts.
    pub(super) fn hitting(&self, target: &Target<'_>) -> Hit {
        let mut table = locked(&self.0);
        let seed = table.seed;
        let mut hit = Hit::default();
        for active in table.active.iter_mut().filter(|active| active.rule.meets(target)) {
            active.met = active.met.saturating_add(1);
            let drawn = mixed(seed ^ mixed(active.id ^ mixed(active.met))) % 100;
            let over = active.rule.times.is_some_and(|times| active.hit >= times);
            if active.met <= active.rule.after || over || drawn >= u64::from(active.rule.percent) {
                continue;
            }
            active.hit = active.hit.saturating_add(1);
            hit.0.push((active.rule.fault, active.rule.ms.map(Duration::from_millis)));
        }
        hit
    }
}

impl Table {
    fn add(&mut self, rules: Vec<Rule>) {
        for rule in rules {
            let id = self.active.last().map_or(1, |active| active.id + 1);
            self.active.push(Active { id, rule, met: 0, hit: 0 });
        }
    }
}

/// The mixing step of SplitMix64: every bit of the number decides over every bit of the result.
fn mixed(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The faults that hit one request.
#[derive(Debug, Clone, Default)]
pub(super) struct Hit(Vec<(Fault, Option<Duration>)>);

impl Hit {
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.0.iter().any(|(own, _)| *own == fault)
    }

    /// The pause that a fault makes, if it hits.
    pub(super) fn pause(&self, fault: Fault, default: Duration) -> Option<Duration> {
        self.0.iter().find(|(own, _)| *own == fault).map(|(_, given)| given.unwrap_or(default))
    }
}

#[cfg(test)]
#[path = "rule_tests.rs"]
mod tests;
