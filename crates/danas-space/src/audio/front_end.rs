//! The preprocessing parameters that all granularities of an audio space share.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::SpaceError;

/// How audio is cut into clips and frames, and how many bands and coefficients describe a frame.
///
/// ```
/// use danas_space::FrontEnd;
/// use std::time::Duration;
///
/// let half_second = FrontEnd::builder()
///     .clip(Duration::from_millis(500))
///     .frame_length(256)
///     .hop_length(128)
///     .build()?;
/// assert_eq!(half_second.mel_bands(), FrontEnd::paper().mel_bands());
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "FrontEndBuilder", into = "FrontEndBuilder")]
pub struct FrontEnd {
    clip: Duration,
    frame_length: usize,
    hop_length: usize,
    mel_bands: usize,
    coefficients: usize,
}

impl FrontEnd {
    /// The values of the paper's Table 2: clips of 10 s, frames of 2048 samples every 512, 80 mel
    /// bands, 13 coefficients.
    #[must_use]
    pub const fn paper() -> Self {
        Self {
            clip: Duration::from_secs(10),
            frame_length: 2048,
            hop_length: 512,
            mel_bands: 80,
            coefficients: 13,
        }
    }

    /// A builder that starts from [`paper`](Self::paper).
    pub fn builder() -> FrontEndBuilder {
        FrontEndBuilder::from(Self::paper())
    }

    /// The length that every clip is cut or zero-padded to.
    #[must_use]
    pub const fn clip(&self) -> Duration {
        self.clip
    }

    /// The samples of one frame: the window and the FFT are this long.
    #[must_use]
    pub const fn frame_length(&self) -> usize {
        self.frame_length
    }

    /// The samples from one frame to the next.
    #[must_use]
    pub const fn hop_length(&self) -> usize {
        self.hop_length
    }

    /// The bands of the mel filter bank, of the mel spectrogram and beneath the MFCC.
    #[must_use]
    pub const fn mel_bands(&self) -> usize {
        self.mel_bands
    }

    /// The cepstral coefficients, to which their first and second derivatives are added.
    #[must_use]
    pub const fn coefficients(&self) -> usize {
        self.coefficients
    }
}

/// Builds a [`FrontEnd`]; also how one is written in TOML.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct FrontEndBuilder {
    seconds: f64,
    frame_length: usize,
    hop_length: usize,
    mel_bands: usize,
    coefficients: usize,
}

impl FrontEndBuilder {
    /// The length of a clip. Default: 10 s.
    pub fn clip(mut self, clip: Duration) -> Self {
        self.seconds = clip.as_secs_f64();
        self
    }

    /// The samples of a frame. Default: 2048.
    pub fn frame_length(mut self, samples: usize) -> Self {
        self.frame_length = samples;
        self
    }

    /// The samples from one frame to the next. Default: 512.
    pub fn hop_length(mut self, samples: usize) -> Self {
        self.hop_length = samples;
        self
    }

    /// The mel bands. Default: 80.
    pub fn mel_bands(mut self, bands: usize) -> Self {
        self.mel_bands = bands;
        self
    }

    /// The cepstral coefficients. Default: 13.
    pub fn coefficients(mut self, coefficients: usize) -> Self {
        self.coefficients = coefficients;
        self
    }

    /// Checks and builds.
    ///
    /// # Errors
    /// [`SpaceError::OutOfRange`] for a clip that is empty or longer than an hour, a frame shorter
    /// than 2 or longer than 65 536 samples, a zero hop, no mel bands or more than 1024, and a
    /// number of coefficients that is zero or above the number of bands.
    pub fn build(self) -> Result<FrontEnd, SpaceError> {
        let within = |name, value: usize, legal: std::ops::RangeInclusive<usize>, expected| {
            if legal.contains(&value) {
                Ok(value)
            } else {
                Err(SpaceError::OutOfRange { name, value: value.to_string(), expected })
            }
        };
        let clip = Duration::try_from_secs_f64(self.seconds)
            .ok()
            .filter(|clip| !clip.is_zero() && *clip <= Duration::from_secs(3600))
            .ok_or_else(|| SpaceError::OutOfRange {
                name: "seconds",
                value: self.seconds.to_string(),
                expected: "above 0 and at most 3600",
            })?;
        Ok(FrontEnd {
            clip,
            frame_length: within("frame_length", self.frame_length, 2..=65_536, "2 to 65536")?,
            hop_length: within("hop_length", self.hop_length, 1..=usize::MAX, "at least 1")?,
            mel_bands: within("mel_bands", self.mel_bands, 1..=1024, "1 to 1024")?,
            coefficients: within(
                "coefficients",
                self.coefficients,
                1..=self.mel_bands,
                "at least 1 and at most mel_bands",
            )?,
        })
    }
}

impl Default for FrontEndBuilder {
    fn default() -> Self {
        FrontEnd::builder()
    }
}

impl From<FrontEnd> for FrontEndBuilder {
    fn from(front_end: FrontEnd) -> Self {
        Self {
            seconds: front_end.clip.as_secs_f64(),
            frame_length: front_end.frame_length,
            hop_length: front_end.hop_length,
            mel_bands: front_end.mel_bands,
            coefficients: front_end.coefficients,
        }
    }
}

impl TryFrom<FrontEndBuilder> for FrontEnd {
    type Error = SpaceError;

    fn try_from(builder: FrontEndBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}
