//! The frame: who you are and where, the place keys, what runs, and the keys that work here.

use super::Theme;
use super::layout::Layout;
use super::text::{self, Pen, put, put_right};
use crate::app::ask::{Flight, Owner};
use crate::app::{Place, State, keymap};
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
    // What kind of org it is, and that nothing can be written, is never cut: the figures go first, then the name is.
    let fixed =
        text::width(" orgdeck  ") + text::width(&person.app.name) + text::width(" ▸   ") + label.len() + guard.len();
    let name = text::width(&person.user.username);
    facts(state, theme, line, usize::from(line.width).saturating_sub(fixed + name + 2), buffer);
    let name = text::clip(&person.user.username, usize::from(line.width).saturating_sub(fixed).max(4)).into_owned();
    Pen::new(buffer, line)
        .put(" orgdeck  ", theme.accent.patch(theme.title))
        .put(&person.app.name, theme.title)
        .put(" ▸ ", theme.faint)
        .put(&name, theme.text)
        .put("  ", theme.text)
        .put(&label, theme.kind(kind))
        .put(guard, theme.warn);
    places(state, theme, layout.places, buffer);
}

/// Version, API use, time: at the right end, as many as fit into this many columns.
fn facts(state: &State, theme: &Theme, line: Rect, room: usize, buffer: &mut Buffer) {
    let Some(session) = state.who_id().and_then(|id| state.sessions.get(&id)) else { return };
    let mut parts: Vec<(String, Style)> = Vec::new();
    if let Some(version) = &session.version {
        parts.push((format!("v{version}"), theme.faint));
    }
    if let Some(api) = session.api {
        let style = match api.percent() {
            0..70 => theme.faint,
            70..90 => theme.warn,
            _ => theme.bad,
        };
        parts.push((format!("API {}/{}", text::count(api.used), text::count(api.max)), style));
    }
    if let Some(last) = session.last {
        parts.push((text::time(last), theme.faint));
    }
    // The version goes first, the time next, the use of the API last.
    while parts.iter().map(|(t, _)| t.len() + 3).sum::<usize>() > room && !parts.is_empty() {
        parts.remove(if parts.len() == 2 { 1 } else { 0 });
    }
    let mut x = line.right().saturating_sub(1);
    for (words, style) in parts.iter().rev() {
        let end = Rect { width: x.saturating_sub(line.x), ..line };
        x = put_right(buffer, end, words, *style).saturating_sub(3);
    }
}

/// Where a place's key stands in the second line: place, column, width.
pub(super) fn place_keys() -> impl Iterator<Item = (Place, u16, u16)> {
    let mut x = 1;
    Place::ALL.into_iter().map(move |place| {
        let width = u16::try_from(place.title().len()).unwrap_or(8) + 2;
        let at = x;
        x += width + 2;
        (place, at, width)
    })
}

fn places(state: &State, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    if line.is_empty() {
        return;
    }
    let mut end = 0;
    for (number, (place, x, width)) in place_keys().enumerate() {
        let area = Rect { x: line.x + x, width: width.min(line.width.saturating_sub(x)), ..line };
        let here = state.who.is_some() && place == state.place;
        let (key, name) =
            if here { (theme.accent, theme.accent.patch(theme.title)) } else { (theme.faint, theme.text) };
        Pen::new(buffer, area).put(&format!("{} ", number + 1), key).put(place.title(), name);
        end = x + width;
    }
    let rest = Rect { x: line.x + end + 2, width: line.width.saturating_sub(end + 3), ..line };
    running(state, theme, rest, buffer);
}

/// What is on its way: its phase, bytes and rate.
fn running(state: &State, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    if let Some((_, flight)) = state.flights.foremost() {
        let others = match state.flights.len() {
            0 | 1 => String::new(),
            n => format!(" (+{})", n - 1),
        };
        let words = format!("{}{others}", phase_words(flight, state));
        // How to stop it matters more than the end of what it does.
        let stop = if line.width >= 24 { 12 } else { 0 };
        put_right(buffer, Rect { width: line.width - stop, ..line }, &words, theme.warn);
        let esc = Rect { x: line.right() - stop, width: stop, ..line };
        Pen::new(buffer, esc).put(" esc ", theme.key).put("cancels", theme.faint);
    } else if !state.problems.is_empty() {
        let n = state.problems.len();
        let words = format!("! {n} problem{} in the files", if n == 1 { "" } else { "s" });
        put_right(buffer, line, &words, theme.warn);
    }
}

fn phase_words(flight: &Flight, state: &State) -> String {
    let what = match &flight.ask.owner {
        Owner::Page | Owner::MoreRows(_) => flight.ask.request.method.clone(),
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
            let rate =
                if since > 0.2 { format!(" · {}/s", text::bytes(rate(received, since))) } else { String::new() };
            format!("{}{}{rate}", text::bytes(received), of(total))
        }
        Phase::Indexing => "indexing".to_owned(),
    };
    format!("⟳ {what}: {phase}")
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
        for binding in keymap::of(scope).filter(|b| !b.label.is_empty()) {
            // An inner scope's key hides the same key of an outer one.
            let Some(key) = binding.keys.iter().find(|k| !shown.contains(*k)) else { continue };
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
            shown.extend_from_slice(binding.keys);
            x += wide;
        }
    }
}
