//! Putting an app where a set-up wants it: added, or brought up to date while its comments and all else in it stay.

use super::{App, EditError, add_app, add_user, app_table, change, set};
use crate::profile::Passphrase;
use crate::profile::values::login_url_text;
use std::path::Path;
use toml_edit::{InlineTable, Item, Value, value};

/// Adds an app with its users; where it is there already, sets what a set-up asks for, adds users that are missing and takes
/// those out who are `gone`. Paths are written as they stand in `app`.
///
/// # Errors
/// See [`EditError`].
pub fn put_app(config: &Path, app: &App, gone: &[String]) -> Result<(), EditError> {
    match add_app(config, app) {
        Err(EditError::AppExists(_)) => {}
        added => return added,
    }
    change(config, |document| {
        let table = app_table(document, &app.name)?;
        set(table, "client_id", &app.client_id);
        set(table, "private_key", &app.private_key.display().to_string());
        match &app.certificate {
            Some(certificate) => set(table, "certificate", &certificate.display().to_string()),
            None => _ = table.remove("certificate"),
        }
        set(table, "login_url", &login_url_text(&app.login_url));
        set(table, "kind", app.kind.as_str());
        // A command that somebody wrote there stays; a set-up knows of variables alone.
        if let Passphrase::Env(name) = &app.passphrase {
            let mut inner = InlineTable::new();
            inner.insert("env", name.as_str().into());
            table.insert("passphrase", value(inner));
        }
        let is_gone = |name: Option<&str>| name.is_some_and(|name| gone.iter().any(|g| g.eq_ignore_ascii_case(name)));
        match table.get_mut("users") {
            Some(Item::Value(Value::Array(list))) => list.retain(|entry| {
                !is_gone(entry.as_inline_table().and_then(|entry| entry.get("username")).and_then(Value::as_str))
            }),
            Some(Item::ArrayOfTables(list)) => {
                list.retain(|entry| !is_gone(entry.get("username").and_then(Item::as_str)));
            }
            _ => {}
        }
        Ok(())
    })?;
    app.users.iter().try_for_each(|user| add_user(config, &app.name, user))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{Kind, PROFILES_FILE, User, VersionChoice, load};

    fn app(client_id: &str, users: &[&str]) -> App {
        let user = |name: &&str| User { username: (*name).to_owned(), alias: None };
        App {
            name: "acme".into(),
            client_id: client_id.into(),
            private_key: "keys/acme.key".into(),
            certificate: Some("keys/acme.crt".into()),
            passphrase: Passphrase::Env("ACME".into()),
            login_url: "https://test.salesforce.com".parse().unwrap(),
            audience: None,
            version: VersionChoice::Newest,
            kind: Kind::Sandbox,
            read_only: false,
            tokens: crate::profile::Tokens::Memory,
            users: users.iter().map(user).collect(),
            variables: indexmap::IndexMap::new(),
        }
    }

    #[test]
    fn what_is_there_is_brought_up_to_date_and_keeps_its_comments() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(PROFILES_FILE);
        std::fs::write(&file, "# mine\n[apps.other] # o\nclient_id = \"o\"\nprivate_key = \"o.key\"\n").unwrap();
        put_app(folder.path(), &app("first", &["a@b.c", "wrogn@b.c"]), &[]).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("\"first\"", "\"first\" # the key\nread_only = true")).unwrap();
        put_app(folder.path(), &app("second", &["a@b.c", "right@b.c"]), &["Wrogn@b.c".into()]).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.starts_with("# mine\n[apps.other] # o\n") && text.contains("\"second\" # the key"), "{text}");
        let profiles = load(folder.path());
        let acme = profiles.app("acme").unwrap();
        assert_eq!(acme.users.iter().map(User::short).collect::<Vec<_>>(), ["a@b.c", "right@b.c"]);
        assert!(acme.read_only && acme.passphrase == Passphrase::Env("ACME".into()) && acme.kind == Kind::Sandbox);
        assert_eq!(acme.private_key, folder.path().join("keys/acme.key"));
    }
}
