//! Series of samples from one or more sensors.

use danas_space::Rate;
use ndarray::Array2;

/// Samples of one or more channels, taken at the same moments.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The samples, `[samples, channels]`, all of them finite.
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
