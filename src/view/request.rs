//! The request: method and address with its variables in colour, what will be sent, and the parts under it.

use super::Theme;
use super::layout::{RestLayout, inner};
use super::text::{self, Pen, put};
use super::typed;
use crate::app::State;
use crate::app::command::{Command, Scope};
use crate::app::rest::{Focus, filled, is_filled};
use crate::app::saved::{Outside, outside};
use crate::request::{Failure, PieceKind, pieces, prepare};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};
use ratatui_textarea::TextArea;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, layout: &RestLayout, frame: &mut Frame<'_>) {
    if layout.request.is_empty() {
        return;
    }
    let focus = state.rest.focus == Focus::Address || state.rest.focus.is_section();
    let (mark, title) =
        if focus { (theme.focus_mark, theme.accent.patch(theme.title)) } else { ("", theme.text.patch(theme.title)) };
    let buffer = frame.buffer_mut();
    theme
        .pane(focus)
        .title(Line::styled(format!(" {mark}{} ", name(state, layout.request.width)), title))
        .render(layout.request, buffer);
    let caret = address(state, theme, layout.address, buffer);
    resolved(state, theme, layout.resolved, buffer);
    tabs(state, theme, layout.tabs, buffer);
    section(state, theme, layout.section, buffer);
    if state.rest.focus == Focus::Address && state.dialog.is_none() {
        frame.set_cursor_position(caret);
    }
}

/// What stands on the border: where the request is saved, and whether it is still what was saved.
fn name(state: &State, width: u16) -> String {
    let Some(origin) = &state.rest.origin else { return "Request".to_owned() };
    let changed = if state.rest.is_changed() { " ●" } else { "" };
    let outside = match outside(state) {
        Outside::Same => "",
        Outside::Changed => " · changed outside",
        Outside::Gone => " · its file is gone",
    };
    // The marks stay, whatever the name's length.
    let room = usize::from(width).saturating_sub(8 + text::width(changed) + text::width(outside));
    let whole = text::shown(&origin.shown);
    let short =
        if text::width(&whole) <= room { whole } else { format!("…/{}", text::shown(&origin.saved.name)).into() };
    format!("{}{changed}{outside}", text::clip(&short, room))
}

/// Columns that the method takes.
pub(super) fn method_width(state: &State) -> u16 {
    u16::try_from(text::width(&state.rest.method)).unwrap_or(4).saturating_add(3)
}

/// How far the address is scrolled so that its caret is seen.
pub(super) fn address_scroll(state: &State, room: usize) -> usize {
    if state.rest.focus != Focus::Address {
        return 0;
    }
    (text::width(state.rest.address.before()) + 1).saturating_sub(room)
}

fn address(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let rest = &state.rest;
    let method = method_width(state).min(area.width);
    let style = if rest.method == "GET" { theme.good } else { theme.warn };
    put(
        buffer,
        Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area },
        &rest.method,
        style.patch(theme.title),
    );
    let area = Rect { x: area.x + method, width: area.width - method, ..area };
    let line = &rest.address;
    if line.text().is_empty() && rest.focus != Focus::Address {
        put(buffer, area, "a  type an address, a path such as limits, or SELECT …", theme.faint);
        return Position::new(area.x, area.y);
    }
    let scroll = address_scroll(state, usize::from(area.width));
    let mut pen = Pen::new(buffer, area).skipping(scroll);
    for piece in pieces(line.text()) {
        let style = match piece.kind {
            PieceKind::Text => theme.text,
            PieceKind::Variable { .. } | PieceKind::Call(_) => theme.variable,
            PieceKind::Broken { .. } => theme.warn,
        };
        let style = if line.is_selected() { theme.chosen } else { style };
        pen.put(line.text().get(piece.span).unwrap_or_default(), style);
    }
    if let Some(ghost) = ghost(state) {
        pen.put(ghost, theme.faint);
    }
    if scroll > 0 {
        put(buffer, Rect { width: 1, ..area }, "…", theme.faint);
    }
    let caret = text::width(line.before()).saturating_sub(scroll);
    Position::new(area.x + u16::try_from(caret).unwrap_or(0).min(area.width.saturating_sub(1)), area.y)
}

/// What tab would add, where it only adds.
fn ghost(state: &State) -> Option<&str> {
    let line = &state.rest.address;
    if state.rest.focus != Focus::Address || line.caret() != line.text().len() || line.text().is_empty() {
        return None;
    }
    state.rest.completion.best()?.insert.strip_prefix(line.text())
}

