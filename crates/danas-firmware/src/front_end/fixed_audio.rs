//! The front end of sound in integers.

mod code;
mod input;

use danas_dsp::{DspError, FixedAudio};
use danas_size::Affine;
use danas_space::{AudioGranularity, Hertz, Shape};

use self::{code::Code, input::FixedInput};
use super::{
    audio::AudioFrontEnd, code::FrontEndCode, fourier::Fourier, input::NetworkInput, raw::Raw,
};
use crate::error::FirmwareError;

/// The front end of sound for a core without a floating-point unit: it computes in integers between
/// 16-bit samples and the 8-bit input of a network.
///
/// The integers are those of [`FixedAudio`], bit by bit.
#[derive(Debug, Clone, PartialEq)]
pub struct FixedAudioFrontEnd {
    front_end: AudioFrontEnd,
    fixed: FixedAudio,
    fourier: Option<Fourier>,
}

impl FixedAudioFrontEnd {
    /// Plans the front end of a granularity for sound that arrives at a native rate.
    ///
    /// # Errors
    /// The errors of [`AudioFrontEnd::new`]. Every front end in floats has one in integers.
    pub fn new(granularity: &AudioGranularity, native: Hertz) -> Result<Self, FirmwareError> {
        let front_end = AudioFrontEnd::new(granularity, native)?;
        let refused = |error: DspError| FirmwareError::Features(Box::new(error));
        let fixed = FixedAudio::new(granularity, native).map_err(refused)?;
        let fourier = match fixed.frames {
            Some(_) => Some(Fourier::new(granularity.front_end.frame_length())?),
            None => None,
        };
        Ok(Self { front_end, fixed, fourier })
    }

    /// Returns the shape of the features.
    pub(super) fn shape(&self) -> Shape {
        self.front_end.shape()
    }

    /// Returns the raw data of an example.
    pub(super) fn raw(&self) -> Raw {
        self.front_end.raw()
    }

    /// Returns what a sample in the window is.
    pub(super) fn note(&self) -> String {
        self.front_end.note()
    }

    /// Returns the features of a clip of 16-bit samples.
    pub(super) fn features(&self, samples: &[i16]) -> Vec<f32> {
        let unit = self.fixed.unit();
        self.fixed.features(samples).into_iter().map(|it| (f64::from(it) * unit) as f32).collect()
    }

    /// Returns the input of a network for a clip of 16-bit samples.
    pub(super) fn input(
        &self,
        samples: &[i16],
        standardisation: Option<[&[f32]; 2]>,
        quantisation: Affine,
    ) -> Result<Vec<i8>, FirmwareError> {
        let input = FixedInput::new(self.fixed.unit(), standardisation, quantisation)?;
        let features = self.fixed.features(samples);
        let Shape { width, channels, .. } = self.shape();
        let columns = width.saturating_mul(channels).max(1);
        let values = features.into_iter().enumerate();
        Ok(values
            .map(|(index, feature)| {
                input.of(feature, index / columns * channels + index % channels)
            })
            .collect())
    }

    pub(super) fn code(&self, input: &NetworkInput<'_>) -> Result<FrontEndCode, FirmwareError> {
        let quantisation = input.quantisation.ok_or(FirmwareError::FixedPoint)?;
        let input = FixedInput::new(self.fixed.unit(), input.standardisation, quantisation)?;
        let code = Code::new(&self.fixed, self.raw(), &input);
        let (text, words, constant_bytes) = code.written(self.fourier.as_ref());
        Ok(FrontEndCode { text, words, constant_bytes })
    }
}

#[cfg(test)]
mod tests;
