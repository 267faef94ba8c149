//! Pixel depths: the number of bits that a pixel has in a camera's frame.

use serde::{Deserialize, Serialize};

use super::Colour;
use crate::named::named;

/// Number of bits that each channel of a pixel has in a camera's frame. A value keeps its highest
/// bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PixelDepth {
    /// 8 bits for each channel.
    #[default]
    Bits8,
    /// 16 bits for each pixel: 5 for red, 6 for green and 5 for blue. Small cameras usually deliver
    /// this format. It exists for [`Colour::Rgb`] only.
    Rgb565,
    /// 4 bits for each channel.
    Bits4,
    /// 2 bits for each channel.
    Bits2,
    /// 1 bit for each channel.
    Bits1,
}

named!(
    PixelDepth, "pixel depth",
    Bits8 => "8-bit",
    Rgb565 => "565",
    Bits4 => "4-bit",
    Bits2 => "2-bit",
    Bits1 => "1-bit",
);

impl PixelDepth {
    /// Returns the number of bits of red, green and blue, or of a single channel three times.
    #[must_use]
    pub const fn bits(self) -> [u32; 3] {
        match self {
            Self::Bits8 => [8; 3],
            Self::Rgb565 => [5, 6, 5],
            Self::Bits4 => [4; 3],
            Self::Bits2 => [2; 3],
            Self::Bits1 => [1; 3],
        }
    }

    /// Returns the number of bits of a pixel with the channels of `colour`.
    #[must_use]
    pub const fn bits_per_pixel(self, colour: Colour) -> u64 {
        let [red, green, blue] = self.bits();
        match colour.channels() {
            1 => red as u64,
            _ => (red + green + blue) as u64,
        }
    }
}
