//! A line that is asked for: what is typed, what is offered, why it cannot be taken.

use super::Theme;
use super::text::{self, Pen, put};
use crate::app::saved::Prompt;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws it; where the caret is.
pub(super) fn draw(prompt: &Prompt, theme: &Theme, area: Rect, buffer: &mut Buffer) -> Position {
    let line = Rect { height: area.height.min(1), ..area };
    let room = usize::from(line.width.saturating_sub(3));
    let scroll = (text::width(prompt.line.before()) + 1).saturating_sub(room);
    Pen::new(buffer, line).put("› ", theme.accent);
    let typed = Rect { x: line.x + 2, width: line.width.saturating_sub(2), ..line };
    Pen::new(buffer, typed).skipping(scroll).put(prompt.line.text(), theme.text);
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1).min(1), ..area };
    match &prompt.wrong {
        Some(why) => put(buffer, below, &format!("! {why}"), theme.warn),
        None => put(buffer, below, prompt.purpose.hint(), theme.faint),
    };
    let list = Rect { y: area.y + 3, height: area.height.saturating_sub(3), ..area };
    for (row, (at, offer)) in (0..list.height).zip(prompt.offers.iter().enumerate()) {
        let place = Rect { y: list.y + row, height: 1, ..list };
        Pen::new(buffer, place).put("  ", theme.text).put(offer, theme.text);
        if prompt.chosen == Some(at) {
            buffer.set_style(place, theme.chosen);
        }
    }
    let caret = text::width(prompt.line.before()).saturating_sub(scroll);
    let x = typed.x + u16::try_from(caret).unwrap_or(0).min(typed.width.saturating_sub(1));
    Position::new(x, line.y)
}
