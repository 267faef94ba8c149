//! What a network is given of a recording.

use danas_space::{AudioGranularity, Hertz};
use ndarray::{Array3, ArrayView2, ArrayView3, Axis};

/// The features of one recording at one granularity: `[rows, frames, channels]`.
///
/// The representation says what a row is; frequency ascends with the rows. Time runs along the
/// frames, which are [`hop_length`](danas_space::FrontEnd::hop_length) samples apart; those of a
/// waveform are single samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    granularity: AudioGranularity,
    values: Array3<f32>,
}

impl Features {
    pub(crate) const fn new(granularity: AudioGranularity, values: Array3<f32>) -> Self {
        Self { granularity, values }
    }

    /// The granularity that they are of.
    #[must_use]
    pub const fn granularity(&self) -> &AudioGranularity {
        &self.granularity
    }

    /// The rate of the samples behind them.
    #[must_use]
    pub const fn sample_rate(&self) -> Hertz {
        self.granularity.sample_rate
    }

    /// Frequency bins, mel bands, or coefficients with their derivatives; 1 for a waveform.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len_of(Axis(0))
    }

    /// Columns in time.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.values.len_of(Axis(1))
    }

    /// Channels of the sound.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.values.len_of(Axis(2))
    }

    /// The values: `[rows, frames, channels]`.
    #[must_use]
    pub fn values(&self) -> ArrayView3<'_, f32> {
        self.values.view()
    }

    /// The values, without a copy: `[rows, frames, channels]`.
    #[must_use]
    pub fn into_values(self) -> Array3<f32> {
        self.values
    }

    /// One channel: `[rows, frames]`, `None` where there is no such channel.
    #[must_use]
    pub fn channel(&self, channel: usize) -> Option<ArrayView2<'_, f32>> {
        (channel < self.channels()).then(|| self.values.index_axis(Axis(2), channel))
    }
}
