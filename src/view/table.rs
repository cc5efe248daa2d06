//! Records as a table: the first column stays, the others scroll under it.

use super::Theme;
use super::text::{self, Pen, put};
use crate::app::answer::keep_in_view;
use crate::app::table::TableLook;
use crate::json::{Kind, Needle};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Where columns stand: column of the table, x within the area, width.
pub(super) fn places(look: &TableLook, room: u16) -> Vec<(usize, u16, u16)> {
    let widths = look.widths();
    let wide = |column: usize| u16::try_from(widths.get(column).copied().unwrap_or(4)).unwrap_or(40);
    let mut places = Vec::new();
    let mut x = 1;
    let mut add = |column: usize, places: &mut Vec<(usize, u16, u16)>| {
        let width = wide(column).min(room.saturating_sub(x));
        places.push((column, x, width));
        x = x.saturating_add(width + 2);
        x < room
    };
    if widths.is_empty() || !add(0, &mut places) {
        return places;
    }
    let left = first_shown(look, room);
    for column in left..widths.len() {
        if !add(column, &mut places) {
            break;
        }
    }
    places
}

/// The first column after the frozen one, so that the one under the cursor is seen whole.
fn first_shown(look: &TableLook, room: u16) -> usize {
    let widths = look.widths();
    let frozen = widths.first().copied().unwrap_or(0) + 3;
    let mut left = look.column.max(1);
    let mut used = frozen + widths.get(left).copied().unwrap_or(0) + 2;
    while left > 1 {
        used += widths.get(left - 1).copied().unwrap_or(0) + 2;
        if used > usize::from(room) {
            break;
        }
        left -= 1;
    }
    left
}

/// Draws it: titles, then rows.
pub(super) fn draw(
    look: &TableLook,
    needle: Option<&Needle>,
    more: &str,
    theme: &Theme,
    area: Rect,
    focus: bool,
    buffer: &mut Buffer,
) {
    let places = places(look, area.width);
    for (column, x, width) in &places {
        let cell = Rect { x: area.x + x, width: *width, height: 1, ..area };
        let title = look.columns().get(*column).map_or("", String::as_str);
        let arrow = match look.sort {
            Some(by) if by.column == *column => {
                if by.down {
                    "▼ "
                } else {
                    "▲ "
                }
            }
            _ => "",
        };
        let style = if *column == look.column && focus { theme.accent.patch(theme.title) } else { theme.title };
        put(buffer, cell, &format!("{arrow}{title}"), style);
    }
    let height = usize::from(area.height).saturating_sub(1);
    let rows = look.rows();
    let chosen = look.row.min(rows.saturating_sub(1));
    let top = keep_in_view(look.top, chosen, height, rows);
    for line in 1..area.height {
        let at = top + usize::from(line) - 1;
        if at >= rows {
            if at == rows && look.next.is_some() {
                put(
                    buffer,
                    Rect { x: area.x + 1, y: area.y + line, width: area.width.saturating_sub(1), height: 1 },
                    &format!("{more} loads more rows"),
                    theme.faint,
                );
            }
            break;
        }
        let row = Rect { y: area.y + line, height: 1, ..area };
        for (column, x, width) in &places {
            cell(look, needle, theme, (at, *column), Rect { x: area.x + x, width: *width, ..row }, buffer);
        }
        if at == chosen {
            text::lay(buffer, row, if focus { theme.chosen } else { theme.chosen_faint }, theme.hit);
            let here = places.iter().find(|(column, ..)| *column == look.column && focus);
            if let Some((_, x, width)) = here {
                buffer.set_style(Rect { x: area.x + x, width: *width, ..row }, theme.cell);
            }
        }
    }
}

fn cell(
    look: &TableLook,
    needle: Option<&Needle>,
    theme: &Theme,
    (row, column): (usize, usize),
    area: Rect,
    buffer: &mut Buffer,
) {
    let Some((document, node)) = look.cell(row, column) else { return };
    let kind = document.kind(node);
    let (words, style) = match kind {
        Kind::Null => (String::new(), theme.faint),
        Kind::Object | Kind::Array => {
            let rows = document.get(node, "totalSize").map(|n| document.text(n).into_owned());
            let count = rows.unwrap_or_else(|| document.child_count(node).to_string());
            (format!("[{count} rows]"), theme.faint)
        }
        Kind::String => (document.preview(node, usize::from(area.width) + 1).0, theme.text),
        Kind::Number => (document.text(node).into_owned(), theme.number),
        Kind::True | Kind::False => (document.text(node).into_owned(), theme.word),
    };
    // Numbers stand under each other by their last digit.
    let pad = if kind == Kind::Number { usize::from(area.width).saturating_sub(text::width(&words)) } else { 0 };
    let Some(needle) = needle else {
        let pad = u16::try_from(pad).unwrap_or(area.width).min(area.width);
        put(buffer, Rect { x: area.x + pad, width: area.width - pad, ..area }, &words, style);
        return;
    };
    let hits = needle.ranges(&words);
    let clipped = text::clip(&words, usize::from(area.width).saturating_sub(pad)).into_owned();
    let hits: Vec<_> = hits.into_iter().filter(|h| h.end <= clipped.len()).collect();
    Pen::new(buffer, area).put(&" ".repeat(pad), Style::new()).marked(&clipped, style, &hits, theme.hit);
}
