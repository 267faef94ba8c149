//! Decoded images.

use std::io::Cursor;

use danas_space::Digest;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::{jpeg, undecodable::Undecodable};

/// Number of channels of a resized image: red, green and blue.
pub(super) const CHANNELS: usize = 3;

/// Largest height and width of an image, in pixels.
const MAX_SIDE: u32 = 16_384;
/// Largest size of a decoded image, and of a file.
const MAX_MEBIBYTES: u64 = 512;

/// A decoded image: red, green and blue, with 8 bits each, in the order height, width, channels.
pub(super) struct Picture {
    pub(super) height: u32,
    pub(super) width: u32,
    pub(super) pixels: Vec<u8>,
}

/// The error of an image that exceeds the limits.
pub(super) const fn too_large() -> Undecodable {
    Undecodable::TooLarge { side: MAX_SIDE, mebibytes: MAX_MEBIBYTES }
}

/// Returns whether a file of this size is within the limits.
pub(super) const fn fits(bytes: u64) -> bool {
    bytes <= MAX_MEBIBYTES << 20
}

impl Picture {
    /// Decodes a JPEG, PNG or BMP file, and turns it upright as its EXIF orientation says.
    ///
    /// Transparency is ignored: a pixel keeps its colour, as with Pillow's `convert("RGB")`. Values
    /// of 16 bits are divided by 257 and rounded. Grey becomes equal red, green and blue. Colour
    /// profiles are ignored.
    pub(super) fn decode(file: &[u8]) -> Result<Self, Undecodable> {
        if file.is_empty() {
            return Err(Undecodable::Empty);
        }
        let reader = ImageReader::new(Cursor::new(file)).with_guessed_format();
        let mut reader = reader.map_err(|error| Undecodable::Malformed(Box::new(error)))?;
        match reader.format() {
            Some(ImageFormat::Jpeg) => jpeg::check(file)?,
            Some(ImageFormat::Png | ImageFormat::Bmp) => {}
            _ => return Err(Undecodable::UnknownFormat),
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_MEBIBYTES << 20);
        reader.limits(limits.clone());
        let mut decoder = reader.into_decoder().map_err(undecodable)?;
        if decoder.total_bytes() == 0 {
            return Err(Undecodable::NoPixels);
        }
        limits.reserve(decoder.total_bytes()).map_err(undecodable)?;
        let orientation = decoder.orientation().map_err(undecodable)?;
        let decoded = DynamicImage::from_decoder(decoder).map_err(undecodable)?;
        let mut image = DynamicImage::ImageRgb8(decoded.into_rgb8());
        image.apply_orientation(orientation);
        let (height, width) = (image.height(), image.width());
        Ok(Self { height, width, pixels: image.into_rgb8().into_raw() })
    }

    /// Returns the digest of the size and the pixels, which is the same for the same image in any
    /// lossless format.
    pub(super) fn digest(&self) -> Digest {
        let size = [self.height, self.width].map(u32::to_le_bytes);
        Digest::of_parts([size.as_flattened(), &self.pixels])
    }
}

/// Returns the reason behind an error of the decoder.
fn undecodable(error: image::ImageError) -> Undecodable {
    match error {
        image::ImageError::Limits(_) => too_large(),
        other => Undecodable::Malformed(Box::new(other)),
    }
}
