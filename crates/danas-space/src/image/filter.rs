//! Filters for resizing images.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Filter that an image is resized with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ResizeFilter {
    /// The mean of the pixels that an output pixel covers, as Pillow's `BOX`. A microcontroller can
    /// compute it with sums alone.
    #[default]
    Area,
    /// A windowed sinc of three lobes, as Pillow's `LANCZOS`: sharper, but with ringing at edges.
    Lanczos,
}

named!(ResizeFilter, "resize filter", Area => "area", Lanczos => "lanczos");
