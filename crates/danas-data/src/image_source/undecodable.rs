//! The reasons why a file is not an image that can be used.

use std::error::Error;

/// The reason why a file cannot be decoded as an image.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Undecodable {
    /// A file without content.
    #[error("the file is empty")]
    Empty,
    /// A file that does not begin as an image does, whatever its name.
    #[error("the file is not a JPEG, PNG or BMP image")]
    UnknownFormat,
    /// An image that would take too much memory.
    #[error(
        "the image is too large: {side} x {side} pixels and {mebibytes} MiB are the most, as a file \
         and decoded"
    )]
    TooLarge {
        /// Largest height and width, in pixels.
        side: u32,
        /// Largest size of the file, and of the decoded image.
        mebibytes: u64,
    },
    /// An image with a height or width of zero.
    #[error("the image has no pixels")]
    NoPixels,
    /// A JPEG file in CMYK.
    #[error("its colours are CMYK, which depend on a profile; convert it to RGB")]
    Cmyk,
    /// A JPEG file without an end.
    #[error("the file is truncated: it ends before the image does")]
    Truncated,
    /// A damaged image, or one of an unsupported kind.
    #[error("the image cannot be decoded")]
    Malformed(#[source] Box<dyn Error + Send + Sync>),
}
