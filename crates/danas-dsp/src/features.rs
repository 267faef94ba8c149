//! Features of a recording: the input of a network.

use std::{fmt, sync::Arc};

use danas_space::{AudioGranularity, Hertz};
use ndarray::{Array3, ArrayView2, ArrayView3, Axis};

use crate::buffer_pool::BufferPool;

/// The features of one recording at one granularity: `[rows, frames, channels]`.
///
/// The representation determines the meaning of a row; frequency increases with the row index. Time
/// runs along the frames, which are [`hop_length`](danas_space::FrontEnd::hop_length) samples
/// apart. Each frame of a waveform is a single sample.
///
/// When features are dropped, the extractor that made them reuses their memory.
#[derive(Clone)]
pub struct Features {
    granularity: AudioGranularity,
    values: Array3<f32>,
    pool: Arc<BufferPool>,
}

impl Features {
    /// Creates features whose memory returns to `pool` when they are dropped.
    pub(crate) const fn new(
        granularity: AudioGranularity,
        values: Array3<f32>,
        pool: Arc<BufferPool>,
    ) -> Self {
        Self { granularity, values, pool }
    }

    /// Returns the granularity of the features.
    #[must_use]
    pub const fn granularity(&self) -> &AudioGranularity {
        &self.granularity
    }

    /// Returns the sample rate of the granularity.
    #[must_use]
    pub const fn sample_rate(&self) -> Hertz {
        self.granularity.sample_rate
    }

    /// Returns the number of rows: frequency bins, mel bands, or coefficients with their
    /// derivatives; 1 for a waveform.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.values.len_of(Axis(0))
    }

    /// Returns the number of frames: columns in time.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.values.len_of(Axis(1))
    }

    /// Returns the number of channels of the sound.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.values.len_of(Axis(2))
    }

    /// Returns a view of the values: `[rows, frames, channels]`.
    #[must_use]
    pub fn values(&self) -> ArrayView3<'_, f32> {
        self.values.view()
    }

    /// Returns the values without copying them: `[rows, frames, channels]`.
    #[must_use]
    pub fn into_values(mut self) -> Array3<f32> {
        std::mem::take(&mut self.values)
    }

    /// Returns one channel, `[rows, frames]`, or `None` if there is no such channel.
    #[must_use]
    pub fn channel(&self, channel: usize) -> Option<ArrayView2<'_, f32>> {
        (channel < self.channels()).then(|| self.values.index_axis(Axis(2), channel))
    }
}

impl Drop for Features {
    fn drop(&mut self) {
        let (values, _) = std::mem::take(&mut self.values).into_raw_vec_and_offset();
        self.pool.put(values);
    }
}

/// Compares granularity and values; the pool is ignored.
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
