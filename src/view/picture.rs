//! Pictures: half blocks, or room for a terminal that draws them by itself over the cells.

use super::layout::{Room, layout};
use super::text::{self, Pen};
use super::{Theme, identity};
use crate::app::answer::View;
use crate::app::command::{Command, Scope};
use crate::app::page::Page;
use crate::app::pictures::{Canvas, Means};
use crate::app::{Place, State};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};
use std::sync::Arc;

/// A picture that the terminal draws by itself, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hanging {
    /// The cells it covers.
    pub area: Rect,
    /// The picture.
    pub canvas: Arc<Canvas>,
}

/// Rows over a picture in the answer pane: its facts in one line, and one that is free.
const HEAD: u16 = 2;
/// With fewer columns or rows a picture is nothing but dots.
const LEAST: (u16, u16) = (4, 2);
/// What stands under a picture that the terminal draws: another blank than the usual one. When the picture goes, these cells
/// are written again, and with that what was drawn over them is wiped out.
const UNDER: &str = "\u{a0}";

/// An answer that is a picture: as it is shown, or what it says of itself.
pub(super) fn answer(state: &State, page: &Page, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (Some(picture), Some(exchange)) = (&page.look.picture, page.exchange()) else { return };
    let (columns, rows) = picture.size;
    let told = [
        ("kind", picture.kind.to_owned()),
        ("size", format!("{} × {} pixels", text::count(columns.into()), text::count(rows.into()))),
        ("colours", picture.colours.clone()),
        ("weight", text::bytes(exchange.body.len())),
        ("type", exchange.header("Content-Type").unwrap_or_default().to_owned()),
    ];
    let painting = &page.look.painting;
    if room(state, area).is_empty() || painting.refused.is_some() {
        let refused = painting.refused.clone().map(|why| ("not shown", why));
        let told: Vec<_> = told.into_iter().chain(refused).skip(page.look.top).collect();
        return facts(state, &told, theme, area, buffer);
    }
    let told: Vec<String> = told.into_iter().map(|(_, words)| words).filter(|words| !words.is_empty()).collect();
    let line = Rect { x: area.x + 2, width: area.width.saturating_sub(3), height: 1, ..area };
    text::put(buffer, line, &text::clip(&told.join(" · "), line.width.into()), theme.faint);
    if let Some((area, canvas)) = in_answer(state, area) {
        draw(state, canvas, area, theme, buffer);
    }
}

/// A line for each fact, and what can be done with a picture that is not seen.
fn facts(state: &State, told: &[(&str, String)], theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let line = |row: u16| Rect { y: area.y + row, height: 1, ..area };
    for (row, (name, words)) in (1..area.height).zip(told) {
        Pen::new(buffer, line(row)).put(&format!("  {name:<10}"), theme.faint).put(words, theme.text);
    }
    let row = 2 + u16::try_from(told.len()).unwrap_or(0);
    if row < area.height {
        let key = |command| state.keymap.key(Scope::Answer, command);
        Pen::new(buffer, line(row))
            .put("  ", theme.text)
            .put(&key(Command::SaveBody), theme.key)
            .put(" saves it to a file, ", theme.faint)
            .put(&key(Command::NextView), theme.key)
            .put(" shows its bytes", theme.faint);
    }
}

/// The room for a picture in the answer pane, under its facts.
pub(super) fn room(state: &State, body: Rect) -> Rect {
    let page = state.rest.pages.current.as_ref();
    let shown = page.is_some_and(|page| page.exchange().is_some() && page.look.view == View::Picture);
    let area = Rect {
        x: body.x + 2,
        y: body.y.saturating_add(HEAD),
        width: body.width.saturating_sub(4),
        height: body.height.saturating_sub(HEAD),
    };
    if shown && is_enough(area) && state.easel.means() != Means::Facts { area } else { Rect::ZERO }
}

/// Whether something can be seen on so many cells.
pub(super) fn is_enough(area: Rect) -> bool {
    area.width >= LEAST.0 && area.height >= LEAST.1
}

/// The cells of a picture in its room, from the left or the right edge; nothing where it was made for more room.
pub(super) fn place(canvas: &Canvas, room: Rect, to_the_right: bool) -> Option<Rect> {
    let (width, height) = canvas.cells;
    let fits = width > 0 && height > 0 && width <= room.width && height <= room.height;
    let x = if to_the_right { room.right().saturating_sub(width) } else { room.x };
    fits.then_some(Rect { x, width, height, ..room })
}

