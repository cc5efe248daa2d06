//! The frame: who you are and where, the place keys, what runs, and the keys that work here.

use super::Theme;
use super::layout::Layout;
use super::text::{self, Pen, put, put_right};
use crate::app::ask::{Flight, Owner};
use crate::app::command::{Command, Scope};
use crate::app::{Place, State};
use crate::profile::{Kind, Profile};
use crate::wire::Phase;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// What kind of org it is: what the profile says or what the org shows, whichever is stricter.
pub(super) fn kind_of(state: &State, person: &Profile) -> Kind {
    let says_production = state.sessions.get(&person.id()).and_then(|s| s.is_sandbox) == Some(false);
    match person.app.kind {
        Kind::Sandbox | Kind::Scratch if says_production => Kind::Production,
        kind => kind,
    }
}

/// The first two lines.
pub(super) fn header(state: &State, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let line = layout.header;
    let Some(person) = &state.who else {
        Pen::new(buffer, line)
            .put(" orgdeck ", theme.accent.patch(theme.title))
            .put("  a browser for Salesforce's REST API", theme.faint);
        return places(state, theme, layout.places, buffer);
    };
    let kind = kind_of(state, person);
    let label = format!(" {} ", kind.as_str().to_uppercase());
    let guard = if person.app.read_only { " read-only" } else { "" };
    // What kind of org it is, and that nothing can be written, is never cut: the figures go first, then our own name,
    // then those of the user and of the app are shortened.
    let room = usize::from(line.width);
    let badge = text::width(" ▸ ") + 2 + text::width(&label) + guard.len();
    let names = text::width(&person.app.name) + text::width(&person.user.username);
    let brand = if badge + names + BRAND.len() <= room { BRAND } else { " " };
    let room = room.saturating_sub(badge + brand.len());
    facts(state, theme, line, room.saturating_sub(names + 2), buffer);
    let app = text::clip(&person.app.name, (room / 2).max(room.saturating_sub(text::width(&person.user.username))));
    let name = text::clip(&person.user.username, room.saturating_sub(text::width(&app)));
    Pen::new(buffer, line)
        .put(brand, theme.accent.patch(theme.title))
        .put(&app, theme.title)
        .put(" ▸ ", theme.faint)
        .put(&name, theme.text)
        .put("  ", theme.text)
        .put(&label, theme.kind(kind))
        .put(guard, theme.warn);
    places(state, theme, layout.places, buffer);
}

const BRAND: &str = " orgdeck  ";

/// API use, version, time: at the right end, as many as fit into this many columns.
fn facts(state: &State, theme: &Theme, line: Rect, room: usize, buffer: &mut Buffer) {
    let Some(session) = state.who_id().and_then(|id| state.sessions.get(&id)) else { return };
    let mut parts: Vec<(String, Style)> = Vec::new();
    if let Some(api) = session.api {
        let style = match api.percent() {
            0..70 => theme.faint,
            70..90 => theme.warn,
            _ => theme.bad,
        };
        parts.push((format!("API {}/{}", text::count(api.used), text::count(api.max)), style));
    }
    if let Some(version) = &session.version {
        parts.push((format!("v{version}"), theme.faint));
    }
    if let Some(last) = session.last {
        parts.push((text::time(last), theme.faint));
    }
    // The time goes first, the version next, the use of the API last.
    while parts.iter().map(|(t, _)| text::width(t) + 3).sum::<usize>() > room && parts.pop().is_some() {}
    let mut x = line.right().saturating_sub(1);
    for (words, style) in parts.iter().rev() {
        let end = Rect { width: x.saturating_sub(line.x), ..line };
        x = put_right(buffer, end, words, *style).saturating_sub(3);
    }
}

/// Where a place's key stands in the second line: place, key, column, width.
pub(super) fn place_keys(state: &State) -> impl Iterator<Item = (Place, String, u16, u16)> {
    let mut x: u16 = 1;
    Place::ALL.into_iter().map(move |place| {
        let key = state.keymap.place_key(place);
        let wide = text::width(place.title()) + text::width(&key) + usize::from(!key.is_empty());
        let (at, width) = (x, u16::try_from(wide).unwrap_or(u16::MAX));
        x = x.saturating_add(width).saturating_add(2);
        (place, key, at, width)
    })
}

fn places(state: &State, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    if line.is_empty() {
        return;
    }
    let mut end = 0;
    for (place, key_name, x, width) in place_keys(state) {
        let area = Rect { x: line.x + x, width: width.min(line.width.saturating_sub(x)), ..line };
        let here = state.who.is_some() && place == state.place;
        let (key, name) =
            if here { (theme.accent, theme.accent.patch(theme.title)) } else { (theme.faint, theme.text) };
        if here && x > 0 {
            put(buffer, Rect { x: area.x - 1, width: 1, ..area }, theme.tab_mark, theme.accent);
        }
        Pen::new(buffer, area)
            .put(&key_name, key)
            .put(if key_name.is_empty() { "" } else { " " }, key)
            .put(place.title(), name);
        end = x + width;
    }
    let rest = Rect { x: line.x + end + 1, width: line.width.saturating_sub(end + 2), ..line };
    running(state, theme, rest, buffer);
}