/// Whether resolving an editor's variables takes longer than a frame may. Those of a long body are checked when it is sent.
fn is_long(editor: &TextArea<'_>) -> bool {
    const LINES: usize = 1_000;
    const BYTES: usize = 64 << 10;
    editor.lines().len() > LINES || editor.lines().iter().map(String::len).sum::<usize>() > BYTES
}

/// The address that will be sent, or what keeps it from being sent.
fn resolved(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let request = if is_long(&state.rest.body) { state.rest.request_without_body() } else { state.rest.request() };
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if request.address.is_empty() || area.is_empty() {
        return;
    }
    let mut pen = Pen::new(buffer, area);
    if state.base().instance_url.is_none() {
        pen.put("→ ", theme.faint).put("resolved when you are logged in", theme.faint);
        return;
    }
    match prepare(&request, &state.all_variables(), &state.base()) {
        Ok(prepared) if state.base().version.is_empty() && prepared.url.path().starts_with("/services/data/v/") => {
            pen.put("→ ", theme.faint).put("resolved when the org's version is known", theme.faint);
        }
        Ok(prepared) => {
            // The time goes on until it is sent, and what is read is read then.
            pen.put(if prepared.sample { "≈ " } else { "→ " }, theme.faint);
            let room = pen.room();
            pen.put(&elided(&prepared.shown_url, room), theme.faint);
        }
        Err(failure) => {
            let (title, hint) = shortened(&failure);
            pen.put("! ", theme.warn).put(&title, theme.warn);
            if !hint.is_empty() {
                pen.put(" · ", theme.faint).put(&hint, theme.text);
            }
            if let Some(by) = set_by(state, &title) {
                pen.put(" · ", theme.faint).put(&format!("send {by} first: it captures it"), theme.text);
            }
        }
    }
}

/// An address without its host where it does not fit: what stands at its end tells more.
fn elided(address: &str, room: usize) -> String {
    if text::width(address) <= room {
        return address.to_owned();
    }
    let path = address.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    path.map_or_else(|| address.to_owned(), |path| format!("…{path}"))
}

/// What keeps a request from being sent, in a line: of a variable that is not set, the nearest name counts.
fn shortened(failure: &Failure) -> (String, String) {
    let hint = failure.hint.first().cloned().unwrap_or_default();
    // The function, then what is wrong with it: its place is in sight.
    if let Some((name, why)) = failure
        .title
        .strip_suffix(" cannot be resolved")
        .zip(hint.split_once(": "))
        .and_then(|(name, (head, why))| head.starts_with(name).then(|| (name.to_owned(), why.to_owned())))
    {
        return (name, why);
    }
    let unset = hint.split_once(" in ").and_then(|(name, rest)| Some((name, rest.split_once(" is not set")?.1)));
    match unset {
        Some((name, near)) => {
            (format!("{name} is not set"), near.trim_start_matches("; ").trim_end_matches('?').to_owned())
        }
        None => (failure.title.clone(), hint),
    }
}

/// The saved request whose capture sets the variable that is not set.
fn set_by(state: &State, title: &str) -> Option<String> {
    let name = title.strip_suffix(" is not set")?.trim_start_matches('{').trim_end_matches('}');
    state.saved.library.captured_by(name)
}

/// The parts' tabs: focus, column within the line, width, words.
pub(super) fn section_tabs(state: &State) -> Vec<(Focus, u16, u16, String)> {
    let count = |name: &str, n: usize| if n == 0 { name.to_owned() } else { format!("{name} {n}") };
    let rest = &state.rest;
    let body = rest.body.lines().iter().any(|line| is_filled(line));
    let words = [
        (Focus::Params, count("Params", filled(&rest.params))),
        (Focus::Headers, count("Headers", filled(&rest.headers))),
        (
            Focus::Body,
            if rest.body_trouble.is_some() {
                "Body !"
            } else if body {
                "Body ●"
            } else {
                "Body"
            }
            .to_owned(),
        ),
        (Focus::Captures, count("Captures", filled(&rest.captures))),
    ];
    let mut x = 1;
    words
        .into_iter()
        .map(|(focus, words)| {
            let width = u16::try_from(text::width(&words)).unwrap_or(8);
            let at = x;
            x += width + 2;
            (focus, at, width, words)
        })
        .collect()
}

fn tabs(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    for (focus, x, width, words) in section_tabs(state) {
        let style = if state.rest.focus == focus {
            theme.accent.patch(theme.title)
        } else if state.rest.section == focus && state.rest.section_rows > 0 {
            theme.title
        } else {
            theme.faint
        };
        put(buffer, Rect { x: area.x + x, width: width.min(area.width.saturating_sub(x)), ..area }, &words, style);
    }
}

