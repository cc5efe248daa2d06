//! Small pictures, made without a library: a user's initials on his colour, or a head and shoulders where he has none
//! that can be drawn; and the one-coloured icons. PNGs of two colours.
//!
//! It also makes and checks the addresses of photos that open without a token.

use aws_lc_rs::{hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::LazyLock;

/// What stands on a picture.
pub(super) enum Mark<'m> {
    /// One or two letters from A to Z.
    Letters(&'m str),
    /// A head and shoulders.
    Person,
    Nothing,
}

/// Red, green, blue.
pub(super) type Colour = [u8; 3];
const WHITE: Colour = [255, 255, 255];
/// Colours that white letters can be read on.
const COLOURS: [Colour; 8] = [
    [112, 72, 160],
    [0, 112, 210],
    [11, 130, 124],
    [184, 84, 0],
    [194, 57, 52],
    [46, 132, 74],
    [88, 103, 232],
    [144, 60, 130],
];

/// The colour of somebody, by what names him: always the same.
pub(super) fn colour_of(name: &str) -> Colour {
    let sum = name.bytes().fold(7_usize, |sum, byte| (sum * 31 + usize::from(byte)) % 65_521);
    COLOURS.get(sum % COLOURS.len()).copied().unwrap_or(WHITE)
}

/// The letters that stand for a name: the first of its first and last word; empty where one of them is none of A to Z.
pub(super) fn initials(first: &str, last: &str) -> String {
    let letter = |name: &str| match name.chars().next()?.to_uppercase().next()? {
        letter @ 'A'..='Z' => Some(letter),
        'Á' | 'À' | 'Ä' | 'Å' | 'Ã' => Some('A'),
        'Ç' => Some('C'),
        'É' | 'È' | 'Ê' => Some('E'),
        'Í' => Some('I'),
        'Ö' | 'Ø' | 'Ó' | 'Õ' => Some('O'),
        'Ü' | 'Ú' => Some('U'),
        _ => None,
    };
    let wanted: Vec<&str> = [first, last].into_iter().filter(|name| !name.is_empty()).collect();
    wanted.iter().map(|name| letter(name)).collect::<Option<String>>().unwrap_or_default()
}

/// A square picture of this many pixels a side.
pub(super) fn square(side: u8, colour: Colour, mark: &Mark<'_>) -> Vec<u8> {
    let side = usize::from(side);
    let mut rows = Vec::with_capacity((side / 8 + 2) * side);
    for y in 0..side {
        // Each row begins with the number of its filter: none.
        rows.push(0);
        for group in 0..side.div_ceil(8) {
            let bit = |place: usize| u8::from(is_marked(mark, group * 8 + place, y, side)) << (7 - place);
            rows.push((0..8).map(bit).sum());
        }
    }
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let edge = u32::try_from(side).unwrap_or(1).to_be_bytes();
    // One bit to a pixel, of a palette.
    chunk(&mut png, b"IHDR", &[&edge[..], &edge[..], &[1, 3, 0, 0, 0]].concat());
    chunk(&mut png, b"PLTE", &[colour, WHITE].concat());
    chunk(&mut png, b"IDAT", &stored(&rows));
    chunk(&mut png, b"IEND", &[]);
    png
}

/// Whether the mark covers a pixel.
fn is_marked(mark: &Mark<'_>, x: usize, y: usize, side: usize) -> bool {
    match mark {
        Mark::Nothing => false,
        Mark::Letters(letters) => {
            // Letters of 5 by 7 dots, one dot apart, in the middle of the picture.
            let count = letters.len();
            let dot = (side / (count * 6 + 5)).max(1);
            let (width, height) = ((count * 6).saturating_sub(1) * dot, 7 * dot);
            let (left, top) = (side.saturating_sub(width) / 2, side.saturating_sub(height) / 2);
            let (Some(x), Some(y)) = (x.checked_sub(left), y.checked_sub(top)) else { return false };
            let (column, row) = (x / dot, y / dot);
            let lines = letters.as_bytes().get(column / 6).and_then(|letter| glyph(*letter));
            let line = lines.and_then(|lines| lines.get(row).copied()).unwrap_or(0);
            column % 6 < 5 && line >> (4 - column % 6) & 1 == 1
        }
        Mark::Person => {
            // In hundredths of the side: a circle above, the upper half of a wider one below.
            let (x, y) = (x * 100 / side, y * 100 / side);
            let within =
                |cx: usize, cy: usize, radius: usize| x.abs_diff(cx).pow(2) + y.abs_diff(cy).pow(2) < radius.pow(2);
            within(50, 36, 18) || (within(50, 92, 34) && y < 92)
        }
    }
}

/// A letter as seven lines of five dots, the highest bit to the left.
fn glyph(letter: u8) -> Option<[u8; 7]> {
    GLYPHS.get(usize::from(letter.checked_sub(b'A')?)).copied()
}

#[rustfmt::skip]
const GLYPHS: [[u8; 7]; 26] = [
    [14, 17, 17, 31, 17, 17, 17], [30, 17, 17, 30, 17, 17, 30], [14, 17, 16, 16, 16, 17, 14],
    [30, 17, 17, 17, 17, 17, 30], [31, 16, 16, 30, 16, 16, 31], [31, 16, 16, 30, 16, 16, 16],
    [14, 17, 16, 23, 17, 17, 14], [17, 17, 17, 31, 17, 17, 17], [14, 4, 4, 4, 4, 4, 14],
    [7, 2, 2, 2, 2, 18, 12], [17, 18, 20, 24, 20, 18, 17], [16, 16, 16, 16, 16, 16, 31],
    [17, 27, 21, 21, 17, 17, 17], [17, 25, 21, 19, 17, 17, 17], [14, 17, 17, 17, 17, 17, 14],
    [30, 17, 17, 30, 16, 16, 16], [14, 17, 17, 17, 21, 18, 13], [30, 17, 17, 30, 20, 18, 17],
    [15, 16, 16, 14, 1, 1, 30], [31, 4, 4, 4, 4, 4, 4], [17, 17, 17, 17, 17, 17, 14],
    [17, 17, 17, 17, 17, 10, 4], [17, 17, 17, 21, 21, 27, 17], [17, 17, 10, 4, 10, 17, 17],
    [17, 17, 10, 4, 4, 4, 4], [31, 1, 2, 4, 8, 16, 31],
];

/// How long an address that needs no token works.
const OPEN_FOR: i64 = 30 * 24 * 60 * 60;

/// The key behind such addresses: new at every start. Without randomness none can be made, and none opens.
static KEY: LazyLock<Option<hmac::Key>> = LazyLock::new(|| {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes).ok()?;
    Some(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
});

/// The last part of an address that opens a user's photo for thirty days; `size` is `F` or `T`.
pub(super) fn seal(user_id: &str, size: &str, now: i64) -> String {
    let told = format!("{user_id} {size} {}", now + OPEN_FOR);
    let tag = KEY.as_ref().map(|key| hmac::sign(key, told.as_bytes()));
    let text = [tag.as_ref().map(hmac::Tag::as_ref).unwrap_or_default(), told.as_bytes()].concat();
    URL_SAFE_NO_PAD.encode(text)
}

/// Whose photo an address opens, and its size, if it is ours and still works.
pub(super) fn unseal(sealed: &str, now: i64) -> Option<(String, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (tag, told) = bytes.split_at_checked(32)?;
    hmac::verify(KEY.as_ref()?, told, tag).ok()?;
    let mut words = std::str::from_utf8(told).ok()?.split(' ');
    let (user, size) = (words.next()?.to_owned(), words.next()?.to_owned());
    (words.next()?.parse::<i64>().ok()? > now).then_some((user, size))
}

/// zlib without compression: blocks of at most 65,535 bytes.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(data).to_be_bytes());
    out
}

