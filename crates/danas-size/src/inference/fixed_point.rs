//! 32-bit fixed-point arithmetic, rounded as in TensorFlow Lite Micro's reference kernels.
//!
//! Sources: `fixedpoint/fixedpoint.h` in gemmlowp, and in TensorFlow Lite
//! `kernels/internal/common.cc`, `kernels/internal/quantization_util.cc`,
//! `kernels/internal/reference/softmax.h` and `kernels/internal/reference/integer_ops/logistic.h`.
//!
//! A number in `Q n` has `n` bits before the binary point, not counting the sign: `x` is stored as
//! `x · 2^(31 − n)`.

/// The largest number in `Q 0`, which stands for one.
const ONE: i32 = i32::MAX;

/// A factor that is stored as an integer and a power of two: `mantissa · 2^(shift − 31)`.
///
/// An integer is multiplied by it in these steps, with 32 bits: shift it left by `shift` if that is
/// positive, multiply it by `mantissa`, divide by 2³¹ with halves rounded up, and divide by
/// `2^−shift` with halves rounded away from 0 if `shift` is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Multiplier {
    multiplier: i32,
    shift: i32,
}

impl Multiplier {
    /// Returns the multiplier nearest to `factor`, which must be finite and not negative.
    pub(crate) fn new(factor: f64) -> Self {
        let (fraction, mut shift) = fraction_and_exponent(factor);
        let mut multiplier = (fraction * f64::from(1_u32 << 31)).round() as i64;
        if multiplier == 1 << 31 {
            multiplier = 1 << 30;
            shift += 1;
        }
        if shift < -31 {
            return Self { multiplier: 0, shift: 0 }; // no bits would be left
        }
        Self { multiplier: multiplier as i32, shift }
    }

    /// Returns the factor from the sum of `area` integers of scale `from` to their mean in integers
    /// of scale `to`.
    pub(crate) fn of_mean(from: f32, to: f32, area: usize) -> Self {
        Self::new(f64::from(from) / f64::from(to)).over(area as u64)
    }

    /// Returns the mantissa, which is 0 or from 2³⁰ to 2³¹ − 1. That of a mean may be smaller.
    #[must_use]
    pub const fn mantissa(self) -> i32 {
        self.multiplier
    }

    /// Returns the power of two, from −31 to 31.
    #[must_use]
    pub const fn shift(self) -> i32 {
        if self.shift > 31 { 31 } else { self.shift }
    }

    /// Returns the factor divided by a positive count, for a mean of that many values.
    ///
    /// Source: `QuantizedMeanOrSum` in `kernels/internal/reference/reduce.h`.
    fn over(self, count: u64) -> Self {
        let count = count.max(1);
        let shift = (count.ilog2() as i32).min(32).min(31 + self.shift);
        let multiplier = (i64::from(self.multiplier) << shift) / count as i64;
        Self { multiplier: multiplier as i32, shift: self.shift - shift }
    }

    /// Returns the product with `value`, rounded twice: after the multiplication and after the
    /// shift.
    pub(crate) fn scale(self, value: i32) -> i32 {
        let (left, right) = (self.shift.clamp(0, 31), (-self.shift).max(0));
        halved(high_product(value.wrapping_shl(left as u32), self.multiplier), right)
    }

    /// Returns the largest input whose product still has `integer_bits` bits before the point.
    fn radius(self, integer_bits: i32) -> i32 {
        let largest = f64::from((1 << integer_bits) - 1) * f64::from(1 << (31 - integer_bits));
        (largest / f64::from(self.shift).exp2()).floor() as i32
    }
}

/// Splits a value into a fraction in [0.5, 1) and a power of two, as C's `frexp` does.
fn fraction_and_exponent(value: f64) -> (f64, i32) {
    if value == 0.0 {
        return (0.0, 0);
    }
    // The stored exponent minus the bias. Subnormal numbers are scaled up first.
    let scaled = if value.is_normal() { value } else { value * 2_f64.powi(64) };
    let stored = (scaled.to_bits() >> 52 & 0x7ff) as i32;
    let exponent = stored - 1022 - if value.is_normal() { 0 } else { 64 };
    let fraction = f64::from_bits(scaled.to_bits() & !(0x7ff << 52) | 1022 << 52);
    (fraction, exponent)
}

/// Returns the product of two numbers in `Q 0`: `2 a b / 2³²`, with halves rounded up. It saturates
/// on overflow.
fn high_product(a: i32, b: i32) -> i32 {
    if a == i32::MIN && b == i32::MIN {
        return i32::MAX;
    }
    let product = i64::from(a) * i64::from(b);
    let nudge = if product >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    ((product + nudge) / (1 << 31)) as i32
}

/// Returns `value / 2^times`, with halves rounded away from zero.
fn halved(value: i32, times: i32) -> i32 {
    let mask = ((1_i64 << times) - 1) as i32;
    let threshold = (mask >> 1) + i32::from(value < 0);
    let shifted = (i64::from(value) >> times) as i32;
    shifted + i32::from(value & mask > threshold)
}

