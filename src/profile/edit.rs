//! Changing `profiles.toml` and `settings.toml` while their comments, its order and the user's way of writing stay.
//!
//! Each change reads the file again under its lock, so that two orgdecks lose nothing of each other. A file that is
//! no TOML is never written: what the user meant there is not known.

use super::place::Report;
use super::replace::update_file;
use super::template::make_folder;
use super::{App, PROFILES_FILE, Passphrase, Problem, ProfileId, SETTINGS_FILE, Tokens, User, VersionChoice};
use std::io;
use std::path::Path;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value, value};

/// Whose variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every app's.
    Everywhere,
    /// That of the app with this name.
    App(String),
}

/// Why a file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// It could not be read or written.
    #[error("cannot change the file: {0}")]
    Io(#[from] io::Error),
    /// It is no TOML; the problem says where.
    #[error("{}:{}:{}: {}", .0.file.display(), .0.line, .0.column, .0.what)]
    Syntax(Box<Problem>),
    /// There is no such app in it.
    #[error("profiles.toml has no [apps.{0}]")]
    NoApp(String),
    /// There is one already.
    #[error("profiles.toml has an [apps.{0}] already")]
    AppExists(String),
    /// Another kind of value stands where this one belongs.
    #[error("`{0}` in the file is not what it must be")]
    Shape(String),
}

/// Makes somebody the default; written as `app/alias` where there is an alias.
pub fn set_default(config: &Path, id: &ProfileId) -> Result<(), EditError> {
    change(config, |document| {
        let app = app_table(document, &id.app)?;
        let text = match alias_of(app, &id.username) {
            Some(alias) => format!("{}/{alias}", id.app),
            None => id.to_string(),
        };
        set_first(document, "default", &text)
    })
}

/// Adds an app with its users at the end of the file; makes folder and file if they are not there.
pub fn add_app(config: &Path, app: &App) -> Result<(), EditError> {
    change(config, |document| {
        let root = document.as_table_mut();
        let apps = root.entry("apps").or_insert_with(|| {
            let mut apps = Table::new();
            apps.set_implicit(true);
            Item::Table(apps)
        });
        let apps = apps.as_table_like_mut().ok_or_else(|| EditError::Shape("apps".to_owned()))?;
        if apps.contains_key(&app.name) {
            return Err(EditError::AppExists(app.name.clone()));
        }
        let mut table = table_of(app);
        table.decor_mut().set_prefix("\n");
        apps.insert(&app.name, Item::Table(table));
        Ok(())
    })
}

/// Apps as a file of their own for somebody else: no paths of this machine, and nothing about passphrases.
pub fn shared<'a>(apps: impl Iterator<Item = &'a App>) -> String {
    let bare = |path: &Path| path.file_name().map(Into::into).unwrap_or_default();
    let mut tables = Table::new();
    tables.set_implicit(true);
    for app in apps {
        let certificate = app.certificate.as_deref().map(bare);
        let private_key = bare(&app.private_key);
        let own = App { private_key, certificate, passphrase: Passphrase::Ask, ..app.clone() };
        let mut table = table_of(&own);
        table.decor_mut().set_prefix("\n");
        tables.insert(&app.name, Item::Table(table));
    }
    let mut document = DocumentMut::new();
    document.insert("apps", Item::Table(tables));
    let head = "# Apps and users of orgdeck, without keys: put each private key beside profiles.toml, mode 0600, by the name below.\n";
    format!("{head}{document}")
}

/// Adds a user to an app, or gives the alias to one that is there.
pub fn add_user(config: &Path, app: &str, user: &User) -> Result<(), EditError> {
    change(config, |document| {
        let table = app_table(document, app)?;
        let users = table.entry("users").or_insert_with(|| value(Array::new()));
        match users {
            Item::Value(Value::Array(list)) => {
                let there = list.iter_mut().filter_map(|entry| entry.as_inline_table_mut());
                for entry in there {
                    if names(entry, &user.username) {
                        set_alias(entry, user);
                        return Ok(());
                    }
                }
                push_in_line(list, entry_of(user));
            }
            Item::ArrayOfTables(list) => {
                if let Some(entry) = list.iter_mut().find(|entry| names(*entry, &user.username)) {
                    set_alias(entry, user);
                    return Ok(());
                }
                list.push(entry_of(user).into_table());
            }
            _ => return Err(EditError::Shape(format!("apps.{app}.users"))),
        }
        Ok(())
    })
}

/// Writes an app's audience down, once it is known which one works.
pub fn set_audience(config: &Path, app: &str, audience: &str) -> Result<(), EditError> {
    change(config, |document| {
        set(app_table(document, app)?, "audience", audience);
        Ok(())
    })
}

