//! Numbers of several examples side by side.

use std::array;

/// The examples of a block.
pub(super) const LANES: usize = 8;

/// The same number of each example of a block: one register of AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(32))]
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

    /// The sum over the examples, in pairs.
    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (c + g)) + ((b + f) + (d + h))
    }
}
