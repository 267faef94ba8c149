//! Front ends in C: from raw data to the input of a network.

#[cfg(feature = "audio")]
mod audio;
mod features;
#[cfg(feature = "audio")]
mod fourier;
mod input;
mod raw;

use danas_space::Shape;

#[cfg(feature = "audio")]
use crate::error::FirmwareError;

#[cfg(feature = "audio")]
pub use audio::AudioFrontEnd;
pub use input::NetworkInput;
pub use raw::{Raw, SampleType};

/// How the raw data of an example becomes the features of a network.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FrontEnd {
    /// The program computes the features, and hands them over as floats in the order of the
    /// network's input.
    Features(Shape),
    /// Sound.
    #[cfg(feature = "audio")]
    Audio(Box<AudioFrontEnd>),
}

impl FrontEnd {
    /// Returns the shape of the features.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self {
            Self::Features(shape) => *shape,
            #[cfg(feature = "audio")]
            Self::Audio(audio) => audio.shape(),
        }
    }

    /// Returns the raw data of an example.
    #[must_use]
    pub fn raw(&self) -> Raw {
        match self {
            Self::Features(Shape { height, width, channels }) => Raw {
                sample: SampleType::Float,
                moments: height.saturating_mul(*width),
                channels: *channels,
                rate: None,
            },
            #[cfg(feature = "audio")]
            Self::Audio(audio) => audio.raw(),
        }
    }

    pub(crate) fn code(&self, input: &NetworkInput<'_>) -> FrontEndCode {
        match self {
            Self::Features(_) => features::code(self.raw(), input),
            #[cfg(feature = "audio")]
            Self::Audio(audio) => audio.code(input),
        }
    }
}

/// Code that turns raw data into the input of a network, and the memory that it needs.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FrontEndCode {
    /// Constants, tables and functions. The last one is
    /// `static void front_end(const SAMPLE *ring, uint32_t start, float *memory)`, where `start` is
    /// the oldest moment in the ring. Raw data that is no stream has no `start`.
    pub(crate) text: String,
    /// Number of floats from the beginning of the network's input on that it works in. It leaves
    /// the input of the network there.
    pub(crate) floats: usize,
    /// Bytes of constant tables.
    pub(crate) constant_bytes: u64,
}

/// Returns an error unless a number of values can be counted by the code, in 31 bits.
#[cfg(feature = "audio")]
fn check_count(what: &'static str, count: usize) -> Result<(), FirmwareError> {
    if i32::try_from(count).is_ok() {
        return Ok(());
    }
    Err(FirmwareError::TooMany { what, count })
}