/// Sets a variable. It lies there as plain text: secrets do not belong here.
pub fn set_variable(config: &Path, scope: &Scope, name: &str, text: &str) -> Result<(), EditError> {
    change(config, |document| {
        set(variables(document, scope)?, name, text);
        Ok(())
    })
}

/// Takes a variable out, and its comment with it. One that is not there is none.
pub fn remove_variable(config: &Path, scope: &Scope, name: &str) -> Result<(), EditError> {
    change(config, |document| {
        let table: Option<&mut dyn TableLike> = match scope {
            Scope::Everywhere => document.get_mut("variables").and_then(Item::as_table_like_mut),
            Scope::App(app) => app_table(document, app)?.get_mut("variables").and_then(Item::as_table_like_mut),
        };
        if let Some(table) = table {
            table.remove(name);
        }
        Ok(())
    })
}

/// Writes the theme down in `settings.toml`; makes folder and file if they are not there.
pub fn set_theme(config: &Path, name: &str) -> Result<(), EditError> {
    change_file(config, SETTINGS_FILE, |document| {
        let screen = document.as_table_mut().entry("screen").or_insert_with(|| Item::Table(Table::new()));
        let screen = screen.as_table_like_mut().ok_or_else(|| EditError::Shape("screen".to_owned()))?;
        set(screen, "theme", name);
        Ok(())
    })
}

fn change(config: &Path, edit: impl FnOnce(&mut DocumentMut) -> Result<(), EditError>) -> Result<(), EditError> {
    change_file(config, PROFILES_FILE, edit)
}

/// Reads the file under its lock, changes it, and puts it back as it was written: mark, line ends and all.
fn change_file(
    config: &Path,
    name: &str,
    edit: impl FnOnce(&mut DocumentMut) -> Result<(), EditError>,
) -> Result<(), EditError> {
    make_folder(config)?;
    let file = config.join(name);
    update_file(&file, |old| {
        let text = std::str::from_utf8(old.unwrap_or_default()).map_err(io::Error::other)?;
        let (mark, text) = match text.strip_prefix('\u{feff}') {
            Some(rest) => ("\u{feff}", rest),
            None => ("", text),
        };
        let mut document: DocumentMut = text.parse().map_err(|error| syntax(&file, text, &error))?;
        edit(&mut document)?;
        let mut new = document.to_string();
        let ends = text.matches("\r\n").count();
        if ends > 0 && ends == text.matches('\n').count() {
            new = new.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        Ok(format!("{mark}{new}").into_bytes())
    })
}

fn syntax(file: &Path, text: &str, error: &toml_edit::TomlError) -> EditError {
    let mut report = Report::new(file, text);
    report.error(error.span().unwrap_or(0..0), error.message(), "correct it first");
    match report.finish().pop() {
        Some(problem) => EditError::Syntax(Box::new(problem)),
        None => EditError::Shape(PROFILES_FILE.to_owned()),
    }
}

fn app_table<'d>(document: &'d mut DocumentMut, app: &str) -> Result<&'d mut dyn TableLike, EditError> {
    let apps = document.get_mut("apps").and_then(Item::as_table_like_mut);
    let table = apps.and_then(|apps| apps.get_mut(app)).and_then(Item::as_table_like_mut);
    table.ok_or_else(|| EditError::NoApp(app.to_owned()))
}

/// The table of variables, made if it is not there.
fn variables<'d>(document: &'d mut DocumentMut, scope: &Scope) -> Result<&'d mut dyn TableLike, EditError> {
    let (holder, name): (&mut dyn TableLike, String) = match scope {
        Scope::Everywhere => (document.as_table_mut(), "variables".to_owned()),
        Scope::App(app) => (app_table(document, app)?, format!("apps.{app}.variables")),
    };
    let item = holder.entry("variables").or_insert_with(|| {
        let mut table = Table::new();
        table.decor_mut().set_prefix("\n");
        Item::Table(table)
    });
    item.as_table_like_mut().ok_or(EditError::Shape(name))
}

/// Sets a text. The comment behind the old value stays behind the new one.
fn set(table: &mut dyn TableLike, name: &str, text: &str) {
    match table.get_mut(name).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = Value::from(text);
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(name, value(text));
        }
    }
}