/// Returns `value · 2^times`. It saturates on overflow.
fn doubled(value: i32, times: u32) -> i32 {
    (i64::from(value) << times).clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// Returns e^x in `Q 0`, for x ≤ 0 in `Q INTEGER`.
fn exp_of_negative<const INTEGER: u32>(x: i32) -> i32 {
    if x == 0 {
        return ONE;
    }
    let fraction_bits = 31 - INTEGER;
    let quarter = 1 << (fraction_bits - 2);
    // x is the sum of a number in [−1/4, 0) and a multiple of −1/4.
    let near = (x & (quarter - 1)) - quarter;
    let far = near.wrapping_sub(x);
    let mut result = exp_near_an_eighth(doubled(near, INTEGER));
    // e^−(2^k) in Q 0, for k from −2 to 4.
    let powers = [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242];
    for (power, factor) in (fraction_bits - 2..31).zip(powers) {
        if far & 1 << power != 0 {
            result = high_product(result, factor);
        }
    }
    result
}

/// Returns e^x for x in [−1/4, 0), all in `Q 0`, by a Taylor series around −1/8.
fn exp_near_an_eighth(x: i32) -> i32 {
    const EXP_OF_MINUS_AN_EIGHTH: i32 = 1_895_147_668;
    const A_THIRD: i32 = 715_827_883;
    let x = x + (1 << 28);
    let x2 = high_product(x, x);
    let x3 = high_product(x2, x);
    let x4 = high_product(x2, x2);
    let higher = halved(high_product(halved(x4, 2) + x3, A_THIRD) + x2, 1);
    EXP_OF_MINUS_AN_EIGHTH + high_product(EXP_OF_MINUS_AN_EIGHTH, x + higher)
}

/// Returns 1 / (1 + x) for x in [0, 1], all in `Q 0`, by Newton's division.
fn one_over_one_plus(x: i32) -> i32 {
    const FORTY_EIGHT_17THS: i32 = 1_515_870_810; // in Q 2
    const MINUS_THIRTY_TWO_17THS: i32 = -1_010_580_540; // in Q 2
    const ONE_IN_Q2: i32 = 1 << 29;
    let half_denominator = ((i64::from(x) + i64::from(ONE) + 1) / 2) as i32;
    let mut inverse = FORTY_EIGHT_17THS + high_product(half_denominator, MINUS_THIRTY_TWO_17THS);
    for _ in 0..3 {
        let rest = ONE_IN_Q2 - high_product(half_denominator, inverse);
        inverse += doubled(high_product(inverse, rest), 2);
    }
    doubled(inverse, 1) // half of the inverse, converted from Q 2 to Q 0
}

/// The sigmoid over 8-bit integers. Its output has a scale of 1/256 and a zero point of −128.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Logistic {
    rescale: Multiplier,
    radius: i32,
}

impl Logistic {
    const INTEGER: u32 = 4;

    /// Creates the function for inputs of this scale.
    pub(crate) fn new(scale: f32) -> Self {
        let rescale = Multiplier::new(f64::from(scale) * f64::from(1 << (31 - Self::INTEGER)));
        Self { rescale, radius: rescale.radius(Self::INTEGER as i32) }
    }

    /// Returns the sigmoid of an input, from which the zero point has been subtracted.
    pub(crate) fn apply(self, value: i32) -> i32 {
        if value <= -self.radius {
            return i8::MIN.into();
        }
        if value >= self.radius {
            return i8::MAX.into();
        }
        let x = self.rescale.scale(value);
        let positive = one_over_one_plus(exp_of_negative::<{ Self::INTEGER }>(-x.abs()));
        let sigmoid = match x.signum() {
            0 => 1 << 30,
            1 => positive,
            _ => ONE - positive,
        };
        (halved(sigmoid, 31 - 8) + i32::from(i8::MIN)).min(i8::MAX.into())
    }
}

/// The softmax over 8-bit integers. Its output has a scale of 1/256 and a zero point of −128.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Softmax {
    pub(crate) rescale: Multiplier,
    /// Largest distance from the largest input at which an exponential is not taken to be 0.
    pub(crate) radius: i32,
}

impl Softmax {
    const INTEGER: u32 = 5;

    /// Creates the function for inputs of this scale.
    pub(crate) fn new(scale: f32) -> Self {
        let factor = f64::from(scale) * f64::from(1 << (31 - Self::INTEGER));
        let rescale = Multiplier::new(factor.min(f64::from(i32::MAX)));
        Self { rescale, radius: rescale.radius(Self::INTEGER as i32) }
    }

    /// Returns the softmax of the inputs of one example.
    pub(super) fn apply(self, inputs: &[i32]) -> Vec<i8> {
        const SUM_INTEGER: i32 = 12;
        let largest = inputs.iter().copied().max().unwrap_or_default();
        // e^(x − largest) in Q 0 for each input, or `None` for inputs that are far below.
        let exponentials: Vec<Option<i32>> = inputs
            .iter()
            .map(|&input| input - largest)
            .map(|below| {
                (below >= -self.radius)
                    .then(|| exp_of_negative::<{ Self::INTEGER }>(self.rescale.scale(below)))
            })
            .collect();
        let sum = exponentials.iter().flatten();
        let sum = sum.fold(0_i32, |sum, &one| sum.wrapping_add(halved(one, SUM_INTEGER)));
        // The sum is 2^over · (1 + x) with x in [0, 1).
        let headroom = sum.leading_zeros();
        let over = SUM_INTEGER - headroom as i32;
        let x = (sum as u32).wrapping_shl(headroom).wrapping_sub(1 << 31) as i32;
        let inverse = one_over_one_plus(x);
        let output = |exponential: Option<i32>| {
            let Some(exponential) = exponential else { return i8::MIN };
            let unsigned = halved(high_product(inverse, exponential), over + 31 - 8);
            (unsigned + i32::from(i8::MIN)).clamp(i8::MIN.into(), i8::MAX.into()) as i8
        };
        exponentials.into_iter().map(output).collect()
    }
}
