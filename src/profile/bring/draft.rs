//! What was found, and how it becomes apps of `profiles.toml`.

use super::super::edit::{self, EditError};
use super::super::{App, Kind, Passphrase, ProfileId, Profiles, User, VersionChoice, values};
use indexmap::IndexMap;
use std::path::{Path, PathBuf};
use url::Url;

/// An app as another tool knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What it may be called.
    pub name: String,
    /// The consumer key.
    pub client_id: String,
    /// The private key's file, where one is named.
    pub private_key: Option<PathBuf>,
    /// Where to log in.
    pub login_url: Url,
    /// Where that differs from what orgdeck would take.
    pub audience: Option<String>,
    /// What kind of org, where the other tool knows.
    pub kind: Option<Kind>,
    /// Its users; none where the other tool is told a name each time.
    pub users: Vec<User>,
}

/// What another tool's files hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Apps that log in by a key.
    pub apps: Vec<Draft>,
    /// The username that is the default there.
    pub default: Option<String>,
    /// What was not taken, and why.
    pub left: Vec<(String, String)>,
}

impl Found {
    pub(super) fn leave(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left.push((what.into(), why.into()));
    }
}

/// Adds what was found: users to the app that is there with the same key of the same login, else a new app. Gives who was
/// added; nobody who is there already is.
///
/// # Errors
/// As [`edit::add_app`]; the default is set last.
pub fn add(config: &Path, known: &Profiles, found: &mut Found) -> Result<Vec<ProfileId>, EditError> {
    let mut added = Vec::new();
    let mut names: Vec<String> = known.apps.iter().map(|app| app.name.clone()).collect();
    names.extend(known.problems.iter().filter_map(|problem| problem.app.clone()));
    for draft in std::mem::take(&mut found.apps) {
        let Some(private_key) = draft.private_key.clone() else {
            found.leave(&draft.name, "no private key's file is named: --key FILE tells it");
            continue;
        };
        if draft.users.is_empty() {
            found.leave(&draft.name, "no user is named: --user NAME tells one");
            continue;
        }
        let same = known.apps.iter().find(|app| app.client_id == draft.client_id && app.login_url == draft.login_url);
        let name = match same {
            Some(app) => {
                for user in draft.users.iter().filter(|user| !has(&app.users, &user.username)) {
                    edit::add_user(config, &app.name, user)?;
                    added.push(ProfileId { app: app.name.clone(), username: user.username.clone() });
                }
                app.name.clone()
            }
            None => {
                let app = app(&draft, unused(&draft.name, &names), private_key);
                edit::add_app(config, &app)?;
                names.push(app.name.clone());
                added.extend(
                    app.users.iter().map(|user| ProfileId { app: app.name.clone(), username: user.username.clone() }),
                );
                app.name
            }
        };
        let default = found.default.as_ref().filter(|default| has(&draft.users, default));
        if let Some(username) = default.filter(|_| known.default.is_none()) {
            edit::set_default(config, &ProfileId { app: name, username: username.clone() })?;
        }
    }
    Ok(added)
}

fn has(users: &[User], username: &str) -> bool {
    users.iter().any(|user| user.username.eq_ignore_ascii_case(username))
}

fn app(draft: &Draft, name: String, private_key: PathBuf) -> App {
    App {
        name,
        client_id: draft.client_id.clone(),
        private_key,
        certificate: None,
        passphrase: Passphrase::Ask,
        login_url: draft.login_url.clone(),
        audience: draft.audience.clone(),
        version: VersionChoice::Newest,
        kind: draft.kind.unwrap_or_else(|| values::kind_of(&draft.login_url)),
        read_only: false,
        users: draft.users.clone(),
        variables: IndexMap::new(),
    }
}

/// A name as it may stand in `[apps.NAME]`.
pub(super) fn slug(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' }).collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    if words.is_empty() { "salesforce".to_owned() } else { words.join("-") }
}

/// The name, with a number where it is taken.
fn unused(name: &str, taken: &[String]) -> String {
    let free = |name: &String| !taken.contains(name);
    let numbered = (2..).map(|number| format!("{name}-{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(free).unwrap_or_default()
}