/// The pictures that the terminal draws by itself. None while something stands over the screen: it would be hidden.
pub fn hangings(state: &State, size: (u16, u16)) -> Vec<Hanging> {
    let layout = layout(state, size);
    if layout.too_small || is_covered(state) {
        return Vec::new();
    }
    let hung = match &layout.room {
        Room::Identity(areas) => identity::photo(state, areas),
        Room::Rest(rest) => in_answer(state, rest.body),
        _ => None,
    };
    let over = hung.filter(|(_, canvas)| canvas.is_over_cells());
    over.map(|(area, canvas)| Hanging { area, canvas: Arc::clone(canvas) }).into_iter().collect()
}

/// The picture of the answer, and where.
pub(super) fn in_answer(state: &State, body: Rect) -> Option<(Rect, &Arc<Canvas>)> {
    let canvas = state.rest.pages.current.as_ref()?.look.painting.canvas.as_ref()?;
    place(canvas, room(state, body), false).map(|area| (area, canvas))
}

/// Whether something may lie over a picture.
fn is_covered(state: &State) -> bool {
    state.dialog.is_some() || (state.place == Place::Rest && state.rest.completion.is_open())
}

/// Draws a picture, or makes room for it. Under a dialogue it is made of blocks, whoever draws it else.
pub(super) fn draw(state: &State, canvas: &Canvas, area: Rect, theme: &Theme, buffer: &mut Buffer) {
    if canvas.is_over_cells() && !is_covered(state) {
        for position in area.positions() {
            if let Some(cell) = buffer.cell_mut(position) {
                // Whatever row the cursor is on: what changes here would wipe the picture out.
                cell.reset();
                cell.set_symbol(UNDER).set_style(theme.base);
            }
        }
        return;
    }
    let rich = !matches!(canvas.means, Means::Blocks { rich: false });
    for position in area.positions() {
        let (column, row) = (position.x - area.x, position.y - area.y);
        let upper = colour(canvas, area, column, row * 2, rich);
        let lower = colour(canvas, area, column, row * 2 + 1, rich);
        let (symbol, style) = match (upper, lower) {
            (Some(upper), Some(lower)) => ("▀", Style::new().fg(upper).bg(lower)),
            (Some(upper), None) => ("▀", Style::new().fg(upper)),
            (None, Some(lower)) => ("▄", Style::new().fg(lower)),
            (None, None) => (" ", Style::new()),
        };
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
            cell.set_style(theme.base).set_symbol(symbol).set_style(style);
        }
    }
}

/// The colour of half a cell, if it has one.
fn colour(canvas: &Canvas, area: Rect, column: u16, half: u16, rich: bool) -> Option<Color> {
    let (width, height) = canvas.pixels.size;
    let x = u32::from(column) * width / u32::from(area.width.max(1));
    let y = u32::from(half) * height / (u32::from(area.height.max(1)) * 2);
    let [red, green, blue, opaque] = canvas.pixels.at(x, y);
    let shown = || if rich { Color::Rgb(red, green, blue) } else { Color::Indexed(indexed([red, green, blue])) };
    (opaque >= 128).then(shown)
}

/// The nearest of the 6×6×6 colours and 24 greys that terminals of 256 colours have.
/// <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html>
fn indexed(colour: [u8; 3]) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |value: u8| match value {
        0..48 => 0,
        48..115 => 1,
        value => (value - 35) / 40,
    };
    let far =
        |other: [u8; 3]| -> u32 { std::iter::zip(colour, other).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum() };
    let steps = colour.map(step);
    let cube = steps.map(|step| STEPS.get(usize::from(step)).copied().unwrap_or(255));
    let mean = colour.iter().map(|part| u16::from(*part)).sum::<u16>() / 3;
    let grey = u8::try_from(mean.saturating_sub(3) / 10).unwrap_or(23).min(23);
    let [red, green, blue] = steps;
    if far([8 + grey * 10; 3]) < far(cube) { 232 + grey } else { 16 + 36 * red + 6 * green + blue }
}

#[cfg(test)]
mod tests {
    use super::indexed;

    #[test]
    fn colours_are_the_nearest_of_256() {
        for (colour, wanted) in [
            ([0, 0, 0], 16),
            ([255, 255, 255], 231),
            ([255, 0, 0], 196),
            ([95, 135, 175], 67),
            ([128, 128, 128], 244),
            ([9, 8, 8], 232),
            ([238, 238, 238], 255),
        ] {
            assert_eq!(indexed(colour), wanted, "{colour:?}");
        }
    }
}
