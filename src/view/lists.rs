//! The variables: a list with a heading, and what lists share.

use super::Theme;
use super::layout::inner;
use super::text::{self, Pen, put};
use crate::app::State;
use crate::app::answer::keep_in_view;
use crate::app::command::{Command, Scope};
use crate::app::variables::rows;
use crate::request::{VarOrigin, Variable};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Block, Widget};

pub(super) fn boxed(theme: &Theme, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
    Block::bordered()
        .border_style(theme.border)
        .title(Line::styled(format!(" {title} "), theme.text.patch(theme.title)))
        .render(area, buffer);
    inner(area)
}

/// Pads or cuts to this many columns.
pub(super) fn fixed(words: &str, wide: usize) -> String {
    let words = text::shown(words);
    let clipped = text::clip(&words, wide);
    let pad = wide.saturating_sub(text::width(&clipped));
    format!("{clipped}{}", " ".repeat(pad))
}

/// What names stand for.
pub(super) fn variables(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let buffer = frame.buffer_mut();
    let area = boxed(theme, "Variables", area, buffer);
    let variables = rows(state);
    let all = state.all_variables();
    let name_wide = variables.iter().map(|v| text::width(&v.name)).max().unwrap_or(8).clamp(8, 28);
    let heading = format!(" {}  {}{}", fixed("name", name_wide), fixed("from", 10), "value");
    put(buffer, area, &heading, theme.faint);
    let list = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let chosen = state.variables.row.min(variables.len().saturating_sub(1));
    let top = keep_in_view(state.variables.top, chosen, usize::from(list.height), variables.len());
    for (line, (at, variable)) in (0..list.height).zip(variables.iter().enumerate().skip(top)) {
        let row = Rect { y: list.y + line, height: 1, ..list };
        variable_row(variable, all.shadowed(variable), name_wide, theme, row, buffer);
        if at == chosen {
            buffer.set_style(row, theme.chosen);
        }
    }
    if variables.is_empty() {
        put(
            buffer,
            Rect { x: list.x + 1, ..list },
            &format!(
                "{} sets the first one; the login sets accessToken, endpoint, IdURL, …",
                state.keymap.key(Scope::Variables, Command::NewVariable)
            ),
            theme.faint,
        );
    }
    if let Some(line) = &state.variables.line {
        let y = area.bottom();
        let at = Rect { x: area.x + 1, y, width: area.width.saturating_sub(2), height: 1 };
        put(buffer, at, &format!(" set  {} ", line.text()), theme.accent);
        if line.text().is_empty() {
            let after = Rect { x: at.x + 7, width: at.width.saturating_sub(7), ..at };
            put(buffer, after, "name=value ", theme.faint);
        }
        let caret = u16::try_from(text::width(line.before())).unwrap_or(0);
        frame.set_cursor_position(Position::new((at.x + 6 + caret).min(at.right()), y));
    }
}

fn variable_row(variable: &Variable, shadowed: bool, wide: usize, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let style = if shadowed { theme.faint } else { theme.variable };
    let from = match variable.origin {
        VarOrigin::Yours => theme.accent,
        _ => theme.faint,
    };
    let mut pen = Pen::new(buffer, row);
    pen.put(" ", theme.text).put(&fixed(&variable.name, wide), style).put("  ", theme.text);
    pen.put(&fixed(variable.origin.as_str(), 10), from);
    pen.put(&variable.shown(), if shadowed || variable.is_secret() { theme.faint } else { theme.text });
    if shadowed {
        pen.put("  hidden by one of the same name above", theme.faint);
    }
}
