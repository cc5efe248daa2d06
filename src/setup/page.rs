//! What a step says and asks, as data: the screen and the command line show the same words.

use super::answers::AppKind;
use super::clicks::clicks;
use super::machine::Setup;
use super::{Step, Tested};
use crate::profile::Kind;
use std::path::Path;

/// Days that a certificate is valid if nothing else is asked for.
pub(super) const DAYS: &str = "365";

/// How words are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// To be read.
    Text,
    /// Beside the point.
    Faint,
    /// To be copied: a path, a name.
    Value,
    /// It works.
    Good,
    /// It does not.
    Bad,
}

/// A line, to be wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// How it is meant.
    pub tone: Tone,
    /// What stands before its first line, as `1.`; the others stand under its end.
    pub mark: String,
    /// The words.
    pub text: String,
}

/// An answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// As it would be typed; empty: enter alone.
    pub answer: &'static str,
    /// What it means.
    pub words: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Which.
    pub step: Step,
    /// What is to be known first.
    pub words: Vec<Words>,
    /// Answers to choose from. The first is what enter alone means, unless something is typed already.
    pub offers: Vec<Offer>,
    /// What is typed already.
    pub typed: String,
    /// What to type.
    pub hint: String,
    /// What enter alone is taken for where nobody can be asked; `None`: this has to be answered.
    pub default: Option<String>,
}

fn words(tone: Tone, text: impl Into<String>) -> Words {
    Words { tone, mark: String::new(), text: text.into() }
}

fn marked(tone: Tone, mark: impl Into<String>, text: impl Into<String>) -> Words {
    Words { tone, mark: mark.into(), text: text.into() }
}

fn offer(answer: &'static str, words: impl Into<String>) -> Offer {
    Offer { answer, words: words.into() }
}

/// The page of the step that a set-up is at.
pub(super) fn of(setup: &Setup) -> Page {
    let mut page = Page {
        step: setup.step,
        words: Vec::new(),
        offers: Vec::new(),
        typed: String::new(),
        hint: String::new(),
        default: None,
    };
    match setup.step {
        Step::Where => place(setup, &mut page),
        Step::Name => {
            page.words.push(words(Tone::Text, "What the app is called here: profiles.toml will have an [apps.NAME]."));
            page.typed = default_name(setup);
            page.hint = "letters, digits, - and _".to_owned();
            page.default = Some(String::new());
        }
        Step::Key => key(setup, &mut page),
        Step::Bits => {
            page.offers = vec![
                offer("2048", "2048 bits: what Salesforce asks for"),
                offer("4096", "4096 bits: takes some seconds to make"),
            ];
            page.default = Some(String::new());
        }
        Step::Days => {
            page.words.push(words(
                Tone::Text,
                "How many days the certificate is valid. After them logins fail until another one is uploaded.",
            ));
            page.typed = DAYS.to_owned();
            page.hint = "days".to_owned();
            page.default = Some(String::new());
        }
        Step::Passphrase => {
            page.words.push(words(Tone::Text, "With a passphrase the key's file is encrypted, and orgdeck asks for it once in each run. It is written down nowhere."));
            page.hint = "a passphrase; enter alone: none".to_owned();
            page.default = Some(String::new());
        }
        Step::Again => page.hint = "the same again".to_owned(),
        Step::Unlock => {
            page.words.push(words(Tone::Text, "The key is encrypted."));
            page.words.extend(setup.answers.private_key.as_deref().map(path));
            page.hint = "its passphrase".to_owned();
        }
        Step::Certificate => {
            page.words.push(words(
                Tone::Text,
                "The certificate that belongs to the key, to be uploaded to the app. It is looked at, never sent.",
            ));
            page.typed = setup.answers.certificate.as_deref().map(|p| p.display().to_string()).unwrap_or_default();
            page.hint = "path of the certificate; enter alone: the app has it already".to_owned();
            page.default = Some(String::new());
        }
        Step::App => {
            page.words.push(words(Tone::Text, "Salesforce knows two kinds of apps. New ones are External Client Apps; connected apps go on working where there are some."));
            page.offers = vec![
                offer("external", "an External Client App: for a new set-up"),
                offer("connected", "a connected app that is there"),
            ];
            if setup.answers.app == Some(AppKind::Connected) {
                page.offers.reverse();
            }
            page.default = Some(String::new());
        }
        Step::Salesforce => salesforce(setup, &mut page),
        Step::ConsumerKey => {
            page.words.push(words(Tone::Text, "The consumer key that Salesforce shows for the app; mostly it begins with 3MVG9. The secret beside it is not needed."));
            page.typed = setup.answers.client_id.clone().unwrap_or_default();
            page.hint = "paste the consumer key".to_owned();
        }
        Step::Users => users(setup, &mut page),
        Step::Test => test(setup, &mut page),
        Step::Done => done(setup, &mut page),
    }
    page
}

fn path(path: &Path) -> Words {
    words(Tone::Value, path.display().to_string())
}

