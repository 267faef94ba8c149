//! The names of configurations of searches over images to start from.

use serde::{Deserialize, Serialize};

/// A named configuration of a search over images to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ImagePreset {
    /// Photographs of one object each, in grey or colour, of at most 96×96 pixels. The network reads
    /// pixels that are not standardised, so that its int8 model takes the bytes of the camera. The objectives are
    /// accuracy, and the flash and RAM that the int8 model takes. The time limit is ten minutes.
    #[default]
    Image,
}

impl ImagePreset {
    /// All presets.
    pub const ALL: [Self; 1] = [Self::Image];

    /// Returns the name used in configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
        }
    }
}
