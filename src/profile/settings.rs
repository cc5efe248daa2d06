//! `settings.toml`: how orgdeck behaves for every profile. Everything in it may be left out.

use super::load::{Source, read_source, syntax};
use super::nearest::nearest;
use super::place::Report;
use super::schema::{Table, Values, check_keys};
use super::themes::theme_names;
use super::values::{file_path, origin};
use super::{KeyWish, Problem, SETTINGS_FILE};
use std::path::{Path, PathBuf};
use url::Url;

/// What `settings.toml` says, with the defaults where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// `[network]`.
    pub network: Network,
    /// `[answers]`.
    pub answers: Answers,
    /// `[screen]`.
    pub screen: Screen,
    /// `[history]`.
    pub history: HistorySettings,
    /// `[keys.SCOPE]`, as it is written.
    pub keys: Vec<KeyWish>,
}

/// How orgs are reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Longest wait for a connection, in seconds.
    pub connect_limit_s: u64,
    /// Longest silence, in seconds.
    pub idle_limit_s: u64,
    /// Absolute path of a PEM file with an own certificate authority.
    pub ca_file: Option<PathBuf>,
    /// `None`: what the environment says.
    pub proxy: Option<ProxySettings>,
}

impl Default for Network {
    fn default() -> Self {
        Self { connect_limit_s: 10, idle_limit_s: 150, ca_file: None, proxy: None }
    }
}

/// A proxy that the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxySettings {
    /// http, https or socks5; no user info.
    pub url: Url,
    /// Its user, if it wants a login.
    pub username: Option<String>,
    /// The environment variable that holds its password.
    pub password_env: Option<String>,
}

/// How much of the answers is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// A body beyond this goes to a file, in MiB.
    pub memory_cap_mib: u64,
    /// What back and forward may hold in all, in MiB.
    pub keep_mib: u64,
}

impl Default for Answers {
    fn default() -> Self {
        Self { memory_cap_mib: 512, keep_mib: 256 }
    }
}

/// How the screen behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// Whether orgdeck takes the mouse; the terminal selects text where it does not.
    pub mouse: bool,
    /// The name of a theme; `auto`: whatever the terminal says it has.
    pub theme: String,
    /// How pictures are shown.
    pub pictures: Pictures,
}

/// How pictures are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pictures {
    /// As well as the terminal is known to.
    #[default]
    Auto,
    /// By kitty's protocol.
    Kitty,
    /// By iTerm2's protocol.
    Iterm,
    /// As sixels.
    Sixel,
    /// As half blocks, in colours.
    Blocks,
    /// Not at all: what they say of themselves is told.
    Off,
}

impl Pictures {
    /// By the names they have in the file.
    pub const NAMES: [(&'static str, Self); 6] = [
        ("auto", Self::Auto),
        ("kitty", Self::Kitty),
        ("iterm", Self::Iterm),
        ("sixel", Self::Sixel),
        ("blocks", Self::Blocks),
        ("off", Self::Off),
    ];
}

impl Default for Screen {
    fn default() -> Self {
        Self { mouse: true, theme: "auto".to_owned(), pictures: Pictures::Auto }
    }
}

/// What is kept of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistorySettings {
    /// Whether it is kept between runs.
    pub on: bool,
    /// Exchanges that are kept.
    pub keep: u64,
    /// How much of each body is kept, in KiB.
    pub body_kib: u64,
    /// How much may be kept in all, in MiB.
    pub total_mib: u64,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { on: true, keep: 10_000, body_kib: 256, total_mib: 256 }
    }
}

/// Reads `settings.toml` of a config folder. Never fails: what is wrong has its default and a [`Problem`].
pub fn load_settings(config: &Path) -> (Settings, Vec<Problem>) {
    let file = config.join(SETTINGS_FILE);
    match read_source(&file) {
        Source::Absent => (Settings::default(), Vec::new()),
        Source::Unreadable(problem) => (Settings::default(), vec![*problem]),
        Source::Text(text, _) => parse(config, &file, &text),
    }
}

