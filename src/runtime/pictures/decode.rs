//! Decodes PNG, JPEG and the first frame of a GIF. What is larger than can be meant, in bytes or in pixels, is refused before
//! anything is made of it: a few bytes may say of themselves that they are a gigabyte.

use std::io::Cursor;
use std::num::NonZeroU64;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Bytes of a body at the most.
const MOST_BYTES: usize = 32 << 20;
/// Pixels at the most: what large cameras make. In memory they take 100 MB for as long as it takes to scale them down.
const MOST_PIXELS: u64 = 25_000_000;

/// A picture as it was decoded.
pub(super) struct Raster {
    /// Columns and rows.
    pub size: (u32, u32),
    /// Bytes of a pixel: grey, grey and opaque, colours, colours and opaque.
    pub channels: usize,
    /// Row by row.
    pub bytes: Vec<u8>,
}

impl Raster {
    /// A pixel, by what it has; black where there is none.
    pub fn at(&self, x: u32, y: u32) -> [u8; 4] {
        let at = (y as usize * self.size.0 as usize + x as usize) * self.channels;
        match self.bytes.get(at..at + self.channels) {
            Some([grey]) => [*grey, *grey, *grey, 255],
            Some([grey, opaque]) => [*grey, *grey, *grey, *opaque],
            Some([red, green, blue]) => [*red, *green, *blue, 255],
            Some([red, green, blue, opaque]) => [*red, *green, *blue, *opaque],
            _ => [0, 0, 0, 255],
        }
    }
}

/// Decodes a picture.
///
/// # Errors
/// With the words to tell.
pub(super) fn decode(bytes: &[u8]) -> Result<Raster, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("it has more than {} MiB", MOST_BYTES >> 20));
    }
    let raster = match bytes {
        [0x89, b'P', b'N', b'G', ..] => png(bytes),
        [0xff, 0xd8, ..] => jpeg(bytes),
        [b'G', b'I', b'F', ..] => gif(bytes),
        _ => Err("it is of no kind that is known here".to_owned()),
    }?;
    let wanted = u64::from(raster.size.0) * u64::from(raster.size.1) * raster.channels as u64;
    if wanted == 0 || raster.bytes.len() as u64 != wanted { Err(broken("")) } else { Ok(raster) }
}

fn broken(why: &str) -> String {
    if why.is_empty() { "it is broken".to_owned() } else { format!("it is broken: {why}") }
}

/// Refuses what would take too much memory.
fn check(width: u32, height: u32) -> Result<(), String> {
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!("it has more than {} million pixels", MOST_PIXELS / 1_000_000));
    }
    Ok(())
}

fn png(bytes: &[u8]) -> Result<Raster, String> {
    let failed = |error: png::DecodingError| broken(&error.to_string());
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let info = decoder.read_header_info().map_err(failed)?;
    check(info.width, info.height)?;
    let mut reader = decoder.read_info().map_err(failed)?;
    let mut out = vec![0; reader.output_buffer_size().ok_or_else(|| broken(""))?];
    let info = reader.next_frame(&mut out).map_err(failed)?;
    out.truncate(info.buffer_size());
    Ok(Raster { size: (info.width, info.height), channels: info.color_type.samples(), bytes: out })
}

fn jpeg(bytes: &[u8]) -> Result<Raster, String> {
    let options = DecoderOptions::default()
        .set_max_width(u16::MAX.into())
        .set_max_height(u16::MAX.into())
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|error| broken(&error.to_string()))?;
    let info = decoder.info().ok_or_else(|| broken(""))?;
    check(info.width.into(), info.height.into())?;
    let out = decoder.decode().map_err(|error| broken(&error.to_string()))?;
    Ok(Raster { size: (info.width.into(), info.height.into()), channels: 3, bytes: out })
}

