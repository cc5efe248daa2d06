//! Does the jobs of a set-up: files and logins. The screen's effects and the command line run the same ones.
//!
//! Keys are written once, mode 0600, into a folder of mode 0700, and never over a file that is there. What is kept of a set-up
//! under way holds no secret.

use super::outside::home;
use crate::auth::{Certificate, LoginError, PrivateKey, make_key};
use crate::org::{Ask, Identity, Org};
use crate::profile::{App, PROFILES_FILE, Profile, edit, load, load_settings, make_folder, replace_file};
use crate::request::{Failure, Request};
use crate::secret::Secret;
use crate::setup::{
    Answers, Job, KEYS_FOLDER, KeyFile, Known, Made, Outcome, SETUP_FILE, Setup, Step, Tested, Trouble, Work, diagnose,
};
use futures_util::future::join_all;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// A set-up that goes on where it was, if one is under way; and what should be known of that.
pub fn begin(config: &Path) -> (Setup, Option<String>) {
    let known = Known { apps: names(config), config: config.to_owned() };
    match std::fs::read_to_string(config.join(SETUP_FILE)) {
        Ok(text) => match Answers::read(&text) {
            Ok(answers) => {
                let name = answers.name.clone().map(|name| format!(" of {name}")).unwrap_or_default();
                (Setup::new(known, Some(answers)), Some(format!("The set-up{name} goes on where it was")))
            }
            Err(why) => {
                let words = format!("{SETUP_FILE} cannot be read, so it begins anew: {why}");
                (Setup::new(known, None), Some(words))
            }
        },
        Err(_) => (Setup::new(known, None), None),
    }
}

/// The names of all apps in the file, those that cannot be used too.
fn names(config: &Path) -> Vec<String> {
    let profiles = load(config);
    let mut names: Vec<String> = profiles.apps.iter().map(|app| app.name.clone()).collect();
    names.extend(profiles.problems.iter().filter_map(|problem| problem.app.clone()));
    names
}

/// A client for the tests of a set-up, by the settings of the config folder.
///
/// # Errors
/// Where it cannot be made.
pub fn org(config: &Path) -> Result<Org, Failure> {
    super::client::client(&load_settings(config).0, None)
}

/// Opens an address in the user's browser; tells what was done, or why not.
///
/// # Errors
/// Why not.
pub fn open(url: &Url) -> Result<String, String> {
    super::browser::open(url)
}

/// Does the part of a job that needs no org; what is left is a test. Blocks.
///
/// # Errors
/// Where what was answered could not be kept.
pub fn files(config: &Path, job: &Job) -> Result<Option<Outcome>, String> {
    if let Some(answers) = &job.keep {
        keep(config, answers).map_err(|error| format!("{SETUP_FILE} could not be written: {error}"))?;
    }
    Ok(Some(match &job.work {
        Work::Nothing => Outcome::Nothing,
        Work::Forget => {
            forget(config);
            Outcome::Nothing
        }
        Work::CheckKey(typed) => Outcome::Key(check_key(typed)),
        Work::Unlock(path, passphrase) => {
            let opened = PrivateKey::read(path, Some(passphrase));
            Outcome::Unlocked(opened.map(|_| passphrase.clone()).map_err(|error| unlock_words(&error)))
        }
        Work::MakeKey { name, bits, days, passphrase } => {
            Outcome::Made(make(config, name, *bits, *days, passphrase.as_ref()))
        }
        Work::CheckCertificate { typed, key, passphrase } => {
            Outcome::Certificate(check_certificate(typed, key, passphrase.as_ref()))
        }
        Work::Test { app, gone, .. } => match edit::put_app(config, &beside(app, config), gone) {
            Ok(()) => return Ok(None),
            Err(error) => Outcome::Tested(Err(format!("{PROFILES_FILE} could not be written: {error}"))),
        },
    }))
}

/// Logs in as each user of the app, all at once, and asks who that is. A passphrase goes to the sessions of the org's client.
pub async fn test(org: &Org, config: &Path, app: &App, passphrase: Option<&Secret>) -> Outcome {
    if let Some(passphrase) = passphrase {
        org.sessions().give_passphrase(&app.name, passphrase.clone());
    }
    let app = Arc::new(app.clone());
    let one = |user: &crate::profile::User| {
        let profile = Profile { app: Arc::clone(&app), user: user.clone() };
        async move { Tested { username: profile.user.username.clone(), result: who(org, config, &profile).await } }
    };
    Outcome::Tested(Ok(join_all(app.users.iter().map(one)).await))
}

/// Forgets a set-up that is under way. Its lock stays, as with every file that is replaced whole.
pub fn forget(config: &Path) {
    // One that is not there is forgotten already.
    let _ = std::fs::remove_file(config.join(SETUP_FILE));
}

