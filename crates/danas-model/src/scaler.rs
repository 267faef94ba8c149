//! Standardisation of features with constants from the training part.

use danas_space::Shape;
use ndarray::{Array2, Array4, ArrayView2, ArrayView4, Axis, Zip};

use crate::{
    error::ModelError,
    samples::{example_shape, refuse_not_finite},
};

/// Axis of an example along which a row extends.
const COLUMNS: Axis = Axis(1);

/// Scaler that brings every feature row to mean 0 and standard deviation 1, by
/// `(x − mean) / deviation`.
///
/// A row is one position along the height (for audio, one frequency bin, band or coefficient) of
/// one channel. Its constants are computed over all examples and all columns (frames) of the
/// training part. The scaler is part of the trained model: predictions, and the device that runs
/// the network, apply the same constants to all inputs.
///
/// ```
/// use danas_model::Scaler;
/// use ndarray::Array4;
///
/// // Two examples of one row and two columns, and a second row that is constant.
/// let features = Array4::from_shape_vec((2, 2, 2, 1), vec![1., 3., 9., 9., 3., 1., 9., 9.])?;
/// let scaled = Scaler::fit(features.view())?.transform(features.view())?;
/// assert_eq!(scaled.into_raw_vec_and_offset().0, [-1., 1., 0., 0., 1., -1., 0., 0.]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scaler {
    mean: Array2<f32>,
    deviation: Array2<f32>,
}

impl Scaler {
    /// Creates a scaler from known constants.
    ///
    /// # Shapes
    /// - `mean`, `deviation`: `[height, channels]`
    ///
    /// # Errors
    /// [`ModelError::ScalerShape`] if the two differ in shape; [`ModelError::ScalerConstant`] for a
    /// mean that is not finite, or a deviation that is not finite and positive.
    pub fn new(mean: Array2<f32>, deviation: Array2<f32>) -> Result<Self, ModelError> {
        if mean.dim() != deviation.dim() {
            let (expected, actual) = (mean.dim().into(), deviation.dim().into());
            return Err(ModelError::ScalerShape { expected, actual });
        }
        let refused = |constant, (row, channel), value| {
            Err(ModelError::ScalerConstant { constant, row, channel, value })
        };
        if let Some((index, &value)) = mean.indexed_iter().find(|(_, mean)| !mean.is_finite()) {
            return refused("mean", index, value);
        }
        let unusable = |deviation: &f32| !deviation.is_finite() || *deviation <= 0.0;
        if let Some((index, &value)) = deviation.indexed_iter().find(|(_, value)| unusable(value)) {
            return refused("deviation", index, value);
        }
        Ok(Self { mean, deviation })
    }

    /// Returns the scaler of pixels, which makes `(255 x - 128) / 128` of every feature `x` of examples
    /// of this shape. The mean and the deviation are both 128/255.
    ///
    /// ```
    /// use danas_model::Scaler;
    /// use danas_space::Shape;
    /// use ndarray::Array4;
    ///
    /// let pixels = Array4::from_shape_vec((1, 1, 3, 1), vec![0.0, 128.0 / 255.0, 1.0])?;
    /// let scaled = Scaler::pixels(Shape::new(1, 3, 1)).transform(pixels.view())?;
    /// let expected = [-1.0, 0.0, 127.0 / 128.0];
    /// assert!(scaled.iter().zip(expected).all(|(scaled, value)| (scaled - value).abs() < 1e-6));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn pixels(shape: Shape) -> Self {
        let constant = Array2::from_elem((shape.height, shape.channels), 128.0 / 255.0);
        Self { mean: constant.clone(), deviation: constant }
    }

    /// Returns what becomes of a range of features, if that is the same in all rows.
    #[must_use]
    pub fn common_range(&self, range: [f32; 2]) -> Option<[f32; 2]> {
        let (&mean, &deviation) = (self.mean.first()?, self.deviation.first()?);
        let is_common = self.mean.iter().all(|&it| it == mean)
            && self.deviation.iter().all(|&it| it == deviation);
        is_common.then(|| range.map(|value| (value - mean) / deviation))
    }

    /// Computes the constants of `features`: the mean and the population standard deviation, summed
    /// in double precision. A constant row gets a deviation of 1, so that it becomes 0.
    ///
    /// # Shapes
    /// - `features`: `[examples, height, width, channels]`
    ///
    /// # Errors
    /// [`ModelError::NoExamples`] if `features` is empty; [`ModelError::NotFinite`] for a NaN or
    /// infinity.
    pub fn fit(features: ArrayView4<'_, f32>) -> Result<Self, ModelError> {
        if features.is_empty() {
            return Err(ModelError::NoExamples);
        }
        refuse_not_finite(features)?;
        let (examples, height, width, channels) = features.dim();
        let count = examples as f64 * width as f64;
        let none = Array2::zeros((height, channels));
        let mean = sum(features, &none, |value, _| value) / count;
        let squares = sum(features, &mean, |value, mean| (value - mean).powi(2));
        let mut deviation = Array2::ones((height, channels));
        Zip::indexed(&mut deviation).and(&squares).for_each(
            |(row, channel), deviation, &square| {
                let spread = (square / count).sqrt() as f32;
                if spread.is_normal() && !is_constant(features, row, channel) {
                    *deviation = spread;
                }
            },
        );
        Self::new(mean.mapv(|mean| mean as f32), deviation)
    }

    /// Returns the mean of each row, `[height, channels]`.
    #[must_use]
    pub fn mean(&self) -> ArrayView2<'_, f32> {
        self.mean.view()
    }

    /// Returns the standard deviation of each row, `[height, channels]`; 1 for a constant row.
    #[must_use]
    pub fn deviation(&self) -> ArrayView2<'_, f32> {
        self.deviation.view()
    }

    /// Returns a standardised copy of `features`, in standard layout.
    ///
    /// # Shapes
    /// - `features` and result: `[examples, height, width, channels]`
    ///
    /// # Errors
    /// [`ModelError::ScalerShape`] for features with another number of rows or channels.
    pub fn transform(&self, features: ArrayView4<'_, f32>) -> Result<Array4<f32>, ModelError> {
        self.check(example_shape(features))?;
        let mut scaled = Array4::zeros(features.raw_dim());
        for (mut scaled, example) in scaled.outer_iter_mut().zip(features.outer_iter()) {
            Zip::from(scaled.lanes_mut(COLUMNS))
                .and(example.lanes(COLUMNS))
                .and(&self.mean)
                .and(&self.deviation)
                .for_each(|mut scaled, row, mean, deviation| {
                    let pairs = scaled.iter_mut().zip(row);
                    pairs.for_each(|(scaled, value)| *scaled = (value - mean) / deviation);
                });
        }
        Ok(scaled)
    }

    /// Refuses features whose rows and channels do not match the constants.
    pub(crate) fn check(&self, features: Shape) -> Result<(), ModelError> {
        let (expected, actual) =
            ([features.height, features.channels], <[usize; 2]>::from(self.mean.dim()));
        if expected == actual {
            return Ok(());
        }
        Err(ModelError::ScalerShape { expected, actual })
    }
}

