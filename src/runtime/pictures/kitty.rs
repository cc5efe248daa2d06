//! Kitty's protocol: pixels, packed, in pieces that a terminal takes. It is told never to answer.
//! <https://sw.kovidgoyal.net/kitty/graphics-protocol/>

use crate::app::pictures::Pixels;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// All pictures of this screen, and what the terminal holds of them, are gone.
pub(in crate::runtime) const ALL_GONE: &[u8] = b"\x1b_Ga=d,d=A,q=2\x1b\\";

/// Bytes of a piece at the most.
const PIECE: usize = 4096;

/// Draws a picture at the cursor, which stays there.
pub(super) fn sequence(number: u64, pixels: &Pixels, (columns, rows): (u16, u16)) -> Result<Vec<u8>, String> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
    let packed = packed.write_all(pixels.rgba.as_flattened()).and_then(|()| packed.finish());
    let text = STANDARD.encode(packed.map_err(|error| error.to_string())?);
    let (width, height) = pixels.size;
    // Their numbers have 32 bits, and 0 is none.
    let number = number % u64::from(u32::MAX) + 1;
    let mut keys = format!("a=T,f=32,o=z,s={width},v={height},c={columns},r={rows},i={number},C=1,q=2,");
    let mut out = Vec::with_capacity(text.len() + text.len() / PIECE * 16 + 128);
    let mut pieces = text.as_bytes().chunks(PIECE).peekable();
    while let Some(piece) = pieces.next() {
        let more = u8::from(pieces.peek().is_some());
        out.extend_from_slice(format!("\x1b_G{keys}m={more};").as_bytes());
        out.extend_from_slice(piece);
        out.extend_from_slice(b"\x1b\\");
        // Those that follow tell nothing else.
        "q=2,".clone_into(&mut keys);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_picture_comes_back_out_of_its_pieces() {
        let noise = |n: u32| n.wrapping_mul(2_654_435_761).to_be_bytes();
        let pixels = Pixels { size: (60, 40), rgba: (0..2400).map(noise).collect() };
        let text = String::from_utf8(sequence(7, &pixels, (6, 2)).unwrap()).unwrap();
        let pieces: Vec<&str> = text.split("\x1b\\").filter(|piece| !piece.is_empty()).collect();
        assert!(pieces.len() > 2, "{}", pieces.len());
        assert!(pieces[0].starts_with("\x1b_Ga=T,f=32,o=z,s=60,v=40,c=6,r=2,i=8,C=1,q=2,m=1;"), "{}", pieces[0]);
        assert!(pieces[1].starts_with("\x1b_Gq=2,m=1;") && pieces[pieces.len() - 1].starts_with("\x1b_Gq=2,m=0;"));
        let text: String = pieces.iter().map(|piece| piece.split_once(';').unwrap().1).collect();
        let mut back = Vec::new();
        flate2::read::ZlibDecoder::new(&*STANDARD.decode(text).unwrap()).read_to_end(&mut back).unwrap();
        assert_eq!(back, pixels.rgba.as_flattened());
        assert!(pieces.iter().all(|piece| piece.len() < PIECE + 100));
    }
}
