//! What a theme's colours become on a terminal: themselves, the nearest of 256, or the nearest of 16; readable in each case.

use crate::profile::Rgb;
use ratatui::style::Color;

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Any.
    True,
    /// 256, of which 16 are the user's own.
    Indexed,
    /// The 16 that every terminal has.
    Sixteen,
}

/// The sixteen as xterm has them; a terminal may have others, but light ones stay light.
const SIXTEEN: [(Color, Rgb); 16] = [
    (Color::Black, Rgb(0, 0, 0)),
    (Color::Red, Rgb(205, 0, 0)),
    (Color::Green, Rgb(0, 205, 0)),
    (Color::Yellow, Rgb(205, 205, 0)),
    (Color::Blue, Rgb(0, 0, 238)),
    (Color::Magenta, Rgb(205, 0, 205)),
    (Color::Cyan, Rgb(0, 205, 205)),
    (Color::Gray, Rgb(229, 229, 229)),
    (Color::DarkGray, Rgb(127, 127, 127)),
    (Color::LightRed, Rgb(255, 0, 0)),
    (Color::LightGreen, Rgb(0, 255, 0)),
    (Color::LightYellow, Rgb(255, 255, 0)),
    (Color::LightBlue, Rgb(92, 92, 255)),
    (Color::LightMagenta, Rgb(255, 0, 255)),
    (Color::LightCyan, Rgb(0, 255, 255)),
    (Color::White, Rgb(255, 255, 255)),
];

/// The others of the 256: a cube of 6 shades each and 24 greys.
fn indexed() -> impl Iterator<Item = (Color, Rgb)> {
    const SHADES: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let shade = |at: u8| SHADES.get(usize::from(at)).copied().unwrap_or(255);
    let cube = (0..216u8).map(move |n| (Color::Indexed(16 + n), Rgb(shade(n / 36), shade(n / 6 % 6), shade(n % 6))));
    let grey = (0..24u8).map(|n| (Color::Indexed(232 + n), Rgb(8 + n * 10, 8 + n * 10, 8 + n * 10)));
    cube.chain(grey)
}

/// How a colour is shown: the nearest that this terminal has, with at least this contrast to what lies on the other side
/// of it, as far as the colour itself has it. Tells also what it really is.
pub(super) fn nearest(wanted: Rgb, depth: Depth, against: Rgb, least: f64) -> (Color, Rgb) {
    let Rgb(red, green, blue) = wanted;
    if depth == Depth::True {
        return (Color::Rgb(red, green, blue), wanted);
    }
    let least = least.min(contrast(wanted, against));
    let found = match depth {
        Depth::Sixteen => {
            let wanted = vivid(wanted);
            let fits = SIXTEEN.into_iter().filter(|(_, is)| contrast(*is, against) >= least);
            fits.min_by_key(|(_, is)| distance(*is, wanted))
        }
        _ => {
            let fits = indexed().filter(|(_, is)| contrast(*is, against) >= least);
            fits.min_by_key(|(_, is)| distance(*is, wanted))
        }
    };
    found.unwrap_or((Color::Reset, wanted))
}

/// The same hue at its strongest; greys stay. Of sixteen colours the nearest to a soft blue would be a grey.
fn vivid(Rgb(red, green, blue): Rgb) -> Rgb {
    let (least, most) = (red.min(green).min(blue), red.max(green).max(blue));
    let range = u16::from(most - least);
    if range < 48 {
        return Rgb(red, green, blue);
    }
    let stretch = |part: u8| u8::try_from(u16::from(part - least) * 255 / range).unwrap_or(255);
    Rgb(stretch(red), stretch(green), stretch(blue))
}

/// How different two colours look, roughly: the eye weighs red and blue by how red both are.
fn distance(a: Rgb, b: Rgb) -> i64 {
    let [red, green, blue] = [(a.0, b.0), (a.1, b.1), (a.2, b.2)].map(|(a, b)| i64::from(a) - i64::from(b));
    let mean = (i64::from(a.0) + i64::from(b.0)) / 2;
    (512 + mean) * red * red + 1024 * green * green + (767 - mean) * blue * blue
}

/// The ratio of WCAG 2, 1 to 21.
pub(super) fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The relative luminance of WCAG 2, 0 to 1.
pub(super) fn luminance(Rgb(red, green, blue): Rgb) -> f64 {
    let part = |shade: u8| {
        let shade = f64::from(shade) / 255.0;
        if shade <= 0.04045 { shade / 12.92 } else { ((shade + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue)
}

/// What an xterm shows for one of the 256.
#[cfg(test)]
pub(super) fn shown(colour: Color) -> Rgb {
    SIXTEEN.into_iter().chain(indexed()).find(|(c, _)| *c == colour).map_or(Rgb(1, 2, 3), |(_, rgb)| rgb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_are_those_of_the_standard() {
        let (black, white) = (Rgb(0, 0, 0), Rgb(255, 255, 255));
        assert!((contrast(black, white) - 21.0).abs() < 0.01);
        assert!((contrast(Rgb(0x77, 0x77, 0x77), white) - 4.48).abs() < 0.01);
    }

    #[test]
    fn fewer_colours_stay_readable() {
        let white = Rgb(255, 255, 255);
        assert_eq!(nearest(Rgb(255, 0, 0), Depth::Sixteen, Rgb(0, 0, 0), 4.5).0, Color::LightRed);
        assert_eq!(nearest(Rgb(0x9d, 0xb1, 0xff), Depth::Sixteen, Rgb(0, 0, 0), 4.5).0, Color::Cyan, "no grey");
        // The nearest one, a bright yellow, cannot be read on white.
        let (_, ochre) = nearest(Rgb(0x7d, 0x4e, 0), Depth::Sixteen, white, 4.5);
        assert!(contrast(ochre, white) >= 4.5);
        assert_eq!(nearest(Rgb(95, 135, 175), Depth::Indexed, Rgb(0, 0, 0), 4.5).0, Color::Indexed(67));
        assert_eq!(nearest(Rgb(1, 2, 3), Depth::True, white, 4.5).0, Color::Rgb(1, 2, 3));
    }
}
