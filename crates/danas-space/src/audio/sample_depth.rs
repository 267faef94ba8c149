//! Sample depths: the number of bits that a sample has in the input buffer.

use serde::{Deserialize, Serialize};

use crate::named::named;

/// Number of bits that a sample has in the input buffer of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SampleDepth {
    /// Not rounded, but counted as 16 bits. Features equal librosa's, as in the paper.
    #[default]
    Exact,
    /// Rounded to 16 bits at the granularity's sample rate.
    Bits16,
    /// Rounded to 8 bits at the granularity's sample rate.
    Bits8,
}

named!(SampleDepth, "sample depth", Exact => "exact", Bits16 => "16-bit", Bits8 => "8-bit");

impl SampleDepth {
    /// Returns the number of bytes of one sample in the input buffer.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        match self {
            Self::Exact | Self::Bits16 => 2,
            Self::Bits8 => 1,
        }
    }

    /// Returns the number of bits that samples are rounded to, or `None` if they are not rounded.
    #[must_use]
    pub const fn rounded_to(self) -> Option<u32> {
        match self {
            Self::Exact => None,
            Self::Bits16 => Some(16),
            Self::Bits8 => Some(8),
        }
    }
}
