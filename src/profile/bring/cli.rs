//! The Salesforce CLI's store: `.sfdx/USERNAME.json`, `.sfdx/alias.json`, `.sf/config.json` below a home folder. Logins by a
//! key are plain there; tokens are encrypted and are not looked at, nor is the key to them.

use super::super::{Kind, User, values};
use super::draft::{Draft, Found, slug};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// One login of the store. Whatever is secret in it has no place here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Login {
    username: String,
    client_id: Option<String>,
    private_key: Option<PathBuf>,
    login_url: Option<String>,
    refresh_token: Option<IgnoredAny>,
    /// The org's.
    name: Option<String>,
    #[serde(default)]
    is_sandbox: bool,
    #[serde(default)]
    is_scratch: bool,
}

#[derive(Deserialize, Default)]
struct Aliases {
    #[serde(default)]
    orgs: HashMap<String, String>,
}

#[derive(Deserialize, Default)]
struct Config {
    #[serde(rename = "target-org")]
    target: Option<String>,
}

/// Files of the folder that are no logins.
const OTHERS: [&str; 3] = ["alias.json", "key.json", "sfdx-config.json"];

pub(super) fn read(home: &Path) -> Result<Found, String> {
    let store = home.join(".sfdx");
    let listed = std::fs::read_dir(&store).map_err(|error| format!("{}: {error}", store.display()))?;
    let mut files: Vec<PathBuf> = listed.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".json") && name.contains('@') && !OTHERS.contains(&&*name)
    });
    files.sort();
    let aliases: Aliases = plain(&store.join("alias.json"))?.unwrap_or_default();
    let mut found = Found::default();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        match plain::<Login>(&file) {
            Ok(Some(login)) => take(login, &aliases, &mut found),
            Ok(None) => {}
            Err(why) => found.leave(name, why),
        }
    }
    let config: Config = plain(&home.join(".sf").join("config.json"))?.unwrap_or_default();
    found.default = config.target.map(|target| aliases.orgs.get(&target).cloned().unwrap_or(target));
    Ok(found)
}

fn plain<T: for<'a> Deserialize<'a>>(file: &Path) -> Result<Option<T>, String> {
    match std::fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|error| format!("{}: {error}", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", file.display())),
    }
}

fn take(login: Login, aliases: &Aliases, found: &mut Found) {
    let (Some(client_id), Some(private_key), None) = (login.client_id, login.private_key, login.refresh_token) else {
        found.leave(login.username, "it logs in by a browser or a password there, not by a key");
        return;
    };
    let text = login.login_url.as_deref().map_or("production", |url| url.trim_end_matches('/'));
    let login_url = match values::login_url(text) {
        Ok(url) => url,
        Err((what, _)) => {
            found.leave(login.username, format!("its login URL {what}"));
            return;
        }
    };
    let mut own: Vec<&String> =
        aliases.orgs.iter().filter(|(_, name)| **name == login.username).map(|(alias, _)| alias).collect();
    own.sort();
    let user = User { username: login.username, alias: own.first().map(|alias| (*alias).clone()) };
    let known = found.apps.iter_mut().find(|app| {
        app.client_id == client_id && app.login_url == login_url && app.private_key.as_ref() == Some(&private_key)
    });
    if let Some(app) = known {
        app.users.push(user);
        return;
    }
    let (kind, behind) = match (login.is_scratch, login.is_sandbox) {
        (true, _) => (Some(Kind::Scratch), "-scratch"),
        (false, true) => (Some(Kind::Sandbox), "-sandbox"),
        (false, false) => (None, ""),
    };
    let name = slug(&format!("{}{behind}", login.name.as_deref().unwrap_or("salesforce")));
    let (private_key, users) = (Some(private_key), vec![user]);
    found.apps.push(Draft { name, client_id, private_key, login_url, audience: None, kind, users });
}
