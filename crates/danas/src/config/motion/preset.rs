//! The names of configurations of searches over series to start from.

use serde::{Deserialize, Serialize};

/// A named configuration of a search over series to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MotionPreset {
    /// Motion or vibration at any rate, in windows of any length. The objectives are accuracy, and the
    /// flash and RAM that the int8 model takes on a device that samples all the time. The time limit is
    /// five minutes.
    #[default]
    Motion,
}

impl MotionPreset {
    /// All presets.
    pub const ALL: [Self; 1] = [Self::Motion];

    /// Returns the name used in configurations.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Motion => "motion",
        }
    }
}
