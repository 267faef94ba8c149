//! The window that a granularity gives an example.

use std::borrow::Cow;

use danas_dsp::{DspError, lower_rates};
use danas_space::MotionGranularity;
use ndarray::Array2;

use super::{MotionSource, error::MotionError};
use crate::source::DataSource;

impl MotionSource {
    /// Returns the window of one example, `[samples, channels]`, at the granularity's rate.
    pub(super) fn window(
        &self,
        granularity: &MotionGranularity,
        columns: &[usize],
        example: usize,
    ) -> Result<Array2<f32>, MotionError> {
        let (index, _) = self.examples[example];
        let series = &self.series[index];
        let values: Cow<'_, Array2<f32>> = match self.lowered.get(granularity.rate, index) {
            Some(lowered) => Cow::Borrowed(lowered),
            None if granularity.rate == series.rate => Cow::Borrowed(&series.values),
            None => {
                let lowered = lower_rates(series.values.view(), series.rate, &[granularity.rate]);
                let lowered = lowered.map_err(|source| self.unusable(example, source))?;
                Cow::Owned(lowered.into_iter().next().unwrap_or_default())
            }
        };
        let centre = self.span(example).map_or_else(|| series.seconds() / 2.0, |it| it.centre());
        let start = centre - granularity.window.as_secs_f64() / 2.0;
        let first = (start * granularity.rate.hertz()).round() as i64;
        let last = values.nrows() as i64 - 1;
        Ok(Array2::from_shape_fn((granularity.samples(), columns.len()), |(n, column)| {
            let sample = (first + n as i64).clamp(0, last);
            values[[sample as usize, columns[column]]]
        }))
    }

    /// Returns the error of an example that cannot be processed.
    pub(super) fn unusable(&self, example: usize, source: DspError) -> MotionError {
        MotionError::Process { path: self.dataset.clips()[example].path.clone(), source }
    }

    /// Returns the columns of a granularity's channels, or the name of one that the data lack.
    pub(super) fn columns<'a>(
        &self,
        granularity: &'a MotionGranularity,
    ) -> Result<Vec<usize>, &'a str> {
        let names = granularity.channels.names().iter();
        let column =
            |name: &'a String| self.channels.iter().position(|it| it == name).ok_or(name.as_str());
        names.map(column).collect()
    }
}
