//! The names of the instruction sets that the native engine's kernels can use.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Instruction set that the native engine's kernels use.
///
/// Written as text: `portable`, `avx2`, `avx512`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InstructionSet {
    /// The instructions that every machine of the compilation target has.
    Portable,
    /// AVX2 with fused multiply-add and bit manipulation (x86-64-v3).
    Avx2,
    /// AVX-512 F, BW, CD, DQ and VL (x86-64-v4).
    Avx512,
}

impl InstructionSet {
    /// All instruction sets, the slowest first.
    pub const ALL: [Self; 3] = [Self::Portable, Self::Avx2, Self::Avx512];

    /// Returns the name of the instruction set, as it is displayed and parsed.
    pub(super) const fn word(self) -> &'static str {
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
