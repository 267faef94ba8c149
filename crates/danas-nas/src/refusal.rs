//! The reasons why a candidate is not worth training.

use danas_evo::{Excess, Reason};
use danas_firmware::FirmwareError;
use danas_model::ModelError;
use danas_size::{DeployedFormat, SizeError};
use danas_space::{Bytes, Infeasible};

use crate::{limit::Limit, quantity::Quantity};

/// Reason why a candidate cannot be trained, or is not worth it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Infeasible(#[from] Infeasible),
    #[error(transparent)]
    Size(#[from] SizeError),
    /// No device can compute its features.
    #[error(transparent)]
    Firmware(#[from] FirmwareError),
    /// The engine does not support its network.
    #[error(transparent)]
    Engine(#[from] ModelError),
    #[error("its training takes {needed}, more than the {budget} allowed")]
    TrainingMemory { needed: Bytes, budget: Bytes },
    #[error("the {format} model needs {needed} of {memory}, more than the {available} of {device}")]
    DeviceMemory {
        memory: DeviceMemory,
        format: DeployedFormat,
        needed: Bytes,
        available: Bytes,
        device: String,
    },
    #[error("{} of {value} is {} the limit of {}", .limit.quantity, side(.limit.quantity), .limit.bound)]
    Limit { limit: Limit, value: f64 },
}

/// Memory of a device.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DeviceMemory {
    Flash,
    Ram,
}

impl std::fmt::Display for DeviceMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Flash => "flash",
            Self::Ram => "RAM",
        })
    }
}

impl Refusal {
    fn kind(&self) -> &'static str {
        match self {
            Self::Infeasible(infeasible) => infeasible.kind(),
            Self::Size(_) => "too_large",
            Self::Firmware(_) => "firmware",
            Self::Engine(_) => "engine",
            Self::TrainingMemory { .. } => "training_memory",
            Self::DeviceMemory { memory: DeviceMemory::Flash, .. } => "device_flash",
            Self::DeviceMemory { memory: DeviceMemory::Ram, .. } => "device_ram",
            Self::Limit { limit, .. } => limit.quantity.name(),
        }
    }

    /// Returns the value and the bound that it exceeds, if there is a bound.
    fn excess(&self) -> Option<Excess> {
        let of_bytes = |value: &Bytes, bound: &Bytes| {
            Some(Excess { value: value.0 as f64, bound: bound.0 as f64 })
        };
        match self {
            Self::TrainingMemory { needed, budget }
            | Self::Infeasible(Infeasible::FeatureMemory { needed, budget }) => {
                of_bytes(needed, budget)
            }
            Self::DeviceMemory { needed, available, .. } => of_bytes(needed, available),
            Self::Limit { limit, value } => Some(Excess { value: *value, bound: limit.bound }),
            Self::Infeasible(_) | Self::Size(_) | Self::Firmware(_) | Self::Engine(_) => None,
        }
    }
}

impl From<Refusal> for Reason {
    fn from(refusal: Refusal) -> Self {
        let reason = Self::new(refusal.kind(), refusal.to_string());
        match refusal.excess() {
            Some(excess) => reason.with_excess(excess),
            None => reason,
        }
    }
}

/// Returns on which side of its limit a quantity is when it breaks the limit.
fn side(quantity: Quantity) -> &'static str {
    if quantity.is_cost() { "above" } else { "below" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_limit_is_data_and_words() {
        let limit = Limit::hard(Quantity::Accuracy, 0.8);
        let reason = Reason::from(Refusal::Limit { limit, value: 0.5 });
        assert_eq!(reason.kind, "accuracy");
        assert_eq!(reason.excess, Some(Excess { value: 0.5, bound: 0.8 }));
        assert_eq!(reason.to_string(), "accuracy of 0.5 is below the limit of 0.8");
    }
}
