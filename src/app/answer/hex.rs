//! Bytes as numbers: sixteen a row, with their place and the letters among them.

use std::fmt::Write;

/// Bytes a row.
pub const HEX_ROW: usize = 16;

/// A row: where it begins, its bytes in two groups, and what is a letter in them.
pub fn hex_row(at: usize, bytes: &[u8]) -> String {
    let mut row = format!("{at:08x}  ");
    for place in 0..HEX_ROW {
        // Writing to a string cannot fail.
        let _ = match bytes.get(place) {
            Some(byte) => write!(row, "{byte:02x} "),
            None => write!(row, "   "),
        };
        if place == HEX_ROW / 2 - 1 {
            row.push(' ');
        }
    }
    row.push(' ');
    row.extend(bytes.iter().map(|b| if b.is_ascii_graphic() || *b == b' ' { char::from(*b) } else { '·' }));
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_under_each_other() {
        assert_eq!(
            hex_row(0x10, b"abcdefgh\x00\xffk\nmnop"),
            "00000010  61 62 63 64 65 66 67 68  00 ff 6b 0a 6d 6e 6f 70  abcdefgh··k·mnop"
        );
        assert_eq!(hex_row(0, b"a").find('a'), Some(60));
    }
}
