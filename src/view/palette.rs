//! The palette: a line to type in, and what fits to it with its keys.

use super::Theme;
use super::dialog::search_list;
use super::text::{self, Pen, put, put_right};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::palette::{Choice, Entry, Palette};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws it inside its border; where the caret is.
pub(super) fn draw(state: &State, palette: &Palette, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let line = Rect { height: 1.min(area.height), ..area };
    Pen::new(buffer, line).put("› ", theme.accent).put(palette.line.text(), theme.text);
    if palette.line.text().is_empty() {
        let hint = Rect { x: line.x + 3, width: line.width.saturating_sub(3), ..line };
        put(buffer, hint, "a few letters of what you want to do", theme.faint);
    }
    let list = search_list(area);
    if palette.found.is_empty() {
        put(buffer, list, "nothing here is called that", theme.faint);
    }
    let top = keep_in_view(palette.top, palette.row, usize::from(list.height), palette.found.len());
    for (row, (at, entry)) in (0..list.height).zip(palette.found.iter().enumerate().skip(top)) {
        let Some(entry) = palette.entries.get(*entry) else { continue };
        let area = Rect { y: list.y + row, height: 1, ..list };
        draw_entry(state, entry, theme, area, buffer);
        if at == palette.row {
            buffer.set_style(area, theme.chosen);
        }
    }
    let caret = u16::try_from(text::width(palette.line.before())).unwrap_or(0);
    Position::new((area.x + 2 + caret).min(area.right()), area.y)
}

fn draw_entry(state: &State, entry: &Entry, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (words, keys) = match entry.why_not {
        Some(_) => (theme.faint, theme.faint),
        None => (theme.text, theme.key),
    };
    let end = put_right(buffer, area, &entry.keys, keys);
    let room = Rect { width: end.saturating_sub(area.x + 2), ..area };
    let mut pen = Pen::new(buffer, room);
    pen.put(&entry.words, words);
    if let Choice::Theme(name) = &entry.choice {
        pen.put("  ", theme.text).put(state.themes.about(name), theme.faint);
    }
    if let Some(why) = entry.why_not {
        pen.put("  · ", theme.faint).put(why, theme.faint);
    }
}
