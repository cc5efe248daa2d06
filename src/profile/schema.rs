//! The keys that orgdeck's files may hold: one table that feeds the reader, the hints of its problems and the tests
//! of the template. It reads nothing itself.

use super::nearest::nearest;
use super::place::Report;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where a key may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// The top of `profiles.toml`.
    Top,
    /// `[apps.NAME]`.
    App,
    /// An entry of an app's `users`.
    User,
    /// `passphrase`, where it is a table.
    Passphrase,
    /// The top of `settings.toml`.
    Settings,
    /// `[network]` of it.
    Network,
    /// `proxy` of that.
    Proxy,
    /// `[answers]` of it.
    Answers,
    /// `[screen]` of it.
    Screen,
    /// `[history]` of it.
    History,
}

impl Table {
    /// As a problem speaks of it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Top => "the top of profiles.toml",
            Self::App => "an app",
            Self::User => "a user",
            Self::Passphrase => "a passphrase",
            Self::Settings => "the top of settings.toml",
            Self::Network => "[network]",
            Self::Proxy => "a proxy",
            Self::Answers => "[answers]",
            Self::Screen => "[screen]",
            Self::History => "[history]",
        }
    }
}

/// One key.
pub(super) struct Key {
    /// Where it stands.
    pub(super) table: Table,
    /// Its name.
    pub(super) name: &'static str,
    /// What must stand there.
    pub(super) required: bool,
    /// How it is written, name and value.
    pub(super) example: &'static str,
    /// Other names that people know it by.
    pub(super) also: &'static [&'static str],
}

const fn key(table: Table, name: &'static str, example: &'static str, also: &'static [&'static str]) -> Key {
    Key { table, name, required: false, example, also }
}

const fn must(table: Table, name: &'static str, example: &'static str, also: &'static [&'static str]) -> Key {
    Key { table, name, required: true, example, also }
}

