//! Numbers of several examples side by side.

use std::array;

/// The examples of a block.
pub(super) const LANES: usize = 16;

/// The same number of each example of a block: one register of AVX-512, two of AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f32; LANES]);

impl Lanes {
    pub(super) const ZERO: Self = Self([0.0; LANES]);

    pub(super) const fn splat(value: f32) -> Self {
        Self([value; LANES])
    }

    /// With `value` times `weight` added, rounded once where `FUSED`.
    #[inline(always)]
    pub(super) fn plus_scaled<const FUSED: bool>(self, value: Self, weight: f32) -> Self {
        self.plus_product::<FUSED>(value, Self::splat(weight))
    }

    /// With the products of `a` and `b` added, rounded once where `FUSED`.
    #[inline(always)]
    pub(super) fn plus_product<const FUSED: bool>(self, a: Self, b: Self) -> Self {
        Self(array::from_fn(|lane| {
            let (sum, a, b) = (self.0[lane], a.0[lane], b.0[lane]);
            if FUSED { a.mul_add(b, sum) } else { sum + a * b }
        }))
    }

    #[inline(always)]
    pub(super) fn zip(self, other: Self, join: impl Fn(f32, f32) -> f32) -> Self {
        Self(array::from_fn(|lane| join(self.0[lane], other.0[lane])))
    }

    #[inline(always)]
    pub(super) fn map(self, change: impl Fn(f32) -> f32) -> Self {
        Self(self.0.map(change))
    }

    /// The sum over the examples, by halves.
    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let eight: [f32; 8] = array::from_fn(|lane| self.0[lane] + self.0[lane + 8]);
        let four: [f32; 4] = array::from_fn(|lane| eight[lane] + eight[lane + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
    }
}
