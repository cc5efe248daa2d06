//! The identity screen: labels and values in one column or two.

use super::layout::inner;
use super::text::{self, Pen, put};
use super::{Theme, picture};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::identity::{Column, IdentityPane, Row, Tone, columns};
use crate::app::pictures::{Canvas, Means};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use std::sync::Arc;

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
    if let Some((area, canvas)) = photo(state, areas) {
        picture::draw(state, canvas, area, theme, buffer);
    }
}

/// The photo, and where it stands.
pub(super) fn photo<'s>(state: &'s State, areas: &[Rect]) -> Option<(Rect, &'s Arc<Canvas>)> {
    let canvas = state.identities.get(&state.who_id()?)?.painting.canvas.as_ref()?;
    let (room, to_the_right) = photo_room(state, areas);
    picture::place(canvas, room, to_the_right).map(|area| (area, canvas))
}

/// Columns of a photo at the most; it has half as many rows.
const WIDEST: u16 = 24;
/// And at the least: what is smaller is nobody's face.
const NARROWEST: u16 = 10;

/// The room for a photo, and whether it stands at its right edge: beside the first rows of the identity or under the last
/// column, wherever more is free. Nothing is cut or moved for it.
pub(super) fn photo_room(state: &State, areas: &[Rect]) -> (Rect, bool) {
    let pane = state.who_id().and_then(|who| state.identities.get(&who));
    let Some(pane) = pane.filter(|pane| pane.has_photo() && state.easel.means() != Means::Facts) else {
        return (Rect::ZERO, false);
    };
    let columns = columns(state);
    let room = |at: usize, free: fn(&Column, Rect) -> Rect| {
        let (column, area) = (columns.get(at)?, inner(*areas.get(at)?));
        let [chosen, top] = [&pane.row, &pane.top].map(|of| of.get(at).copied().unwrap_or(0));
        // It goes with the rows that it stands by.
        (first_line(column, area, (chosen, top)) == 0).then(|| free(column, area))
    };
    let beside = room(0, beside).unwrap_or(Rect::ZERO);
    let under = room(columns.len().saturating_sub(1), under).unwrap_or(Rect::ZERO);
    if under.width > beside.width { (under, false) } else { (beside, true) }
}

/// Beside the first rows, under a line of air and with a column at each side.
fn beside(column: &Column, area: Rect) -> Rect {
    let widths = widths(column, area.width);
    let fits = |width: &u16| {
        let widest = widths.iter().skip(1).take(usize::from(width / 2)).max();
        width / 2 < area.height && widest.is_none_or(|wide| wide + usize::from(*width) + 3 <= area.width.into())
    };
    let Some(width) = (NARROWEST..=WIDEST).rev().step_by(2).find(fits) else { return Rect::ZERO };
    Rect { x: area.right() - 1 - width, y: area.y + 1, width, height: width / 2 }
}

/// Under the last row and a line of air.
fn under(column: &Column, area: Rect) -> Rect {
    let used = u16::try_from(column.lines() + 1).unwrap_or(u16::MAX);
    let free = area.height.saturating_sub(used).min(WIDEST / 2);
    let width = (free * 2).min(area.width.saturating_sub(4));
    if width < NARROWEST {
        return Rect::ZERO;
    }
    Rect { x: area.x + 2, y: area.y + used, width, height: width / 2 }
}

/// How far each line of a column goes.
fn widths(column: &Column, width: u16) -> Vec<usize> {
    let label = label_width(column, width);
    let mut widths = Vec::with_capacity(column.lines());
    for section in &column.sections {
        widths.push(1 + text::width(&section.title));
        widths.extend(section.rows.iter().map(|row| {
            let link = if row.link.is_some() { 2 } else { 0 };
            2 + label + 1 + text::width(&text::shown(row.shown.as_ref().unwrap_or(&row.value))) + link
        }));
        widths.push(0);
    }
    widths
}

fn draw_column(
    column: &Column,
    theme: &Theme,
    area: Rect,
    (chosen, top, focus): (usize, usize, bool),
    buffer: &mut Buffer,
) {
    let chosen = chosen.min(column.rows().count().saturating_sub(1));
    let top = first_line(column, area, (chosen, top));
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

/// The first line that is shown.
fn first_line(column: &Column, area: Rect, (chosen, top): (usize, usize)) -> usize {
    let chosen = chosen.min(column.rows().count().saturating_sub(1));
    let at = column.line_of(chosen);
    if chosen == 0 { 0 } else { keep_in_view(top, at, usize::from(area.height), column.lines()) }
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
