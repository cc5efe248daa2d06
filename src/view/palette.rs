//! The palette: a line to type in, and what fits to it with its keys.

use super::Theme;
use super::dialog::search_list;
use super::text::{self, Pen, put, put_right};
use crate::app::answer::keep_in_view;
use crate::app::palette::{Entry, Palette};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws it inside its border; where the caret is.
pub(super) fn draw(palette: &Palette, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
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
    // As wide as the widest of all, so that nothing moves while one walks.
    let wide = palette.entries.iter().map(|e| text::width(&e.name)).max().unwrap_or(0).min(usize::from(area.width) / 3);
    for (row, (at, entry)) in (0..list.height).zip(palette.found.iter().enumerate().skip(top)) {
        let Some(entry) = palette.entries.get(*entry) else { continue };
        let area = Rect { y: list.y + row, height: 1, ..list };
        draw_entry(entry, wide, theme, area, buffer);
        if at == palette.row {
            buffer.set_style(area, theme.chosen);
        }
    }
    let caret = u16::try_from(text::width(palette.line.before())).unwrap_or(0);
    Position::new((area.x + 2 + caret).min(area.right()), area.y)
}

fn draw_entry(entry: &Entry, wide: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (words, keys) = match entry.why_not {
        Some(_) => (theme.faint, theme.faint),
        None => (theme.text, theme.key),
    };
    let end = put_right(buffer, area, &entry.keys, keys);
    let room = Rect { width: end.saturating_sub(area.x + 2), ..area };
    let mut pen = Pen::new(buffer, room);
    pen.put(&entry.name, theme.faint);
    pen.put(&" ".repeat(wide.saturating_sub(text::width(&entry.name)) + 2), words).put(&entry.words, words);
    if let Some(why) = entry.why_not {
        pen.put("  · ", theme.faint).put(why, theme.faint);
    }
}
