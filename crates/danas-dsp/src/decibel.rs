//! Conversion of power to decibels.

use std::{
    f32::consts::FRAC_1_SQRT_2,
    f64::consts::{LOG10_2, LOG10_E},
};

use multiversion::multiversion;
use ndarray::{Array2, ArrayView2};

/// Conversion of power to decibels: 10 log₁₀ power, limited to at least `floor`, and then to at
/// least the clip's maximum minus `dynamic_range`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decibels {
    pub(crate) floor: i32,
    pub(crate) dynamic_range: u32,
}

impl Decibels {
    /// librosa's defaults: a floor of -100 dB and a dynamic range of 80 dB.
    const LIBROSA: Self = Self { floor: -100, dynamic_range: 80 };

    /// Converts the power of a whole clip to decibels.
    pub(crate) fn apply(self, power: &mut [f32]) {
        let floor = self.unlimited(power) - self.dynamic_range as f32;
        power.iter_mut().for_each(|decibels| *decibels = decibels.max(floor));
    }

    /// Converts the power of a whole clip to decibels relative to its maximum, which becomes 0 dB.
    pub(crate) fn apply_relative(self, power: &mut [f32]) {
        let loudest = self.unlimited(power);
        let floor = -(self.dynamic_range as f32);
        power.iter_mut().for_each(|decibels| *decibels = (*decibels - loudest).max(floor));
    }

    /// Converts the power of a clip, in rows of `frames` frames, to decibels. Each frame is limited
    /// relative to the maximum of all frames up to and including it, so that no frame depends on a
    /// later one.
    pub(crate) fn apply_so_far(self, power: &mut [f32], frames: usize) {
        self.unlimited(power);
        let mut floors = vec![f32::NEG_INFINITY; frames];
        let frames = frames.max(1);
        for row in power.chunks_exact(frames) {
            floors.iter_mut().zip(row).for_each(|(floor, value)| *floor = floor.max(*value));
        }
        let mut loudest = f32::NEG_INFINITY;
        for floor in &mut floors {
            loudest = loudest.max(*floor);
            *floor = loudest - self.dynamic_range as f32;
        }
        for row in power.chunks_exact_mut(frames) {
            row.iter_mut().zip(&floors).for_each(|(value, floor)| *value = value.max(*floor));
        }
    }

    /// Converts power to decibels, limited only by `floor`, and returns the maximum.
    fn unlimited(self, power: &mut [f32]) -> f32 {
        let least = 10.0_f64.powf(f64::from(self.floor) / 10.0) as f32;
        if least.is_normal() {
            to_decibels(power, least)
        } else {
            let exact = |power: f32| 10.0 * power.max(least).log10();
            power.iter_mut().for_each(|power| *power = exact(*power));
            power.iter().copied().fold(f32::NEG_INFINITY, f32::max)
        }
    }
}

/// Converts the power of a whole clip to decibels relative to 1: 10 log₁₀ max(1e-10, power),
/// limited to at least the clip's maximum minus 80 dB.
///
/// This is librosa's `power_to_db` with `ref=1.0`, `amin=1e-10` and `top_db=80.0`. Each value
/// depends on the whole clip through its maximum. The result is finite for any finite power, and
/// NaN counts as silence.
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
    // The shape always fits: the number of values has not changed.
    Array2::from_shape_vec(power.dim(), decibels).unwrap_or_default()
}

/// Converts power, limited to at least `least`, to decibels, and returns the maximum.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn to_decibels(power: &mut [f32], least: f32) -> f32 {
    let greater = |a: f32, b: f32| if a > b { a } else { b };
    // Keeps 32 separate maxima, so that consecutive values do not depend on each other.
    let mut greatest = [f32::NEG_INFINITY; 32];
    let (chunks, rest) = power.as_chunks_mut::<32>();
    for chunk in chunks {
        for (value, greatest) in chunk.iter_mut().zip(&mut greatest) {
            *value = decibels(value.max(least));
            *greatest = greater(*greatest, *value);
        }
    }
    rest.iter_mut().for_each(|value| *value = decibels(value.max(least)));
    greatest.iter().chain(&*rest).copied().fold(f32::NEG_INFINITY, greater)
}

