//! Which pictures hang on the terminal, and what has to be sent so that the right ones do: each once, and gone when it leaves.

use super::kitty::ALL_GONE;
use crate::app::pictures::Means;
use crate::view::Hanging;
use ratatui::style::Style;

/// Pictures that the terminal drew by itself.
#[derive(Debug, Default)]
pub(in crate::runtime) struct Hung {
    now: Vec<Hanging>,
    /// The colours of the cells under them.
    ground: Style,
}

impl Hung {
    /// What has to be sent so that these hang and no others; nothing where they do. Over another ground they hang anew, since
    /// the cells under them were written again.
    pub(in crate::runtime) fn change(&mut self, wanted: &[Hanging], ground: Style) -> Vec<u8> {
        let same = |a: &Hanging, b: &Hanging| a.area == b.area && a.canvas.number == b.canvas.number;
        let all = self.now.len() == wanted.len() && std::iter::zip(&self.now, wanted).all(|(a, b)| same(a, b));
        if all && (ground == self.ground || wanted.is_empty()) {
            return Vec::new();
        }
        self.ground = ground;
        // Kitty keeps pictures apart from the cells. Others are wiped out with what is written to their cells, and for that the
        // view sees.
        let mut out = if self.are_kept() { ALL_GONE.to_vec() } else { Vec::new() };
        if !wanted.is_empty() {
            out.extend_from_slice(b"\x1b7");
            wanted.iter().for_each(|hanging| put(hanging, &mut out));
            out.extend_from_slice(b"\x1b8");
        }
        self.now = wanted.to_vec();
        out
    }

    /// Whether the terminal keeps some that no text wipes out.
    pub(in crate::runtime) fn are_kept(&self) -> bool {
        self.now.iter().any(|hanging| hanging.canvas.means == Means::Kitty)
    }
}

/// Puts one where it belongs.
fn put(hanging: &Hanging, out: &mut Vec<u8>) {
    let (area, canvas) = (hanging.area, &hanging.canvas);
    let place = |row: u16| format!("\x1b[{};{}H", u32::from(row) + 1, u32::from(area.x) + 1);
    if canvas.means != Means::Kitty {
        // Of one that hung here before, nothing shines through.
        for row in area.rows() {
            out.extend_from_slice(format!("{}\x1b[{}X", place(row.y), area.width).as_bytes());
        }
    }
    out.extend_from_slice(place(area.y).as_bytes());
    out.extend_from_slice(&canvas.sent);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::pictures::{Canvas, Pixels};
    use ratatui::layout::Rect;
    use std::sync::Arc;

    fn hanging(number: u64, means: Means) -> Hanging {
        let (cells, sent) = ((4, 2), format!("<{number}>").into_bytes());
        let canvas = Canvas { number, cells, means, pixels: Pixels::default(), sent };
        Hanging { area: Rect::new(9, 4, 4, 2), canvas: Arc::new(canvas) }
    }

    #[test]
    fn a_picture_is_sent_once_and_taken_down() {
        let mut hung = Hung::default();
        let mut change = |wanted: &[Hanging]| String::from_utf8(hung.change(wanted, Style::new())).unwrap();
        let first = hanging(1, Means::Kitty);
        assert_eq!(change(&[]), "");
        assert_eq!(change(std::slice::from_ref(&first)), "\x1b7\x1b[5;10H<1>\x1b8");
        assert_eq!(change(std::slice::from_ref(&first)), "");
        let mut moved = first.clone();
        moved.area.y = 0;
        assert_eq!(change(&[moved]), "\x1b_Ga=d,d=A,q=2\x1b\\\x1b7\x1b[1;10H<1>\x1b8");
        assert_eq!(change(&[]), "\x1b_Ga=d,d=A,q=2\x1b\\");
        assert_eq!(change(&[]), "");
    }

    #[test]
    fn what_lies_in_the_cells_is_written_over() {
        let mut hung = Hung::default();
        let sent = String::from_utf8(hung.change(&[hanging(2, Means::Sixel)], Style::new())).unwrap();
        assert_eq!(sent, "\x1b7\x1b[5;10H\x1b[4X\x1b[6;10H\x1b[4X\x1b[5;10H<2>\x1b8");
        assert!(!hung.are_kept());
        let other = hung.change(&[hanging(2, Means::Sixel)], Style::new().bg(ratatui::style::Color::Red));
        assert_eq!(String::from_utf8(other).unwrap(), sent, "on another ground it is drawn again");
        assert_eq!(hung.change(&[], Style::new()), b"");
    }
}
