//! Resized images as the frames that a camera delivers.

use danas_firmware::RawExample;
use danas_space::{Colour, ImageGranularity, PixelDepth};

use super::{features::grey, picture::CHANNELS};

/// Number of bits of a value before it is reduced.
const BITS: u32 = 8;

/// Returns the frame of a camera for a resized image in RGB, with the colour and the depth of a
/// granularity, as [`ImageFrontEnd`](danas_firmware::ImageFrontEnd) reads it.
pub(super) fn of(granularity: &ImageGranularity, pixels: &[u8]) -> RawExample {
    let rgb = pixels.as_chunks::<CHANNELS>().0;
    let values: Vec<u8> = match granularity.colour {
        Colour::Rgb => pixels.to_vec(),
        // Grey has 8 bits.
        Colour::Grey => rgb.iter().map(|&rgb| grey(rgb) as u8).collect(),
        Colour::Red => rgb.iter().map(|rgb| rgb[0]).collect(),
        Colour::Green => rgb.iter().map(|rgb| rgb[1]).collect(),
        Colour::Blue => rgb.iter().map(|rgb| rgb[2]).collect(),
    };
    match granularity.depth {
        PixelDepth::Bits8 => RawExample::Uint8(values),
        PixelDepth::Rgb565 => {
            RawExample::Uint16(rgb.iter().map(|&rgb| packed_pixel(rgb)).collect())
        }
        PixelDepth::Bits4 | PixelDepth::Bits2 | PixelDepth::Bits1 => {
            RawExample::Uint8(packed(&values, granularity.depth.bits()[0]))
        }
    }
}

/// Returns the highest 5, 6 and 5 bits of red, green and blue.
fn packed_pixel([red, green, blue]: [u8; CHANNELS]) -> u16 {
    let highest = |value: u8, bits: u32| u16::from(value >> (BITS - bits));
    (highest(red, 5) << 11) | (highest(green, 6) << 5) | highest(blue, 5)
}

/// Returns the highest bits of values, packed into bytes.
fn packed(values: &[u8], bits: u32) -> Vec<u8> {
    let per_byte = BITS / bits;
    let byte = |values: &[u8]| {
        let places = (1..=per_byte).map(|place| BITS - place * bits);
        let values = values.iter().map(|value| value >> (BITS - bits));
        values.zip(places).fold(0, |byte, (value, shift)| byte | (value << shift))
    };
    values.chunks(per_byte as usize).map(byte).collect()
}
