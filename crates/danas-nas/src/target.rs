//! The device that a search is for.

use danas_size::{DeployedFormat, Device, OperatorCost, Run};

/// A device, and the format of the model that runs on it. Candidates that do not fit are
/// infeasible.
///
/// The RAM of candidates is computed with the arena that TensorFlow Lite Micro needs with its
/// reference kernels. Optimised kernels, on which a device's cycle counts may be based, need more
/// ([`Kernels::CmsisNn`](danas_size::Kernels::CmsisNn)). Leave room for the difference in
/// [`Device::reserved_ram`].
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
