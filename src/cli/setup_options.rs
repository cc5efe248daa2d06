//! The options of `setup` as answers to its questions. An option that is answered otherwise already is told, not obeyed:
//! the set-up that is under way may be another one.

use crate::profile::{login_url, login_url_text};
use crate::secret::Secret;
use crate::setup::{AppKind, Setup, Step};
use clap::{Args as Group, ValueEnum};
use std::collections::VecDeque;

#[derive(Debug, Group)]
pub(super) struct SetupArgs {
    /// Where the org logs in: production, sandbox, or an address
    #[arg(long, value_name = "WHERE")]
    pub(super) at: Option<String>,
    /// What the app is called in profiles.toml
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// new, or the file of a private key that is there
    #[arg(long, value_name = "new|FILE")]
    pub(super) key: Option<String>,
    /// Of a new key: 2048 or 4096
    #[arg(long, value_name = "N")]
    pub(super) bits: Option<u16>,
    /// Of a new certificate: how long it is valid
    #[arg(long, value_name = "N")]
    pub(super) days: Option<u32>,
    /// The new key is not encrypted
    #[arg(long, conflicts_with = "passphrase_env")]
    pub(super) no_passphrase: bool,
    /// The variable of the environment that holds the key's passphrase, now and later
    #[arg(long, value_name = "NAME")]
    pub(super) passphrase_env: Option<String>,
    /// The certificate of a key that is there, or none
    #[arg(long, value_name = "FILE|none")]
    pub(super) certificate: Option<String>,
    /// What is made in Salesforce
    #[arg(long, value_enum)]
    pub(super) app: Option<SetupApp>,
    /// The consumer key that Salesforce shows
    #[arg(long, value_name = "KEY")]
    pub(super) client_id: Option<String>,
    /// Who logs in; may be given several times
    #[arg(long = "user", value_name = "USERNAME[=ALIAS]")]
    pub(super) users: Vec<String>,
    /// Forget a set-up that is under way, and begin anew
    #[arg(long)]
    pub(super) anew: bool,
    /// Forget a set-up that is under way
    #[arg(long, conflicts_with = "anew")]
    pub(super) give_up: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SetupApp {
    /// An External Client App, which new set-ups use
    External,
    /// A connected app that is there
    Connected,
}

impl SetupApp {
    /// As the set-up's question takes it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::External => "external",
            Self::Connected => "connected",
        }
    }
}

/// Answers that were given beforehand, in their order.
pub(super) struct Given {
    answers: VecDeque<(Step, String)>,
    /// Whether users were given: then nobody is asked whether to test.
    pub(super) unattended: bool,
}

/// The option that answers a step.
pub(super) fn option(step: Step) -> &'static str {
    match step {
        Step::Where => "--at",
        Step::Name => "--name",
        Step::Key => "--key",
        Step::Bits => "--bits",
        Step::Days => "--days",
        Step::Passphrase => "--no-passphrase or --passphrase-env",
        Step::Again | Step::Unlock => "--passphrase-env",
        Step::Certificate => "--certificate",
        Step::App => "--app",
        // Whoever has the consumer key has been there.
        Step::Salesforce | Step::ConsumerKey => "--client-id",
        Step::Users => "--user",
        Step::Test | Step::Done => "",
    }
}

impl Given {
    /// What the options answer.
    ///
    /// # Errors
    /// Why they do not fit.
    pub(super) fn new(asked: &SetupArgs, setup: &mut Setup) -> Result<Self, String> {
        if let Some(option) = differs(asked, setup) {
            return Err(format!(
                "{option} is answered otherwise in the set-up that is under way: go on without it, or with --anew"
            ));
        }
        let mut answers = VecDeque::new();
        let mut add = |step, text: Option<String>| answers.extend(text.map(|text| (step, text)));
        add(Step::Where, asked.at.clone());
        add(Step::Name, asked.name.clone());
        add(Step::Key, asked.key.clone());
        add(Step::Bits, asked.bits.map(|bits| bits.to_string()));
        add(Step::Days, asked.days.map(|days| days.to_string()));
        add(Step::Passphrase, asked.no_passphrase.then(String::new));
        let variable = asked.passphrase_env.clone().or_else(|| setup.answers().passphrase_env.clone());
        if let Some(name) = variable {
            match std::env::var(&name) {
                Ok(value) if !value.is_empty() => {
                    add(Step::Passphrase, Some(value.clone()));
                    add(Step::Again, Some(value.clone()));
                    setup.passphrase_from(&name, Secret::new(value));
                }
                _ if asked.passphrase_env.is_some() => return Err(format!("the variable {name} is not set, or empty")),
                // Its passphrase is asked for.
                _ => {}
            }
        }
        add(Step::Certificate, asked.certificate.clone());
        add(Step::App, asked.app.map(|app| app.word().to_owned()));
        add(Step::Salesforce, asked.client_id.as_ref().map(|_| String::new()));
        add(Step::ConsumerKey, asked.client_id.clone());
        for user in &asked.users {
            add(Step::Users, Some(user.clone()));
        }
        add(Step::Users, (!asked.users.is_empty()).then(String::new));
        // These two may be put right in a set-up that is under way.
        let new_key = asked.client_id.as_deref().is_some_and(|key| setup.answers().client_id.as_deref() != Some(key));
        if new_key && setup.answers().client_id.is_some() {
            setup.go_to(Step::ConsumerKey);
        } else if !asked.users.is_empty() && setup.answers().users_named {
            setup.go_to(Step::Users);
        }
        Ok(Self { answers, unattended: !asked.users.is_empty() })
    }

    /// The answer to a step, once.
    pub(super) fn take(&mut self, step: Step) -> Option<String> {
        let at = self.answers.iter().position(|(of, _)| *of == step)?;
        self.answers.remove(at).map(|(_, text)| text)
    }
}

/// The first option that says something else than what was answered.
fn differs(asked: &SetupArgs, setup: &Setup) -> Option<&'static str> {
    let answers = setup.answers();
    let place = |text: &String| {
        let whole = if text.contains('.') && !text.contains("://") { format!("https://{text}") } else { text.clone() };
        login_url(whole.trim_end_matches('/')).map_or(whole, |url| login_url_text(&url))
    };
    let other = |given: Option<String>, known: &Option<String>| given.is_some() && known.is_some() && given != *known;
    let external = answers.app.map(|app| app == AppKind::External);
    [
        (Step::Where, other(asked.at.as_ref().map(place), &answers.login_url)),
        (Step::Name, other(asked.name.clone(), &answers.name)),
        (
            Step::Key,
            asked.key.is_some() && answers.new_key.is_some_and(|new| new != (asked.key.as_deref() == Some("new"))),
        ),
        (Step::Bits, asked.bits.is_some() && answers.bits.is_some() && asked.bits != answers.bits),
        (Step::Days, asked.days.is_some() && answers.days.is_some() && asked.days != answers.days),
        (Step::App, asked.app.zip(external).is_some_and(|(app, external)| (app.word() == "external") != external)),
    ]
    .into_iter()
    .find_map(|(step, differs)| differs.then(|| option(step)))
}