/// Sets a text at the top of the file. Where no other stands there, the parser takes all comments above the first
/// table for that table's own; the new line goes below those that open the file and above those of the table.
fn set_first(document: &mut DocumentMut, name: &str, text: &str) -> Result<(), EditError> {
    let root = document.as_table_mut();
    if root.contains_key(name) || root.iter().any(|(_, item)| item.is_value()) {
        set(root, name, text);
        return Ok(());
    }
    let old = document.to_string();
    let lines: Vec<&str> = old.split_inclusive('\n').collect();
    let header = lines.iter().position(|line| line.trim_start().starts_with('[')).unwrap_or(lines.len());
    let (above, _) = lines.split_at_checked(header).unwrap_or((&lines, &[]));
    let own = above.iter().rev().take_while(|line| line.trim_start().starts_with('#')).count();
    // A comment that opens the file directly above the first table belongs to the table.
    let place = header - own;
    let mut new: String = lines.iter().take(place).copied().collect();
    new.push_str(&format!("{name} = {}\n", Value::from(text)));
    if place < lines.len() {
        new.push('\n');
    }
    new.extend(lines.iter().skip(place).copied());
    *document = new.parse().map_err(|_| EditError::Shape(PROFILES_FILE.to_owned()))?;
    Ok(())
}

fn alias_of(app: &dyn TableLike, username: &str) -> Option<String> {
    let text = |entry: &dyn TableLike| entry.get("alias").and_then(Item::as_str).map(str::to_owned);
    match app.get("users")? {
        Item::Value(Value::Array(list)) => {
            let mut entries = list.iter().filter_map(Value::as_inline_table);
            entries.find(|entry| names(*entry, username)).and_then(|entry| text(entry))
        }
        Item::ArrayOfTables(list) => list.iter().find(|entry| names(*entry, username)).and_then(|entry| text(entry)),
        _ => None,
    }
}

fn names(entry: &dyn TableLike, username: &str) -> bool {
    entry.get("username").and_then(Item::as_str).is_some_and(|name| name.eq_ignore_ascii_case(username))
}

fn set_alias(entry: &mut dyn TableLike, user: &User) {
    if let Some(alias) = &user.alias {
        set(entry, "alias", alias);
    }
}

fn entry_of(user: &User) -> InlineTable {
    let mut entry = InlineTable::new();
    entry.insert("username", user.username.as_str().into());
    if let Some(alias) = &user.alias {
        entry.insert("alias", alias.as_str().into());
    }
    entry
}

/// Adds an entry to a list in the list's own layout: one entry a line where it is written so.
fn push_in_line(list: &mut Array, entry: InlineTable) {
    let mut entry = Value::from(entry);
    let prefix = list.iter().last().and_then(|last| last.decor().prefix()).and_then(|prefix| prefix.as_str());
    let spread = prefix.is_some_and(|prefix| prefix.contains('\n'));
    let indent = prefix.and_then(|prefix| prefix.rsplit('\n').next()).unwrap_or_default().to_owned();
    if spread {
        // Comments behind the last entry lie in the list's end: they stay above the new entry.
        let behind = list.trailing().as_str().unwrap_or_default().trim_end().to_owned();
        entry.decor_mut().set_prefix(format!("{behind}\n{indent}"));
        list.push_formatted(entry);
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    } else {
        list.push(entry);
    }
}

/// An app as a table, optional keys only where they say something.
fn table_of(app: &App) -> Table {
    let mut table = Table::new();
    table.insert("client_id", value(&app.client_id));
    table.insert("private_key", value(app.private_key.display().to_string()));
    if let Some(certificate) = &app.certificate {
        table.insert("certificate", value(certificate.display().to_string()));
    }
    match &app.passphrase {
        Passphrase::Ask => {}
        Passphrase::Env(name) => {
            let mut inner = InlineTable::new();
            inner.insert("env", name.as_str().into());
            table.insert("passphrase", value(inner));
        }
        Passphrase::Command(words) => {
            let mut inner = InlineTable::new();
            inner.insert("command", Value::Array(words.iter().map(String::as_str).collect()));
            table.insert("passphrase", value(inner));
        }
    }
    table.insert("login_url", value(super::values::login_url_text(&app.login_url)));
    if let Some(audience) = &app.audience {
        table.insert("audience", value(audience));
    }
    if let VersionChoice::Fixed(version) = &app.version {
        table.insert("version", value(version));
    }
    table.insert("kind", value(app.kind.as_str()));
    if app.read_only {
        table.insert("read_only", value(true));
    }
    if app.tokens != Tokens::Memory {
        table.insert("tokens", value(app.tokens.as_str()));
    }
    table.insert("users", value(app.users.iter().map(entry_of).collect::<Array>()));
    if !app.variables.is_empty() {
        let mut variables = Table::new();
        for (name, text) in &app.variables {
            variables.insert(name, value(text));
        }
        table.insert("variables", Item::Table(variables));
    }
    table
}

mod put;
#[cfg(test)]
mod tests;

pub use put::put_app;
