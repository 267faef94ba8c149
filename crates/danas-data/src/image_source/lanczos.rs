//! Resizing with a windowed sinc.

use std::error::Error;

use fast_image_resize::{
    FilterType, ImageView, ImageViewMut, ResizeAlg, ResizeOptions, Resizer,
    images::{TypedCroppedImage, TypedImage, TypedImageRef},
    pixels::U8x3,
};

use super::{picture::Picture, rectangle::Rectangle};

/// Resizes a part of an image to `height` × `width` pixels, which `to` holds.
///
/// The horizontal pass comes first, and its values are rounded and limited to 8 bits, as in Pillow 12.
/// In the order of the library, which is the reverse, edges would be limited differently: by up to 55
/// levels in noise.
pub(super) fn resize(
    picture: &Picture,
    part: Rectangle,
    [height, width]: [u32; 2],
    to: &mut [u8],
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let whole = TypedImageRef::<U8x3>::from_buffer(picture.width, picture.height, &picture.pixels)?;
    let from = TypedCroppedImage::new(whole, part.left, part.top, part.width, part.height)?;
    let mut to = TypedImage::<U8x3>::from_buffer(width, height, to)?;
    let mut resizer = Resizer::new();
    if part.width == width || part.height == height {
        return pass(&from, &mut to, &mut resizer);
    }
    let mut between = TypedImage::<U8x3>::new(width, part.height);
    pass(&from, &mut between, &mut resizer)?;
    pass(&between, &mut to, &mut resizer)
}

/// Resizes in one direction at most.
fn pass(
    from: &impl ImageView<Pixel = U8x3>,
    to: &mut impl ImageViewMut<Pixel = U8x3>,
    resizer: &mut Resizer,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Ok(resizer.resize_typed(from, to, &options)?)
}
