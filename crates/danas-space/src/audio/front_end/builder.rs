//! The builder of a front end, and its form in TOML.

use std::{ops::RangeInclusive, time::Duration};

use serde::{Deserialize, Serialize};

use super::FrontEnd;
use crate::{
    audio::{Framing, MelNorm, MelScale, ResamplingFilter, Window},
    error::SpaceError,
    seconds,
    units::Hertz,
};

/// Builder of a [`FrontEnd`], and its form in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[must_use]
pub struct FrontEndBuilder {
    #[serde(rename = "seconds", with = "crate::seconds")]
    pub(super) clip: Duration,
    pub(super) resampling: ResamplingFilter,
    pub(super) frame_length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) window_length: Option<usize>,
    pub(super) hop_length: usize,
    pub(super) window: Window,
    pub(super) framing: Framing,
    pub(super) mel_bands: usize,
    pub(super) mel_scale: MelScale,
    pub(super) mel_norm: MelNorm,
    pub(super) lowest: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) highest: Option<Hertz>,
    pub(super) floor: i32,
    pub(super) dynamic_range: u32,
    pub(super) coefficients: usize,
    pub(super) lifter: u32,
    pub(super) deltas: usize,
    pub(super) delta_width: usize,
    #[serde(rename = "running_mean_seconds", with = "crate::seconds")]
    pub(super) running_mean: Duration,
}

impl FrontEndBuilder {
    /// Sets the length of a clip. Default: 10 s.
    pub fn clip(mut self, clip: Duration) -> Self {
        self.clip = clip;
        self
    }

    /// Sets the low-pass filter that is applied when the sample rate is lowered. Default: soxr's,
    /// as in librosa.
    pub fn resampling(mut self, filter: ResamplingFilter) -> Self {
        self.resampling = filter;
        self
    }

    /// Sets the number of samples in a frame (librosa's `n_fft`). Default: 2048.
    pub fn frame_length(mut self, samples: usize) -> Self {
        self.frame_length = samples;
        self
    }

    /// Sets the number of samples that the window covers in the middle of a frame (librosa's
    /// `win_length`). Default: the whole frame.
    pub fn window_length(mut self, samples: usize) -> Self {
        self.window_length = Some(samples);
        self
    }

    /// Sets the number of samples from one frame to the next (librosa's `hop_length`). Default:
    /// 512.
    pub fn hop_length(mut self, samples: usize) -> Self {
        self.hop_length = samples;
        self
    }

    /// Sets the window function of a frame. Default: Hann.
    pub fn window(mut self, window: Window) -> Self {
        self.window = window;
        self
    }