fn section(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let rest = &state.rest;
    let (editor, empty) = match rest.section {
        Focus::Headers => (&rest.headers, "Name: value, one a line; # before it switches it off"),
        Focus::Body => (&rest.body, "JSON or any text; @path alone sends a file"),
        Focus::Captures => (&rest.captures, "name = jq .id | header X | status | regex …; secret before it hides it"),
        _ => (&rest.params, "name=value, one a line; # before it switches it off"),
    };
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let focus = rest.focus == rest.section;
    if editor.is_empty() && !focus {
        put(buffer, area, empty, theme.faint);
    } else if focus && state.dialog.is_none() {
        editor.render(area, buffer);
        if editor.is_empty() {
            let after = Rect { x: area.x + 2, width: area.width.saturating_sub(2), height: 1, ..area };
            put(buffer, after, empty, theme.faint);
        }
    } else {
        unfocused(editor, theme, area, buffer);
    }
    let scroll = if focus {
        let (row, column) = editor.scroll_offset();
        (usize::from(row), usize::from(column))
    } else {
        (first_row(editor, area), 0)
    };
    let trouble = rest.body_trouble.as_ref().filter(|_| rest.section == Focus::Body);
    typed::marks(editor, trouble, scroll, theme, area, buffer);
    if rest.section == Focus::Captures {
        let top = if focus { usize::from(editor.scroll_offset().0) } else { first_row(editor, area) };
        capture_errors(state, top, theme, area, buffer);
    }
}

/// What is wrong in a line of the captures, behind it.
fn capture_errors(state: &State, top: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for row in 0..area.height {
        let at = top + usize::from(row);
        let (Some(error), Some(line)) = (state.rest.capture_error(at), state.rest.captures.lines().get(at)) else {
            continue;
        };
        // A column stays for the caret.
        let x = u16::try_from(text::width(line)).unwrap_or(u16::MAX).saturating_add(2).min(area.width);
        let place = Rect { x: area.x + x, y: area.y + row, width: area.width - x, height: 1 };
        put(buffer, place, &format!("! {}", error.what), theme.bad);
    }
}

/// The first line shown of an editor without the focus.
fn first_row(editor: &TextArea<'_>, area: Rect) -> usize {
    editor.cursor().0.saturating_sub(usize::from(area.height).saturating_sub(1))
}

fn unfocused(editor: &TextArea<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let top = first_row(editor, area);
    for (row, line) in (0..area.height).zip(editor.lines().iter().skip(top)) {
        put(buffer, Rect { y: area.y + row, height: 1, ..area }, line, theme.text);
    }
}

/// Where the completions are drawn.
pub(super) fn completion_area(state: &State, layout: &RestLayout) -> Option<Rect> {
    let completion = &state.rest.completion;
    if state.rest.focus != Focus::Address || !completion.is_open() || layout.address.is_empty() {
        return None;
    }
    let rows = u16::try_from(completion.candidates.len()).unwrap_or(8).min(8) + 2;
    // What will be sent stays in sight.
    let y = layout.resolved.bottom();
    let height = rows.min(layout.answer.bottom().saturating_sub(y));
    let width = layout.address.width.min(64);
    (height > 2).then_some(Rect { x: layout.address.x, y, width, height })
}

/// The first completion shown.
pub(super) fn completion_top(state: &State, rows: usize) -> usize {
    let chosen = state.rest.completion.chosen.unwrap_or(0);
    (chosen + 1).saturating_sub(rows)
}

/// The completions, over what is below the address.
pub(super) fn completion(state: &State, theme: &Theme, layout: &RestLayout, buffer: &mut Buffer) {
    let Some(area) = completion_area(state, layout) else { return };
    Clear.render(area, buffer);
    buffer.set_style(area, theme.base);
    let more = state.rest.completion.candidates.len();
    let take = state.keymap.key(Scope::Address, Command::Complete);
    let all = if more > 8 { format!("· {more} ") } else { String::new() };
    let title = format!(" {take} takes the first {all}");
    Block::bordered()
        .border_style(theme.border_focus)
        .title_bottom(Line::styled(title, theme.faint))
        .render(area, buffer);
    let inside = inner(area);
    let top = completion_top(state, usize::from(inside.height));
    let chosen = state.rest.completion.chosen;
    for (row, (at, candidate)) in (0..inside.height).zip(state.rest.completion.candidates.iter().enumerate().skip(top))
    {
        let line = Rect { y: inside.y + row, height: 1, ..inside };
        Pen::new(buffer, line)
            .put(" ", theme.text)
            .put(&candidate.label, theme.text)
            .put("  ", theme.text)
            .put(&candidate.note, theme.faint);
        if chosen == Some(at) {
            buffer.set_style(line, theme.chosen);
        }
    }
}
