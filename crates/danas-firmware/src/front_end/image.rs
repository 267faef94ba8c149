//! The front end of images.

use danas_space::{Colour, Granularity, ImageGranularity, PixelDepth, Shape};

use super::{
    code::FrontEndCode,
    input::NetworkInput,
    raw::{Raw, SampleType},
};
use crate::{error::FirmwareError, literal::float};

/// The front end of a granularity of images: it reads a frame of a camera that has the granularity's
/// resolution, colour and depth.
///
/// | depth | frame |
/// |---|---|
/// | 8 bits | a byte for each value, in the order height, width, channel |
/// | 565 | a word of 16 bits for each pixel: red in the highest 5 bits, then 6 of green and 5 of blue |
/// | 4, 2, 1 bits | the values packed into bytes, in the same order, without gaps between rows; the first one is in the highest bits |
///
/// So a frame takes the bytes of the granularity's
/// [input buffer](danas_space::Granularity::input_buffer).
#[derive(Debug, Clone, PartialEq)]
pub struct ImageFrontEnd {
    granularity: ImageGranularity,
    shape: Shape,
}

/// Bits of a byte.
const BYTE: usize = 8;

impl ImageFrontEnd {
    /// Plans the front end of a granularity.
    ///
    /// # Errors
    /// [`FirmwareError::Features`] for a granularity that has no features.
    pub fn new(granularity: &ImageGranularity) -> Result<Self, FirmwareError> {
        let shape = granularity.input_shape();
        let shape = shape.map_err(|reason| FirmwareError::Features(Box::new(reason)))?;
        Ok(Self { granularity: *granularity, shape })
    }

    /// Returns the shape of the features.
    pub(super) const fn shape(&self) -> Shape {
        self.shape
    }

    /// Returns the frame.
    pub(super) fn raw(&self) -> Raw {
        let Shape { height, width, channels } = self.shape;
        let pixels = height * width;
        let (sample, moments, channels) = match self.granularity.depth {
            PixelDepth::Bits8 => (SampleType::Uint8, pixels, channels),
            PixelDepth::Rgb565 => (SampleType::Uint16, pixels, 1),
            PixelDepth::Bits4 | PixelDepth::Bits2 | PixelDepth::Bits1 => {
                (SampleType::Uint8, (pixels * channels * self.bits()).div_ceil(BYTE), 1)
            }
        };
        Raw { sample, moments, channels, rate: None }
    }

    /// Returns the bits of a value, all of which have as many unless they are 565.
    const fn bits(&self) -> usize {
        self.granularity.depth.bits()[0] as usize
    }

    /// Returns the number and the order of the samples of a frame, and what a sample is.
    pub(super) fn notes(&self) -> [String; 2] {
        let Shape { height, width, .. } = self.shape;
        let colour = match self.granularity.colour {
            Colour::Rgb => "in RGB",
            Colour::Grey => "in grey",
            Colour::Red => "in red alone",
            Colour::Green => "in green alone",
            Colour::Blue => "in blue alone",
        };
        let frame = format!("a frame of {height} rows of {width} pixels each, {colour}");
        match self.granularity.depth {
            PixelDepth::Bits8 => [
                format!("Number of values of {frame}, in the order height, width, channel."),
                "A value, from 0 to 255.".to_owned(),
            ],
            PixelDepth::Rgb565 => [
                format!("Number of pixels of {frame}."),
                "A pixel: red in the highest 5 bits, then 6 bits of green and 5 of blue."
                    .to_owned(),
            ],
            PixelDepth::Bits4 | PixelDepth::Bits2 | PixelDepth::Bits1 => [
                format!("Number of bytes of {frame}."),
                format!(
                    "{} values of {} bit(s) each, in the order height, width, channel, without gaps between rows.\n \
                     * The first one is in the highest bits.",
                    BYTE / self.bits(),
                    self.bits()
                ),
            ],
        }
    }

    /// Returns the features of a frame of bytes.
    pub(super) fn features_of_bytes(&self, frame: &[u8]) -> Vec<f32> {
        let bits = self.bits();
        let largest = largest(bits);
        let per_byte = BYTE / bits;
        let values = frame.iter().flat_map(|byte| {
            (1..=per_byte).map(move |place| (usize::from(*byte) >> (BYTE - place * bits)) & largest)
        });
        let count = self.shape.elements().unwrap_or(usize::MAX);
        values.take(count).map(|value| value as f32 / largest as f32).collect()
    }

    /// Returns the features of a frame of packed pixels.
    pub(super) fn features_of_words(frame: &[u16]) -> Vec<f32> {
        let value = |pixel: u16, shift: u32, bits: usize| {
            (usize::from(pixel >> shift) & largest(bits)) as f32 / largest(bits) as f32
        };
        let values = |&pixel: &u16| [value(pixel, 11, 5), value(pixel, 5, 6), value(pixel, 0, 5)];
        frame.iter().flat_map(values).collect()
    }

    pub(super) fn code(&self, input: &NetworkInput<'_>) -> FrontEndCode {
        let Shape { height, width, channels } = self.shape;
        let (is_direct, element) = (self.is_direct(input), input.element());
        let mut text = format!(
            "#define SAMPLE {}\n#define ROWS {height}U\n#define COLUMNS {width}U\n#define CHANNELS {channels}U\n",
            self.raw().sample.name()
        );
        if is_direct {
            text += "\n";
            text += include_str!("../../c/pixels_direct.c");
            return FrontEndCode { text, words: 0, constant_bytes: 0 };
        }
        let reading = match self.granularity.depth {
            PixelDepth::Bits8 => include_str!("../../c/pixels_8.c"),
            PixelDepth::Rgb565 => include_str!("../../c/pixels_565.c"),
            PixelDepth::Bits4 | PixelDepth::Bits2 | PixelDepth::Bits1 => {
                text += &format!("#define BITS {}U\n", self.bits());
                include_str!("../../c/pixels_packed.c")
            }
        };
        if self.granularity.depth != PixelDepth::Rgb565 {
            text += &format!("#define LARGEST {}\n", float(largest(self.bits()) as f32));
        }
        text += &format!("#define INPUT {element}\n\n{reading}\n{}\n", input.text());
        text += include_str!("../../c/pixels.c");
        FrontEndCode { text, words: 0, constant_bytes: input.constant_bytes() }
    }

    /// Returns whether the network's integer is the byte of the frame minus 128, for every value, row
    /// and channel.
    fn is_direct(&self, input: &NetworkInput<'_>) -> bool {
        if self.granularity.depth != PixelDepth::Bits8 {
            return false;
        }
        let rows = self.shape.height * self.shape.channels;
        let mut constants: Vec<[u32; 2]> = match input.standardisation {
            Some([mean, deviation]) => {
                mean.iter().zip(deviation).map(|(a, b)| [a.to_bits(), b.to_bits()]).collect()
            }
            None => Vec::new(),
        };
        constants.dedup();
        // Different constants do not give the same integers for all values.
        let has_one = input.standardisation.is_none_or(|[mean, deviation]| {
            constants.len() == 1 && mean.len() == rows && deviation.len() == rows
        });
        let is_byte = |value: u8| {
            let feature = f32::from(value) / largest(BYTE) as f32;
            input.integer(feature, 0).map(i16::from) == Some(i16::from(value) - 128)
        };
        has_one && (0..=u8::MAX).all(is_byte)
    }
}

/// Returns the largest value of as many bits.
const fn largest(bits: usize) -> usize {
    (1 << bits) - 1
}

#[cfg(test)]
mod tests;
