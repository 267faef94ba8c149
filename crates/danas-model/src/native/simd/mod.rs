//! Instruction sets: kernels are compiled for each of them, and chosen at run time.
//!
//! A [`Kernel`] is written once over a [`Simd`], whose operations become single instructions if the
//! kernel is compiled for their set.

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::str::FromStr;

use self::portable::Portable;
#[cfg(target_arch = "x86_64")]
use self::x86::{Avx2, Avx512};
use super::{instruction_set::InstructionSet, lanes::Lanes};
use crate::error::ModelError;

/// Operations on registers of an instruction set.
pub(super) trait Simd: Copy {
    /// Register of numbers.
    type Vector: Copy;

    /// Number of registers that make up [`Lanes`].
    const PARTS: usize;

    /// Number of sums that fit the registers, together with the values that are added to them.
    const SUMS: usize;

    fn splat(self, value: f32) -> Self::Vector;
    /// Loads a part of lanes. Parts are counted modulo [`PARTS`](Self::PARTS).
    fn load(self, from: &Lanes, part: usize) -> Self::Vector;
    fn store(self, value: Self::Vector, to: &mut Lanes, part: usize);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Returns `a · b + sum`, rounded only once if the set can do that.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// Returns the larger number; `b` if one is NaN.
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Returns the smaller number; `b` if one is NaN.
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Returns `value` where `gate` is positive, and 0 elsewhere.
    fn where_positive(self, gate: Self::Vector, value: Self::Vector) -> Self::Vector;
    /// Returns `value` where `a` equals `b`, and 0 elsewhere.
    fn where_equal(self, a: Self::Vector, b: Self::Vector, value: Self::Vector) -> Self::Vector;
    /// Returns 2 to the power of whole numbers from -126 to 127.
    fn power_of_two(self, exponent: Self::Vector) -> Self::Vector;
}

/// Computation that is compiled for every instruction set. Implementations of `run` must be
/// inlined, with `#[inline(always)]`.
pub(super) trait Kernel {
    type Output;

    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

impl InstructionSet {
    /// Returns the fastest instruction set of this machine.
    #[must_use]
    pub fn best() -> Self {
        Self::ALL.into_iter().rfind(|set| set.is_available()).unwrap_or(Self::Portable)
    }

    /// Returns whether this machine has the instruction set.
    #[must_use]
    pub fn is_available(self) -> bool {
        Dispatch::new(self).is_some()
    }
}

impl FromStr for InstructionSet {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        Self::ALL
            .into_iter()
            .find(|set| set.word() == text)
            .ok_or_else(|| ModelError::UnknownInstructionSet { text: text.to_owned() })
    }
}

/// An instruction set that this machine has.
#[derive(Debug, Clone, Copy)]
pub(super) enum Dispatch {
    Portable(Portable),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
}

impl Default for Dispatch {
    fn default() -> Self {
        Self::Portable(Portable)
    }
}

impl Dispatch {
    pub(super) fn new(set: InstructionSet) -> Option<Self> {
        match set {
            InstructionSet::Portable => Some(Self::Portable(Portable)),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => Avx2::try_new().map(Self::Avx2),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => Avx512::try_new().map(Self::Avx512),
            #[cfg(not(target_arch = "x86_64"))]
            InstructionSet::Avx2 | InstructionSet::Avx512 => None,
        }
    }

    pub(super) const fn set(self) -> InstructionSet {
        match self {
            Self::Portable(_) => InstructionSet::Portable,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => InstructionSet::Avx2,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => InstructionSet::Avx512,
        }
    }

    /// Returns [`Simd::SUMS`] of this set.
    pub(super) const fn sums(self) -> usize {
        match self {
            Self::Portable(_) => Portable::SUMS,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => Avx2::SUMS,
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => Avx512::SUMS,
        }
    }

    #[inline]
    pub(super) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            Self::Portable(simd) => kernel.run(simd),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => simd.vectorize(x86::Compiled(simd, kernel)),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => simd.vectorize(x86::Compiled(simd, kernel)),
        }
    }
}
