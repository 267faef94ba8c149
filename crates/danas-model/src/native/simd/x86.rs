//! The instruction sets of x86-64.

use std::arch::x86_64::*;

use super::{Kernel, Simd};
use crate::native::lanes::Lanes;

/// AVX2, with registers of eight numbers.
#[derive(Debug, Clone, Copy)]
pub(in crate::native) struct Avx2(());

/// AVX-512, with registers of sixteen numbers.
#[derive(Debug, Clone, Copy)]
pub(in crate::native) struct Avx512(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        (Avx2::detect().is_some() && is_x86_feature_detected!("avx512f")).then_some(Self(()))
    }
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn run_avx2<K: Kernel>(simd: Avx2, kernel: K) -> K::Output {
    kernel.run(simd)
}

#[target_feature(enable = "avx512f,avx2,fma")]
pub(super) fn run_avx512<K: Kernel>(simd: Avx512, kernel: K) -> K::Output {
    kernel.run(simd)
}

/// Implements operations, each by one intrinsic or a few.
macro_rules! operations {
    ($vector:ty: $($name:ident $arguments:tt => $intrinsic:expr;)*) => {$(
        operations!(@ $vector, $name $arguments => $intrinsic);
    )*};
    (@ $vector:ty, $name:ident ($($argument:ident),*) => $intrinsic:expr) => {
        #[inline(always)]
        fn $name(self, $($argument: $vector),*) -> $vector {
            // SAFETY: `self` shows that the processor has the set.
            unsafe { $intrinsic }
        }
    };
}

impl Simd for Avx2 {
    type Vector = __m256;

    const PARTS: usize = 2;
    const SUMS: usize = 12;

    operations! { __m256:
        add(a, b) => _mm256_add_ps(a, b);
        sub(a, b) => _mm256_sub_ps(a, b);
        mul(a, b) => _mm256_mul_ps(a, b);
        div(a, b) => _mm256_div_ps(a, b);
        mul_add(a, b, sum) => _mm256_fmadd_ps(a, b, sum);
        max(a, b) => _mm256_max_ps(a, b);
        min(a, b) => _mm256_min_ps(a, b);
        where_positive(gate, value) => {
            _mm256_and_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(gate, _mm256_setzero_ps()), value)
        };
        where_equal(a, b, value) => _mm256_and_ps(_mm256_cmp_ps::<_CMP_EQ_OQ>(a, b), value);
        power_of_two(exponent) => {
            let biased = _mm256_add_epi32(_mm256_cvtps_epi32(exponent), _mm256_set1_epi32(127));
            _mm256_castsi256_ps(_mm256_slli_epi32::<23>(biased))
        };
    }

    #[inline(always)]
    fn splat(self, value: f32) -> __m256 {
        // SAFETY: `self` shows that the processor has the set.
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    fn load(self, from: &Lanes, part: usize) -> __m256 {
        let from: &[f32; 8] = &from.0.as_chunks().0[part % 2];
        // SAFETY: `self` shows that the processor has the set, and `from` is of the vector's length.
        unsafe { _mm256_loadu_ps(from.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, value: __m256, to: &mut Lanes, part: usize) {
        let to: &mut [f32; 8] = &mut to.0.as_chunks_mut().0[part % 2];
        // SAFETY: `self` shows that the processor has the set, and `to` is of the vector's length.
        unsafe { _mm256_storeu_ps(to.as_mut_ptr(), value) }
    }
}

impl Simd for Avx512 {
    type Vector = __m512;

    const PARTS: usize = 1;
    const SUMS: usize = 24;

    operations! { __m512:
        add(a, b) => _mm512_add_ps(a, b);
        sub(a, b) => _mm512_sub_ps(a, b);
        mul(a, b) => _mm512_mul_ps(a, b);
        div(a, b) => _mm512_div_ps(a, b);
        mul_add(a, b, sum) => _mm512_fmadd_ps(a, b, sum);
        max(a, b) => _mm512_max_ps(a, b);
        min(a, b) => _mm512_min_ps(a, b);
        where_positive(gate, value) => {
            let positive = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(gate, _mm512_setzero_ps());
            _mm512_maskz_mov_ps(positive, value)
        };
        where_equal(a, b, value) => {
            _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b), value)
        };
        power_of_two(exponent) => _mm512_scalef_ps(_mm512_set1_ps(1.0), exponent);
    }

    #[inline(always)]
    fn splat(self, value: f32) -> __m512 {
        // SAFETY: `self` shows that the processor has the set.
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    fn load(self, from: &Lanes, _: usize) -> __m512 {
        // SAFETY: `self` shows that the processor has the set, and `from` is of the vector's length.
        unsafe { _mm512_loadu_ps(from.0.as_ptr()) }
    }

    #[inline(always)]
    fn store(self, value: __m512, to: &mut Lanes, _: usize) {
        // SAFETY: `self` shows that the processor has the set, and `to` is of the vector's length.
        unsafe { _mm512_storeu_ps(to.0.as_mut_ptr(), value) }
    }
}
