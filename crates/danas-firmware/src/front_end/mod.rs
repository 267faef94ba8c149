//! Front ends in C: from raw data to the input of a network.

#[cfg(feature = "audio")]
mod audio;
mod code;
mod features;
#[cfg(feature = "audio")]
mod fixed_audio;
#[cfg(any(feature = "audio", feature = "motion"))]
mod fourier;
#[cfg(feature = "image")]
mod image;
mod input;
#[cfg(feature = "motion")]
mod motion;
mod outline;
mod raw;
mod scaling;
#[cfg(any(feature = "audio", feature = "motion"))]
mod writer;

use danas_size::Affine;
use danas_space::Shape;

use crate::error::FirmwareError;

#[cfg(feature = "audio")]
pub use audio::AudioFrontEnd;
pub(crate) use code::{FrontEndCode, Word};
#[cfg(feature = "audio")]
pub use fixed_audio::FixedAudioFrontEnd;
#[cfg(feature = "image")]
pub use image::ImageFrontEnd;
pub(crate) use input::NetworkInput;
#[cfg(feature = "motion")]
pub use motion::MotionFrontEnd;
pub use outline::FrontEndOutline;
pub use raw::{Raw, RawExample, SampleType};
pub use scaling::InputScaling;

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
    /// Sound, in integers alone. Only a network in 8-bit integers can follow.
    #[cfg(feature = "audio")]
    FixedAudio(Box<FixedAudioFrontEnd>),
    /// Images.
    #[cfg(feature = "image")]
    Image(Box<ImageFrontEnd>),
    /// Motion, vibration and other series.
    #[cfg(feature = "motion")]
    Motion(Box<MotionFrontEnd>),
}

impl FrontEnd {
    /// Returns the shape of the features.
    #[must_use]
    pub fn shape(&self) -> Shape {
        match self {
            Self::Features(shape) => *shape,
            #[cfg(feature = "audio")]
            Self::Audio(audio) => audio.shape(),
            #[cfg(feature = "audio")]
            Self::FixedAudio(audio) => audio.shape(),
            #[cfg(feature = "image")]
            Self::Image(image) => image.shape(),
            #[cfg(feature = "motion")]
            Self::Motion(motion) => motion.shape(),
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
            #[cfg(feature = "audio")]
            Self::FixedAudio(audio) => audio.raw(),
            #[cfg(feature = "image")]
            Self::Image(image) => image.raw(),
            #[cfg(feature = "motion")]
            Self::Motion(motion) => motion.raw(),
        }
    }

    /// Returns the features of an example, as they are defined. `None` for a front end of given
    /// features.
    ///
    /// # Errors
    /// [`FirmwareError::Sample`] and [`FirmwareError::Shape`] for an example that is not the
    /// [raw data](Self::raw) of the front end, and [`FirmwareError::Features`] for one that has no
    /// features.
    pub fn features(&self, example: &RawExample) -> Result<Option<Vec<f32>>, FirmwareError> {
        let raw = self.raw();
        example.check(raw.arriving(), raw.moments.saturating_mul(raw.channels))?;
        match (self, example) {
            #[cfg(feature = "audio")]
            (Self::Audio(audio), RawExample::Int16(samples)) => audio.features(samples).map(Some),
            #[cfg(feature = "audio")]
            (Self::FixedAudio(audio), RawExample::Int16(samples)) => {
                Ok(Some(audio.features(samples)))
            }
            #[cfg(feature = "image")]
            (Self::Image(image), RawExample::Uint8(frame)) => {
                Ok(Some(image.features_of_bytes(frame)))
            }
            #[cfg(feature = "image")]
            (Self::Image(_), RawExample::Uint16(frame)) => {
                Ok(Some(ImageFrontEnd::features_of_words(frame)))
            }
            #[cfg(feature = "motion")]
            (Self::Motion(motion), RawExample::Float(samples)) => {
                motion.features(samples).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns the front end in integers that takes the place of this one on a core without a
    /// floating-point unit; `None` where there is none, which is so for all data but sound.
    ///
    /// # Errors
    /// The errors of [`FixedAudioFrontEnd::new`](crate::FixedAudioFrontEnd::new).
    pub fn fixed_point(&self) -> Result<Option<Self>, FirmwareError> {
        match self {
            #[cfg(feature = "audio")]
            Self::Audio(audio) => {
                let fixed = FixedAudioFrontEnd::new(audio.granularity(), audio.native())?;
                Ok(Some(Self::FixedAudio(Box::new(fixed))))
            }
            _ => Ok(None),
        }
    }

    /// Returns the input of a network in 8-bit integers for an example, bit by bit as a device computes
    /// it. `None` for a front end in floats, which may round to either of two integers.
    ///
    /// `standardisation` and `quantisation` are those of [`LibraryParts`](crate::LibraryParts) and its
    /// network.
    ///
    /// # Errors
    /// The errors of [`features`](Self::features), and [`FirmwareError::Deviation`] for features that
    /// are too fine for integers.
    pub fn input(
        &self,
        example: &RawExample,
        standardisation: Option<[&[f32]; 2]>,
        quantisation: Affine,
    ) -> Result<Option<Vec<i8>>, FirmwareError> {
        let raw = self.raw();
        example.check(raw.arriving(), raw.moments.saturating_mul(raw.channels))?;
        match (self, example) {
            #[cfg(feature = "audio")]
            (Self::FixedAudio(audio), RawExample::Int16(samples)) => {
                audio.input(samples, standardisation, quantisation).map(Some)
            }
            _ => {
                let _ = (standardisation, quantisation);
                Ok(None)
            }
        }
    }

    /// Returns what an example consists of, for data that is no stream, and what a sample is: comments
    /// for the header.
    pub(crate) fn notes(&self) -> [String; 2] {
        match self {
            Self::Features(_) => [
                "Number of features that the network reads, in the order height, width, channels.",
                "A feature, before standardisation. A NaN counts as 0 after it.",
            ]
            .map(str::to_owned),
            #[cfg(feature = "audio")]
            Self::Audio(audio) => [String::new(), audio.note()],
            #[cfg(feature = "audio")]
            Self::FixedAudio(audio) => [String::new(), audio.note()],
            #[cfg(feature = "image")]
            Self::Image(image) => image.notes(),
            #[cfg(feature = "motion")]
            Self::Motion(motion) => [String::new(), motion.note()],
        }
    }

    /// Returns the type of the memory that the front end works in.
    pub(crate) const fn word(&self) -> Word {
        match self {
            #[cfg(feature = "audio")]
            Self::FixedAudio(_) => Word::Integer,
            _ => Word::Float,
        }
    }

    pub(crate) fn code(&self, input: &NetworkInput<'_>) -> Result<FrontEndCode, FirmwareError> {
        Ok(match self {
            Self::Features(_) => features::code(self.raw(), input),
            #[cfg(feature = "audio")]
            Self::Audio(audio) => audio.code(input),
            #[cfg(feature = "audio")]
            Self::FixedAudio(audio) => audio.code(input)?,
            #[cfg(feature = "image")]
            Self::Image(image) => image.code(input),
            #[cfg(feature = "motion")]
            Self::Motion(motion) => motion.code(input),
        })
    }
}
