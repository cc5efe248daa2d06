//! The identity screen: labels and values in one column or two.

use super::Theme;
use super::layout::inner;
use super::text::{self, Pen, put};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::identity::{Column, IdentityPane, Row, Tone, columns};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

/// Columns of the labels, by the room there is.
fn most(width: u16) -> usize {
    if width >= 64 { 24 } else { 16 }
}

/// Columns of the labels: as many as the widest needs, within reason.
fn label_width(column: &Column, width: u16) -> usize {
    let widest = column.rows().map(|row| text::width(&row.label)).max().unwrap_or(0);
    widest.clamp(14, most(width))
}

/// Where the values begin at the latest.
pub(super) fn value_column(width: u16) -> u16 {
    u16::try_from(most(width)).unwrap_or(16) + 3
}

/// Draws it.
pub(super) fn draw(state: &State, theme: &Theme, areas: &[Rect], buffer: &mut Buffer) {
    let Some(who) = state.who_id() else { return };
    let empty = IdentityPane::default();
    let pane = state.identities.get(&who).unwrap_or(&empty);
    for (at, (column, area)) in columns(state).iter().zip(areas).enumerate() {
        let focus = at == pane.column.min(areas.len() - 1);
        theme.pane(focus && areas.len() > 1).render(*area, buffer);
        let row = pane.row.get(at).copied().unwrap_or(0);
        let top = pane.top.get(at).copied().unwrap_or(0);
        draw_column(column, theme, inner(*area), (row, top, focus), buffer);
    }
}

fn draw_column(
    column: &Column,
    theme: &Theme,
    area: Rect,
    (chosen, top, focus): (usize, usize, bool),
    buffer: &mut Buffer,
) {
    let lines = column.lines();
    let chosen = chosen.min(column.rows().count().saturating_sub(1));
    let height = usize::from(area.height);
    let at = column.line_of(chosen);
    let top = if chosen == 0 { 0 } else { keep_in_view(top, at, height, lines) };
    let wide = label_width(column, area.width);
    let mut line = 0;
    let mut number = 0;
    for section in &column.sections {
        if let Some(area) = visible(area, line, top) {
            put(
                buffer,
                Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area },
                &section.title,
                theme.title,
            );
        }
        line += 1;
        for row in &section.rows {
            if let Some(area) = visible(area, line, top) {
                draw_row(row, wide, theme, area, number == chosen && focus, buffer);
            }
            number += 1;
            line += 1;
        }
        line += 1;
    }
}

fn visible(area: Rect, line: usize, top: usize) -> Option<Rect> {
    let at = u16::try_from(line.checked_sub(top)?).ok()?;
    (at < area.height).then(|| Rect { y: area.y + at, height: 1, ..area })
}

fn draw_row(row: &Row, wide: usize, theme: &Theme, area: Rect, chosen: bool, buffer: &mut Buffer) {
    let value = match row.tone {
        Tone::Plain if row.link.is_some() => theme.link,
        Tone::Plain => theme.text,
        Tone::Good => theme.good,
        Tone::Bad => theme.bad,
        Tone::Faint => theme.faint,
    };
    let mut pen = Pen::new(buffer, area);
    pen.put(if chosen { "▸ " } else { "  " }, theme.accent);
    if !row.label.is_empty() || matches!(row.tone, Tone::Plain | Tone::Good) {
        let label = text::clip(&row.label, wide).into_owned();
        let pad = " ".repeat((wide + 1).saturating_sub(text::width(&label)));
        pen.put(&label, theme.faint).put(&pad, theme.faint);
    }
    // That it can be followed is seen whatever the length of the value.
    let room = pen.room().saturating_sub(if row.link.is_some() { 3 } else { 0 });
    let shown = text::shown(row.shown.as_ref().unwrap_or(&row.value)).into_owned();
    pen.put(&text::clip(&shown, room), value);
    if row.link.is_some() {
        pen.put(" ↗", theme.accent);
    }
    if chosen {
        buffer.set_style(area, theme.chosen);
    }
}
