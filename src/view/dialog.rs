//! What stands over the screen: questions, a passphrase, help, problems, the switcher.

use super::Theme;
use super::layout::inner;
use super::text::{self, Pen, put};
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::dialog::{Dialog, Unlock};
use crate::app::key::Key;
use crate::app::keymap::{self, Binding};
use crate::app::switcher::Switcher;
use crate::app::{Place, State};
use crate::profile::{Profile, Severity};
use crate::request::Permit;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

/// Draws the open dialogue.
pub(super) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let Some(dialog) = &state.dialog else { return };
    let buffer = frame.buffer_mut();
    Clear.render(area, buffer);
    buffer.set_style(area, theme.text);
    let title = match dialog {
        Dialog::Help { .. } => " Keys of this place ",
        Dialog::Problems { .. } => " What is wrong in the files ",
        Dialog::Switcher(_) => " Who to be ",
        Dialog::Write(..) => " Send this write? ",
        Dialog::Browser(_) => " Open in the browser? ",
        Dialog::CopySecret(..) => " Copy a secret? ",
        Dialog::ClearHistory => " Delete the history? ",
        Dialog::CopyMenu => " Copy ",
        Dialog::Passphrase(_) => " Passphrase ",
    };
    let style = if matches!(dialog, Dialog::Write(..)) { theme.bad } else { theme.border_focus };
    Block::bordered().border_style(style).title(Line::styled(title, style.patch(theme.title))).render(area, buffer);
    let inside = inner(area);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    match dialog {
        Dialog::Help { top } => lines(&help(state, theme), *top, inside, buffer),
        Dialog::Problems { top } => lines(&problems(state, theme, usize::from(inside.width)), *top, inside, buffer),
        Dialog::Switcher(switcher) => {
            let caret = draw_switcher(state, switcher, theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
        Dialog::Write(permit, ..) => write(permit, theme, inside, buffer),
        Dialog::Browser(url) => question(
            &[url.as_str(), "", "This page is for people: it is not sent through orgdeck."],
            theme,
            inside,
            buffer,
        ),
        Dialog::CopySecret(name, _) => {
            let words = format!("The value of {name} goes to the clipboard, where every program can read it.");
            question(&[&words], theme, inside, buffer);
        }
        Dialog::ClearHistory => question(
            &[
                "All that was asked goes, in this run and before, whatever is looked for now.",
                "",
                "It cannot be had back.",
            ],
            theme,
            inside,
            buffer,
        ),
        Dialog::CopyMenu => {
            let rows: Vec<_> = keymap::of(Scope::CopyMenu)
                .map(|b| {
                    vec![
                        (format!(" {:<6}", b.keys.first().map(ToString::to_string).unwrap_or_default()), theme.key),
                        (b.label.to_owned(), theme.text),
                    ]
                })
                .collect();
            lines(&rows, 0, inside, buffer);
        }
        Dialog::Passphrase(unlock) => {
            let caret = passphrase(unlock, theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
    }
}

/// Lines of what is to be read in this area, where the dialogue is one to read.
pub(super) fn lines_of(state: &State, area: Rect) -> usize {
    let theme = Theme::plain();
    match &state.dialog {
        Some(Dialog::Help { .. }) => help(state, &theme).len(),
        Some(Dialog::Problems { .. }) => problems(state, &theme, usize::from(area.width.saturating_sub(4))).len(),
        _ => 0,
    }
}

type Words = Vec<(String, Style)>;

fn lines(rows: &[Words], top: usize, area: Rect, buffer: &mut Buffer) {
    let top = top.min(rows.len().saturating_sub(usize::from(area.height)));
    for (line, row) in (0..area.height).zip(rows.iter().skip(top)) {
        let mut pen = Pen::new(buffer, Rect { y: area.y + line, height: 1, ..area });
        for (words, style) in row {
            pen.put(words, *style);
        }
    }
}

/// The keys of the scopes under the dialogue, the innermost first.
fn help(state: &State, theme: &Theme) -> Vec<Words> {
    let mut rows = Vec::new();
    let mut taken: Vec<Key> = Vec::new();
    for scope in state.place_scopes() {
        // A key that an inner scope has means what it means there.
        let works =
            |b: &Binding| b.keys.iter().filter(|k| !taken.contains(k)).map(ToString::to_string).collect::<Vec<_>>();
        let here: Vec<_> = keymap::of(scope).map(|b| (b, works(b))).filter(|(_, keys)| !keys.is_empty()).collect();
        if here.is_empty() {
            continue;
        }
        if !rows.is_empty() {
            rows.push(Vec::new());
        }
        rows.push(vec![(scope.title().to_owned(), theme.accent.patch(theme.title))]);
        for (binding, keys) in here {
            let words = match place_of(binding).filter(|p| !binding.help.starts_with(p.title())) {
                Some(place) => format!("{}: {}", place.title(), binding.help),
                None => binding.help.to_owned(),
            };
            rows.push(vec![(format!("  {:<22}", keys.join(" ")), theme.key), (words, theme.text)]);
            taken.extend_from_slice(binding.keys);
        }
    }
    rows
}

/// The place that a key goes to.
fn place_of(binding: &Binding) -> Option<Place> {
    match binding.command {
        Command::GoIdentity => Some(Place::Identity),
        Command::GoRest => Some(Place::Rest),
        Command::GoHistory => Some(Place::History),
        Command::GoVariables => Some(Place::Variables),
        _ => None,
    }
}

fn problems(state: &State, theme: &Theme, room: usize) -> Vec<Words> {
    let mut rows = Vec::new();
    for problem in &state.problems {
        let style = if problem.severity == Severity::Error { theme.bad } else { theme.warn };
        let place = match (problem.line, problem.column) {
            (0, _) => problem.file.display().to_string(),
            (line, column) => format!("{}:{line}:{column}", problem.file.display()),
        };
        rows.push(vec![(place, theme.faint)]);
        rows.extend(
            text::wrap(&problem.what, room.saturating_sub(2)).into_iter().map(|l| vec![(format!("  {l}"), style)]),
        );
        rows.extend(
            text::wrap(&format!("→ {}", problem.cure), room.saturating_sub(2))
                .into_iter()
                .map(|l| vec![(format!("  {l}"), theme.text)]),
        );
        rows.push(Vec::new());
    }
    rows
}

fn draw_switcher(state: &State, switcher: &Switcher, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let line = Rect { height: 1, ..area };
    Pen::new(buffer, line).put("› ", theme.accent).put(switcher.line.text(), theme.text);
    if switcher.line.text().is_empty() {
        put(
            buffer,
            Rect { x: line.x + 3, width: line.width.saturating_sub(3), ..line },
            "a few letters of app, alias or username",
            theme.faint,
        );
    }
    let list = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    if switcher.found.is_empty() {
        put(buffer, list, "nobody is called that", theme.faint);
    }
    let top = keep_in_view(switcher.top, switcher.row, usize::from(list.height), switcher.found.len());
    let name = |p: &Profile| text::width(&p.app.name) + text::width(p.user.alias.as_deref().unwrap_or_default()) + 3;
    let seen = switcher.found.iter().skip(top).take(usize::from(list.height)).filter_map(|at| state.people.get(*at));
    let widest = seen.map(name).max().unwrap_or(0).min(usize::from(area.width) / 2);
    for (row, (at, person)) in (0..list.height).zip(switcher.found.iter().enumerate().skip(top)) {
        let Some(person) = state.people.get(*person) else { continue };
        let area = Rect { y: list.y + row, height: 1, ..list };
        let here = state.sessions.is_in(&person.id());
        let kind = super::frame::kind_of(state, person);
        let mut pen = Pen::new(buffer, area);
        pen.put(if here { "● " } else { "○ " }, if here { theme.good } else { theme.faint });
        pen.put(&person.app.name, theme.title).put(" ▸ ", theme.faint);
        pen.put(person.user.alias.as_deref().unwrap_or_default(), theme.accent);
        pen.put(&" ".repeat(widest.saturating_sub(name(person)) + 2), theme.text);
        pen.put(&person.user.username, theme.text).put("  ", theme.text).put(kind.as_str(), theme.faint);
        if person.app.read_only {
            pen.put(" · read-only", theme.faint);
        }
        if at == switcher.row {
            buffer.set_style(area, theme.chosen);
        }
    }
    let caret = u16::try_from(text::width(switcher.line.before())).unwrap_or(0);
    Position::new((area.x + 2 + caret).min(area.right()), area.y)
}

fn write(permit: &Permit, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let facts = [
        ("org", permit.org.clone()),
        ("as", format!("{} ▸ {}", permit.who.app, permit.who.username)),
        ("method", permit.method.clone()),
        ("address", permit.url.clone()),
        ("because", permit.reason.clone()),
    ];
    let mut rows = Vec::new();
    for (label, value) in facts {
        for (at, line) in text::wrap(&value, usize::from(area.width).saturating_sub(10)).into_iter().take(3).enumerate()
        {
            let label = if at == 0 { label } else { "" };
            rows.push(vec![(format!("{label:<10}"), theme.faint), (line, theme.text)]);
        }
    }
    lines(&rows, 0, Rect { height: area.height.saturating_sub(2), ..area }, buffer);
    buttons("send it", theme, area, buffer);
}

fn question(words: &[&str], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let wrapped = words.iter().flat_map(|w| text::wrap(w, usize::from(area.width)));
    let rows: Vec<Words> = wrapped.map(|l| vec![(l, theme.text)]).collect();
    lines(&rows, 0, Rect { height: area.height.saturating_sub(2), ..area }, buffer);
    buttons("yes", theme, area, buffer);
}

/// Where yes and no stand.
pub(super) fn button_places(area: Rect) -> (Rect, Rect) {
    let inside = inner(area);
    let y = inside.bottom().saturating_sub(1);
    (Rect { x: inside.x + 1, y, width: 12, height: 1 }, Rect { x: inside.x + 15, y, width: 12, height: 1 })
}

fn buttons(yes: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    Pen::new(buffer, line)
        .put("y ", theme.key)
        .put(&format!("{yes:<12}"), theme.text)
        .put("n ", theme.key)
        .put("leave it", theme.text);
}

fn passphrase(unlock: &Unlock, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let mut rows: Vec<Words> =
        text::wrap(&unlock.title, usize::from(area.width)).into_iter().map(|l| vec![(l, theme.text)]).collect();
    // The title tells of one that did not open it; whose key it is, and who waits for it, stands under it once.
    if unlock.wrong {
        rows.iter_mut().flatten().for_each(|(_, style)| *style = theme.bad);
    }
    if let Some(ask) = unlock.waiting.first() {
        let key = ask.profile.app.private_key.display();
        let words = format!("key {key} · for {}", ask.profile.user.username);
        rows.extend(text::wrap(&words, usize::from(area.width)).into_iter().map(|l| vec![(l, theme.faint)]));
    }
    let dots: String = unlock.typed.expose().chars().map(|_| '•').collect();
    let y = u16::try_from(rows.len()).unwrap_or(0) + 1;
    lines(&rows, 0, area, buffer);
    let line = Rect { y: (area.y + y).min(area.bottom().saturating_sub(1)), height: 1, ..area };
    let used = Pen::new(buffer, line).put("› ", theme.accent).put(&dots, theme.text).room();
    Position::new(line.right().saturating_sub(u16::try_from(used).unwrap_or(0)), line.y)
}