async fn who(org: &Org, config: &Path, profile: &Profile) -> Result<String, Trouble> {
    let token = org.sessions().token(profile).await.map_err(|error| diagnose(&error))?;
    if token.audience_guessed {
        // The next login is right at once; where it cannot be written, it guesses again.
        let _ = edit::set_audience(config, &profile.app.name, &token.audience);
    }
    let no_scope = |said: String, cure: Vec<String>| Trouble {
        step: Some(Step::Salesforce),
        said,
        missing: "the login works, but the app may not say who it is or may not use the API".to_owned(),
        cure: if cure.is_empty() { vec!["give the app the scopes api and id".to_owned()] } else { cure },
    };
    let exchange = org.ask(Ask::new(profile.clone(), Request::get("{{IdURL}}"))).await;
    let exchange =
        exchange.map_err(|failure| no_scope(format!("{}: {}", failure.title, failure.detail), failure.hint))?;
    let identity = exchange.body.json().filter(|_| exchange.ok()).and_then(|answer| Identity::parse(answer));
    match identity {
        Some(identity) => {
            Ok(format!("{}, user {} of org {}", identity.display_name, identity.user_id, identity.organization_id))
        }
        None => Err(no_scope(format!("the identity was answered with status {}", exchange.status), Vec::new())),
    }
}

fn keep(config: &Path, answers: &Answers) -> io::Result<()> {
    make_folder(config)?;
    replace_file(&config.join(SETUP_FILE), answers.text().as_bytes())
}

/// Where a path that was typed leads, seen from where the program was started.
fn typed_path(typed: &str) -> Result<PathBuf, String> {
    std::path::absolute(home(typed)).map_err(|error| format!("{typed} is no path: {error}"))
}

fn check_key(typed: &str) -> Result<KeyFile, String> {
    let path = typed_path(typed)?;
    match PrivateKey::read(&path, None) {
        Ok(_) => Ok(KeyFile { path, encrypted: false }),
        Err(LoginError::PassphraseNeeded { .. }) => Ok(KeyFile { path, encrypted: true }),
        Err(error) => Err(key_words(&error)),
    }
}

fn check_certificate(typed: &str, key: &Path, passphrase: Option<&Secret>) -> Result<PathBuf, String> {
    let path = typed_path(typed)?;
    let certificate = Certificate::read(&path).map_err(|error| key_words(&error))?;
    let key = PrivateKey::read(key, passphrase).map_err(|error| unlock_words(&error))?;
    if !certificate.matches(&key) {
        return Err(format!("{} does not belong to the key: it holds another public key", path.display()));
    }
    if certificate.not_after < jiff::Timestamp::now() {
        let day = certificate.not_after.strftime("%Y-%m-%d");
        return Err(format!("{} expired on {day}: make a new one", path.display()));
    }
    Ok(path)
}

fn key_words(error: &LoginError) -> String {
    match error {
        LoginError::Key { what, cure } => format!("{what}: {cure}"),
        other => other.to_string(),
    }
}

fn unlock_words(error: &LoginError) -> String {
    match error {
        LoginError::PassphraseNeeded { wrong: true, .. } => "this does not open the key".to_owned(),
        other => key_words(other),
    }
}

/// Makes a key and its certificate beside each other, under a name that is free.
fn make(config: &Path, name: &str, bits: u16, days: u32, passphrase: Option<&Secret>) -> Result<Made, String> {
    let made = make_key(name, bits, days, passphrase, jiff::Timestamp::now()).map_err(|error| key_words(&error))?;
    let folder = config.join(KEYS_FOLDER);
    let failed = |error: io::Error| format!("{} could not be written: {error}", folder.display());
    make_folder(&folder).map_err(failed)?;
    // A name may hold what a file's must not begin with.
    let name = format!("{}{}", if name.starts_with('.') { "app" } else { "" }, name.replace(['\\', ':'], "-"));
    let stems = std::iter::once(name.clone()).chain((2..1_000).map(|n| format!("{name}-{n}")));
    for stem in stems {
        let [key, certificate] = ["key", "crt"].map(|end| folder.join(format!("{stem}.{end}")));
        if certificate.exists() || !put_new(&key, made.private_pem.expose().as_bytes()).map_err(failed)? {
            continue;
        }
        if put_new(&certificate, made.certificate_pem.as_bytes()).map_err(failed)? {
            return Ok(Made { key, certificate });
        }
    }
    Err(format!("{} is full of keys called {name}", folder.display()))
}

/// Writes a file whole, mode 0600, where none of this name is; whether that was so.
fn put_new(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".orgdeck-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// The app as it is written: what lies in the config folder is named from there, so that the folder can be moved.
fn beside(app: &App, config: &Path) -> App {
    let short = |path: &Path| path.strip_prefix(config).unwrap_or(path).to_owned();
    App { private_key: short(&app.private_key), certificate: app.certificate.as_deref().map(short), ..app.clone() }
}
