//! The left pane's tabs, and the saved requests in it.

use super::Theme;
use super::layout::{RestLayout, inner};
use super::text::{self, Pen, clip, put, wrap};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::rest::Focus;
use crate::store::Entry;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Widget;

/// Columns that a method takes before a name.
const METHOD: usize = 5;

/// The tabs on the pane's upper border: whether it is the saved requests', column, width, words.
pub(super) fn tabs(pane: Rect) -> [(bool, u16, u16, &'static str); 2] {
    // Behind the corner and the mark of the open tab.
    let x = pane.x + 2;
    [(true, x, 5, "Saved"), (false, x + 8, 9, "Resources")]
}

/// Draws the pane's frame with its tabs; `filter` stands in its lower border.
pub(super) fn frame(state: &State, theme: &Theme, pane: Rect, filter: Option<(&str, bool)>, buffer: &mut Buffer) {
    let focus = state.rest.focus == Focus::Tree;
    let mut block = theme.pane(focus);
    if let Some((typed, typing)) = filter {
        let caret = if typing { "▏" } else { "" };
        block = block.title_bottom(Line::styled(format!(" / {}{caret} ", super::shown(typed)), theme.accent));
    }
    block.render(pane, buffer);
    let inside = |x: u16, width: u16| {
        let room = pane.right().saturating_sub(1).saturating_sub(x);
        Rect { x, y: pane.y, width: width.min(room), height: pane.height.min(1) }
    };
    for (saved, x, width, words) in tabs(pane) {
        let open = saved == state.saved.shown;
        let style = match (open, focus) {
            (true, true) => theme.accent.patch(theme.title),
            (true, false) => theme.text.patch(theme.title),
            (false, _) => theme.faint,
        };
        let mark = if open && focus { theme.focus_mark.trim_end() } else { "" };
        put(buffer, inside(x - 1, 1), if mark.is_empty() { " " } else { mark }, style);
        put(buffer, inside(x, width), words, style);
        put(buffer, inside(x + width, 1), " ", style);
    }
}

/// Draws the saved requests.
pub(super) fn draw(state: &State, theme: &Theme, layout: &RestLayout, buffer: &mut Buffer) {
    let pane = &state.saved;
    let filter = (pane.filtering || !pane.filter.text().is_empty()).then_some((pane.filter.text(), pane.filtering));
    frame(state, theme, layout.tree, filter, buffer);
    let area = inner(layout.tree);
    if !pane.known {
        put(buffer, Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area }, "reading…", theme.faint);
        return;
    }
    let rows = pane.rows.len();
    if rows == 0 && filter.is_some() {
        let line = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
        put(buffer, line, "nothing is like that", theme.faint);
    }
    let focus = state.rest.focus == Focus::Tree;
    let chosen = pane.row.min(rows.saturating_sub(1));
    let top = keep_in_view(pane.top, chosen, usize::from(area.height), rows);
    for (line, at) in (0..area.height).zip(pane.rows.iter().skip(top)) {
        let Some(entry) = pane.library.get(*at) else { continue };
        let row = Rect { y: area.y + line, height: 1, ..area };
        draw_row(state, entry, *at >= pane.library.own(), theme, row, buffer);
        if top + usize::from(line) == chosen {
            buffer.set_style(row, if focus { theme.chosen } else { theme.chosen_faint });
        }
    }
    if pane.library.own() == 0 && filter.is_none() {
        empty(state, theme, area, rows, buffer);
    }
}

/// Nothing is saved yet: says how to, under what there is.
fn empty(state: &State, theme: &Theme, area: Rect, rows: usize, buffer: &mut Buffer) {
    let (save, import) =
        (state.keymap.key(Scope::Rest, Command::Save), state.keymap.key(Scope::Saved, Command::Import));
    let words = format!("Nothing of yours is saved yet.\n{save} saves what is typed\n{import} imports from Postman");
    let above = u16::try_from(rows).unwrap_or(u16::MAX).saturating_add(1);
    let lines = wrap(&words, usize::from(area.width.saturating_sub(2)).max(4));
    for (row, line) in (above..area.height).zip(lines) {
        let place = Rect { x: area.x + 1, y: area.y + row, width: area.width.saturating_sub(1), height: 1 };
        put(buffer, place, &line, theme.faint);
    }
}

fn draw_row(state: &State, entry: &Entry, ours: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let pane = &state.saved;
    let mut pen = Pen::new(buffer, area);
    pen.put(&" ".repeat(entry.depth()), theme.text);
    match entry {
        Entry::Folder { path, .. } => {
            pen.put(if pane.is_open(path) { "▾ " } else { "▸ " }, theme.faint).put(&entry.name(), theme.text);
            if ours && entry.depth() == 0 && pen.room() > 10 {
                pen.put("  built in", theme.faint);
            }
        }
        Entry::Request { path, saved, .. } => {
            let style = if saved.request.method == "GET" { theme.good } else { theme.warn };
            let name = if is_here(state, path) { theme.accent } else { theme.text };
            pen.put(&method(&saved.request.method), style).put(" ", theme.text).put(&entry.name(), name);
            if !saved.tags.is_empty() && pen.room() > 6 {
                pen.put("  ", theme.text).put(&saved.tags.join(" "), theme.faint);
            }
        }
        Entry::Broken { error, .. } => {
            pen.put("✗     ", theme.bad).put(&entry.name(), theme.bad).put("  ", theme.text).put(error, theme.faint);
        }
    }
}

/// Whether this request is in the editors.
fn is_here(state: &State, path: &std::path::Path) -> bool {
    state.rest.origin.as_ref().is_some_and(|origin| origin.path == path)
}

/// In the columns that it has.
fn method(method: &str) -> String {
    let short = if method == "DELETE" { "DEL" } else { method };
    let short = clip(short, METHOD).into_owned();
    let pad = METHOD.saturating_sub(text::width(&short));
    format!("{short}{}", " ".repeat(pad))
}
