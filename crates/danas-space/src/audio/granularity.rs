//! How finely a sound is given to a network.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Bytes, FrontEnd, Granularity, Hertz, Infeasible, Shape, SpaceError};

/// Bytes of one sample in the input buffer: 16 bit, as microphones deliver it.
const BYTES_PER_SAMPLE: u64 = 2;

/// What a clip is turned into before the network sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Representation {
    /// Power spectrogram in decibels.
    Spectrogram,
    /// Power mel spectrogram in decibels.
    MelSpectrogram,
    /// Mel-frequency cepstral coefficients with their first and second derivatives.
    Mfcc,
}

impl Representation {
    /// All representations.
    pub const ALL: [Self; 3] = [Self::Spectrogram, Self::MelSpectrogram, Self::Mfcc];

    /// The name in configurations and tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Spectrogram => "spectrogram",
            Self::MelSpectrogram => "mel-spectrogram",
            Self::Mfcc => "mfcc",
        }
    }
}

impl fmt::Display for Representation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Representation {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or_else(|| {
            SpaceError::UnknownName {
                kind: "representation",
                text: text.to_owned(),
                expected: "spectrogram, mel-spectrogram, mfcc",
            }
        })
    }
}

impl TryFrom<String> for Representation {
    type Error = SpaceError;

    fn try_from(text: String) -> Result<Self, SpaceError> {
        text.parse()
    }
}

impl From<Representation> for String {
    fn from(representation: Representation) -> Self {
        representation.name().to_owned()
    }
}

/// A sample rate and a representation, under the front end that computes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AudioGranularity {
    /// The rate that recordings are resampled to.
    pub sample_rate: Hertz,
    /// What they are turned into.
    pub representation: Representation,
    /// With which parameters.
    pub front_end: FrontEnd,
}

impl AudioGranularity {
    /// The samples of one clip: its length times the rate, rounded up.
    #[must_use]
    pub fn samples(&self) -> usize {
        let nanos = self.front_end.clip().as_nanos() * u128::from(self.sample_rate.get());
        // An hour at the highest rate is 1.6e13 samples: more than a 32-bit machine can address.
        usize::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(usize::MAX)
    }

    /// The frames of one clip, the first centred on its first sample.
    #[must_use]
    pub fn frames(&self) -> usize {
        1 + self.samples() / self.front_end.hop_length()
    }

    /// The rows of the representation: frequency bins, mel bands, or coefficients with their two
    /// derivatives.
    #[must_use]
    pub fn rows(&self) -> usize {
        match self.representation {
            Representation::Spectrogram => self.front_end.frame_length() / 2 + 1,
            Representation::MelSpectrogram => self.front_end.mel_bands(),
            Representation::Mfcc => 3 * self.front_end.coefficients(),
        }
    }
}

impl Granularity for AudioGranularity {
    fn input_shape(&self) -> Result<Shape, Infeasible> {
        Ok(Shape::new(self.rows(), self.frames(), 1))
    }

    fn input_buffer(&self) -> Bytes {
        Bytes((self.samples() as u64).saturating_mul(BYTES_PER_SAMPLE))
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("sample_rate", self.sample_rate.get().to_string()),
            ("representation", self.representation.to_string()),
        ]
    }
}

impl fmt::Display for AudioGranularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sample_rate, self.representation)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn granularity(hertz: u32, representation: Representation) -> AudioGranularity {
        let sample_rate = Hertz::new(hertz).unwrap();
        AudioGranularity { sample_rate, representation, front_end: FrontEnd::paper() }
    }

    #[test]
    fn the_papers_clips_have_the_papers_shapes() {
        let frames = [375, 750, 1500, 3000, 6000, 12_000, 24_000, 48_000]
            .map(|hertz| granularity(hertz, Representation::Mfcc).frames());
        assert_eq!(frames, [8, 15, 30, 59, 118, 235, 469, 938]);
        let rows = Representation::ALL.map(|kind| granularity(750, kind).rows());
        assert_eq!(rows, [1025, 80, 39]);
    }

    #[test]
    fn a_partial_sample_counts_as_one() {
        let front_end = FrontEnd::builder().clip(Duration::from_millis(500)).build().unwrap();
        let halved = AudioGranularity { front_end, ..granularity(375, Representation::Mfcc) };
        assert_eq!(halved.samples(), 188); // 187.5
        assert_eq!(halved.input_buffer(), Bytes(376));
    }
}
