//! One `[apps.NAME]` table: from its text to an [`App`], or to the problems that stand in the way.

use super::owner::{Doubt, doubt_about_readers};
use super::place::Report;
use super::schema::{Table, Values, check_keys, example};
use super::secrets::{holds_a_secret, names_a_secret};
use super::values::{self, Wrong};
use super::{App, Kind, Passphrase, Tokens, User, VersionChoice};
use indexmap::IndexMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use url::Url;

/// What the reading of an app needs to know beside its table.
pub(super) struct Context<'a> {
    /// The config folder, absolute.
    pub(super) config: &'a Path,
    /// Why `passphrase.command` may not be run from this file; asked only where one is named.
    pub(super) doubt: &'a dyn Fn() -> Option<Doubt>,
}

/// An app and the username of its default user.
pub(super) struct Read {
    pub(super) app: App,
    pub(super) default_user: Option<String>,
}

/// Reads one app; `None` when it cannot be used, and the report says why.
pub(super) fn read(
    name: &str,
    header: Range<usize>,
    table: &DeTable<'_>,
    context: &Context<'_>,
    report: &mut Report<'_>,
) -> Option<Read> {
    let before = report.errors();
    check_name(name, header.clone(), report);
    check_keys(Table::App, table, header, report);
    let values = Values { table: Table::App, values: table };
    let client_id = values.text("client_id", report).map(|text| text.get_ref().trim().to_owned());
    let private_key = private_key(&values, context, report);
    let certificate = certificate(&values, context, report);
    let passphrase = passphrase(&values, context, report);
    let login_url = parsed(&values, "login_url", values::login_url, report)
        .or_else(|| Url::parse("https://login.salesforce.com").ok());
    if let Some(right) = login_url.as_ref().and_then(values::my_domain_of) {
        let span = values.get("login_url").map_or(0..0, Spanned::span);
        report.warning(
            span,
            "`login_url` is an address for browsers, which logs nobody in",
            format!("write \"{right}\""),
        );
    }
    let audience = audience(&values, login_url.as_ref(), report);
    let version = version(&values, report);
    let kind = kind(&values, login_url.as_ref(), report);
    let read_only = values.boolean("read_only", report).unwrap_or(false);
    let tokens = tokens(&values, kind, report);
    let users = users(&values, report);
    let default_user = default_user(&values, &users, report);
    let variables = values.table("variables", report).map(|(table, _)| variables(table, report)).unwrap_or_default();
    if report.errors() > before {
        return None;
    }
    let app = App {
        name: name.to_owned(),
        client_id: client_id?,
        private_key: private_key?,
        certificate,
        passphrase,
        login_url: login_url?,
        audience,
        version,
        kind,
        read_only,
        tokens,
        users,
        variables,
    };
    Some(Read { app, default_user })
}

/// `app/user` must stay readable as what it is.
fn check_name(name: &str, header: Range<usize>, report: &mut Report<'_>) {
    if name.is_empty() || name.contains(|c: char| c == '/' || c.is_control() || c.is_whitespace()) {
        let cure = "name it with letters, digits, - and _: [apps.acme-sandbox]";
        report.error(header, format!("`{}` is no name for an app", name.escape_debug()), cure);
    }
}

/// A text with a form of its own.
fn parsed<T>(
    values: &Values<'_, '_>,
    name: &str,
    parse: impl Fn(&str) -> Result<T, Wrong>,
    report: &mut Report<'_>,
) -> Option<T> {
    let text = values.text(name, report)?;
    match parse(text.get_ref()) {
        Ok(value) => Some(value),
        Err((what, cure)) => {
            report.error(text.span(), format!("`{name}` {what}"), cure);
            None
        }
    }
}

/// The audience; one of another host than the login's would hand that host's login to a stranger.
fn audience(values: &Values<'_, '_>, login_url: Option<&Url>, report: &mut Report<'_>) -> Option<String> {
    let audience = parsed(values, "audience", values::audience, report)?;
    if let Some(login_url) = login_url
        && !values::may_be_sent(&audience, login_url)
    {
        let span = values.get("audience").map_or(0..0, Spanned::span);
        let own = login_url.origin().ascii_serialization();
        report.error(
            span,
            format!("`audience` names another host than `login_url`, {own}: a login for one would go to the other"),
            format!("leave it out, write \"{own}\", or set `login_url` to the host that it names"),
        );
    }
    Some(audience)
}

fn private_key(values: &Values<'_, '_>, context: &Context<'_>, report: &mut Report<'_>) -> Option<PathBuf> {
    let text = values.text("private_key", report)?;
    let path = values::file_path(context.config, text.get_ref(), text.span(), "private_key", report)?;
    match std::fs::metadata(&path) {
        Ok(data) if data.is_dir() => {
            report.error(
                text.span(),
                format!("the private key {} is a folder", path.display()),
                "name the PEM file in it",
            );
            return None;
        }
        Ok(data) => {
            if let Some((what, cure)) = doubt_about_readers(&path, &data) {
                report.warning(text.span(), what, cure);
            }
        }
        // The app stays in the list: the key may be on a disk that is not there yet, and the login says so again.
        Err(error) => {
            let what = format!("cannot find the private key {}: {error}", path.display());
            report.warning(text.span(), what, "put the PEM file there, or name where it is");
        }
    }
    Some(path)
}