fn chunk(png: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    png.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    png.extend_from_slice(kind);
    png.extend_from_slice(data);
    png.extend_from_slice(&crc32(kind.iter().chain(data)).to_be_bytes());
}

fn crc32<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        assert_eq!(crc32(b"IEND".iter()), 0xAE42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }

    #[test]
    fn a_picture_has_its_parts() {
        let png = square(200, [112, 72, 160], &Mark::Letters("AQ"));
        assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
        assert_eq!(png.get(16..24), Some([0, 0, 0, 200, 0, 0, 0, 200].as_slice()));
        assert!(png.ends_with(&[0xAE, 0x42, 0x60, 0x82]));
        assert!(png.len() < 6_000, "{}", png.len());
    }

    #[test]
    fn letters_stand_where_they_can_be_seen() {
        // The letter T in its dots: a bar above a stem, in the middle.
        let lines: Vec<String> = (0..11)
            .map(|y| (0..11).map(|x| if is_marked(&Mark::Letters("T"), x, y, 11) { '#' } else { '.' }).collect())
            .collect();
        assert_eq!(lines.get(1).map(String::as_str), Some("..........."));
        assert_eq!(lines.get(2).map(String::as_str), Some("...#####..."));
        assert_eq!(lines.get(3).map(String::as_str), Some(".....#....."));
        assert_eq!(lines.get(8).map(String::as_str), Some(".....#....."));
        assert_eq!(lines.get(9).map(String::as_str), Some("..........."));
    }

    #[test]
    fn initials_are_drawn_only_where_there_are_letters_for_them() {
        for (first, last, letters) in [
            ("Ada", "Quill", "AQ"),
            ("Søren", "Okafor", "SO"),
            ("", "Warehouse", "W"),
            ("ハルカ", "三日月", ""),
            ("ليلى", "Haddow", ""),
        ] {
            assert_eq!(initials(first, last), letters);
        }
    }

    #[test]
    fn an_address_opens_its_photo_for_thirty_days_and_no_other() {
        let sealed = seal("005000000000001AAA", "F", 1_000);
        assert_eq!(unseal(&sealed, 2_000), Some(("005000000000001AAA".to_owned(), "F".to_owned())));
        assert_eq!(unseal(&sealed, 1_000 + OPEN_FOR), None);
        let mut forged = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        forged[40] ^= 1;
        assert_eq!(unseal(&URL_SAFE_NO_PAD.encode(forged), 2_000), None);
        for text in ["", "x", "AAAA"] {
            assert_eq!(unseal(text, 0), None);
        }
    }
}
