//! The device that a search is for.

use std::fmt;

use danas_size::{Device, NumberFormat, OperatorCost, Run};
use serde::{Deserialize, Serialize};

use crate::Costs;

/// A device, and the format of the model on it. Candidates that do not fit are infeasible.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The device.
    pub device: Device,
    /// Which model runs on it.
    pub format: DeployedFormat,
}

/// The number formats that TensorFlow Lite Micro runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeployedFormat {
    /// Floats of 32 bits.
    Float32,
    /// Integers of 8 bits.
    #[default]
    Int8,
}

impl From<DeployedFormat> for NumberFormat {
    fn from(format: DeployedFormat) -> Self {
        match format {
            DeployedFormat::Float32 => Self::Float32,
            DeployedFormat::Int8 => Self::Int8,
        }
    }
}

impl fmt::Display for DeployedFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Float32 => "float32",
            Self::Int8 => "int8",
        })
    }
}

impl Target {
    /// One inference.
    pub(crate) fn run(&self, operators: &[OperatorCost]) -> Option<Run> {
        self.device.run(operators, self.format.into())
    }

    /// Why a candidate does not fit, in words; `None` where it does.
    pub(crate) fn refusal(&self, costs: &Costs) -> Option<String> {
        let Self { device, format } = self;
        let memories = [
            ("flash", costs.flash(*format), device.flash_for_model()),
            ("RAM", costs.ram(*format), device.ram_for_data()),
        ];
        let exceeded = memories.into_iter().find(|(_, needed, there_is)| needed > there_is);
        exceeded.map(|(memory, needed, there_is)| {
            format!(
                "{format} needs {needed} of {memory}, more than the {there_is} of {}",
                device.name
            )
        })
    }
}
