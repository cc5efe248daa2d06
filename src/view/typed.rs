//! What is marked in an editor of the request: variables in colour, and where a body is no JSON.

use super::Theme;
use super::text::{self, put};
use crate::request::{BodyTrouble, PieceKind, pieces};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui_textarea::TextArea;

/// Longest line in which variables are looked for, in bytes: nobody reads more of it at once.
const LONGEST: usize = 4 << 10;

/// Marks what an editor shows. `scroll`: the first line and column that are in sight.
pub(super) fn marks(
    editor: &TextArea<'_>,
    trouble: Option<&BodyTrouble>,
    scroll: (usize, usize),
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    for row in 0..area.height {
        let at = scroll.0 + usize::from(row);
        let Some(line) = editor.lines().get(at) else { break };
        let line_area = Rect { y: area.y + row, height: 1, ..area };
        if line.contains("{{") && line.len() <= LONGEST {
            variables(line, scroll.1, theme, line_area, buffer);
        }
        if let Some(trouble) = trouble.filter(|trouble| trouble.line == at) {
            mistake(line, trouble, scroll.1, theme, line_area, buffer);
        }
    }
}

fn variables(line: &str, left: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    for piece in pieces(line) {
        let style = match piece.kind {
            PieceKind::Text => continue,
            PieceKind::Variable { .. } | PieceKind::Call(_) => theme.variable,
            PieceKind::Broken { .. } => theme.warn,
        };
        let before = text::width(line.get(..piece.span.start).unwrap_or_default());
        let own = text::width(line.get(piece.span.clone()).unwrap_or_default());
        if let Some(place) = part(area, before, own, left) {
            buffer.set_style(place, style);
        }
    }
}

/// The cells of a part of a line, as far as they are in sight.
fn part(area: Rect, from: usize, width: usize, left: usize) -> Option<Rect> {
    let begin = from.max(left) - left;
    let end = (from + width).saturating_sub(left).min(usize::from(area.width));
    let x = u16::try_from(begin).ok()?;
    let width = u16::try_from(end.checked_sub(begin)?).ok()?;
    (width > 0).then_some(Rect { x: area.x + x, width, ..area })
}

/// The place, and behind the line what is wrong there.
fn mistake(line: &str, trouble: &BodyTrouble, left: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let before: String = line.chars().take(trouble.column).collect();
    if let Some(place) = part(area, text::width(&before), 1, left) {
        buffer.set_style(place, theme.bad);
    }
    // A column stays for the caret.
    let x = u16::try_from(text::width(line).saturating_sub(left)).unwrap_or(u16::MAX).saturating_add(2).min(area.width);
    let place = Rect { x: area.x + x, width: area.width - x, ..area };
    put(buffer, place, &format!("! {}", trouble.what), theme.bad);
}
