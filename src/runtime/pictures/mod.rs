//! Makes pictures for the screen: decoded within limits, scaled to the room there is, written down as the terminal wants it.
//!
//! ```text
//!  body ─▶ decode ─▶ fit, scale ─▶ cells: nothing more to do
//!                               └▶ kitty, iTerm2, sixel: what is sent, once, by `hang`
//! ```
//!
//! The terminal is never asked what it can do: an answer that does not come, or comes late, would be taken for keys.

mod decode;
mod hang;
mod kitty;
mod means;
mod scale;
mod sixel;

pub(super) use hang::Hung;
pub(super) use kitty::ALL_GONE;
pub(super) use means::easel;

use crate::app::pictures::{Canvas, Means, Pixels, Room};
use crate::request::{AnswerBody, Exchange};
use crate::runtime::terminal::unshaken;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// More than this is not sent to a terminal that scales by itself, in pixels.
const MOST_SENT: u32 = 2_000_000;

/// Whether whoever wanted it has gone.
type Stop = AtomicBool;

fn stopped(stop: &Stop) -> bool {
    stop.load(Ordering::Relaxed)
}

/// A picture of this body for this room, or why there is none; nothing where it was stopped.
pub(super) fn paint(id: u64, exchange: &Exchange, room: Room, stop: &Stop) -> Option<Result<Arc<Canvas>, String>> {
    let bytes = match &exchange.body {
        AnswerBody::Binary(bytes) => bytes,
        AnswerBody::Spooled(_) => return Some(Err("it is too long to be kept in memory".to_owned())),
        _ => return Some(Err("it is no picture".to_owned())),
    };
    let raster = match unshaken(|| decode::decode(bytes)) {
        Some(Ok(raster)) => raster,
        Some(Err(why)) => return Some(Err(why)),
        None => return Some(Err("it is broken in a way that its decoder did not expect".to_owned())),
    };
    if stopped(stop) {
        return None;
    }
    let cells = scale::fit(raster.size, room.cells, room.cell);
    let pixels = scale::scaled(&raster, size(raster.size, cells, &room), stop)?;
    let sent = match room.means {
        Means::Facts | Means::Blocks { .. } => Ok(Vec::new()),
        Means::Kitty => kitty::sequence(id, &pixels, cells),
        Means::Iterm => iterm(&pixels, cells),
        Means::Sixel => Ok(sixel::sequence(&pixels)),
    };
    if stopped(stop) {
        return None;
    }
    Some(sent.map(|sent| Arc::new(Canvas { number: id, cells, means: room.means, pixels, sent })))
}

/// How many pixels it gets.
fn size(picture: (u32, u32), cells: (u16, u16), room: &Room) -> (u32, u32) {
    let (columns, rows) = (u32::from(cells.0), u32::from(cells.1));
    let (mut width, mut height) = (columns * u32::from(room.cell.0), rows * u32::from(room.cell.1));
    match room.means {
        Means::Facts | Means::Blocks { .. } => (columns, rows * 2),
        // They are as large as they are sent.
        Means::Sixel => (width, height),
        Means::Kitty | Means::Iterm => {
            (width, height) = (width.min(picture.0), height.min(picture.1));
            while width * height > MOST_SENT {
                (width, height) = (width / 2, height / 2);
            }
            (width.max(1), height.max(1))
        }
    }
}

/// A picture as a PNG.
fn png(pixels: &Pixels) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.size.0, pixels.size.1);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels.rgba.as_flattened())?;
        writer.finish()
    });
    written.map(|()| out).map_err(|error| error.to_string())
}

/// <https://iterm2.com/documentation-images.html>
fn iterm(pixels: &Pixels, (columns, rows): (u16, u16)) -> Result<Vec<u8>, String> {
    let file = png(pixels)?;
    let head = format!(
        "\x1b]1337;File=inline=1;size={};width={columns};height={rows};preserveAspectRatio=0;doNotMoveCursor=1:",
        file.len()
    );
    Ok([head.as_bytes(), STANDARD.encode(file).as_bytes(), b"\x07"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(means: Means) -> Room {
        Room { cells: (40, 10), means, cell: (10, 20) }
    }

    #[test]
    fn it_has_as_many_pixels_as_can_be_seen() {
        for (means, picture, cells, wanted) in [
            (Means::Blocks { rich: true }, (500, 500), (20, 10), (20, 20)),
            (Means::Kitty, (500, 500), (20, 10), (200, 200)),
            (Means::Kitty, (50, 50), (20, 10), (50, 50)),
            (Means::Sixel, (50, 50), (20, 10), (200, 200)),
            (Means::Iterm, (9_000, 9_000), (300, 150), (750, 750)),
        ] {
            assert_eq!(size(picture, cells, &room(means)), wanted, "{means:?} {picture:?}");
        }
    }

    #[test]
    fn what_iterm_gets_is_the_picture() {
        let rgba: Vec<[u8; 4]> = (0..6_u8).map(|n| [n * 40, 7, 255 - n, 255]).collect();
        let text = String::from_utf8(iterm(&Pixels { size: (3, 2), rgba: rgba.clone() }, (6, 2)).unwrap()).unwrap();
        let (head, file) = text.strip_suffix('\x07').unwrap().split_once(':').unwrap();
        assert!(head.starts_with("\x1b]1337;File=inline=1;size=") && head.contains(";width=6;height=2;"), "{head}");
        let raster = decode::decode(&STANDARD.decode(file).unwrap()).unwrap();
        let back: Vec<[u8; 4]> =
            (0..2).flat_map(|y| (0..3).map(move |x| (x, y))).map(|(x, y)| raster.at(x, y)).collect();
        assert_eq!(back, rgba);
    }

    #[test]
    fn a_decoder_that_falls_over_leaves_the_rest_standing() {
        assert_eq!(unshaken(|| 1), Some(1));
        assert_eq!(unshaken(|| Vec::<u8>::new()[3]), None);
    }
}
