//! The device that a search is for.

use danas_size::{DeployedFormat, Device, OperatorCost, Run};

use crate::Costs;

/// A device, and the format of the model on it. Candidates that do not fit are infeasible.
///
/// The RAM that they are held against is that of TensorFlow Lite Micro's reference kernels. Optimised
/// ones, such as those that a device's cycles may be of, need scratch buffers besides: leave room for
/// them in [`Device::reserved_ram`].
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The device.
    pub device: Device,
    /// Which model runs on it.
    pub format: DeployedFormat,
}

impl Target {
    /// One inference.
    pub(crate) fn run(&self, operators: &[OperatorCost]) -> Run {
        self.device.run(operators, self.format)
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
