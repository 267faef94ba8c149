//! The shape of one input or activation.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Height × width × channels of one example, without the batch.
///
/// For audio features, height is frequency and width is time. For images, channels are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shape {
    /// Rows: frequency bins, mel bands or cepstral coefficients for audio.
    pub height: usize,
    /// Columns: frames for audio.
    pub width: usize,
    /// Channels: one for mono audio or a grey image.
    pub channels: usize,
}

impl Shape {
    /// Creates a shape of `height` × `width` × `channels`.
    #[must_use]
    pub const fn new(height: usize, width: usize, channels: usize) -> Self {
        Self { height, width, channels }
    }

    /// Returns the number of values, or `None` if it does not fit a `usize`.
    #[must_use]
    pub const fn elements(self) -> Option<usize> {
        match self.height.checked_mul(self.width) {
            Some(area) => area.checked_mul(self.channels),
            None => None,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}x{}", self.height, self.width, self.channels)
    }
}
