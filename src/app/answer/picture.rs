//! What a picture says of itself at its beginning: kind, size, colours. Reads no further and decodes nothing.

/// Facts of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// `PNG`, …
    pub kind: &'static str,
    /// Columns and rows of it.
    pub size: (u32, u32),
    /// What else is told.
    pub colours: String,
}

impl Picture {
    /// Of bytes that begin as PNG, JPEG or GIF do.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        png(bytes).or_else(|| gif(bytes)).or_else(|| jpeg(bytes))
    }
}

fn big(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    let digits = bytes.get(at..at + count)?;
    Some(digits.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// <https://www.w3.org/TR/png/#11IHDR>
fn png(bytes: &[u8]) -> Option<Picture> {
    let head = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    if head.get(4..8)? != b"IHDR" {
        return None;
    }
    let colours = match head.get(17)? {
        0 => "grey",
        2 => "colour",
        3 => "a palette",
        4 => "grey with transparency",
        6 => "colour with transparency",
        _ => return None,
    };
    let colours = format!("{colours}, {} bits", head.get(16)?);
    Some(Picture { kind: "PNG", size: (big(head, 8, 4)?, big(head, 12, 4)?), colours })
}

/// <https://www.w3.org/Graphics/GIF/spec-gif89a.txt>
fn gif(bytes: &[u8]) -> Option<Picture> {
    let head = bytes.strip_prefix(b"GIF87a").or_else(|| bytes.strip_prefix(b"GIF89a"))?;
    let little = |at: usize| Some(u32::from(*head.get(at)?) | u32::from(*head.get(at + 1)?) << 8);
    let colours = 2_u32 << (head.get(4)? & 7);
    Some(Picture { kind: "GIF", size: (little(0)?, little(2)?), colours: format!("a palette of {colours}") })
}

/// The first frame's header; what stands before it is passed over by its length.
/// <https://www.w3.org/Graphics/JPEG/itu-t81.pdf>, B.2.2
fn jpeg(bytes: &[u8]) -> Option<Picture> {
    if !bytes.starts_with(b"\xff\xd8\xff") {
        return None;
    }
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xff {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // Fill bytes.
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let colours = match bytes.get(at + 9)? {
                    1 => "grey",
                    3 => "colour",
                    4 => "four inks",
                    _ => "of some kind",
                };
                let size = (big(bytes, at + 7, 2)?, big(bytes, at + 5, 2)?);
                return Some(Picture {
                    kind: "JPEG",
                    size,
                    colours: format!("{colours}, {} bits", bytes.get(at + 4)?),
                });
            }
            _ => at += 2 + big(bytes, at + 2, 2)? as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_tell_their_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\0\x80\x08\x06\0\0\0";
        let gif = b"GIF89a\x40\x01\xf0\0\xf7\0\0";
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x11\x08\0\x10\0\x20\x03";
        for (bytes, kind, size, colours) in [
            (png.as_slice(), "PNG", (256, 128), "colour with transparency, 8 bits"),
            (gif.as_slice(), "GIF", (320, 240), "a palette of 256"),
            (jpeg.as_slice(), "JPEG", (32, 16), "colour, 8 bits"),
        ] {
            let wanted = Picture { kind, size, colours: colours.to_owned() };
            assert_eq!(Picture::of(bytes), Some(wanted));
            for cut in 0..bytes.len() - 3 {
                let _ = Picture::of(&bytes[..cut]);
            }
        }
        assert_eq!(Picture::of(b"%PDF-1.7"), None);
        assert_eq!(Picture::of(b"\xff\xd8\xff\xe0\0\0\xff\xe0\0\0"), None, "a length that leads nowhere ends");
    }
}
