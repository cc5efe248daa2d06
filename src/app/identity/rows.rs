//! The identity as sections of rows in one or two columns: what is drawn, walked over, copied and followed.

use super::{IdentityPane, Load};
use crate::app::session::Session;
use crate::app::state::State;
use crate::auth::Token;
use crate::org::{Identity, OrgCard, PermissionSet, Person};
use crate::profile::Kind;
use crate::request::Failure;
use crate::secret::MASK;

/// How a row is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Not there yet.
    Faint,
}

/// A label and a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// What it is; may be empty.
    pub label: String,
    /// Its value.
    pub value: String,
    /// What is shown instead of the value, where that is long.
    pub shown: Option<String>,
    /// Where it leads.
    pub link: Option<String>,
    /// How it is meant.
    pub tone: Tone,
}

/// Rows under a title.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// The title.
    pub title: String,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// Sections one under the other, an empty line between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Column {
    /// The sections.
    pub sections: Vec<Section>,
}

impl Column {
    /// All rows, without the titles.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|s| &s.rows)
    }

    /// On which line of the column a row stands.
    pub fn line_of(&self, row: usize) -> usize {
        let mut left = row;
        let mut line = 0;
        for section in &self.sections {
            if left < section.rows.len() {
                return line + 1 + left;
            }
            left -= section.rows.len();
            line += section.rows.len() + 2;
        }
        line.saturating_sub(2)
    }

    /// Lines in all.
    pub fn lines(&self) -> usize {
        self.sections.iter().map(|s| s.rows.len() + 2).sum::<usize>().saturating_sub(1)
    }
}

fn row(label: &str, value: impl Into<String>) -> Row {
    Row { label: label.to_owned(), value: value.into(), ..Row::default() }
}

fn toned(label: &str, value: impl Into<String>, tone: Tone) -> Row {
    Row { tone, ..row(label, value) }
}

fn linked(label: &str, value: impl Into<String>) -> Row {
    let value = value.into();
    Row { link: Some(value.clone()), ..row(label, value) }
}

/// The identity of who one is, in one column or two.
pub fn columns(state: &State) -> Vec<Column> {
    let Some(who) = state.who_id() else { return Vec::new() };
    let empty = IdentityPane::default();
    let pane = state.identities.get(&who).unwrap_or(&empty);
    let token = state.sessions.get(&who).and_then(|s| s.token.as_deref());
    let room = usize::from(state.measures.identity_width);
    let section = |title: &str, load| section(title, load, room);
    let session = state.sessions.get(&who);
    let demo = state.who.as_ref().is_some_and(|p| p.app.kind == Kind::Demo);
    let mut left = vec![section("Identity", told(&pane.identity, |i| person_rows(state, i, session)))];
    let links = match &pane.identity {
        Load::Ready(identity) => Some(Section { title: "Links".to_owned(), rows: link_rows(identity, token) }),
        _ => None,
    };
    let mut right = vec![Section { title: "Session".to_owned(), rows: session_rows(token, state) }];
    right.push(section("Org", told(&pane.org, |org| org_rows(org, demo))));
    right.push(section("Access", told(&pane.person, access_rows)));
    right.push(section("Permission sets", told(&pane.sets, |sets| set_rows(sets))));
    if state.measures.two_columns {
        left.extend(links);
        vec![Column { sections: left }, Column { sections: right }]
    } else {
        left.extend(right);
        left.extend(links);
        vec![Column { sections: left }]
    }
}

/// The rows of a part that is there, or what stands in their place.
fn told<T>(load: &Load<T>, rows: impl Fn(&T) -> Vec<Row>) -> Result<Vec<Row>, &Failure> {
    match load {
        Load::Idle => Ok(vec![toned("", "not asked for yet", Tone::Faint)]),
        Load::Running(_) => Ok(vec![toned("", "asking the org…", Tone::Faint)]),
        Load::Ready(value) => Ok(rows(value)),
        Load::Failed(failure) => Err(failure),
    }
}

fn section(title: &str, rows: Result<Vec<Row>, &Failure>, room: usize) -> Section {
    let rows = rows.unwrap_or_else(|failure| failure_rows(failure, room));
    Section { title: title.to_owned(), rows }
}

/// What failed, what the org said, what to do, what is known. A cure has to be read whole, so it is broken into lines.
fn failure_rows(failure: &Failure, room: usize) -> Vec<Row> {
    let mut rows: Vec<Row> =
        lines(&format!("✗ {}", failure.title), room + 24).into_iter().map(|line| toned("", line, Tone::Bad)).collect();
    let mut add = |label: &str, text: &str| {
        for (at, line) in lines(text, room).into_iter().enumerate() {
            rows.push(row(if at == 0 { label } else { "" }, line));
        }
    };
    if !failure.detail.is_empty() {
        add("the org said", &failure.detail);
    }
    for (at, hint) in failure.hint.iter().enumerate() {
        add(if at == 0 { "what to do" } else { "" }, hint);
    }
    for (label, value) in &failure.facts {
        add(label, value);
    }
    rows
}

/// A text in lines of at most this many characters, broken between words where it can be.
fn lines(text: &str, room: usize) -> Vec<String> {
    let room = room.max(16);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let mut word: Vec<char> = word.chars().collect();
            if !line.is_empty() && line.chars().count() + 1 + word.len() > room {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            while word.len() > room {
                let rest = word.split_off(room);
                lines.push(word.into_iter().collect());
                word = rest;
            }
            line.extend(word);
        }
        lines.push(line);
    }
    lines
}

