//! Command-line arguments that choose a microcontroller and the kernels that run a network on it.

use std::fmt;

use clap::{Args, ValueEnum};
use danas::{
    firmware::instructions,
    size::{
        Core, DeployedFormat, Kernels, Machine, OperatorCost, Platform, cmsis_nn_instructions,
        reference_instructions,
    },
};

/// Arguments for the microcontroller that arena and instructions are for.
#[derive(Debug, Args)]
pub(crate) struct PlatformArguments {
    /// Processor of the microcontroller that arena and instructions are for: an Arm Cortex-M. m4 if
    /// only the kernels are given.
    #[arg(long, value_enum)]
    core: Option<CoreName>,
    /// Kernels that run the model on the microcontroller. reference if only the core is given.
    /// Those that danas generates need no arena.
    #[arg(long, value_enum)]
    kernels: Option<KernelSet>,
    /// Enumerations of the firmware: `any`, or `short` to save some bytes if it is certain that the
    /// compiler makes them as short as their values permit.
    #[arg(long, value_enum, default_value_t = Enumerations::Any)]
    enumerations: Enumerations,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum CoreName {
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
    #[value(name = "generated")]
    Generated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Enumerations {
    Any,
    Short,
}

impl PlatformArguments {
    /// Returns whether a core or kernels are given.
    pub(crate) const fn is_chosen(&self) -> bool {
        self.core.is_some() || self.kernels.is_some()
    }

    /// Returns the platform of the arena, or `None` if the kernels need no arena.
    pub(crate) fn platform(&self) -> Option<Platform> {
        let kernels = match self.kernels.unwrap_or_default() {
            KernelSet::Reference => Kernels::Reference,
            KernelSet::CmsisNn => self.core().cmsis_nn(),
            KernelSet::Generated => return None,
        };
        let platform = Platform::microcontroller(kernels);
        Some(match self.enumerations {
            Enumerations::Any => platform,
            Enumerations::Short => platform.on(Machine::ShortEnumerations),
        })
    }

    /// Returns an estimate of the instructions of one inference.
    pub(crate) fn instructions(&self, operators: &[OperatorCost], format: DeployedFormat) -> f64 {
        let of = match self.kernels.unwrap_or_default() {
            KernelSet::Reference => reference_instructions,
            KernelSet::CmsisNn => cmsis_nn_instructions,
            KernelSet::Generated => instructions,
        };
        of(operators, self.core(), format).iter().sum()
    }

    fn core(&self) -> Core {
        match self.core.unwrap_or_default() {
            CoreName::M0 => Core::M0Plus,
            CoreName::M4 => Core::M4,
            CoreName::M7 => Core::M7,
            CoreName::M55 => Core::M55,
        }
    }
}

impl fmt::Display for PlatformArguments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kernels = match self.kernels.unwrap_or_default() {
            KernelSet::Reference => "the reference kernels of TensorFlow Lite Micro",
            KernelSet::CmsisNn => "the kernels of CMSIS-NN",
            KernelSet::Generated => "the kernels of danas' C libraries",
        };
        write!(f, "a {} with {kernels}", self.core())
    }
}