/// Every key there is.
pub(super) const KEYS: &[Key] = &[
    key(Table::Top, "default", r#"default = "acme/admin""#, &["default_profile", "profile"]),
    key(Table::Top, "variables", r#"[variables] and below it name = "value""#, &["vars"]),
    key(Table::Top, "apps", "[apps.acme] and its keys below it", &["app", "profiles", "orgs"]),
    must(Table::App, "client_id", r#"client_id = "3MVG9…""#, &["consumer_key", "client_key", "issuer", "iss"]),
    must(
        Table::App,
        "private_key",
        r#"private_key = "~/keys/acme.key""#,
        &["key", "key_file", "private_key_file", "private_key_path", "jwt_key_file", "server_key"],
    ),
    key(Table::App, "certificate", r#"certificate = "acme.crt""#, &["cert", "crt", "certificate_file"]),
    key(Table::App, "passphrase", r#"passphrase = { env = "NAME" }"#, &["key_passphrase", "password", "pass"]),
    key(
        Table::App,
        "login_url",
        r#"login_url = "sandbox""#,
        &["url", "host", "domain", "instance_url", "endpoint", "org"],
    ),
    key(Table::App, "audience", r#"audience = "https://login.salesforce.com""#, &["aud"]),
    key(Table::App, "version", r#"version = "67.0""#, &["api_version", "api"]),
    key(Table::App, "kind", r#"kind = "sandbox""#, &["type", "environment", "org_type"]),
    key(Table::App, "read_only", "read_only = true", &["protected", "no_writes"]),
    key(Table::App, "default_user", r#"default_user = "admin""#, &["default"]),
    must(
        Table::App,
        "users",
        r#"users = [{ username = "you@example.com", alias = "admin" }]"#,
        &["username", "sub", "subject"],
    ),
    key(Table::App, "variables", r#"[apps.acme.variables] and below it name = "value""#, &["vars"]),
    must(Table::User, "username", r#"username = "you@example.com""#, &["name", "sub", "email", "login"]),
    key(Table::User, "alias", r#"alias = "admin""#, &["short", "nick_name"]),
    key(Table::Passphrase, "env", r#"passphrase = { env = "NAME" }"#, &["variable", "environment"]),
    key(
        Table::Passphrase,
        "command",
        r#"passphrase = { command = ["pass", "show", "acme"] }"#,
        &["cmd", "exec", "run"],
    ),
    key(Table::Settings, "network", "[network] and its keys below it", &["net", "http"]),
    key(Table::Settings, "answers", "[answers] and its keys below it", &["memory"]),
    key(Table::Settings, "screen", "[screen] and its keys below it", &["ui", "display"]),
    key(Table::Settings, "history", "[history] and its keys below it", &["log", "past"]),
    key(
        Table::Settings,
        "keys",
        "[keys.answer] and below it search = \"ctrl-f\"",
        &["bindings", "keymap", "shortcuts"],
    ),
    key(Table::Network, "connect_limit_s", "connect_limit_s = 10", &["connect_timeout"]),
    key(Table::Network, "idle_limit_s", "idle_limit_s = 150", &["idle_timeout", "timeout"]),
    key(Table::Network, "ca_file", r#"ca_file = "company-ca.pem""#, &["ca", "cacert", "ca_bundle"]),
    key(Table::Network, "proxy", r#"proxy = { url = "http://proxy.example:3128" }"#, &["https_proxy", "http_proxy"]),
    must(Table::Proxy, "url", r#"url = "http://proxy.example:3128""#, &["host", "address"]),
    key(Table::Proxy, "username", r#"username = "you""#, &["user", "login"]),
    key(Table::Proxy, "password_env", r#"password_env = "PROXY_PASSWORD""#, &["password", "pass"]),
    key(Table::Answers, "memory_cap_mib", "memory_cap_mib = 512", &["memory_cap", "cap"]),
    key(Table::Answers, "keep_mib", "keep_mib = 256", &["keep", "history_mib"]),
    key(Table::Screen, "mouse", "mouse = true", &["mouse_support"]),
    key(Table::Screen, "theme", r#"theme = "dark""#, &["colours", "colors", "colour_scheme"]),
    key(Table::Screen, "pictures", r#"pictures = "blocks""#, &["images", "image", "photos"]),
    key(Table::History, "on", "on = false", &["enabled", "off"]),
    key(Table::History, "keep", "keep = 10_000", &["count", "entries", "max"]),
    key(Table::History, "body_kib", "body_kib = 256", &["body", "max_body"]),
    key(Table::History, "total_mib", "total_mib = 256", &["total", "size_mib", "size"]),
];

/// The keys of one table.
pub(super) fn keys(table: Table) -> impl Iterator<Item = &'static Key> {
    KEYS.iter().filter(move |key| key.table == table)
}

/// How a key is written.
pub(super) fn example(table: Table, name: &str) -> &'static str {
    keys(table).find(|key| key.name == name).map_or("", |key| key.example)
}

/// The known key that an unknown one was probably meant to be.
fn meant(table: Table, name: &str) -> Option<&'static Key> {
    let plain = name.to_lowercase().replace('-', "_");
    let by_other_name = keys(table).find(|key| key.also.contains(&plain.as_str()));
    by_other_name.or_else(|| {
        let found = nearest(name, keys(table).map(|key| key.name))?;
        keys(table).find(|key| key.name == found)
    })
}

/// What kind of value stands there, as a problem calls it.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Reports the keys of a table that nobody knows and those that are missing; `header` is where the table begins.
///
/// A key that was meant to be a known one is an error: what it should have done does not happen, and that may have
/// been `read_only`. One that resembles nothing is only a warning.
pub(super) fn check_keys(table: Table, values: &DeTable<'_>, header: std::ops::Range<usize>, report: &mut Report<'_>) {
    let mut meant_ones: Vec<&str> = Vec::new();
    for name in values.keys() {
        let text = name.get_ref().as_ref();
        if keys(table).any(|key| key.name == text) {
            continue;
        }
        let what = format!("{} has no key `{text}`", table.as_str());
        match meant(table, text) {
            Some(key) => {
                meant_ones.push(key.name);
                report.error(name.span(), what, format!("did you mean `{}`? {}", key.name, key.example));
            }
            None => {
                let known: Vec<&str> = keys(table).map(|key| key.name).collect();
                report.warning(name.span(), what, format!("it is ignored; the known keys are {}", known.join(", ")));
            }
        }
    }
    for key in keys(table).filter(|key| key.required) {
        if !values.contains_key(key.name) && !meant_ones.contains(&key.name) {
            report.error(header.clone(), format!("`{}` is missing", key.name), format!("add {}", key.example));
        }
    }
}

/// One value of a table, typed: each says what would be right when it is of another type.
pub(super) struct Values<'t, 'i> {
    pub(super) table: Table,
    pub(super) values: &'t DeTable<'i>,
}

impl<'t, 'i> Values<'t, 'i> {
    pub(super) fn get(&self, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        self.values.get(name)
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong(&self, name: &str, value: &Spanned<DeValue<'_>>, wanted: &str, report: &mut Report<'_>) {
        let what = format!("`{name}` is {}, it must be {wanted}", kind_of(value.get_ref()));
        report.error(value.span(), what, format!("write {}", example(self.table, name)));
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str, report: &mut Report<'_>) -> Option<Spanned<&'t str>> {
        let value = self.get(name)?;
        let Some(text) = value.get_ref().as_str() else {
            self.wrong(name, value, "a text in quotes", report);
            return None;
        };
        if text.trim().is_empty() {
            report.error(value.span(), format!("`{name}` is empty"), format!("write {}", example(self.table, name)));
            return None;
        }
        Some(Spanned::new(value.span(), text))
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self, name: &str, report: &mut Report<'_>) -> Option<bool> {
        let value = self.get(name)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.wrong(name, value, "true or false, without quotes", report);
        }
        found
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        bounds: std::ops::RangeInclusive<u64>,
        report: &mut Report<'_>,
    ) -> Option<u64> {
        let value = self.get(name)?;
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong(name, value, "a whole number", report);
            return None;
        };
        let found = u64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok();
        let found = found.filter(|found| bounds.contains(found));
        if found.is_none() {
            let cure = format!("write a number from {} to {}", bounds.start(), bounds.end());
            report.error(value.span(), format!("`{name}` is {number}, out of bounds"), cure);
        }
        found
    }

    /// A table within it.
    pub(super) fn table(
        &self,
        name: &str,
        report: &mut Report<'_>,
    ) -> Option<(&'t DeTable<'i>, std::ops::Range<usize>)> {
        let value = self.get(name)?;
        match value.get_ref() {
            DeValue::Table(table) => Some((table, value.span())),
            _ => {
                self.wrong(name, value, "a table", report);
                None
            }
        }
    }
}
