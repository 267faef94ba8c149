//! Derivatives of features over time.

use ndarray::{Array2, ArrayView2, ArrayViewMut2};

/// Frames on each side of the one whose derivative is estimated: the filter is 9 wide.
const REACH: usize = 4;

/// Which derivative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeltaOrder {
    /// The slope: the best line through nine frames.
    First,
    /// The curvature: the second derivative of the best parabola through nine frames.
    Second,
}

impl DeltaOrder {
    /// Weight of the frame `offset` after the current one.
    ///
    /// The least squares fit over offsets -4 to 4 in closed form: the slope is `Σ n x / Σ n²`, the
    /// curvature twice `Σ (n² - m) x / Σ (n² - m)²` with the mean square `m = 20/3`.
    fn weight(self, offset: f64) -> f64 {
        match self {
            Self::First => offset / 60.0,
            Self::Second => (3.0 * offset * offset - 20.0) / 462.0,
        }
    }
}

/// The derivative of each row over its columns, per frame.
///
/// A Savitzky-Golay filter of width 9 with a polynomial of the derivative's own order; beyond the
/// edges the first and last values repeat (librosa's `delta(width=9, order, mode="nearest")`). The
/// second derivative is taken from the features themselves, not from the first. A single frame has
/// derivatives of zero.
///
/// # Shapes
/// - `features`: `[rows, frames]`
/// - returns `[rows, frames]`
///
/// # References
/// A. Savitzky and M. Golay (1964). *Smoothing and differentiation of data by simplified least
/// squares procedures*. <https://doi.org/10.1021/ac60214a047>
#[must_use]
pub fn delta(features: ArrayView2<'_, f32>, order: DeltaOrder) -> Array2<f32> {
    let mut derivative = Array2::zeros(features.raw_dim());
    write_delta(features, order, derivative.view_mut());
    derivative
}

/// [`delta`] into an array of the same shape.
pub(crate) fn write_delta(
    features: ArrayView2<'_, f32>,
    order: DeltaOrder,
    mut derivative: ArrayViewMut2<'_, f32>,
) {
    let Some(last) = features.ncols().checked_sub(1) else { return };
    let weights: [f64; 2 * REACH + 1] =
        std::array::from_fn(|n| order.weight(n as f64 - REACH as f64));
    for (from, mut to) in features.rows().into_iter().zip(derivative.rows_mut()) {
        for (frame, to) in to.iter_mut().enumerate() {
            let near = |n: usize| f64::from(from[(frame + n).saturating_sub(REACH).min(last)]);
            *to =
                weights.iter().enumerate().map(|(n, weight)| weight * near(n)).sum::<f64>() as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDERS: [DeltaOrder; 2] = [DeltaOrder::First, DeltaOrder::Second];

    /// `value(frame)` over 20 frames; frames 4 to 15 see no edge.
    fn row(value: impl Fn(f32) -> f32) -> Array2<f32> {
        Array2::from_shape_fn((1, 20), |(_, frame)| value(frame as f32))
    }

    #[test]
    fn a_ramp_has_its_slope_and_no_curvature() {
        let ramp = row(|t| 3.0 * t - 7.0);
        let [slope, curvature] = ORDERS.map(|order| delta(ramp.view(), order));
        for frame in 4..16 {
            assert!((slope[[0, frame]] - 3.0).abs() < 1e-5);
            assert!(curvature[[0, frame]].abs() < 1e-4);
        }
    }

    #[test]
    fn a_parabola_has_its_curvature() {
        let curvature = delta(row(|t| 0.5 * t * t).view(), DeltaOrder::Second);
        assert!((4..16).all(|frame| (curvature[[0, frame]] - 1.0).abs() < 1e-4));
    }

    #[test]
    fn the_edges_repeat() {
        let step = delta(ndarray::array![[1.0_f32, 2.0]].view(), DeltaOrder::First);
        // 1 1 1 1 [1] 2 2 2 2: (1 + 2 + 3 + 4) / 60.
        assert!(step.iter().all(|slope| (slope - 1.0 / 6.0).abs() < 1e-6));
    }

    #[test]
    fn one_frame_or_none_has_no_derivative() {
        for order in ORDERS {
            assert!(delta(Array2::ones((3, 1)).view(), order).iter().all(|d| d.abs() < 1e-6));
            assert_eq!(delta(Array2::ones((3, 0)).view(), order).dim(), (3, 0));
        }
    }
}
