//! Sixels: 6 rows at a time, each colour of them in turn, out of a palette of 240 colours, with the error of each pixel handed
//! on to its neighbours so that shades are seen.
//! <https://vt100.net/docs/vt3xx-gp/chapter14.html>

use crate::app::pictures::Pixels;

/// Steps of red, green and blue.
const STEPS: [u32; 3] = [6, 8, 5];
/// Pixels less opaque than this are left as they are.
const SEEN: u8 = 128;

/// Draws a picture at the cursor.
pub(super) fn sequence(pixels: &Pixels) -> Vec<u8> {
    let (width, height) = pixels.size;
    let colours = dithered(pixels);
    let wide = (width as usize).max(1);
    // What is not painted stays as it is; a pixel is as high as it is wide.
    let mut out = format!("\x1bP0;1;0q\"1;1;{width};{height}").into_bytes();
    let mut used: Vec<u16> = colours.iter().copied().flatten().collect();
    used.sort_unstable();
    used.dedup();
    for colour in &used {
        let [red, green, blue] = parts(*colour).map(|(at, of)| at * 100 / (of - 1));
        out.extend_from_slice(format!("#{colour};2;{red};{green};{blue}").as_bytes());
    }
    for band in colours.chunks(wide * 6) {
        let mut inside: Vec<u16> = band.iter().copied().flatten().collect();
        inside.sort_unstable();
        inside.dedup();
        for colour in inside {
            out.extend_from_slice(format!("#{colour}").as_bytes());
            let column = |x: usize| {
                let rows = band.iter().skip(x).step_by(wide).enumerate();
                rows.fold(0_u8, |bits, (row, found)| bits | u8::from(*found == Some(colour)) << row)
            };
            runs((0..wide).map(column), &mut out);
            // Back to the left, for the next colour.
            out.push(b'$');
        }
        out.push(b'-');
    }
    // After the last band nothing follows: a new one would begin under the picture.
    while matches!(out.last(), Some(b'-' | b'$')) {
        out.pop();
    }
    out.extend_from_slice(b"\x1b\\");
    out
}

/// Columns of six bits, those that repeat told by their number.
fn runs(columns: impl Iterator<Item = u8>, out: &mut Vec<u8>) {
    let mut told = |bits: u8, count: usize| match count {
        0 => {}
        1..=3 => out.extend(std::iter::repeat_n(bits + b'?', count)),
        _ => out.extend_from_slice(format!("!{count}{}", char::from(bits + b'?')).as_bytes()),
    };
    let (mut last, mut count) = (0, 0);
    for bits in columns {
        if bits != last {
            told(last, std::mem::take(&mut count));
            last = bits;
        }
        count += 1;
    }
    // What is empty up to the edge needs no words.
    if last != 0 {
        told(last, count);
    }
}

/// A colour's step of red, green and blue, each with the number of steps.
fn parts(colour: u16) -> [(u32, u32); 3] {
    let [red, green, blue] = STEPS;
    let colour = u32::from(colour);
    [(colour / (green * blue), red), (colour / blue % green, green), (colour % blue, blue)]
}

/// The palette's colour of each pixel, where it has one (Floyd and Steinberg's way).
fn dithered(pixels: &Pixels) -> Vec<Option<u16>> {
    let (width, height) = pixels.size;
    let wide = width as usize + 2;
    let (mut here, mut below) = (vec![[0_i32; 3]; wide], vec![[0_i32; 3]; wide]);
    let mut out = Vec::with_capacity(pixels.rgba.len());
    for y in 0..height {
        for x in 0..width {
            let [red, green, blue, opaque] = pixels.at(x, y);
            if opaque < SEEN {
                out.push(None);
                continue;
            }
            let at = x as usize + 1;
            let mut colour = 0;
            for (part, (value, steps)) in std::iter::zip([red, green, blue], STEPS).enumerate() {
                let take = |from: &[[i32; 3]]| from.get(at).and_then(|parts| parts.get(part)).copied().unwrap_or(0);
                let wanted = (i32::from(value) + take(&here) / 16).clamp(0, 255);
                let step = (wanted.unsigned_abs() * (steps - 1) + 127) / 255;
                let error = wanted - i32::try_from(step * 255 / (steps - 1)).unwrap_or(0);
                colour = colour * steps + step;
                let give = |to: &mut [[i32; 3]], at: usize, share: i32| {
                    if let Some(sum) = to.get_mut(at).and_then(|parts| parts.get_mut(part)) {
                        *sum += error * share;
                    }
                };
                give(&mut here, at + 1, 7);
                give(&mut below, at - 1, 3);
                give(&mut below, at, 5);
                give(&mut below, at + 1, 1);
            }
            out.push(u16::try_from(colour).ok());
        }
        here = std::mem::replace(&mut below, vec![[0; 3]; wide]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_drawn_in_bands_of_six_rows() {
        let red = [255, 0, 0, 255];
        let pixels = Pixels { size: (5, 7), rgba: [vec![red; 34], vec![[0; 4]]].concat() };
        let text = String::from_utf8(sequence(&pixels)).unwrap();
        assert_eq!(text, "\x1bP0;1;0q\"1;1;5;7#200;2;100;0;0#200!5~$-#200!4@\x1b\\");
    }

    #[test]
    fn shades_are_mixed_of_what_there_is() {
        let grey = Pixels { size: (40, 40), rgba: vec![[100, 100, 100, 255]; 1600] };
        let drawn = dithered(&grey);
        let mean = |part: usize| {
            let sum: u32 = drawn.iter().map(|c| parts(c.unwrap())[part]).map(|(at, of)| at * 255 / (of - 1)).sum();
            sum / 1600
        };
        for part in 0..3 {
            assert!(mean(part).abs_diff(100) < 6, "{part}: {}", mean(part));
        }
    }
}
