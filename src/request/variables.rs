//! Variables: what `{{name}}` stands for, where each came from, and which of two with one name wins.
//!
//! A value is a secret where it was given as one, where its name says so, or where it looks like one. Values are resolved by the template, not here.

use super::nearest;
use super::surroundings::Surroundings;
use crate::profile::{holds_a_secret, names_a_secret};
use crate::secret::{MASK, Secret};

/// Where a variable came from, in the order in which it is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VarOrigin {
    /// Taken from an answer by a capture.
    Captured,
    /// Set on the screen or the command line.
    Yours,
    /// The saved request's own, or its collection's.
    Request,
    /// The app's table in `profiles.toml`.
    Profile,
    /// The `[variables]` of `profiles.toml`.
    Global,
    /// Set by the login.
    Login,
}

impl VarOrigin {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Captured => "captured",
            Self::Yours => "yours",
            Self::Request => "request",
            Self::Profile => "profile",
            Self::Global => "global",
            Self::Login => "login",
        }
    }

    /// Whether the value is an org's word: what looks like a variable in it is none.
    pub fn is_orgs(self) -> bool {
        matches!(self, Self::Login | Self::Captured)
    }
}

/// A variable's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VarValue {
    /// May be shown.
    Plain(String),
    /// Is masked, and binds a request to the profile's own hosts.
    Secret(Secret),
}

impl From<&str> for VarValue {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<String> for VarValue {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<Secret> for VarValue {
    fn from(secret: Secret) -> Self {
        Self::Secret(secret)
    }
}

/// A name, what it stands for, and where that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// Without braces.
    pub name: String,
    /// May hold variables itself.
    pub value: VarValue,
    /// Who set it.
    pub origin: VarOrigin,
}

impl Variable {
    /// The value as it may be shown: a secret is masked.
    pub fn shown(&self) -> String {
        match &self.value {
            VarValue::Plain(text) => text.clone(),
            VarValue::Secret(_) => MASK.to_owned(),
        }
    }

    /// The value, where it is a secret.
    pub fn secret(&self) -> Option<&Secret> {
        match &self.value {
            VarValue::Plain(_) => None,
            VarValue::Secret(secret) => Some(secret),
        }
    }

    /// Whether it is a secret.
    pub fn is_secret(&self) -> bool {
        matches!(self.value, VarValue::Secret(_))
    }
}

/// All variables in reach, in the order of look-up, and what functions are given. Cheap enough to copy for each request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Variables {
    /// The time, chance, and what was read.
    pub around: Surroundings,
    list: Vec<Variable>,
}

impl Variables {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets one, in place of the one with this origin and name. A name that speaks of a token, password, secret or key makes
    /// the value a secret, and so does a value that looks like one.
    pub fn set(&mut self, origin: VarOrigin, name: impl Into<String>, value: impl Into<VarValue>) {
        let name = name.into();
        let value = match value.into() {
            VarValue::Plain(text) if names_a_secret(&name) || holds_a_secret(&text) => {
                VarValue::Secret(Secret::new(text))
            }
            other => other,
        };
        self.put(origin, name, value);
    }

    /// The same, the value being what the caller says it is.
    pub(super) fn put(&mut self, origin: VarOrigin, name: String, value: VarValue) {
        if let Some(old) = self.list.iter_mut().find(|old| old.origin == origin && old.name == name) {
            old.value = value;
            return;
        }
        let place = self.list.partition_point(|old| old.origin <= origin);
        self.list.insert(place, Variable { name, value, origin });
    }

    /// Takes all of this origin away.
    pub fn forget(&mut self, origin: VarOrigin) {
        self.list.retain(|variable| variable.origin != origin);
    }

    /// Takes one away; whether it was there.
    pub fn remove(&mut self, origin: VarOrigin, name: &str) -> bool {
        let before = self.list.len();
        self.list.retain(|old| old.origin != origin || old.name != name);
        self.list.len() != before
    }

    /// Takes all of one origin away.
    pub fn clear(&mut self, origin: VarOrigin) {
        self.list.retain(|old| old.origin != origin);
    }

    /// The one that a template would use.
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.list.iter().find(|one| one.name == name)
    }

    /// All of them, those that another hides as well, in the order of look-up and then as they were set.
    pub fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.list.iter()
    }

    /// Whether another of the same name is used instead.
    pub fn shadowed(&self, one: &Variable) -> bool {
        self.get(&one.name).is_some_and(|used| used.origin != one.origin)
    }

    /// The known name that was probably meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        nearest::nearest(name, self.list.iter().map(|one| one.name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearer_origin_wins_and_the_other_stays_listed() {
        let mut all = Variables::new();
        all.set(VarOrigin::Login, "endpoint", "https://login");
        all.set(VarOrigin::Global, "endpoint", "https://global");
        all.set(VarOrigin::Yours, "endpoint", "https://yours");
        assert_eq!(all.get("endpoint").unwrap().shown(), "https://yours");
        let shadowed: Vec<_> = all.iter().filter(|v| all.shadowed(v)).map(|v| v.origin).collect();
        assert_eq!(shadowed, [VarOrigin::Global, VarOrigin::Login]);
        assert!(all.remove(VarOrigin::Yours, "endpoint"));
        assert!(!all.remove(VarOrigin::Yours, "endpoint"));
        assert_eq!(all.get("endpoint").unwrap().shown(), "https://global");
    }

    #[test]
    fn setting_again_keeps_the_place() {
        let mut all = Variables::new();
        all.set(VarOrigin::Yours, "a", "1");
        all.set(VarOrigin::Yours, "b", "2");
        all.set(VarOrigin::Yours, "a", "3");
        let list: Vec<_> = all.iter().map(|v| (v.name.as_str(), v.shown())).collect();
        assert_eq!(list, [("a", "3".to_owned()), ("b", "2".to_owned())]);
    }

    #[test]
    fn a_secret_is_masked_and_not_in_debug() {
        let mut all = Variables::new();
        all.set(VarOrigin::Yours, "apiKey", "hunter2");
        assert_eq!(all.get("apiKey").unwrap().shown(), MASK);
        assert!(!format!("{all:?}").contains("hunter2"));
    }

    #[test]
    fn a_session_id_is_a_secret_whatever_it_is_called() {
        let mut all = Variables::new();
        for name in ["sid", "sessionId", "session_id", "jwt", "cookie", "auth", "assertion", "authorization"] {
            all.set(VarOrigin::Yours, name, "hunter2");
            assert!(all.get(name).unwrap().is_secret(), "{name}");
        }
        for value in ["00Dxx0000000001!AQ4AQP", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0.", "-----BEGIN PRIVATE KEY-----"] {
            all.set(VarOrigin::Profile, "harmless", value);
            assert_eq!(all.get("harmless").unwrap().shown(), MASK, "{value}");
        }
    }
}
