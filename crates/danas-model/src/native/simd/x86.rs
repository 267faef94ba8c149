//! The instruction sets of x86-64.

use pulp::{
    NullaryFnOnce, Simd as _, cast, f32x8, f32x16,
    x86::{V3, V4},
};

use super::{Kernel, Simd};
use crate::native::lanes::{LANES, Lanes};

/// AVX2, with registers of eight numbers.
pub(in crate::native) type Avx2 = V3;

/// AVX-512, with registers of sixteen numbers.
pub(in crate::native) type Avx512 = V4;

/// A kernel with the set that it is compiled for.
pub(super) struct Compiled<S, K>(pub(super) S, pub(super) K);

impl<S: Simd, K: Kernel> NullaryFnOnce for Compiled<S, K> {
    type Output = K::Output;

    #[inline(always)]
    fn call(self) -> K::Output {
        self.1.run(self.0)
    }
}

/// Implements operations, each by one method of pulp or a few.
macro_rules! operations {
    ($simd:ident, $vector:ty: $($name:ident $arguments:tt => $operation:expr;)*) => {$(
        operations!(@ $simd, $vector, $name $arguments => $operation);
    )*};
    (@ $simd:ident, $vector:ty, $name:ident ($($argument:ident),*) => $operation:expr) => {
        #[inline(always)]
        fn $name(self, $($argument: $vector),*) -> $vector {
            let $simd = self;
            $operation
        }
    };
}

macro_rules! registers {
    ($set:ty, $vector:ident, $parts:literal, $sums:literal, $simd:ident,
     $exponent:ident => $power_of_two:expr) => {
        impl Simd for $set {
            type Vector = $vector;

            const PARTS: usize = $parts;
            const SUMS: usize = $sums;

            operations! { $simd, $vector:
                add(a, b) => $simd.add_f32s(a, b);
                sub(a, b) => $simd.sub_f32s(a, b);
                mul(a, b) => $simd.mul_f32s(a, b);
                div(a, b) => $simd.div_f32s(a, b);
                mul_add(a, b, sum) => $simd.mul_add_f32s(a, b, sum);
                max(a, b) => $simd.max_f32s(a, b);
                min(a, b) => $simd.min_f32s(a, b);
                where_positive(gate, value) => {
                    let zero = $simd.splat_f32s(0.0);
                    $simd.select_f32s($simd.less_than_f32s(zero, gate), value, zero)
                };
                where_equal(a, b, value) => {
                    $simd.select_f32s($simd.equal_f32s(a, b), value, $simd.splat_f32s(0.0))
                };
                power_of_two($exponent) => $power_of_two;
            }

            #[inline(always)]
            fn splat(self, value: f32) -> $vector {
                self.splat_f32s(value)
            }

            #[inline(always)]
            fn load(self, from: &Lanes, part: usize) -> $vector {
                let (parts, _) = from.0.as_chunks::<{ LANES / $parts }>();
                cast(parts[part % parts.len()])
            }

            #[inline(always)]
            fn store(self, value: $vector, to: &mut Lanes, part: usize) {
                let (parts, _) = to.0.as_chunks_mut::<{ LANES / $parts }>();
                parts[part % parts.len()] = cast(value);
            }
        }
    };
}

registers!(V3, f32x8, 2, 12, simd, exponent => {
    let whole = simd.avx._mm256_cvtps_epi32(cast(exponent));
    let biased = simd.avx2._mm256_add_epi32(whole, simd.avx._mm256_set1_epi32(127));
    cast(simd.avx2._mm256_slli_epi32::<23>(biased))
});
registers!(V4, f32x16, 1, 24, simd, exponent => {
    cast(simd.avx512f._mm512_scalef_ps(cast(simd.splat_f32s(1.0)), cast(exponent)))
});
