//! Image granularities and their search spaces.

mod axes;
mod colour;
mod filter;
mod fit;
mod granularity;
mod pixel_depth;
mod resolution;
mod space;
mod text;

pub use colour::Colour;
pub use filter::ResizeFilter;
pub use fit::Fit;
pub use granularity::ImageGranularity;
pub use pixel_depth::PixelDepth;
pub use resolution::Resolution;
pub use space::{ImageSpace, ImageSpaceBuilder};