fn person_rows(state: &State, identity: &Identity, session: Option<&Session>) -> Vec<Row> {
    let version = session.and_then(|s| s.version.as_deref());
    let record = |label: &str, object: &str, id: &str| Row {
        link: version.filter(|_| !id.is_empty()).map(|v| format!("/services/data/v{v}/sobjects/{object}/{id}")),
        ..row(label, id)
    };
    let mut rows = vec![
        row("display name", identity.display_name.clone()),
        row("username", identity.username.clone()),
        row("email", verified(&identity.email, identity.email_verified)),
        record("user id", "User", &identity.user_id),
        record("org id", "Organization", &identity.organization_id),
        row("user type", identity.user_type.clone()),
    ];
    rows.push(match identity.active {
        Some(true) => toned("active", "yes", Tone::Good),
        Some(false) => toned("active", "no", Tone::Bad),
        None => toned("active", "not told", Tone::Faint),
    });
    rows.push(row("locale", identity.locale.clone()));
    rows.push(row("language", identity.language.clone()));
    rows.push(row("time zone", zone(state, identity)));
    rows.push(row("last modified", moment(state, &identity.last_modified_date)));
    rows.push(row("nickname", identity.nick_name.clone()));
    rows.extend(
        identity
            .rest
            .iter()
            .filter(|(_, v)| !v.is_empty())
            .map(|(name, value)| row(&name.replace('_', " "), value.clone())),
    );
    rows.retain(|r| !r.value.is_empty());
    rows
}

fn verified(email: &str, verified: Option<bool>) -> String {
    match verified {
        Some(true) => format!("{email} ✓ verified"),
        Some(false) => format!("{email} · not verified"),
        None => email.to_owned(),
    }
}

/// A time of the org as the user's clock would tell it; as it came where it cannot be read.
fn moment(state: &State, text: &str) -> String {
    let at = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", text)
        .and_then(|t| t.to_timestamp())
        .or_else(|_| text.parse());
    at.map_or_else(|_| text.to_owned(), |at| state.zone.show(at, "%Y-%m-%d %H:%M:%S %Z"))
}

/// The zone and the time it is there; from the offset where the zone's name is unknown.
fn zone(state: &State, identity: &Identity) -> String {
    let zone = jiff::tz::TimeZone::get(&identity.timezone).ok().or_else(|| {
        let seconds = identity.utc_offset_ms.map(|ms| ms / 1000).and_then(|s| i32::try_from(s).ok())?;
        jiff::tz::Offset::from_seconds(seconds).ok().map(jiff::tz::TimeZone::fixed)
    });
    match zone {
        Some(zone) => format!("{} · {} there", identity.timezone, state.now.to_zoned(zone).strftime("%H:%M")),
        None => identity.timezone.clone(),
    }
}

/// The addresses; those of one's own org without its name.
fn link_rows(identity: &Identity, token: Option<&Token>) -> Vec<Row> {
    let instance = token.map(|t| t.instance_url.as_str().trim_end_matches('/'));
    let linked = |label: &str, url: String| {
        let path = instance.and_then(|i| url.strip_prefix(i)).filter(|path| path.starts_with('/'));
        Row { shown: path.map(ToOwned::to_owned), ..linked(label, url) }
    };
    let mut rows = vec![linked("id", identity.id.clone())];
    rows.extend(identity.urls.iter().map(|(name, url)| {
        let name = name.strip_prefix("urls.").unwrap_or(name);
        linked(name, url.clone())
    }));
    rows
}

fn session_rows(token: Option<&Token>, state: &State) -> Vec<Row> {
    let Some(token) = token else {
        return vec![toned("", "no token yet", Tone::Faint)];
    };
    let age = state.now.duration_since(token.issued_at).as_secs().max(0);
    let age = match age {
        0..60 => "just now".to_owned(),
        60..3600 => format!("{} min ago", age / 60),
        _ => format!("{} h {} min ago", age / 3600, age % 3600 / 60),
    };
    let mut rows = vec![
        row("issued", format!("{} · {age}", state.zone.show(token.issued_at, "%Y-%m-%d %H:%M:%S %Z"))),
        row("login took", format!("{} ms", token.took.as_millis())),
        row("scopes", token.scope.clone()),
        row("instance", token.instance_url.as_str().trim_end_matches('/')),
        row("audience", token.audience.clone()),
        toned("token", format!("{} {MASK}", token.token_type), Tone::Faint),
    ];
    if token.audience_guessed {
        rows.push(row(
            "note",
            format!("write audience = \"{}\" into the profile: the other one was refused", token.audience),
        ));
    }
    rows
}

fn org_rows(org: &OrgCard, demo: bool) -> Vec<Row> {
    let mut rows =
        vec![row("name", org.name.clone()), row("edition", org.edition.clone()), row("instance", org.instance.clone())];
    rows.push(match org.is_sandbox {
        Some(true) => toned("sandbox", "yes", Tone::Good),
        Some(false) if demo => row("sandbox", "no: it plays production"),
        Some(false) => toned("sandbox", "no: this is production", Tone::Bad),
        None => toned("sandbox", "not told, so it counts as production", Tone::Faint),
    });
    rows.retain(|r| !r.value.is_empty());
    rows
}

fn access_rows(person: &Person) -> Vec<Row> {
    let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
    vec![
        row("profile", or_none(&person.profile)),
        row("role", or_none(&person.role)),
        row("licence", or_none(&person.license)),
    ]
}

fn set_rows(sets: &[PermissionSet]) -> Vec<Row> {
    if sets.is_empty() {
        return vec![toned("", "none", Tone::Faint)];
    }
    sets.iter().map(|s| row(&s.label, s.name.clone())).collect()
}
