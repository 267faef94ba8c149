//! Power in decibels.

use ndarray::{Array2, ArrayView2};

/// How power is told in decibels: 10 log₁₀ power, no less than `floor`, then no less than
/// `dynamic_range` below the clip's maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decibels {
    pub(crate) floor: i32,
    pub(crate) dynamic_range: u32,
}

impl Decibels {
    /// librosa's: -100 and 80.
    const LIBROSA: Self = Self { floor: -100, dynamic_range: 80 };

    /// Turns the power of a whole clip into decibels.
    pub(crate) fn apply(self, power: &mut [f32]) {
        let least = 10.0_f64.powf(f64::from(self.floor) / 10.0) as f32;
        power.iter_mut().for_each(|power| *power = 10.0 * power.max(least).log10());
        let loudest = power.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let floor = loudest - self.dynamic_range as f32;
        power.iter_mut().for_each(|decibels| *decibels = decibels.max(floor));
    }
}

/// Decibels of a whole clip's power, relative to 1: 10 log₁₀ max(1e-10, power), then no less than
/// 80 below the clip's maximum.
///
/// librosa's `power_to_db` with `ref=1.0`, `amin=1e-10`, `top_db=80.0`. The result depends on the
/// whole clip through its maximum. Finite for any finite power; a NaN counts as silence.
///
/// ```
/// use ndarray::array;
///
/// let decibels = danas_dsp::power_to_db(array![[1.0, 100.0], [0.0, 1e-4]].view());
/// assert_eq!(decibels, array![[0.0, 20.0], [-60.0, -40.0]]);
/// ```
#[must_use]
pub fn power_to_db(power: ArrayView2<'_, f32>) -> Array2<f32> {
    let mut decibels: Vec<f32> = power.iter().copied().collect();
    Decibels::LIBROSA.apply(&mut decibels);
    // As many values as there were, in row order.
    Array2::from_shape_vec(power.dim(), decibels).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_minus_100_and_nothing_is_no_problem() {
        assert_eq!(power_to_db(Array2::zeros((2, 2)).view()), Array2::from_elem((2, 2), -100.0));
        assert_eq!(power_to_db(Array2::zeros((2, 0)).view()).dim(), (2, 0));
    }
}
