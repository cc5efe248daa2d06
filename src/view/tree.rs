//! The resources tree.

use super::Theme;
use super::layout::{RestLayout, inner};
use super::text::{Pen, put, wrap};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::rest::Focus;
use crate::app::tree::{Branch, TreeRow};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, layout: &RestLayout, buffer: &mut Buffer) {
    let focus = state.rest.focus == Focus::Tree;
    let tree = state.tree();
    let filter = tree.filter(|t| t.filtering || !t.filter.text().is_empty());
    super::saved::frame(state, theme, layout.tree, filter.map(|t| (t.filter.text(), t.filtering)), buffer);
    let area = inner(layout.tree);
    let Some(tree) = tree.filter(|t| !t.is_empty()) else {
        return no_tree(state, theme, area, buffer);
    };
    let shown = tree.shown();
    if shown.is_empty() {
        put(
            buffer,
            Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area },
            "no name holds that",
            theme.faint,
        );
    }
    let chosen = tree.row.min(shown.len().saturating_sub(1));
    let top = keep_in_view(tree.top, chosen, usize::from(area.height), shown.len());
    for (line, at) in (0..area.height).zip(shown.iter().skip(top)) {
        let Some(row) = tree.get(*at) else { continue };
        let area = Rect { y: area.y + line, height: 1, ..area };
        draw_row(row, theme, area, buffer);
        if top + usize::from(line) == chosen {
            buffer.set_style(area, if focus { theme.chosen } else { theme.chosen_faint });
        }
    }
}

/// Before the login, or after one that failed.
fn no_tree(state: &State, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width.saturating_sub(2)).max(4);
    let failed = state.who_id().and_then(|id| state.sessions.get(&id)?.failed.clone());
    let open = state.keymap.key(Scope::Tree, Command::Open);
    let (words, style) = match failed {
        Some(why) if state.flights.waited_for() == 0 => (format!("{why}\n{open} tries again"), theme.bad),
        _ if state.flights.waited_for() == 0 => (format!("{open} logs in"), theme.faint),
        _ => ("logging in…".to_owned(), theme.faint),
    };
    for (row, line) in (0..area.height).zip(wrap(&words, room)) {
        put(
            buffer,
            Rect { x: area.x + 1, y: area.y + row, width: area.width.saturating_sub(1), height: 1 },
            &line,
            style,
        );
    }
}

fn draw_row(row: &TreeRow, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let glyph = match &row.branch {
        Branch::Leaf => "  ",
        Branch::Closed => "▸ ",
        Branch::Loading(_) => "⟳ ",
        Branch::Open => "▾ ",
        Branch::Failed(_) => "✗ ",
    };
    let failed = matches!(row.branch, Branch::Failed(_));
    let mut pen = Pen::new(buffer, area);
    pen.put(&"  ".repeat(row.depth), theme.text).put(glyph, if failed { theme.bad } else { theme.faint });
    pen.put(&row.node.label, if failed { theme.bad } else { theme.text });
    let note = match &row.branch {
        Branch::Failed(failure) => failure.title.as_str(),
        _ => row.node.note.as_str(),
    };
    if !note.is_empty() && note != row.node.label && pen.room() > 4 {
        pen.put("  ", theme.text).put(note, theme.faint);
    }
}
