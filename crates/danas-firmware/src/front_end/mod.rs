//! Front ends in C: from raw data to the input of a network.

#[cfg(feature = "audio")]
mod audio;
mod code;
mod features;
#[cfg(feature = "audio")]
mod fourier;
mod input;
mod raw;

use danas_space::Shape;

use crate::error::FirmwareError;

#[cfg(feature = "audio")]
pub use audio::AudioFrontEnd;
pub(crate) use code::FrontEndCode;
pub(crate) use input::NetworkInput;
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

    /// Returns the features of an example of 16-bit samples, of all channels of a moment and then of
    /// the next one, as the features are defined. `None` for a front end of given features.
    ///
    /// # Errors
    /// [`FirmwareError::Features`] for an example that has no features, such as one without samples.
    pub fn features(&self, samples: &[i16]) -> Result<Option<Vec<f32>>, FirmwareError> {
        let _ = samples;
        match self {
            Self::Features(_) => Ok(None),
            #[cfg(feature = "audio")]
            Self::Audio(audio) => audio.features(samples).map(Some),
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