/// What is on its way: its phase, bytes and rate, in as many words as there is room for.
fn running(state: &State, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    if let Some((_, flight)) = state.flights.foremost(state.rest.tab) {
        let others = match state.flights.waited_for() {
            0 | 1 => String::new(),
            n => format!(" +{}", n - 1),
        };
        // How to stop it and how far it is matter more than what it is called, and that more than how fast it goes.
        let key = format!(" {}", state.keymap.key(Scope::Browse, Command::Cancel));
        let ways = [(true, true, " cancels"), (false, true, " cancels"), (false, true, ""), (false, false, "")];
        let told =
            ways.map(|(named, fast, stop)| (format!("{}{others}", phase_words(flight, state, named, fast)), stop));
        let wide =
            |(words, stop): &&(String, &str)| text::width(words) + text::width(&key) + stop.len() <= line.width.into();
        let Some((words, stop)) = told.iter().find(wide).or(told.last()) else { return };
        let all =
            u16::try_from(text::width(words) + text::width(&key) + stop.len()).unwrap_or(u16::MAX).min(line.width);
        let area = Rect { x: line.right().saturating_sub(all), width: all, ..line };
        Pen::new(buffer, area).put(words, theme.warn).put(&key, theme.key).put(stop, theme.faint);
    } else if !state.problems.is_empty() {
        let n = state.problems.len();
        let words = format!("! {n} problem{} in the files", if n == 1 { "" } else { "s" });
        put_right(buffer, line, &words, theme.warn);
    }
}

fn phase_words(flight: &Flight, state: &State, named: bool, fast: bool) -> String {
    let what = match &flight.ask.owner {
        Owner::Page | Owner::Compare | Owner::MoreRows(_) => flight.ask.request.method.clone(),
        Owner::Identity(..) => "identity".to_owned(),
        Owner::Tree(..) => "resources".to_owned(),
        Owner::Login(_) => "login".to_owned(),
    };
    let since = state.now.duration_since(flight.since).as_secs_f64().max(0.0);
    let of = |total: Option<u64>| total.map(|t| format!(" of {}", text::bytes(t))).unwrap_or_default();
    let phase = match flight.phase {
        Phase::LoggingIn => "logging in".to_owned(),
        Phase::Connecting => "connecting".to_owned(),
        Phase::Sending { sent, total } => format!("sending {}{}", text::bytes(sent), of(total)),
        Phase::Waiting => "waiting".to_owned(),
        Phase::Receiving { received, total } => {
            let rate = if fast && since > 0.2 {
                format!(" · {}/s", text::bytes(rate(received, since)))
            } else {
                String::new()
            };
            format!("{}{}{rate}", text::bytes(received), of(total))
        }
        Phase::Indexing => "indexing".to_owned(),
    };
    if named { format!("⟳ {what}: {phase}") } else { format!("⟳ {phase}") }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate is shown with three digits"
)]
fn rate(bytes: u64, seconds: f64) -> u64 {
    (bytes as f64 / seconds) as u64
}

/// The last line: what was just said, or the keys that work here and now.
pub(super) fn footer(state: &State, theme: &Theme, layout: &Layout, buffer: &mut Buffer) {
    let line = Rect { x: layout.footer.x + 1, width: layout.footer.width.saturating_sub(2), ..layout.footer };
    if let Some(notice) = &state.notice {
        put(buffer, line, notice, theme.warn);
        return;
    }
    let mut x = line.x;
    let mut shown = Vec::new();
    for scope in state.scopes() {
        for binding in state.keymap.of(scope).filter(|b| !b.label.is_empty()) {
            // An inner scope's key hides the same key of an outer one.
            let Some(key) = binding.keys.iter().find(|k| !shown.contains(*k)) else { continue };
            // To compare is offered where something waits for it.
            let idle =
                binding.scope == Scope::Answer && binding.command == Command::Compare && state.diff.marked.is_none();
            if idle || state.why_not(binding).is_some() {
                shown.extend_from_slice(&binding.keys);
                continue;
            }
            let wide = text::width(&key.to_string()) + text::width(binding.label) + 3;
            let wide = u16::try_from(wide).unwrap_or(u16::MAX);
            if x.saturating_add(wide) > line.right() {
                return;
            }
            let area = Rect { x, width: wide, ..line };
            Pen::new(buffer, area)
                .put(&key.to_string(), theme.key)
                .put(" ", theme.text)
                .put(binding.label, theme.faint);
            shown.extend_from_slice(&binding.keys);
            x += wide;
        }
    }
}
