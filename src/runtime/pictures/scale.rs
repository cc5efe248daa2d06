//! How large a picture is on the screen, and the picture in that size: each pixel is the mean of those it stands for.

use super::decode::Raster;
use super::{Stop, stopped};
use crate::app::pictures::Pixels;

/// Columns and rows of a picture in its room, its sides as they are to each other. It is never larger than one of its pixels
/// to half a cell: an icon does not fill a screen.
pub(super) fn fit((width, height): (u32, u32), room: (u16, u16), cell: (u16, u16)) -> (u16, u16) {
    let (width, height) = (u64::from(width.max(1)), u64::from(height.max(1)));
    let (columns, rows) = (u64::from(room.0), u64::from(room.1));
    let (across, down) = (u64::from(cell.0.max(1)), u64::from(cell.1.max(1)));
    let rows_of = |columns: u64| rounded(columns * across * height, width * down);
    let columns_of = |rows: u64| rounded(rows * down * width, height * across);
    let mut wide = columns.min(width);
    if rows_of(wide) > rows {
        wide = columns_of(rows).clamp(1, wide.max(1));
    }
    let high = rows_of(wide).clamp(1, rows.max(1));
    let cells = |number: u64| u16::try_from(number).unwrap_or(u16::MAX);
    (cells(wide.max(1)), cells(high))
}

fn rounded(number: u64, by: u64) -> u64 {
    (number + by / 2) / by.max(1)
}

/// The picture with so many pixels; nothing where it was stopped.
pub(super) fn scaled(raster: &Raster, size: (u32, u32), stop: &Stop) -> Option<Pixels> {
    let (width, height) = (size.0.max(1), size.1.max(1));
    let mut rgba = Vec::with_capacity(width as usize * height as usize);
    for y in 0..height {
        if stopped(stop) {
            return None;
        }
        let rows = span(y, height, raster.size.1);
        for x in 0..width {
            rgba.push(mean(raster, span(x, width, raster.size.0), rows));
        }
    }
    Some(Pixels { size: (width, height), rgba })
}

/// Which of the old pixels a new one stands for.
fn span(at: u32, of: u32, old: u32) -> (u32, u32) {
    let place = |at: u32| u64::from(at) * u64::from(old);
    let number = |place: u64| u32::try_from(place).unwrap_or(u32::MAX);
    let from = number(place(at) / u64::from(of));
    let to = number(place(at + 1).div_ceil(u64::from(of)));
    (from, to.clamp(from + 1, old.max(from + 1)))
}

/// What cannot be seen has no colour to give.
fn mean(raster: &Raster, (left, right): (u32, u32), (top, bottom): (u32, u32)) -> [u8; 4] {
    let (mut sums, mut seen, mut count) = ([0_u64; 3], 0_u64, 0_u64);
    for y in top..bottom {
        for x in left..right {
            let [red, green, blue, opaque] = raster.at(x, y);
            let weight = u64::from(opaque);
            for (sum, part) in std::iter::zip(&mut sums, [red, green, blue]) {
                *sum += u64::from(part) * weight;
            }
            (seen, count) = (seen + weight, count + 1);
        }
    }
    let byte = |number: u64| u8::try_from(number).unwrap_or(255);
    let [red, green, blue] = sums.map(|sum| byte(rounded(sum, seen.max(1))));
    [red, green, blue, byte(rounded(seen, count))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[test]
    fn a_picture_keeps_its_sides_and_fits() {
        for (picture, room, cell, wanted) in [
            ((200, 200), (24, 12), (10, 20), (24, 12)),
            ((200, 200), (80, 20), (10, 20), (40, 20)),
            ((400, 100), (80, 20), (10, 20), (80, 10)),
            ((100, 400), (80, 20), (10, 20), (10, 20)),
            ((16, 16), (80, 20), (10, 20), (16, 8)),
            ((1, 1), (80, 20), (10, 20), (1, 1)),
            ((200, 200), (80, 20), (8, 17), (43, 20)),
            ((60_000, 1), (80, 20), (10, 20), (80, 1)),
            ((1, 60_000), (80, 20), (10, 20), (1, 20)),
        ] {
            assert_eq!(fit(picture, room, cell), wanted, "{picture:?} in {room:?}");
        }
    }

    #[test]
    fn a_pixel_is_the_mean_of_those_it_stands_for() {
        let go = AtomicBool::new(false);
        let bytes = vec![0, 0, 0, 255, 100, 0, 0, 255, 200, 0, 0, 255, 90, 9, 9, 0];
        let raster = Raster { size: (4, 1), channels: 4, bytes };
        let pixels = scaled(&raster, (2, 1), &go).unwrap();
        assert_eq!(pixels.rgba, [[50, 0, 0, 255], [200, 0, 0, 128]]);
        assert_eq!(scaled(&raster, (8, 2), &go).unwrap().rgba.len(), 16);
        assert_eq!(scaled(&raster, (3, 1), &AtomicBool::new(true)), None);
    }
}