fn certificate(values: &Values<'_, '_>, context: &Context<'_>, report: &mut Report<'_>) -> Option<PathBuf> {
    let text = values.text("certificate", report)?;
    let path = values::file_path(context.config, text.get_ref(), text.span(), "certificate", report)?;
    if !path.is_file() {
        let what = format!("there is no certificate {}", path.display());
        report.warning(text.span(), what, "name the PEM file that was uploaded to the app, or leave it out");
    }
    Some(path)
}

const PASSPHRASE_FORMS: &str = "write \"ask\", { env = \"NAME\" } or { command = [\"pass\", \"show\", \"acme\"] }";

/// No message here may hold what stands in the file: it may be the passphrase itself.
fn passphrase(values: &Values<'_, '_>, context: &Context<'_>, report: &mut Report<'_>) -> Passphrase {
    let Some(value) = values.get("passphrase") else { return Passphrase::Ask };
    let span = value.span();
    let table = match value.get_ref() {
        DeValue::String(text) if text == "ask" => return Passphrase::Ask,
        DeValue::String(_) => {
            let what = "a passphrase stands in the file, where everybody who reads it finds it";
            report.error(span, what, format!("take it out, and {PASSPHRASE_FORMS}"));
            return Passphrase::Ask;
        }
        DeValue::Table(table) => table,
        _ => {
            report.error(span, "`passphrase` is neither \"ask\" nor a table", PASSPHRASE_FORMS);
            return Passphrase::Ask;
        }
    };
    check_keys(Table::Passphrase, table, span.clone(), report);
    let inner = Values { table: Table::Passphrase, values: table };
    match (inner.get("env"), inner.get("command")) {
        (Some(_), None) => match inner.text("env", report) {
            Some(name) if is_variable_name(name.get_ref()) => Passphrase::Env((*name.get_ref()).to_owned()),
            Some(name) => {
                // A text with other characters in it may well be the passphrase.
                let what = "`env` is not the name of an environment variable";
                report.error(name.span(), what, "write the variable's name: { env = \"ACME_PASSPHRASE\" }");
                Passphrase::Ask
            }
            None => Passphrase::Ask,
        },
        (None, Some(command)) => command_of(command, context, report),
        (Some(_), Some(_)) => {
            report.error(span, "`passphrase` has both `env` and `command`", "keep one of them");
            Passphrase::Ask
        }
        (None, None) => {
            report.error(span, "`passphrase` says neither `env` nor `command`", PASSPHRASE_FORMS);
            Passphrase::Ask
        }
    }
}

fn is_variable_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit())
}

fn command_of(value: &Spanned<DeValue<'_>>, context: &Context<'_>, report: &mut Report<'_>) -> Passphrase {
    let words: Option<Vec<String>> = value
        .get_ref()
        .as_array()
        .and_then(|list| list.iter().map(|word| word.get_ref().as_str().map(str::to_owned)).collect());
    match words {
        Some(words) if words.first().is_some_and(|first| !first.is_empty()) => {
            if let Some((what, cure)) = (context.doubt)() {
                report.error(value.span(), format!("`command` is not run: {what}"), cure);
            }
            Passphrase::Command(words)
        }
        _ => {
            let what = "`command` must be a list of texts, the program first; no shell reads it";
            report.error(value.span(), what, format!("write {}", example(Table::Passphrase, "command")));
            Passphrase::Ask
        }
    }
}

fn version(values: &Values<'_, '_>, report: &mut Report<'_>) -> VersionChoice {
    if let Some(value) = values.get("version")
        && let DeValue::Float(_) | DeValue::Integer(_) = value.get_ref()
    {
        values.wrong("version", value, "a text in quotes", report);
        return VersionChoice::Newest;
    }
    let version = parsed(values, "version", values::version, report).unwrap_or_default();
    if values::is_retired(&version)
        && let Some(value) = values.get("version")
    {
        report.warning(value.span(), "Salesforce has retired the versions up to 30.0", "write \"newest\"");
    }
    version
}

fn kind(values: &Values<'_, '_>, login_url: Option<&Url>, report: &mut Report<'_>) -> Kind {
    let told = login_url.map_or(Kind::Production, values::kind_of);
    let Some(kind) = parsed(values, "kind", values::kind, report) else { return told };
    // The demo org needs no guard; no other host gets rid of it by its profile's word.
    if kind == Kind::Demo && !login_url.is_some_and(values::is_loopback) {
        let span = values.get("kind").map_or(0..0, Spanned::span);
        let what = "`kind` is \"demo\", but `login_url` is not this machine: it counts as production";
        report.warning(span, what, "write \"production\", \"sandbox\" or \"scratch\"");
        return Kind::Production;
    }
    kind
}

