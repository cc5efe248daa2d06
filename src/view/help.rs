//! The help: a line to type in, and the keys of this place that fit to it.

use super::Theme;
use super::dialog::search_list;
use super::text::{Pen, put};
use crate::app::State;
use crate::app::help::{Help, HelpRow, rows};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Columns of the keys.
const KEYS: usize = 22;

/// Draws it inside its border; where the caret is.
pub(super) fn draw(state: &State, help: &Help, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let line = Rect { height: 1.min(area.height), ..area };
    Pen::new(buffer, line).put("› ", theme.accent).put(help.line.text(), theme.text);
    if help.line.text().is_empty() {
        let hint = Rect { x: line.x + 3, width: line.width.saturating_sub(3), ..line };
        put(buffer, hint, "a key, or a few letters of what it does", theme.faint);
    }
    let list = search_list(area);
    let rows = rows(state, help);
    if rows.is_empty() {
        put(buffer, list, "no key of this place does that", theme.faint);
    }
    let top = help.top.min(rows.len().saturating_sub(usize::from(list.height)));
    for (at, row) in (0..list.height).zip(rows.iter().skip(top)) {
        let mut pen = Pen::new(buffer, Rect { y: list.y + at, height: 1, ..list });
        match row {
            HelpRow::Gap => {}
            HelpRow::Scope(title) => {
                pen.put(title, theme.accent.patch(theme.title));
            }
            HelpRow::Keys(keys, words) => {
                pen.put(&format!("  {keys:<KEYS$}"), theme.key).put(words, theme.text);
            }
        }
    }
    let caret = u16::try_from(super::text::width(help.line.before())).unwrap_or(0);
    Position::new((area.x + 2 + caret).min(area.right()), area.y)
}