fn parse(config: &Path, file: &Path, text: &str) -> (Settings, Vec<Problem>) {
    let mut report = Report::new(file, text);
    let mut settings = Settings::default();
    let (document, errors) = toml::de::DeTable::parse_recoverable(text);
    syntax(&errors, &[], &mut report);
    let top = Values { table: Table::Settings, values: document.get_ref() };
    check_keys(Table::Settings, top.values, 0..0, &mut report);
    if let Some((values, span)) = top.table("network", &mut report) {
        check_keys(Table::Network, values, span, &mut report);
        settings.network = network(config, &Values { table: Table::Network, values }, &mut report);
    }
    if let Some((values, span)) = top.table("answers", &mut report) {
        check_keys(Table::Answers, values, span, &mut report);
        let values = Values { table: Table::Answers, values };
        let cap = values.number("memory_cap_mib", 1..=1_048_576, &mut report);
        settings.answers.memory_cap_mib = cap.unwrap_or(settings.answers.memory_cap_mib);
        let keep = values.number("keep_mib", 0..=1_048_576, &mut report);
        settings.answers.keep_mib = keep.unwrap_or(settings.answers.keep_mib);
    }
    if let Some((values, span)) = top.table("screen", &mut report) {
        check_keys(Table::Screen, values, span, &mut report);
        let values = Values { table: Table::Screen, values };
        settings.screen.mouse = values.boolean("mouse", &mut report).unwrap_or(settings.screen.mouse);
        settings.screen.theme = theme(config, &values, &mut report).unwrap_or(settings.screen.theme);
        settings.screen.pictures = pictures(&values, &mut report).unwrap_or_default();
    }
    if let Some((values, _)) = top.table("keys", &mut report) {
        settings.keys = super::keys::read(values, &mut report);
    }
    if let Some((values, span)) = top.table("history", &mut report) {
        check_keys(Table::History, values, span, &mut report);
        settings.history = history(&Values { table: Table::History, values }, &mut report);
    }
    (settings, report.finish())
}

fn history(values: &Values<'_, '_>, report: &mut Report<'_>) -> HistorySettings {
    let default = HistorySettings::default();
    HistorySettings {
        on: values.boolean("on", report).unwrap_or(default.on),
        keep: values.number("keep", 1..=1_000_000, report).unwrap_or(default.keep),
        body_kib: values.number("body_kib", 0..=65_536, report).unwrap_or(default.body_kib),
        total_mib: values.number("total_mib", 1..=65_536, report).unwrap_or(default.total_mib),
    }
}

fn network(config: &Path, values: &Values<'_, '_>, report: &mut Report<'_>) -> Network {
    let default = Network::default();
    let connect = values.number("connect_limit_s", 1..=86_400, report);
    let idle = values.number("idle_limit_s", 1..=86_400, report);
    let ca_file = values.text("ca_file", report).and_then(|text| {
        let path = file_path(config, text.get_ref(), text.span(), "ca_file", report)?;
        if !path.is_file() {
            report.error(text.span(), format!("there is no file {}", path.display()), "name a PEM file that is there");
            return None;
        }
        Some(path)
    });
    Network {
        connect_limit_s: connect.unwrap_or(default.connect_limit_s),
        idle_limit_s: idle.unwrap_or(default.idle_limit_s),
        ca_file,
        proxy: proxy(values, report),
    }
}

fn proxy(network: &Values<'_, '_>, report: &mut Report<'_>) -> Option<ProxySettings> {
    let (values, span) = network.table("proxy", report)?;
    check_keys(Table::Proxy, values, span, report);
    let values = Values { table: Table::Proxy, values };
    let text = values.text("url", report);
    let username = values.text("username", report).map(|text| (*text.get_ref()).to_owned());
    let password_env = values.text("password_env", report).map(|text| (*text.get_ref()).to_owned());
    let text = text?;
    let url = match origin(text.get_ref(), &["http", "https", "socks5"]) {
        Ok(url) => url,
        Err((what, cure)) => {
            report.error(text.span(), format!("`url` {what}"), cure);
            return None;
        }
    };
    Some(ProxySettings { url, username, password_env })
}

fn theme(config: &Path, values: &Values<'_, '_>, report: &mut Report<'_>) -> Option<String> {
    let text = values.text("theme", report)?;
    let names = theme_names(config);
    let wanted = *text.get_ref();
    if names.iter().any(|name| name == wanted) {
        return Some(wanted.to_owned());
    }
    let near = nearest(wanted, names.iter().map(String::as_str));
    let meant = near.map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default();
    report.error(text.span(), format!("`theme` is `{wanted}`"), format!("{meant}there are {}", names.join(", ")));
    None
}

fn pictures(values: &Values<'_, '_>, report: &mut Report<'_>) -> Option<Pictures> {
    let text = values.text("pictures", report)?;
    let names = Pictures::NAMES.map(|(name, _)| name);
    let wanted = *text.get_ref();
    if let Some((_, found)) = Pictures::NAMES.into_iter().find(|(name, _)| *name == wanted) {
        return Some(found);
    }
    let meant = nearest(wanted, names).map(|name| format!("did you mean \"{name}\"? ")).unwrap_or_default();
    report.error(text.span(), format!("`pictures` is `{wanted}`"), format!("{meant}there are {}", names.join(", ")));
    None
}
