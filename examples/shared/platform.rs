//! Command-line arguments that choose a microcontroller and the kernels of TensorFlow Lite Micro.

use std::fmt;

use clap::{Args, ValueEnum};
use danas::size::{Instructions, Kernels, Machine, Platform};

/// Arguments for the microcontroller that the arena is for.
#[derive(Debug, Args)]
pub(crate) struct PlatformArguments {
    /// Processor of the microcontroller that the arena is for: an Arm Cortex-M. m4 if only the
    /// kernels are given.
    #[arg(long, value_enum)]
    core: Option<Core>,
    /// Kernels that run the model on the microcontroller. reference if only the core is given.
    #[arg(long, value_enum)]
    kernels: Option<KernelSet>,
    /// Enumerations of the firmware: `any`, or `short` to save some bytes if it is certain that the
    /// compiler makes them as short as their values permit.
    #[arg(long, value_enum, default_value_t = Enumerations::Any)]
    enumerations: Enumerations,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Core {
    M0,
    #[default]
    M4,
    M7,
    M55,
}

/// Kernels that run a model on a microcontroller.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum KernelSet {
    #[default]
    #[value(name = "reference")]
    Reference,
    #[value(name = "cmsis_nn")]
    CmsisNn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Enumerations {
    Any,
    Short,
}

impl PlatformArguments {
    /// Returns the microcontroller, or `None` if neither a core nor kernels are given.
    pub(crate) fn chosen(&self) -> Option<Platform> {
        (self.core.is_some() || self.kernels.is_some()).then(|| self.platform())
    }

    fn platform(&self) -> Platform {
        let instructions = match self.core.unwrap_or_default() {
            Core::M0 => Instructions::Base,
            Core::M4 | Core::M7 => Instructions::Dsp,
            Core::M55 => Instructions::Mve,
        };
        let kernels = match self.kernels.unwrap_or_default() {
            KernelSet::Reference => Kernels::Reference,
            KernelSet::CmsisNn => Kernels::CmsisNn(instructions),
        };
        let platform = Platform::microcontroller(kernels);
        match self.enumerations {
            Enumerations::Any => platform,
            Enumerations::Short => platform.on(Machine::ShortEnumerations),
        }
    }
}

impl fmt::Display for PlatformArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let core = match self.core.unwrap_or_default() {
            Core::M0 => "M0",
            Core::M4 => "M4",
            Core::M7 => "M7",
            Core::M55 => "M55",
        };
        let kernels = match self.kernels.unwrap_or_default() {
            KernelSet::Reference => "the reference kernels of TensorFlow Lite Micro",
            KernelSet::CmsisNn => "the kernels of CMSIS-NN",
        };
        write!(f, "a Cortex-{core} with {kernels}")
    }
}
