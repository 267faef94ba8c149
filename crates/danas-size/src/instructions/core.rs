//! The processor cores whose instructions are known.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::arena::{Instructions, Kernels};

/// An Arm Cortex-M core on which the instructions of kernels were counted.
///
/// This enumeration is deliberately exhaustive: instructions on a new core must be known for all kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Core {
    /// Cortex-M0+: no floating-point unit, no division.
    M0Plus,
    /// Cortex-M4 with its floating-point unit.
    M4,
    /// Cortex-M7 with a floating-point unit for both precisions.
    M7,
    /// Cortex-M55 with vectors of integers and floats.
    M55,
}

impl Core {
    /// All cores, from the smallest to the largest.
    pub const ALL: [Self; 4] = [Self::M0Plus, Self::M4, Self::M7, Self::M55];

    /// Returns the instructions that CMSIS-NN uses on the core.
    #[must_use]
    pub const fn instructions(self) -> Instructions {
        match self {
            Self::M0Plus => Instructions::Base,
            Self::M4 | Self::M7 => Instructions::Dsp,
            Self::M55 => Instructions::Mve,
        }
    }

    /// Returns the kernels of CMSIS-NN as they are compiled for the core.
    #[must_use]
    pub const fn cmsis_nn(self) -> Kernels {
        Kernels::CmsisNn(self.instructions())
    }
}

impl fmt::Display for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::M0Plus => "Cortex-M0+",
            Self::M4 => "Cortex-M4",
            Self::M7 => "Cortex-M7",
            Self::M55 => "Cortex-M55",
        })
    }
}
