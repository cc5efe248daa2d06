//! What was answered so far, as it is kept in a file of its own. No secret is ever among it.

use super::Step;
use crate::profile::{Kind, User};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What kind of app logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AppKind {
    /// An External Client App, which new set-ups use.
    External,
    /// A connected app, where there is one.
    Connected,
}

/// Who logs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// The Salesforce username.
    pub username: String,
    /// A short name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub alias: Option<String>,
}

impl Person {
    /// As a profile has it.
    pub fn user(&self) -> User {
        User { username: self.username.clone(), alias: self.alias.clone() }
    }
}

/// What was answered. All of it may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answers {
    /// `production`, `sandbox` or an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_url: Option<String>,
    /// The app's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the key is made here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_key: Option<bool>,
    /// Of a new key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bits: Option<u16>,
    /// Of its certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u32>,
    /// The key's file, once it was made or found good; absolute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<PathBuf>,
    /// Whether it needs a passphrase.
    pub encrypted: bool,
    /// The variable of the environment that holds the passphrase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passphrase_env: Option<String>,
    /// The certificate's file, once it was made or found good; absolute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    /// No certificate is named.
    pub without_certificate: bool,
    /// The kind of app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<AppKind>,
    /// All was done in Salesforce, as far as the user says.
    pub clicked: bool,
    /// The consumer key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Nobody is to be added.
    pub users_named: bool,
    /// Who was written into `profiles.toml` by this set-up; empty until it was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<String>,
    /// Who logs in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Person>,
}

const HEAD: &str = "# A set-up of orgdeck that is under way. It goes when the set-up is done; no secret stands here.\n";

impl Answers {
    /// From the file's text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// The file's text.
    pub fn text(&self) -> String {
        format!("{HEAD}{}", toml::to_string(self).unwrap_or_default())
    }

    /// Whether a step was answered, so that it is not asked again by itself. What is typed and not kept (a passphrase) is the
    /// machine's to know.
    pub(super) fn has(&self, step: Step) -> bool {
        match step {
            Step::Where => self.login_url.is_some(),
            Step::Name => self.name.is_some(),
            Step::Key => self.new_key == Some(true) || self.private_key.is_some(),
            Step::Bits => self.bits.is_some(),
            Step::Days => self.days.is_some(),
            Step::Passphrase | Step::Again => self.private_key.is_some(),
            Step::Unlock => true,
            Step::Certificate => self.certificate.is_some() || self.without_certificate,
            Step::App => self.app.is_some(),
            Step::Salesforce => self.clicked,
            Step::ConsumerKey => self.client_id.is_some(),
            Step::Users => self.users_named && !self.users.is_empty(),
            Step::Test | Step::Done => false,
        }
    }

    /// Forgets the key, and what hangs on it.
    pub(super) fn forget_key(&mut self) {
        *self = Self {
            login_url: self.login_url.take(),
            name: self.name.take(),
            passphrase_env: self.passphrase_env.take(),
            app: self.app,
            client_id: self.client_id.take(),
            users_named: self.users_named,
            written: std::mem::take(&mut self.written),
            users: std::mem::take(&mut self.users),
            ..Self::default()
        };
    }

    /// What kind of org it seems to be.
    pub(super) fn kind(&self) -> Kind {
        let url = self.login_url.as_deref().and_then(|text| crate::profile::login_url(text).ok());
        url.map_or(Kind::Production, |url| crate::profile::kind_of(&url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_answered_is_read_as_it_was_written() {
        assert_eq!(Answers::read(&Answers::default().text()).unwrap(), Answers::default());
        let all = Answers {
            login_url: Some("sandbox".into()),
            name: Some("acme".into()),
            new_key: Some(true),
            bits: Some(4096),
            days: Some(30),
            private_key: Some("/k/acme.key".into()),
            encrypted: true,
            passphrase_env: Some("ACME".into()),
            certificate: Some("/k/acme.crt".into()),
            without_certificate: false,
            app: Some(AppKind::Connected),
            clicked: true,
            client_id: Some("3MVG9".into()),
            users_named: true,
            written: vec!["a@b.c".into()],
            users: vec![
                Person { username: "a@b.c".into(), alias: Some("me".into()) },
                Person { username: "d@e.f".into(), alias: None },
            ],
        };
        assert_eq!(Answers::read(&all.text()).unwrap(), all, "{}", all.text());
        assert!(Answers::read("login_ulr = 3").unwrap_err().contains("login_ulr"));
    }
}