/// Returns 10 log₁₀ `power` for a normal number. Up to ±100 dB, the error is below 1.2e-5, as small
/// as that of the standard library's logarithm, and the compiler can vectorise this form.
///
/// With `power = 2ᵉ m` and `m` near 1, the logarithm is the sum of those of 2ᵉ and `m`. The latter
/// is `2 artanh((m - 1) / (m + 1))`; its series, cut off after the ninth power, leaves a relative
/// error of 2e-9.
#[inline(always)]
fn decibels(power: f32) -> f32 {
    const OF_2: f32 = (10.0 * LOG10_2) as f32;
    const OF_E_SQUARED: f32 = (20.0 * LOG10_E) as f32;
    let bits = power.to_bits();
    // The mantissa lies between √(1/2) and √2.
    let exponent = bits.wrapping_sub(FRAC_1_SQRT_2.to_bits()).cast_signed() >> 23;
    let mantissa = f32::from_bits(bits.wrapping_sub(exponent.cast_unsigned() << 23));
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let square = ratio * ratio;
    let series =
        square * (1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0 + square * (1.0 / 9.0))));
    let near = ratio * OF_E_SQUARED;
    exponent as f32 * OF_2 + (near + near * series)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_are_those_of_an_exact_logarithm() {
        let mut former = f32::NEG_INFINITY;
        // Every 997th positive normal number, in ascending order.
        for bits in (f32::MIN_POSITIVE.to_bits()..=f32::MAX.to_bits()).step_by(997) {
            let power = f32::from_bits(bits);
            let (ours, exact) = (decibels(power), 10.0 * f64::from(power).log10());
            let tolerance = 1.2e-5 * (exact.abs() / 100.0).max(1.0);
            assert!((f64::from(ours) - exact).abs() < tolerance, "{power}: {ours} for {exact}");
            assert!(ours >= former, "{power}");
            former = ours;
        }
    }

    #[test]
    fn the_lowest_floor_is_not_below_the_numbers() {
        let mut power = [0.0, 1e-38, 1e-39, 1.0];
        Decibels { floor: -380, dynamic_range: 400 }.apply(&mut power);
        assert!((power[0] + 380.0).abs() < 1e-3 && power[0] == power[2], "{power:?}");
    }

    #[test]
    fn relative_decibels_end_at_0_and_those_of_silence_are_0() {
        let mut power = [1e-3, 10.0, 1e-12, 0.0];
        Decibels::LIBROSA.apply_relative(&mut power);
        // The values of librosa.power_to_db(power, ref=np.max).
        for (ours, theirs) in power.into_iter().zip([-40.0, 0.0, -80.0, -80.0]) {
            assert!((ours - theirs).abs() < 2e-5, "{ours} for {theirs}");
        }
        let mut silence = [0.0; 4];
        Decibels::LIBROSA.apply_relative(&mut silence);
        assert_eq!(silence, [0.0; 4]);
    }

    #[test]
    fn what_comes_later_does_not_cut_off_what_came_before() {
        let decibels = Decibels { floor: -100, dynamic_range: 30 };
        // Two rows of three frames. The maxima up to each frame are 0, 20 and 20 dB.
        let mut power = [1.0, 1e-5, 1e-5, 1e-5, 100.0, 1e-2];
        decibels.apply_so_far(&mut power, 3);
        for (ours, theirs) in power.into_iter().zip([0.0, -10.0, -10.0, -30.0, 20.0, -10.0]) {
            assert!((ours - theirs).abs() < 2e-5, "{ours} for {theirs}");
        }
        decibels.apply_so_far(&mut [], 0);
    }

    #[test]
    fn silence_is_minus_100_and_nothing_is_no_problem() {
        assert_eq!(power_to_db(Array2::zeros((2, 2)).view()), Array2::from_elem((2, 2), -100.0));
        assert_eq!(power_to_db(Array2::zeros((2, 0)).view()).dim(), (2, 0));
    }
}
