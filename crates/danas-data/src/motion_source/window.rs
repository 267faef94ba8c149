//! The window that a granularity gives an example.

use std::borrow::Cow;

use danas_dsp::{DspError, lower_rates};
use danas_space::{MotionGranularity, Rate};
use ndarray::Array2;

use super::{MotionSource, error::MotionError};

impl MotionSource {
    /// Returns the series of an example at a rate.
    pub(super) fn at_rate(
        &self,
        rate: Rate,
        example: usize,
    ) -> Result<Cow<'_, Array2<f32>>, MotionError> {
        let (index, _) = self.examples[example];
        let series = &self.series[index];
        if let Some(lowered) = self.lowered.get(rate, index) {
            return Ok(Cow::Borrowed(lowered));
        }
        if rate == series.rate {
            return Ok(Cow::Borrowed(&series.values));
        }
        let lowered = lower_rates(series.values.view(), series.rate, &[rate]);
        let lowered = lowered.map_err(|source| self.unusable(example, source))?;
        Ok(Cow::Owned(lowered.into_iter().next().unwrap_or_default()))
    }

    /// Returns the window of one example, `[samples, channels]`, of its series at the granularity's rate.
    pub(super) fn window(
        &self,
        granularity: &MotionGranularity,
        columns: &[usize],
        values: &Array2<f32>,
        example: usize,
    ) -> Array2<f32> {
        let whole = || self.series[self.examples[example].0].seconds() / 2.0;
        let centre = self.dataset.span(example).map_or_else(whole, |span| span.centre());
        let start = centre - granularity.window.as_secs_f64() / 2.0;
        let first = (start * granularity.rate.hertz()).round() as i64;
        let last = values.nrows() as i64 - 1;
        Array2::from_shape_fn((granularity.samples(), columns.len()), |(n, column)| {
            let sample = (first + n as i64).clamp(0, last);
            values[[sample as usize, columns[column]]]
        })
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