    /// Sets the position of the frames in a clip (librosa's `center`). Default: centred.
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = framing;
        self
    }

    /// Sets the number of mel bands (librosa's `n_mels`). Default: 80.
    pub fn mel_bands(mut self, bands: usize) -> Self {
        self.mel_bands = bands;
        self
    }

    /// Sets the mel scale (librosa's `htk`). Default: Slaney's.
    pub fn mel_scale(mut self, scale: MelScale) -> Self {
        self.mel_scale = scale;
        self
    }

    /// Sets the height of the mel bands (librosa's `norm`). Default: unit area.
    pub fn mel_norm(mut self, norm: MelNorm) -> Self {
        self.mel_norm = norm;
        self
    }

    /// Sets the frequency at which the lowest mel band begins, in hertz (librosa's `fmin`).
    /// Default: 0.
    pub fn lowest(mut self, hertz: u32) -> Self {
        self.lowest = hertz;
        self
    }

    /// Sets the frequency at which the highest mel band ends (librosa's `fmax`). Default: half the
    /// sample rate.
    pub fn highest(mut self, frequency: Hertz) -> Self {
        self.highest = Some(frequency);
        self
    }

    /// Sets the lower limit of the power, in decibels (librosa's `amin`). Default: -100.
    pub fn floor(mut self, decibels: i32) -> Self {
        self.floor = decibels;
        self
    }

    /// Sets how far below the loudest value of a clip its other values may lie, in decibels
    /// (librosa's `top_db`). Default: 80.
    pub fn dynamic_range(mut self, decibels: u32) -> Self {
        self.dynamic_range = decibels;
        self
    }

    /// Sets the number of cepstral coefficients (librosa's `n_mfcc`). Default: 13.
    pub fn coefficients(mut self, coefficients: usize) -> Self {
        self.coefficients = coefficients;
        self
    }

    /// Sets the parameter of the sine that weights the coefficients (librosa's `lifter`). Default:
    /// 0, no weights.
    pub fn lifter(mut self, lifter: u32) -> Self {
        self.lifter = lifter;
        self
    }

    /// Sets the number of derivatives that are added to the coefficients. Default: 2.
    pub fn deltas(mut self, orders: usize) -> Self {
        self.deltas = orders;
        self
    }

    /// Sets the number of frames that a derivative is estimated from (librosa's `width`). Default:
    /// 9.
    pub fn delta_width(mut self, frames: usize) -> Self {
        self.delta_width = frames;
        self
    }

    /// Sets the time constant of [`ClipNormalisation::RunningMean`](crate::ClipNormalisation).
    /// Default: 0.5 s.
    pub fn running_mean(mut self, time_constant: Duration) -> Self {
        self.running_mean = time_constant;
        self
    }

    /// Checks the values and builds the front end.
    ///
    /// # Errors
    /// [`SpaceError::OutOfRange`] names the first parameter that is out of its range. The limits
    /// are:
    ///
    /// - a clip and the time constant of a running mean: above 0 and at most an hour
    /// - a frame: 2 to 65 536 samples
    /// - a window: at least one sample, and no longer than the frame
    /// - a hop: at least one sample
    /// - mel bands: 1 to 1024, ending above the frequency at which they begin
    /// - the floor: within ±380 dB
    /// - the dynamic range: at least 1 dB
    /// - coefficients: at least one, and no more than there are mel bands
    /// - derivatives: at most two, each estimated from an odd number of 3 to 255 frames
    pub fn build(self) -> Result<FrontEnd, SpaceError> {
        let frames = |name, value, most, expected| within(name, value, 1..=most, expected);
        let is_time = |time: Duration| !time.is_zero() && time <= Duration::from_secs(3600);
        if !is_time(self.clip) {
            return Err(seconds::out_of_range(self.clip.as_secs_f64()));
        }
        within("frame_length", self.frame_length, 2..=65_536, "2 to 65536")?;
        if let Some(samples) = self.window_length {
            frames("window_length", samples, self.frame_length, "1 to `frame_length`")?;
        }
        frames("hop_length", self.hop_length, usize::MAX, "at least 1")?;
        frames("mel_bands", self.mel_bands, 1024, "1 to 1024")?;
        if let Some(highest) = self.highest.filter(|highest| highest.get() <= self.lowest) {
            return Err(out_of_range("highest", highest.get(), "above `lowest`"));
        }
        within("floor", self.floor, -380..=380, "-380 to 380")?;
        within("dynamic_range", self.dynamic_range, 1..=u32::MAX, "at least 1")?;
        frames("coefficients", self.coefficients, self.mel_bands, "1 to `mel_bands`")?;
        within("deltas", self.deltas, 0..=2, "0, 1 or 2")?;
        let odd = "an odd number from 3 to 255";
        within("delta_width", self.delta_width, 3..=255, odd)?;
        if self.delta_width.is_multiple_of(2) {
            return Err(out_of_range("delta_width", self.delta_width, odd));
        }
        if !is_time(self.running_mean) {
            let seconds = self.running_mean.as_secs_f64();
            return Err(out_of_range("running_mean_seconds", seconds, seconds::LEGAL));
        }
        Ok(FrontEnd(self))
    }
}

impl Default for FrontEndBuilder {
    fn default() -> Self {
        FrontEnd::builder()
    }
}

impl From<FrontEnd> for FrontEndBuilder {
    fn from(front_end: FrontEnd) -> Self {
        front_end.to_builder()
    }
}

impl TryFrom<FrontEndBuilder> for FrontEnd {
    type Error = SpaceError;

    fn try_from(builder: FrontEndBuilder) -> Result<Self, SpaceError> {
        builder.build()
    }
}

fn within<T: PartialOrd + ToString>(
    name: &'static str,
    value: T,
    legal: RangeInclusive<T>,
    expected: &'static str,
) -> Result<(), SpaceError> {
    if legal.contains(&value) { Ok(()) } else { Err(out_of_range(name, value, expected)) }
}

fn out_of_range(name: &'static str, value: impl ToString, expected: &'static str) -> SpaceError {
    SpaceError::OutOfRange { name, value: value.to_string(), expected }
}
