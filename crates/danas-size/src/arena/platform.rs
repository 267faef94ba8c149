//! The builds of TensorFlow Lite Micro that the arena is known for.

use serde::{Deserialize, Serialize};

/// A build of TensorFlow Lite Micro: the machine it runs on, and the kernels that it runs.
///
/// The default is a 32-bit microcontroller, whatever the size of its enumerations, with the
/// reference kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Platform {
    /// The machine, which determines the sizes of structures.
    pub machine: Machine,
    /// The kernels, which determine what is kept and needed for each operator.
    pub kernels: Kernels,
}

/// A machine, and how its compiler lays out structures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Machine {
    /// A microcontroller with pointers and enumerations of 4 bytes, as with the compiler option
    /// `-fno-short-enums`. An arena for it is large enough with short enumerations, too.
    #[default]
    Microcontroller,
    /// A microcontroller with pointers of 4 bytes whose enumerations are as short as their values
    /// permit, which is the default of `arm-none-eabi-gcc`. It takes 20 to 40 bytes less.
    ShortEnumerations,
    /// The Python package `tflite-micro` on a 64-bit host, which records its allocations. It has
    /// reference kernels only.
    Host,
}

/// The kernels that run the operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kernels {
    /// The reference kernels of TensorFlow Lite Micro, which are the same on every processor.
    #[default]
    Reference,
    /// The kernels of CMSIS-NN, compiled for speed (which is the default) by GCC or Clang. Their
    /// buffers depend on the instructions of the processor.
    CmsisNn(Instructions),
}

/// The instructions of an Arm Cortex-M that CMSIS-NN uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Instructions {
    /// Those of every Cortex-M, such as the M0, M0+ and M3.
    Base,
    /// The DSP extension (`__ARM_FEATURE_DSP`), as in the M4, the M7, and most M33.
    Dsp,
    /// The vector extension MVE, also called Helium (`__ARM_FEATURE_MVE`), as in the M55 and M85.
    Mve,
}

impl Platform {
    /// A 32-bit microcontroller with the reference kernels.
    pub const REFERENCE: Self = Self::microcontroller(Kernels::Reference);

    /// The Python package `tflite-micro` on a 64-bit host.
    pub const HOST: Self = Self { machine: Machine::Host, kernels: Kernels::Reference };

    /// Returns a 32-bit microcontroller that runs `kernels`, whatever the size of its enumerations.
    #[must_use]
    pub const fn microcontroller(kernels: Kernels) -> Self {
        Self { machine: Machine::Microcontroller, kernels }
    }

    /// Returns the same kernels on another machine.
    #[must_use]
    pub const fn on(self, machine: Machine) -> Self {
        Self { machine, ..self }
    }
}

impl Instructions {
    /// All sets of instructions, from the smallest to the largest.
    pub const ALL: [Self; 3] = [Self::Base, Self::Dsp, Self::Mve];
}
