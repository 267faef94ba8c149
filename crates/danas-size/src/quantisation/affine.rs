//! Integers of 8 bits that stand for real numbers.

/// Below this, a range is widened.
///
/// Source: `kNearZeroTolerance` of TensorFlow's `quantization_utils.h`.
pub(super) const LEAST_RANGE: f64 = 1e-6;

/// Integers of 8 bits for real numbers: `(integer − zero_point) · scale`.
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
    /// The step from one integer to the next.
    pub scale: f32,
    /// The integer that stands for 0.
    pub zero_point: i8,
}

impl Affine {
    /// Of probabilities: softmax and sigmoid write these, whatever they compute.
    pub(crate) const PROBABILITIES: Self = Self { scale: 1.0 / 256.0, zero_point: i8::MIN };

    /// The integers that cover a range, which is extended to hold 0, and by 10⁻⁶ on either side where
    /// it is shorter than that. A bound that is NaN counts as 0.
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
        // The second form is for ranges beyond the largest float.
        let range = max as f32 - min as f32;
        let scale =
            if range.is_finite() { range / steps } else { max as f32 / steps - min as f32 / steps };
        let zero_point = (f64::from(i8::MIN) - min / f64::from(scale)) as f32;
        Self { scale, zero_point: zero_point.round() as i8 } // `as` stays within 8 bits
    }

    /// The integer nearest to a number, half away from zero; the last one beyond the range.
    #[must_use]
    pub fn quantise(self, value: f32) -> i8 {
        ((value / self.scale).round() + f32::from(self.zero_point)) as i8
    }

    /// The number that an integer stands for.
    #[must_use]
    pub fn dequantise(self, integer: i8) -> f32 {
        (f32::from(integer) - f32::from(self.zero_point)) * self.scale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges and what TensorFlow 2.12 made of them.
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
