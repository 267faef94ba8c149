//! Series of samples from one or more sensors.

#[cfg(feature = "motion")]
mod array;
#[cfg(feature = "motion")]
mod columns;
mod error;
#[cfg(feature = "motion")]
mod format;
#[cfg(feature = "motion")]
mod read;
mod set;
#[cfg(feature = "motion")]
mod table;
#[cfg(feature = "motion")]
mod timing;

use danas_space::Rate;
use ndarray::Array2;

pub use error::{Row, SeriesError};
#[cfg(feature = "motion")]
pub use format::{SeriesFormat, TimeUnit};
#[cfg(feature = "motion")]
pub use read::{LoadedSeries, read_series};
pub use set::SeriesSet;

/// The smallest length of a series, in samples. A single sample has no course in time.
const MIN_SAMPLES: usize = 2;

/// The largest magnitude of a sample, as of a recording: 2⁴⁰. Counts of nanoseconds are above it.
const MAX_MAGNITUDE: f32 = (1_u64 << 40) as f32;

/// Returns whether a sample is finite and not too large to be processed.
const fn is_legal(value: f32) -> bool {
    // False for NaN.
    value.abs() <= MAX_MAGNITUDE
}

/// Samples of one or more channels, taken at the same moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The samples, `[samples, channels]`, all of them finite and of magnitudes up to 2⁴⁰.
    pub values: Array2<f32>,
    /// The number of samples per second.
    pub rate: Rate,
}

impl Series {
    /// Returns the length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.values.nrows() as f64 / self.rate.hertz()
    }
}
