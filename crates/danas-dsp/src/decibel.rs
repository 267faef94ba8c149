//! Power in decibels.

use ndarray::{Array2, ArrayView2};

/// Powers below this (-100 dB) count as this.
const MIN_POWER: f32 = 1e-10;
/// How far below the loudest value of a clip its decibels may go.
const DYNAMIC_RANGE: f32 = 80.0;

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
    let mut decibels = power.to_owned();
    to_db(&mut decibels);
    decibels
}

/// [`power_to_db`] in place.
pub(crate) fn to_db(power: &mut Array2<f32>) {
    power.mapv_inplace(|power| 10.0 * power.max(MIN_POWER).log10());
    let floor = power.iter().copied().fold(f32::NEG_INFINITY, f32::max) - DYNAMIC_RANGE;
    power.mapv_inplace(|decibels| decibels.max(floor));
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
