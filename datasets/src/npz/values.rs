//! The series within an array of values.

use std::path::Path;

use ndarray::{Array2, Array3, ArrayD, Axis, Ix2, Ix3, s};

use super::error::NpzError;

/// An array of values.
pub(super) struct Values<'a> {
    /// The file.
    pub(super) path: &'a Path,
    /// The name of the array.
    pub(super) array: &'a str,
    pub(super) values: ArrayD<f32>,
}

impl Values<'_> {
    /// Divides the array into series, each `[samples, channels]`.
    pub(super) fn divided(self, lengths: Option<&[usize]>) -> Result<Vec<Array2<f32>>, NpzError> {
        let Self { path, array, values } = self;
        let place = Place { path, array };
        let shape = values.shape().to_vec();
        let refuse = |_| NpzError::Shape {
            path: path.to_owned(),
            array: array.to_owned(),
            shape: shape.clone(),
        };
        match (shape.len(), lengths) {
            (2, Some(lengths)) => {
                place.concatenated(&values.into_dimensionality::<Ix2>().map_err(refuse)?, lengths)
            }
            (2, None) => {
                let values = values.insert_axis(Axis(2));
                place.stacked(&values.into_dimensionality::<Ix3>().map_err(refuse)?, None)
            }
            _ => place.stacked(&values.into_dimensionality::<Ix3>().map_err(refuse)?, lengths),
        }
    }
}

/// An array in a file.
struct Place<'a> {
    path: &'a Path,
    array: &'a str,
}

impl Place<'_> {
    /// Returns the series of an array `[series, samples, channels]`.
    fn stacked(
        &self,
        values: &Array3<f32>,
        lengths: Option<&[usize]>,
    ) -> Result<Vec<Array2<f32>>, NpzError> {
        let (count, samples, _) = values.dim();
        if let Some(lengths) = lengths.filter(|lengths| lengths.len() != count) {
            let (path, array) = (self.path.to_owned(), self.array.to_owned());
            return Err(NpzError::Count { path, array, found: count, expected: lengths.len() });
        }
        let series = values.outer_iter().enumerate().map(|(n, series)| {
            let length = lengths.map_or(samples, |lengths| lengths[n]);
            match length <= samples {
                true => Ok(series.slice(s![..length, ..]).to_owned()),
                false => Err(self.other_lengths(samples, length)),
            }
        });
        series.collect()
    }

    /// Returns the series of an array `[samples, channels]` that has them one after the other.
    fn concatenated(
        &self,
        values: &Array2<f32>,
        lengths: &[usize],
    ) -> Result<Vec<Array2<f32>>, NpzError> {
        let all = lengths.iter().fold(0usize, |sum, &length| sum.saturating_add(length));
        if all != values.nrows() {
            return Err(self.other_lengths(values.nrows(), all));
        }
        let mut start = 0;
        let series = lengths.iter().map(|&length| {
            let series = values.slice(s![start..start + length, ..]).to_owned();
            start += length;
            series
        });
        Ok(series.collect())
    }

    fn other_lengths(&self, samples: usize, lengths: usize) -> NpzError {
        let (path, array) = (self.path.to_owned(), self.array.to_owned());
        NpzError::Lengths { path, array, samples, lengths }
    }
}
