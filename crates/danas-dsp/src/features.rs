//! What a network is given of a recording.

use std::{fmt, sync::Arc};

use danas_space::{AudioGranularity, Hertz};
use ndarray::{Array3, ArrayView2, ArrayView3, Axis};

use crate::shelf::Shelf;

/// The features of one recording at one granularity: `[rows, frames, channels]`.
///
/// The representation says what a row is; frequency ascends with the rows. Time runs along the
/// frames, which are [`hop_length`](danas_space::FrontEnd::hop_length) samples apart; those of a
/// waveform are single samples.
///
/// When they are dropped, the extractor that made them uses their memory for the next ones.
#[derive(Clone)]
pub struct Features {
    granularity: AudioGranularity,
    values: Array3<f32>,
    shelf: Arc<Shelf>,
}

impl Features {
    /// Features whose memory goes to `shelf` in the end.
    pub(crate) const fn new(
        granularity: AudioGranularity,
        values: Array3<f32>,
        shelf: Arc<Shelf>,
    ) -> Self {
        Self { granularity, values, shelf }
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
    pub fn into_values(mut self) -> Array3<f32> {
        std::mem::take(&mut self.values)
    }

    /// One channel: `[rows, frames]`, `None` where there is no such channel.
    #[must_use]
    pub fn channel(&self, channel: usize) -> Option<ArrayView2<'_, f32>> {
        (channel < self.channels()).then(|| self.values.index_axis(Axis(2), channel))
    }
}

impl Drop for Features {
    fn drop(&mut self) {
        let (values, _) = std::mem::take(&mut self.values).into_raw_vec_and_offset();
        self.shelf.put(values);
    }
}

/// The shelf does not count.
impl PartialEq for Features {
    fn eq(&self, other: &Self) -> bool {
        self.granularity == other.granularity && self.values == other.values
    }
}

impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Features")
            .field("granularity", &self.granularity)
            .field("values", &self.values)
            .finish_non_exhaustive()
    }
}
