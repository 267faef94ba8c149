//! The same kernel for every instruction set, chosen when it is called.
//!
//! A [`Kernel`] is written once over a [`Simd`], whose operations become single instructions where the
//! kernel is compiled for their set. All unsafe code of this crate is in this module, of two kinds:
//!
//! - Intrinsics. A value of [`Avx2`](x86::Avx2) or [`Avx512`](x86::Avx512) exists only where the processor
//!   has been asked for the set (their constructors do so), and it is a parameter of each operation. Loads
//!   and stores take a reference to an array of exactly their length.
//! - Calls of functions that are compiled for a set, which take the same value.

#![allow(unsafe_code, reason = "instruction sets; the argument is above")]

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use self::portable::Portable;
#[cfg(target_arch = "x86_64")]
use self::x86::{Avx2, Avx512};
use super::lanes::Lanes;
use crate::ModelError;

/// Operations on registers of an instruction set.
pub(super) trait Simd: Copy {
    /// A register of numbers.
    type Vector: Copy;

    /// Registers that make up [`Lanes`].
    const PARTS: usize;

    /// Sums that fit the registers, with what is added to them.
    const SUMS: usize;

    fn splat(self, value: f32) -> Self::Vector;
    /// A part of lanes; parts are counted modulo [`PARTS`](Self::PARTS).
    fn load(self, from: &Lanes, part: usize) -> Self::Vector;
    fn store(self, value: Self::Vector, to: &mut Lanes, part: usize);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a · b + sum`, rounded once where the set can.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, sum: Self::Vector) -> Self::Vector;
    /// The larger one; `b` where one is NaN.
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The smaller one; `b` where one is NaN.
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `value` where `gate` is positive, 0 elsewhere.
    fn where_positive(self, gate: Self::Vector, value: Self::Vector) -> Self::Vector;
    /// `value` where `a` equals `b`, 0 elsewhere.
    fn where_equal(self, a: Self::Vector, b: Self::Vector, value: Self::Vector) -> Self::Vector;
    /// 2 to the power of whole numbers from -126 to 127.
    fn power_of_two(self, exponent: Self::Vector) -> Self::Vector;
}

/// What is compiled for every instruction set. `run` is inlined, always.
pub(super) trait Kernel {
    type Output;

    fn run<S: Simd>(self, simd: S) -> Self::Output;
}

/// The instructions that the native engine's kernels use.
///
/// As text: `portable`, `avx2`, `avx512`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InstructionSet {
    /// Whatever the target of the compilation has.
    Portable,
    /// AVX2 with fused multiply-add.
    Avx2,
    /// AVX-512F.
    Avx512,
}

impl InstructionSet {
    /// All of them, the slowest first.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// The fastest one of this machine.
    #[must_use]
    pub fn best() -> Self {
        Self::ALL.into_iter().rfind(|set| set.is_available()).unwrap_or(Self::Portable)
    }

    /// Whether this machine has it.
    #[must_use]
    pub fn is_available(self) -> bool {
        Dispatch::new(self).is_some()
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
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
            InstructionSet::Avx2 => Avx2::detect().map(Self::Avx2),
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => Avx512::detect().map(Self::Avx512),
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

    /// [`Simd::SUMS`].
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
            // SAFETY: `simd` shows that the processor has the set.
            Self::Avx2(simd) => unsafe { x86::run_avx2(simd, kernel) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: `simd` shows that the processor has the set.
            Self::Avx512(simd) => unsafe { x86::run_avx512(simd, kernel) },
        }
    }
}