/// Returns the sum of `term` over examples and columns. `term` gets each value and its row's
/// `mean`.
fn sum(
    features: ArrayView4<'_, f32>,
    mean: &Array2<f64>,
    term: impl Fn(f64, f64) -> f64,
) -> Array2<f64> {
    let mut sums = Array2::zeros(mean.raw_dim());
    for example in features.outer_iter() {
        Zip::from(&mut sums).and(example.lanes(COLUMNS)).and(mean).for_each(|sum, row, &mean| {
            *sum += row.iter().map(|&value| term(f64::from(value), mean)).sum::<f64>();
        });
    }
    sums
}

/// Returns whether all values of a row are equal. Rounding may give such a row a tiny deviation.
fn is_constant(features: ArrayView4<'_, f32>, row: usize, channel: usize) -> bool {
    let values = features.index_axis(Axis(1), row).index_axis_move(Axis(2), channel);
    let mut values = values.iter();
    let first = values.next();
    values.all(|value| Some(value) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_per_row_and_channel() {
        let features = Array4::from_shape_fn((5, 2, 3, 2), |(example, row, column, channel)| {
            (example * 7 + column * 3) as f32 * (1 + row * 4 + channel) as f32 - 20.0
        });
        let scaler = Scaler::fit(features.view()).unwrap();
        for row in 0..2 {
            for channel in 0..2 {
                let values: Vec<f64> = (0..5)
                    .flat_map(|example| (0..3).map(move |column| (example, column)))
                    .map(|(example, column)| features[[example, row, column, channel]].into())
                    .collect();
                let mean = values.iter().sum::<f64>() / 15.0;
                let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / 15.0;
                assert!((f64::from(scaler.mean()[[row, channel]]) - mean).abs() < 1e-4);
                assert!(
                    (f64::from(scaler.deviation()[[row, channel]]) / square.sqrt() - 1.0).abs()
                        < 1e-6
                );
            }
        }
    }

    #[test]
    fn a_constant_row_becomes_zero_however_it_rounds() {
        let features = Array4::from_elem((7, 3, 11, 1), 0.1_f32);
        let scaler = Scaler::fit(features.view()).unwrap();
        assert_eq!(scaler.deviation(), Array2::<f32>::ones((3, 1)));
        assert_eq!(scaler.transform(features.view()).unwrap(), Array4::<f32>::zeros((7, 3, 11, 1)));
    }

    #[test]
    fn a_zero_deviation_is_refused_by_its_row() {
        let mut deviation = Array2::ones((3, 1));
        deviation[[2, 0]] = 0.0;
        let refused = Scaler::new(Array2::zeros((3, 1)), deviation).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the scaler's deviation of row 2, channel 0 is 0: \
             means must be finite, deviations finite and positive"
        );
    }

    #[test]
    fn features_of_other_rows_are_refused() {
        let scaler = Scaler::fit(Array4::zeros((2, 3, 4, 1)).view()).unwrap();
        let refused = scaler.transform(Array4::zeros((2, 5, 4, 1)).view()).unwrap_err();
        assert!(matches!(refused, ModelError::ScalerShape { .. }), "{refused}");
    }
}
