//! What stands over the screen: questions, a passphrase, help, problems, the switcher.

use super::Theme;
use super::layout::inner;
use super::text::{self, Pen, put};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::dialog::{Dialog, Unlock};
use crate::app::edit::Line as TypedLine;
use crate::app::switcher::Switcher;
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
    buffer.set_style(area, theme.base);
    let title = match dialog {
        Dialog::Help(_) => " Keys of this place ",
        Dialog::Problems { .. } => " What is wrong in the files ",
        Dialog::Told { title, .. } => &format!(" {} ", text::shown(title)),
        Dialog::Prompt(prompt) => &format!(" {} ", prompt.purpose.title()),
        Dialog::Switcher(switcher) if switcher.also => " Send this also as ",
        Dialog::Switcher(_) => " Who to be ",
        Dialog::Palette(_) => " Commands ",
        Dialog::Write(..) => " Send this write? ",
        Dialog::Browser(_) => " Open in the browser? ",
        Dialog::CopySecret(..) => " Copy a secret? ",
        Dialog::ClearHistory => " Delete the history? ",
        Dialog::Save(..) => " Save to a file ",
        Dialog::Replace(..) => " Replace it? ",
        Dialog::CopyMenu => " Copy ",
        Dialog::Setup(wizard) => &super::setup::title(wizard),
        Dialog::Passphrase(_) => " Passphrase ",
    };
    let style = if matches!(dialog, Dialog::Write(..)) { theme.bad } else { theme.border_focus };
    Block::bordered().border_style(style).title(Line::styled(title, style.patch(theme.title))).render(area, buffer);
    let inside = inside(area);
    match dialog {
        Dialog::Setup(wizard) => {
            if let Some(caret) = super::setup::draw(wizard, theme, inside, buffer) {
                frame.set_cursor_position(caret);
            }
        }
        Dialog::Help(help) => {
            let caret = super::help::draw(state, help, theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
        Dialog::Problems { top } => lines(&problems(state, theme, usize::from(inside.width)), *top, inside, buffer),
        Dialog::Told { lines: told, top, .. } => {
            lines(&wrapped(told, theme, usize::from(inside.width)), *top, inside, buffer);
        }
        Dialog::Prompt(prompt) => {
            let caret = super::prompt::draw(prompt, theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
        Dialog::Switcher(switcher) => {
            let caret = draw_switcher(state, switcher, theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
        Dialog::Palette(palette) => {
            let caret = super::palette::draw(palette, theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
        Dialog::Write(permit, ..) => write(state, permit, theme, inside, buffer),
        Dialog::Browser(url) => question(
            state,
            &[url.as_str(), "", "This page is for people: it is not sent through orgdeck."],
            theme,
            inside,
            buffer,
        ),
        Dialog::CopySecret(name, _) => {
            let mut words = format!("{name} goes to the clipboard, where every program can read it.");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            question(state, &[&words], theme, inside, buffer);
        }
        Dialog::ClearHistory => question(
            state,
            &[
                "All that was asked goes, in this run and before, whatever is looked for now.",
                "",
                "It cannot be had back.",
            ],
            theme,
            inside,
            buffer,
        ),
        Dialog::Save(line, body) => {
            let caret = save(line, body.len(), theme, inside, buffer);
            frame.set_cursor_position(caret);
        }
        Dialog::Replace(path, _) => {
            question(state, &[&format!("{path} is there already. It would be replaced.")], theme, inside, buffer);
        }
        Dialog::CopyMenu => {
            let rows: Vec<_> = state
                .keymap
                .of(Scope::CopyMenu)
                .filter(|b| !b.keys.is_empty())
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

/// What a dialogue draws in: a column within its frame.
pub(super) fn inside(area: Rect) -> Rect {
    let inside = inner(area);
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}

/// Lines of what is to be read in this area, where the dialogue is one to read.
pub(super) fn lines_of(state: &State, area: Rect) -> usize {
    let theme = Theme::plain();
    match &state.dialog {
        Some(Dialog::Help(help)) => crate::app::help::rows(state, help).len(),
        Some(Dialog::Problems { .. }) => problems(state, &theme, usize::from(area.width.saturating_sub(4))).len(),
        Some(Dialog::Setup(wizard)) => super::setup::lines_of(wizard, inside(area)),
        Some(Dialog::Told { lines, .. }) => wrapped(lines, &theme, usize::from(area.width.saturating_sub(4))).len(),
        _ => 0,
    }
}

fn wrapped(told: &[String], theme: &Theme, room: usize) -> Vec<Words> {
    told.iter().flat_map(|line| text::wrap(line, room)).map(|line| vec![(line, theme.text)]).collect()
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
    let list = search_list(area);
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

/// The list under a line that is typed; an empty line stands between them where there is room.
pub(super) fn search_list(inside: Rect) -> Rect {
    let above = if inside.height > 3 { 2 } else { 1.min(inside.height) };
    Rect { y: inside.y + above, height: inside.height - above, ..inside }
}

fn write(state: &State, permit: &Permit, theme: &Theme, area: Rect, buffer: &mut Buffer) {
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
    buttons(state, "send it", theme, area, buffer);
}

fn question(state: &State, words: &[&str], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let wrapped = words.iter().flat_map(|w| text::wrap(w, usize::from(area.width)));
    let rows: Vec<Words> = wrapped.map(|l| vec![(l, theme.text)]).collect();
    lines(&rows, 0, Rect { height: area.height.saturating_sub(2), ..area }, buffer);
    buttons(state, "yes", theme, area, buffer);
}

/// Where yes and no stand.
pub(super) fn button_places(area: Rect) -> (Rect, Rect) {
    let inside = inner(area);
    let y = inside.bottom().saturating_sub(1);
    (Rect { x: inside.x + 1, y, width: 12, height: 1 }, Rect { x: inside.x + 15, y, width: 12, height: 1 })
}

fn buttons(state: &State, yes: &str, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let line = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let key = |command| state.keymap.key(Scope::Question, command);
    Pen::new(buffer, line)
        .put(&format!("{} ", key(Command::Confirm)), theme.key)
        .put(&format!("{yes:<12}"), theme.text)
        .put(&format!("{} ", key(Command::Decline)), theme.key)
        .put("leave it", theme.text);
}

/// The name of a file being typed; its end is what is seen of a long one.
fn save(line: &TypedLine, bytes: u64, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let row = Rect { y: area.y + 1, height: 1, ..area };
    let before = text::width(line.before());
    let skipped = (before + 4).saturating_sub(usize::from(area.width));
    Pen::new(buffer, row).put("› ", theme.accent);
    let typed = Rect { x: row.x + 2, width: row.width.saturating_sub(2), ..row };
    Pen::new(buffer, typed).skipping(skipped).put(line.text(), theme.text);
    let words = format!("{}, for nobody else to read; ~ is your home", text::bytes(bytes));
    put(buffer, Rect { y: area.y + 2, height: 1, ..area }, &words, theme.faint);
    let caret = u16::try_from(before.saturating_sub(skipped)).unwrap_or(0);
    Position::new((typed.x + caret).min(typed.right()), row.y)
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
