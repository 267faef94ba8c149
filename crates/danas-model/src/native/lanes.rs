//! Numbers of several examples side by side.

use std::array;

/// Number of examples in a block.
pub(super) const LANES: usize = 16;

/// One number for each example of a block: one register of AVX-512, two of AVX2.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(64))]
pub(super) struct Lanes(pub(super) [f32; LANES]);

impl Lanes {
    pub(super) const ZERO: Self = Self([0.0; LANES]);

    /// Returns the sum over the examples, added up by halves.
    #[inline(always)]
    pub(super) fn sum(self) -> f32 {
        let eight: [f32; 8] = array::from_fn(|lane| self.0[lane] + self.0[lane + 8]);
        let four: [f32; 4] = array::from_fn(|lane| eight[lane] + eight[lane + 4]);
        (four[0] + four[2]) + (four[1] + four[3])
    }
}
