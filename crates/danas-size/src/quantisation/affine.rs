//! 8-bit integers that stand for real numbers.

/// Width below which a range is widened.
///
/// Source: `kNearZeroTolerance` of TensorFlow's `quantization_utils.h`.
pub(super) const LEAST_RANGE: f64 = 1e-6;

/// A mapping from 8-bit integers to real numbers: `(integer − zero_point) · scale`.
///
/// ```
/// use danas_size::Affine;
///
/// let affine = Affine::of_range(-1.0, 3.0);
/// assert_eq!(affine.zero_point, -64); // a quarter of the way from -128 to 127
/// assert_eq!(affine.quantise(3.0), 127);
/// assert_eq!(affine.quantise(100.0), 127); // beyond the range
/// assert!((affine.dequantise(affine.quantise(1.234)) - 1.234).abs() <= affine.scale / 2.0);
/// assert_eq!(affine.dequantise(affine.quantise(0.0)), 0.0); // zero is always exact
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// Difference between the real numbers of two neighbouring integers.
    pub scale: f32,
    /// Integer that stands for 0.
    pub zero_point: i8,
}

impl Affine {
    /// The mapping of probabilities. Every softmax and sigmoid uses it for its output.
    pub(crate) const PROBABILITIES: Self = Self { scale: 1.0 / 256.0, zero_point: i8::MIN };

    /// Returns the mapping whose integers cover a range.
    ///
    /// The range is first extended to contain 0. If it is then shorter than 10⁻⁶, it is extended by
    /// 10⁻⁶ on either side. A bound that is NaN counts as 0.
    ///
    /// Source: `DownCastScale` in TensorFlow's `quantization_utils.cc`.
    #[must_use]
    pub fn of_range(min: f32, max: f32) -> Self {
        let (mut min, mut max) = (f64::from(min.min(0.0)), f64::from(max.max(0.0)));
        if max - min < LEAST_RANGE {
            min -= LEAST_RANGE;
            max += LEAST_RANGE;
        }
        let steps = f32::from(u8::MAX);
        // The second form is for ranges that are wider than the largest float.
        let range = max as f32 - min as f32;
        let scale =
            if range.is_finite() { range / steps } else { max as f32 / steps - min as f32 / steps };
        let zero_point = (f64::from(i8::MIN) - min / f64::from(scale)) as f32;
        Self { scale, zero_point: zero_point.round() as i8 } // `as` saturates
    }

    /// Returns the integer nearest to a number, with halves rounded away from zero. A number beyond
    /// the range becomes the integer at that end of the range.
    #[must_use]
    pub fn quantise(self, value: f32) -> i8 {
        ((value / self.scale).round() + f32::from(self.zero_point)) as i8
    }

    /// Returns the number that an integer stands for.
    #[must_use]
    pub fn dequantise(self, integer: i8) -> f32 {
        (f32::from(integer) - f32::from(self.zero_point)) * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compares the scales and zero points of some ranges with those that TensorFlow 2.12 chose.
    #[test]
    fn ranges_are_covered_as_the_converter_does() {
        let converted = [
            ((-0.999_807_9, 0.999_582_3), 0.007_840_745, 0),
            ((-0.999_683_3, 0.999_711_63), 0.007_840_765, -1),
            ((0.501_152_34, 1.995_256_3), 0.007_824_535, -128),
            ((-2.999_246_4, -1.000_968_6), 0.011_761_75, 127),
            ((0.0, 0.0), 7.843_137e-9, 0),
        ];
        for ((min, max), scale, zero_point) in converted {
            assert_eq!(Affine::of_range(min, max), Affine { scale, zero_point }, "{min} to {max}");
        }
    }

    #[test]
    fn the_widest_range_has_a_finite_scale() {
        let affine = Affine::of_range(f32::MIN, f32::MAX);
        assert!(affine.scale.is_finite());
        assert!([-1, 0].contains(&affine.zero_point));
    }
}