/// What an app at this address would be called.
pub(super) fn default_name(setup: &Setup) -> String {
    if let Some(name) = &setup.answers.name {
        return name.clone();
    }
    let login = setup.answers.login_url.as_deref().unwrap_or_default();
    let host = login.split("://").nth(1).unwrap_or(login);
    let base = match host.split('.').next().unwrap_or_default() {
        _ if setup.answers.kind() == Kind::Demo => "demo",
        "" => "acme",
        first => first,
    };
    let taken = |name: &str| setup.known.apps.iter().any(|app| app == name);
    let numbered = (2..100).map(|n| format!("{base}-{n}"));
    std::iter::once(base.to_owned()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
}

fn place(setup: &Setup, page: &mut Page) {
    page.words.push(words(Tone::Text, "An app and a key let you log in without a browser. This makes both, says what to click in Salesforce, and tests it. It can be broken off at any time, and goes on where it was."));
    page.words.push(words(
        Tone::Faint,
        "An External Client App belongs to one org: its My Domain is the surest address. Setup ▸ My Domain shows it.",
    ));
    page.offers = vec![
        offer("production", "production: login.salesforce.com"),
        offer("sandbox", "a sandbox: test.salesforce.com"),
    ];
    page.typed = setup.answers.login_url.clone().unwrap_or_default();
    page.hint = "or an address: acme.my.salesforce.com, acme--uat.sandbox.my.salesforce.com".to_owned();
}

fn key(setup: &Setup, page: &mut Page) {
    page.words.push(words(
        Tone::Text,
        "The key proves who asks; its certificate goes to Salesforce, the key itself never leaves this machine.",
    ));
    if let Some(there) = &setup.answers.private_key {
        page.words.push(path(there));
        page.offers.push(offer("keep", "this one"));
        page.default = Some(String::new());
    }
    page.offers.push(offer("new", "make a new key and its certificate"));
    page.hint = "or the path of a private key that is there (PEM, encrypted or not)".to_owned();
}

fn salesforce(setup: &Setup, page: &mut Page) {
    if let Some(certificate) = &setup.answers.certificate {
        page.words.push(marked(Tone::Value, "certificate ", certificate.display().to_string()));
    }
    let steps = clicks(&setup.answers);
    page.words.extend((1..).zip(steps).map(|(n, step)| marked(Tone::Text, format!("{n}. "), step)));
    page.offers = vec![offer("", "all of this is done")];
}

fn users(setup: &Setup, page: &mut Page) {
    page.words.push(words(Tone::Text, "Who logs in through the app: the username, which has the form of an email address, and a short name if you like."));
    for user in &setup.answers.users {
        let alias = user.alias.as_deref().map(|alias| format!("  {alias}")).unwrap_or_default();
        page.words.push(words(Tone::Value, format!("{}{alias}", user.username)));
    }
    page.hint = "a username, and an alias: ada@acme.example admin".to_owned();
    if !setup.answers.users.is_empty() {
        page.offers = vec![offer("", "these are all")];
        page.hint = "or another one; -username takes somebody out".to_owned();
    }
}

fn test(setup: &Setup, page: &mut Page) {
    let count = setup.answers.users.len();
    if setup.tested.is_empty() {
        let who = if count == 1 { "the user".to_owned() } else { format!("each of the {count} users") };
        page.words.push(words(
            Tone::Text,
            format!(
                "The profile is written into profiles.toml. Then orgdeck logs in as {who} and asks the org who that is."
            ),
        ));
        page.offers = vec![offer("", "test it")];
        return;
    }
    setup.tested.iter().for_each(|one| tell(one, page));
    page.offers.push(offer("", "test again"));
    if let Some(step) = setup.fault() {
        page.offers.push(offer("fix", format!("back to: {}", step.title())));
    }
    if setup.tested.iter().any(|one| one.result.is_ok()) {
        page.offers.push(offer("finish", "leave it so"));
    }
}

fn tell(one: &Tested, page: &mut Page) {
    match &one.result {
        Ok(who) => page.words.push(marked(Tone::Good, "✓ ", format!("{}: {who}", one.username))),
        Err(trouble) => {
            page.words.push(marked(Tone::Bad, "✗ ", format!("{}: {}", one.username, trouble.said)));
            let step = trouble.step.map(|step| format!("step {}, {}: ", step.part(), step.title())).unwrap_or_default();
            page.words.push(marked(Tone::Text, "  ", format!("not done yet: {step}{}", trouble.missing)));
            page.words.extend(trouble.cure.iter().map(|cure| marked(Tone::Text, "  → ", cure)));
        }
    }
}

fn done(setup: &Setup, page: &mut Page) {
    setup.tested.iter().for_each(|one| tell(one, page));
    let name = setup.answers.name.as_deref().unwrap_or_default();
    page.words.push(words(Tone::Text, format!("{name} is set up: it stands in profiles.toml as [apps.{name}].")));
    if setup.answers.new_key == Some(true) {
        let days = setup.answers.days.unwrap_or_default();
        page.words.push(words(
            Tone::Faint,
            format!("Its certificate is valid for {days} days. Keep the key's file; whoever has it can log in."),
        ));
    }
    let first = setup.tested.iter().find(|one| one.result.is_ok());
    page.offers = vec![offer("", format!("be {}", first.map(|one| one.username.as_str()).unwrap_or_default()))];
}
