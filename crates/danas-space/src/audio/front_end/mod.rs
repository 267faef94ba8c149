//! The preprocessing parameters of an audio granularity.

mod builder;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use builder::FrontEndBuilder;

use crate::{
    audio::{Framing, MelNorm, MelScale, Representation, ResamplingFilter, Window},
    units::Hertz,
};

/// Preprocessing parameters: how audio is cut into clips and frames, and how features are computed
/// from a frame.
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
pub struct FrontEnd(FrontEndBuilder);

impl FrontEnd {
    /// Returns the values of the paper's Table 2: clips of 10 s, a frame of 2048 samples every 512
    /// samples, 80 mel bands and 13 coefficients. Where the paper leaves a parameter open,
    /// librosa's default applies.
    #[must_use]
    pub const fn paper() -> Self {
        Self(FrontEndBuilder {
            clip: Duration::from_secs(10),
            resampling: ResamplingFilter::SoxrHq,
            frame_length: 2048,
            window_length: None,
            hop_length: 512,
            window: Window::Hann,
            framing: Framing::Centred,
            mel_bands: 80,
            mel_scale: MelScale::Slaney,
            mel_norm: MelNorm::Area,
            lowest: 0,
            highest: None,
            floor: -100,
            dynamic_range: 80,
            coefficients: 13,
            lifter: 0,
            deltas: 2,
            delta_width: 9,
            running_mean: Duration::from_millis(500),
        })
    }

    /// Returns a builder that starts from [`paper`](Self::paper).
    pub fn builder() -> FrontEndBuilder {
        Self::paper().to_builder()
    }

    /// Returns a builder that starts from these values.
    pub const fn to_builder(self) -> FrontEndBuilder {
        self.0
    }

    /// Returns the length that every clip is cut or zero-padded to.
    #[must_use]
    pub const fn clip(&self) -> Duration {
        self.0.clip
    }

    /// Returns the low-pass filter that is applied when the sample rate is lowered.
    #[must_use]
    pub const fn resampling(&self) -> ResamplingFilter {
        self.0.resampling
    }

    /// Returns the number of samples in a frame, which is also the length of the FFT.
    #[must_use]
    pub const fn frame_length(&self) -> usize {
        self.0.frame_length
    }

    /// Returns the number of samples that the window covers in the middle of a frame. The other
    /// samples have a weight of zero.
    #[must_use]
    pub const fn window_length(&self) -> usize {
        match self.0.window_length {
            Some(samples) => samples,
            None => self.0.frame_length,
        }
    }

    /// Returns the number of samples from one frame to the next.
    #[must_use]
    pub const fn hop_length(&self) -> usize {
        self.0.hop_length
    }

    /// Returns the window function of a frame.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.0.window
    }

    /// Returns the position of the frames in a clip.
    #[must_use]
    pub const fn framing(&self) -> Framing {
        self.0.framing
    }

    /// Returns the number of mel bands, for mel spectrograms and for the computation of MFCC.
    #[must_use]
    pub const fn mel_bands(&self) -> usize {
        self.0.mel_bands
    }

    /// Returns the scale on which the mel bands are evenly spaced.
    #[must_use]
    pub const fn mel_scale(&self) -> MelScale {
        self.0.mel_scale
    }

    /// Returns the height of the triangles of the mel bands.
    #[must_use]
    pub const fn mel_norm(&self) -> MelNorm {
        self.0.mel_norm
    }

    /// Returns the frequency at which the lowest mel band begins, in hertz.
    #[must_use]
    pub const fn lowest(&self) -> u32 {
        self.0.lowest
    }

    /// Returns the frequency at which the highest mel band ends. `None` stands for half the sample
    /// rate.
    #[must_use]
    pub const fn highest(&self) -> Option<Hertz> {
        self.0.highest
    }

    /// Returns the lower limit of the power, in decibels. Smaller values are raised to it.
    #[must_use]
    pub const fn floor(&self) -> i32 {
        self.0.floor
    }

    /// Returns how far below the loudest value of a clip its other values may lie, in decibels.
    /// Smaller values are raised to this limit.
    #[must_use]
    pub const fn dynamic_range(&self) -> u32 {
        self.0.dynamic_range
    }

    /// Returns the number of cepstral coefficients, not counting their derivatives.
    #[must_use]
    pub const fn coefficients(&self) -> usize {
        self.0.coefficients
    }

    /// Returns the parameter of the sine that weights the coefficients; 0 means no weights.
    #[must_use]
    pub const fn lifter(&self) -> u32 {
        self.0.lifter
    }

    /// Returns the number of derivatives of the coefficients: 0, 1 or 2.
    #[must_use]
    pub const fn deltas(&self) -> usize {
        self.0.deltas
    }

    /// Returns the number of frames that a derivative is estimated from.
    #[must_use]
    pub const fn delta_width(&self) -> usize {
        self.0.delta_width
    }

    /// Returns the time constant of a running mean: the time that it takes to cover 63 % (1 - 1/e)
    /// of the distance to a new level.
    #[must_use]
    pub const fn running_mean(&self) -> Duration {
        self.0.running_mean
    }

    /// Returns the number of frames in a clip of `samples` samples, as librosa counts them.
    ///
    /// Centred frames begin half a frame before the clip and end half a frame after it, both rounded
    /// down. Every `h` samples a frame of `N` begins, as long as it fits:
    /// `1 + (samples + 2 ⌊N / 2⌋ - N) / h`, which is `1 + samples / h` for an even `N`.
    #[must_use]
    pub const fn frames(&self, samples: usize) -> usize {
        let taken = match self.framing() {
            Framing::Centred => self.frame_length() % 2,
            Framing::Inside => self.frame_length(),
        };
        match samples.checked_sub(taken) {
            Some(room) => 1 + room / self.hop_length(),
            None => 0,
        }
    }

    /// Returns the number of rows of a representation: frequency bins, mel bands, coefficients with
    /// their derivatives, or 1 for a waveform.
    #[must_use]
    pub const fn rows(&self, representation: Representation) -> usize {
        match representation {
            Representation::Spectrogram => self.frame_length() / 2 + 1,
            Representation::MelSpectrogram => self.mel_bands(),
            Representation::Mfcc => (1 + self.deltas()) * self.coefficients(),
            Representation::Waveform => 1,
        }
    }
}