fn tokens(values: &Values<'_, '_>, kind: Kind, report: &mut Report<'_>) -> Tokens {
    let Some(tokens) = parsed(values, "tokens", values::tokens, report) else { return Tokens::Memory };
    let span = values.get("tokens").map_or(0..0, Spanned::span);
    if kind == Kind::Demo && tokens != Tokens::Memory {
        let cure = "take `tokens` out; an org of this machine that is none has a `kind`";
        report.warning(span, "the tokens of a demo org are not kept", cure);
        return Tokens::Memory;
    }
    if tokens == Tokens::Keyring && !cfg!(feature = "keyring") {
        let cure = "write \"file\" for a file of mode 0600, or install orgdeck with cargo install --features keyring";
        report.warning(span, "this orgdeck was built without the keyring: nobody can log in so", cure);
    }
    tokens
}

fn users(values: &Values<'_, '_>, report: &mut Report<'_>) -> Vec<User> {
    let Some(value) = values.get("users") else { return Vec::new() };
    let Some(list) = value.get_ref().as_array() else {
        values.wrong("users", value, "a list of tables", report);
        return Vec::new();
    };
    if list.is_empty() {
        let cure = format!("write {}", example(Table::App, "users"));
        report.error(value.span(), "`users` is empty: the app has nobody to log in as", cure);
    }
    let mut users: Vec<User> = Vec::new();
    for entry in list.iter() {
        if let Some(user) = user(entry, &users, report) {
            users.push(user);
        }
    }
    users
}

fn user(entry: &Spanned<DeValue<'_>>, others: &[User], report: &mut Report<'_>) -> Option<User> {
    let DeValue::Table(table) = entry.get_ref() else {
        let what = format!("a user is {}, it must be a table", super::schema::kind_of(entry.get_ref()));
        let cure = match entry.get_ref().as_str() {
            Some(name) => format!("write {{ username = \"{name}\" }}"),
            None => "write { username = \"you@example.com\" }".to_owned(),
        };
        report.error(entry.span(), what, cure);
        return None;
    };
    check_keys(Table::User, table, entry.span(), report);
    let values = Values { table: Table::User, values: table };
    let username = values.text("username", report)?;
    let name = username.get_ref().trim();
    if !name.contains('@') {
        let what = format!("the username `{name}` has no @");
        report.warning(
            username.span(),
            what,
            "write the username, which has the form of an email address, not the full name",
        );
    }
    if others.iter().any(|other| other.username.eq_ignore_ascii_case(name)) {
        report.warning(
            username.span(),
            format!("the user `{name}` stands here twice"),
            "take the second one out; it is ignored",
        );
        return None;
    }
    Some(User { username: name.to_owned(), alias: alias(&values, others, report) })
}

fn alias(values: &Values<'_, '_>, others: &[User], report: &mut Report<'_>) -> Option<String> {
    let alias = values.text("alias", report)?;
    let text = *alias.get_ref();
    if text.contains(|c: char| c == '/' || c.is_control() || c.is_whitespace()) {
        let what = format!("`{}` is no alias", text.escape_debug());
        report.error(alias.span(), what, "write a short name without blanks and /");
        return None;
    }
    if let Some(other) = others.iter().find(|other| other.alias.as_deref() == Some(text)) {
        let what = format!("the alias `{text}` belongs to {} already", other.username);
        report.warning(alias.span(), what, "write another one; this one is ignored");
        return None;
    }
    Some(text.to_owned())
}

fn default_user(values: &Values<'_, '_>, users: &[User], report: &mut Report<'_>) -> Option<String> {
    let text = values.text("default_user", report)?;
    let name = *text.get_ref();
    let by_alias = users.iter().find(|user| user.alias.as_deref() == Some(name));
    let found = by_alias.or_else(|| users.iter().find(|user| user.username.eq_ignore_ascii_case(name)));
    if found.is_none() {
        let names: Vec<&str> = users.iter().map(User::short).collect();
        let cure = format!("write one of {}; meanwhile it is the first", names.join(", "));
        report.warning(text.span(), format!("`default_user` names `{name}`, who is none of the app's users"), cure);
    }
    found.map(|user| user.username.clone())
}

/// Reads a table of variables: texts, numbers and booleans, kept as texts.
pub(super) fn variables(table: &DeTable<'_>, report: &mut Report<'_>) -> IndexMap<String, String> {
    let mut variables = IndexMap::new();
    for (name, value) in table.iter() {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(yes) => yes.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            other @ (DeValue::Array(_) | DeValue::Table(_)) => {
                let what = format!("the variable `{}` is {}", name.get_ref(), super::schema::kind_of(other));
                report.error(value.span(), what, "write a text in quotes");
                continue;
            }
        };
        if names_a_secret(name.get_ref()) || holds_a_secret(&text) {
            let what = format!("the variable `{}` looks like a secret, and this file is plain text", name.get_ref());
            report.warning(
                value.span(),
                what,
                "take it out and set it on the Variables screen, where it lives in memory only",
            );
        }
        variables.insert(name.get_ref().to_string(), text);
    }
    variables
}