/// The first frame, where it stands on the whole.
fn gif(bytes: &[u8]) -> Result<Raster, String> {
    let failed = |error: gif::DecodingError| broken(&error.to_string());
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    if let Some(limit) = NonZeroU64::new(MOST_PIXELS * 4) {
        options.set_memory_limit(gif::MemoryLimit::Bytes(limit));
    }
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(failed)?;
    let (width, height) = (usize::from(decoder.width()), usize::from(decoder.height()));
    let size = (decoder.width().into(), decoder.height().into());
    check(size.0, size.1)?;
    let frame = decoder.read_next_frame().map_err(failed)?.ok_or_else(|| broken(""))?;
    let mut out = vec![0; width * height * 4];
    let (left, wide) = (usize::from(frame.left), usize::from(frame.width));
    for (row, pixels) in frame.buffer.chunks_exact((wide * 4).max(1)).enumerate() {
        let y = usize::from(frame.top) + row;
        let kept = wide.min(width.saturating_sub(left)) * 4;
        let at = (y * width + left) * 4;
        if let (true, Some(to), Some(from)) = (y < height, out.get_mut(at..at + kept), pixels.get(..kept)) {
            to.copy_from_slice(from);
        }
    }
    Ok(Raster { size, channels: 4, bytes: out })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of these pixels.
    fn written(size: (u32, u32), colour: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, size.0, size.1);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == png::ColorType::Indexed {
            encoder.set_palette(vec![1, 2, 3, 250, 251, 252]);
            encoder.set_trns(vec![255, 7]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        out
    }

    #[test]
    fn every_kind_of_png_has_its_colours() {
        use png::{BitDepth, ColorType};
        for (colour, depth, data, first, second) in [
            (ColorType::Rgb, BitDepth::Eight, vec![1, 2, 3, 4, 5, 6], [1, 2, 3, 255], [4, 5, 6, 255]),
            (ColorType::Rgba, BitDepth::Eight, vec![1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4], [5, 6, 7, 8]),
            (ColorType::Grayscale, BitDepth::Eight, vec![9, 200], [9, 9, 9, 255], [200, 200, 200, 255]),
            (ColorType::Grayscale, BitDepth::Sixteen, vec![9, 0, 200, 1], [9, 9, 9, 255], [200, 200, 200, 255]),
            (ColorType::GrayscaleAlpha, BitDepth::Eight, vec![9, 1, 200, 2], [9, 9, 9, 1], [200, 200, 200, 2]),
            (ColorType::Indexed, BitDepth::One, vec![0b0100_0000], [1, 2, 3, 255], [250, 251, 252, 7]),
        ] {
            let raster = decode(&written((2, 1), colour, depth, &data)).unwrap();
            assert_eq!((raster.at(0, 0), raster.at(1, 0)), (first, second), "{colour:?} {depth:?}");
        }
    }

    /// A picture of 16 by 16, red above and blue below.
    const JPEG: &[u8] = include_bytes!("../../../tests/pictures/two.jpg");

    #[test]
    fn a_jpeg_has_its_colours() {
        let raster = decode(JPEG).unwrap();
        assert_eq!(raster.size, (16, 16));
        let ([red, _, less, _], [little, _, blue, _]) = (raster.at(8, 2), raster.at(8, 13));
        assert!(red > 200 && less < 60 && blue > 200 && little < 60, "{red} {less} {little} {blue}");
    }

    /// A GIF of three by two with two frames of one pixel, the first in the middle below.
    fn moving() -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = gif::Encoder::new(&mut out, 3, 2, &[0, 0, 0, 10, 20, 30]).unwrap();
        for left in [1, 0] {
            let buffer = std::borrow::Cow::Owned(vec![1]);
            let frame = gif::Frame { left, top: 1, width: 1, height: 1, buffer, ..gif::Frame::default() };
            encoder.write_frame(&frame).unwrap();
        }
        drop(encoder);
        out
    }

    #[test]
    fn the_first_frame_of_a_gif_stands_in_its_place() {
        let raster = decode(&moving()).unwrap();
        assert_eq!((raster.size, raster.at(1, 1), raster.at(0, 1)), ((3, 2), [10, 20, 30, 255], [0, 0, 0, 0]));
    }

    #[test]
    fn what_says_that_it_is_huge_is_refused_before_it_is_decoded() {
        let mut bomb = written((2, 1), png::ColorType::Grayscale, png::BitDepth::Eight, &[0, 0]);
        bomb[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
        // Its sum has to be right, so that what refuses it is the size.
        let sum = !bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
        });
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(decode(&bomb).err().unwrap(), "it has more than 25 million pixels");
        let mut gif = moving();
        gif[6..10].copy_from_slice(&[0xff; 4]);
        assert_eq!(decode(&gif).err().unwrap(), "it has more than 25 million pixels");
        let mut jpeg = JPEG.to_vec();
        let frame = jpeg.windows(2).position(|two| two == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
        assert_eq!(decode(&jpeg).err().unwrap(), "it has more than 25 million pixels");
        assert!(decode(&vec![0; MOST_BYTES + 1]).err().unwrap().contains("32 MiB"));
    }

    #[test]
    fn what_is_cut_or_spoiled_is_told_and_nothing_worse() {
        let png = written((9, 9), png::ColorType::Rgb, png::BitDepth::Eight, &[77; 243]);
        assert!(decode(&png[..40]).err().unwrap().starts_with("it is broken"));
        for whole in [png.as_slice(), JPEG, &moving()] {
            for at in 0..whole.len() {
                let _ = decode(&whole[..at]);
                let mut spoiled = whole.to_vec();
                spoiled[at] ^= 0x55;
                let _ = decode(&spoiled);
            }
        }
        assert!(decode(b"%PDF").is_err());
    }
}
