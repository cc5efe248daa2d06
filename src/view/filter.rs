//! The jq line of an answer: what is typed, what is wrong with it under its place, what tab offers.

use super::Theme;
use super::layout::{RestLayout, inner};
use super::text::{self, Pen, put};
use crate::app::filter::Filter;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

/// Rows of offers that are seen at once.
const OFFERS: u16 = 8;

/// Draws it on its line; gives the caret while it is open. `take`: the key that takes what is offered.
pub(super) fn draw(
    filter: &Filter,
    take: &str,
    theme: &Theme,
    layout: &RestLayout,
    line: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    // `▏| text`: the columns before what is typed.
    const LEAD: u16 = 3;
    let text = filter.line.text();
    if !filter.typing {
        put(buffer, line, &format!(" | {text} "), theme.accent);
        return None;
    }
    let room = usize::from(line.width.saturating_sub(LEAD + 1));
    let before = text::width(filter.line.before());
    // A long filter is scrolled so that the caret is seen.
    let skipped = (before + 1).saturating_sub(room);
    Pen::new(buffer, line).put(" | ", theme.accent);
    let typed = Rect { x: line.x + LEAD, width: line.width.saturating_sub(LEAD), ..line };
    Pen::new(buffer, typed).skipping(skipped).put(text, theme.accent).put(" ", theme.accent);
    let column = |cells: usize| u16::try_from(cells.saturating_sub(skipped)).unwrap_or(0);
    let over = trouble(filter, theme, layout, (typed.x, &column), buffer);
    offers(filter, take, theme, layout, (typed.x, &column), over, buffer);
    Some(Position::new((typed.x + column(before)).min(typed.right().saturating_sub(1)), line.y))
}

/// What is wrong, over the last row of the body, with a mark over its place; how many rows it took.
fn trouble(
    filter: &Filter,
    theme: &Theme,
    layout: &RestLayout,
    (left, column): (u16, &dyn Fn(usize) -> u16),
    buffer: &mut Buffer,
) -> u16 {
    let Some(trouble) = filter.trouble.as_ref().filter(|_| layout.body.height > 1) else { return 0 };
    let row = Rect { y: layout.body.bottom() - 1, height: 1, ..layout.body };
    Clear.render(row, buffer);
    buffer.set_style(row, theme.text);
    let place = trouble.at.and_then(|at| filter.line.text().get(..at)).map(text::width);
    let words = match place {
        Some(_) => format!("▾ {}", trouble.what),
        None => format!("✗ {}", trouble.what),
    };
    let wanted = place.map_or(row.x + 1, |cells| left + column(cells));
    // Where it does not fit behind its place, it ends at the edge.
    let wide = u16::try_from(text::width(&words)).unwrap_or(u16::MAX);
    let x = wanted.min(row.right().saturating_sub(wide.saturating_add(1))).max(row.x + 1);
    put(buffer, Rect { x, width: row.right().saturating_sub(x), ..row }, &words, theme.bad);
    1
}

fn offers(
    filter: &Filter,
    take: &str,
    theme: &Theme,
    layout: &RestLayout,
    (left, column): (u16, &dyn Fn(usize) -> u16),
    over: u16,
    buffer: &mut Buffer,
) {
    let all = &filter.completion.offers;
    let room = layout.body.height.saturating_sub(over);
    let rows = u16::try_from(all.len()).unwrap_or(OFFERS).min(OFFERS).min(room.saturating_sub(2));
    if rows == 0 {
        return;
    }
    let label = all.iter().map(|offer| text::width(&offer.label)).max().unwrap_or(0).min(32);
    let note = all.iter().map(|offer| text::width(&offer.note)).max().unwrap_or(0).min(26);
    let title =
        if all.len() > usize::from(OFFERS) { format!(" {take} · {} ", all.len()) } else { format!(" {take} ") };
    let width = u16::try_from(label + note + 6).unwrap_or(40).max(12).min(layout.body.width);
    let begins = filter.line.text().get(..filter.completion.range.start).map_or(0, text::width);
    let x = (left + column(begins)).saturating_sub(2).min(layout.body.right().saturating_sub(width)).max(layout.body.x);
    let area = Rect { x, y: layout.body.bottom() - over - rows - 2, width, height: rows + 2 };
    Clear.render(area, buffer);
    buffer.set_style(area, theme.text);
    let block = Block::bordered().border_style(theme.border_focus);
    block.title_bottom(Line::styled(title, theme.faint)).render(area, buffer);
    let inside = inner(area);
    let top = (filter.completion.chosen.unwrap_or(0) + 1).saturating_sub(usize::from(rows));
    for (row, (at, offer)) in (0..rows).zip(all.iter().enumerate().skip(top)) {
        let line = Rect { y: inside.y + row, height: 1, ..inside };
        let name = text::clip(&offer.label, label).into_owned();
        let pad = " ".repeat((label + 2).saturating_sub(text::width(&name)));
        Pen::new(buffer, line)
            .put(" ", theme.text)
            .put(&name, theme.text)
            .put(&pad, theme.text)
            .put(&offer.note, theme.faint);
        if filter.completion.chosen == Some(at) {
            buffer.set_style(line, theme.chosen);
        }
    }
}
