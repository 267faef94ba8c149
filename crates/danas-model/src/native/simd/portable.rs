//! Arrays that compilers keep in registers, on any machine.

use super::Simd;
use crate::native::lanes::Lanes;

/// Registers of four numbers. Multiplication and addition are two separate steps.
#[derive(Debug, Clone, Copy)]
pub(in crate::native) struct Portable;

type Four = [f32; 4];

#[inline(always)]
fn join(a: Four, b: Four, of: impl Fn(f32, f32) -> f32) -> Four {
    // Not with `array::from_fn`, which compilers split into single numbers.
    [of(a[0], b[0]), of(a[1], b[1]), of(a[2], b[2]), of(a[3], b[3])]
}

impl Simd for Portable {
    type Vector = Four;

    const PARTS: usize = 4;
    const SUMS: usize = if cfg!(target_arch = "aarch64") { 24 } else { 8 };

    #[inline(always)]
    fn splat(self, value: f32) -> Four {
        [value; 4]
    }

    #[inline(always)]
    fn load(self, from: &Lanes, part: usize) -> Four {
        from.0.as_chunks().0[part % 4]
    }

    #[inline(always)]
    fn store(self, value: Four, to: &mut Lanes, part: usize) {
        to.0.as_chunks_mut().0[part % 4] = value;
    }

    #[inline(always)]
    fn add(self, a: Four, b: Four) -> Four {
        join(a, b, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, a: Four, b: Four) -> Four {
        join(a, b, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, a: Four, b: Four) -> Four {
        join(a, b, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, a: Four, b: Four) -> Four {
        join(a, b, |a, b| a / b)
    }

    #[inline(always)]
    fn mul_add(self, a: Four, b: Four, sum: Four) -> Four {
        self.add(sum, self.mul(a, b))
    }

    #[inline(always)]
    fn max(self, a: Four, b: Four) -> Four {
        join(a, b, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, a: Four, b: Four) -> Four {
        join(a, b, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn where_positive(self, gate: Four, value: Four) -> Four {
        join(gate, value, |gate, value| if gate > 0.0 { value } else { 0.0 })
    }

    #[inline(always)]
    fn where_equal(self, a: Four, b: Four, value: Four) -> Four {
        let of = |lane| if a[lane] == b[lane] { value[lane] } else { 0.0 };
        [of(0), of(1), of(2), of(3)]
    }

    #[inline(always)]
    fn power_of_two(self, exponent: Four) -> Four {
        exponent.map(|exponent| f32::from_bits(((exponent as i32 + 127) as u32) << 23))
    }
}
