//! Derivatives of features over time.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use crate::error::DspError;

/// Order of a derivative over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeltaOrder {
    /// The slope of the least-squares line through the surrounding frames.
    First,
    /// The curvature: the second derivative of the least-squares parabola through the surrounding
    /// frames.
    Second,
}

impl DeltaOrder {
    /// Both orders, the slope first.
    pub(crate) const ALL: [Self; 2] = [Self::First, Self::Second];

    /// Returns the weights of the frames from `-reach` to `reach`.
    ///
    /// They solve the least-squares fit in closed form. With offsets `n`, their mean square `m` and
    /// values `x`, the slope is `Σ n x / Σ n²`, and the curvature is
    /// `2 Σ (n² - m) x / Σ (n² - m)²`.
    pub(crate) fn weights(self, reach: usize) -> Vec<f64> {
        let offsets = (0..=2 * reach).map(|n| n as f64 - reach as f64);
        let mean_square = (reach * (reach + 1)) as f64 / 3.0;
        let basis = offsets.map(|n| match self {
            Self::First => n,
            Self::Second => n * n - mean_square,
        });
        let basis: Vec<f64> = basis.collect();
        let squares: f64 = basis.iter().map(|value| value * value).sum();
        let scale = match self {
            Self::First => 1.0 / squares,
            Self::Second => 2.0 / squares,
        };
        basis.into_iter().map(|value| scale * value).collect()
    }
}

/// Returns the derivative of each row over time, per frame, from `width` frames centred on each
/// frame.
///
/// This is a Savitzky-Golay filter with a polynomial of the same order as the derivative. Beyond
/// the edges, the first and last values repeat. librosa's equivalent is
/// `delta(width, order, mode="nearest")`, with a default width of 9. The second derivative is
/// computed from the features themselves, not from their first derivative. The derivatives of a
/// single frame are zero.
///
/// # Shapes
/// - `features`: `[rows, frames]`
/// - returns `[rows, frames]`
///
/// # Errors
/// [`DspError::Parameter`] if the width is even or below 3.
///
/// # References
/// A. Savitzky and M. Golay (1964). *Smoothing and differentiation of data by simplified least
/// squares procedures*. <https://doi.org/10.1021/ac60214a047>
pub fn delta(
    features: ArrayView2<'_, f32>,
    order: DeltaOrder,
    width: usize,
) -> Result<Array2<f32>, DspError> {
    if width < 3 || width.is_multiple_of(2) {
        return Err(DspError::Parameter { name: "delta_width", value: width });
    }
    let mut derivative = Array2::zeros(features.raw_dim());
    write_delta(features, order, width, derivative.view_mut());
    Ok(derivative)
}

/// Writes [`delta`] into an array of the same shape. The width must be legal.
pub(crate) fn write_delta(
    features: ArrayView2<'_, f32>,
    order: DeltaOrder,
    width: usize,
    mut derivative: ArrayViewMut2<'_, f32>,
) {
    let frames = features.ncols();
    let Some(last) = frames.checked_sub(1) else { return };
    let reach = width / 2;
    let weights = order.weights(reach);
    let mut padded = vec![0.0; frames + 2 * reach];
    let mut sums = vec![0.0; frames];
    for (from, mut to) in features.rows().into_iter().zip(derivative.rows_mut()) {
        for (n, sample) in padded.iter_mut().enumerate() {
            *sample = f64::from(from[n.saturating_sub(reach).min(last)]);
        }
        sums.fill(0.0);
        for (weight, near) in weights.iter().zip(padded.windows(frames)) {
            sums.iter_mut().zip(near).for_each(|(sum, value)| *sum += weight * value);
        }
        to.iter_mut().zip(&sums).for_each(|(to, &sum)| *to = sum as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a row of `value(frame)` over 20 frames. Frames 4 to 15 are unaffected by the edges.
    fn row(value: impl Fn(f32) -> f32) -> Array2<f32> {
        Array2::from_shape_fn((1, 20), |(_, frame)| value(frame as f32))
    }

    #[test]
    fn a_ramp_has_its_slope_and_no_curvature() {
        let ramp = row(|t| 3.0 * t - 7.0);
        let [slope, curvature] = DeltaOrder::ALL.map(|order| delta(ramp.view(), order, 9).unwrap());
        for frame in 4..16 {
            assert!((slope[[0, frame]] - 3.0).abs() < 1e-5);
            assert!(curvature[[0, frame]].abs() < 1e-4);
        }
    }

    #[test]
    fn a_parabola_has_its_curvature() {
        let curvature = delta(row(|t| 0.5 * t * t).view(), DeltaOrder::Second, 9).unwrap();
        assert!((4..16).all(|frame| (curvature[[0, frame]] - 1.0).abs() < 1e-4));
    }

    #[test]
    fn the_edges_repeat() {
        let step = delta(ndarray::array![[1.0_f32, 2.0]].view(), DeltaOrder::First, 9).unwrap();
        // The window of the first frame is 1 1 1 1 [1] 2 2 2 2: its slope is (1 + 2 + 3 + 4) / 60.
        assert!(step.iter().all(|slope| (slope - 1.0 / 6.0).abs() < 1e-6));
    }

    #[test]
    fn one_frame_or_none_has_no_derivative() {
        for order in DeltaOrder::ALL {
            let one = delta(Array2::ones((3, 1)).view(), order, 9).unwrap();
            assert!(one.iter().all(|d| d.abs() < 1e-6));
            assert_eq!(delta(Array2::ones((3, 0)).view(), order, 9).unwrap().dim(), (3, 0));
        }
    }
}
