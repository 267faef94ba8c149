//! The device that a search is for.

use danas_size::{DeployedFormat, Device, OperatorCost, Run};

/// A device, and the format of the model that runs on it. Candidates that do not fit are
/// infeasible.
///
/// The RAM of candidates is computed for the reference kernels of TensorFlow Lite Micro. Optimised
/// kernels, on which a device's cycle counts may be based, need additional scratch buffers. Leave
/// room for them in [`Device::reserved_ram`].
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The device.
    pub device: Device,
    /// The format of the model.
    pub format: DeployedFormat,
}

impl Target {
    /// Computes the latency and the energy of one inference.
    pub(crate) fn run(&self, operators: &[OperatorCost]) -> Run {
        self.device.run(operators, self.format)
    }
}
