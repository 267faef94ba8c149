//! The libtorch engine: trains and runs networks on a CPU or a graphics processor.
//!
//! Networks are a few operations on small tensors, so the fixed cost of each operation matters
//! most. Weights, gradients and optimizer states are therefore one flat tensor each, and batches
//! are gathered from features that are uploaded once.

mod copies;
mod device;
mod failure;
mod features;
mod kernel;
mod layer;
mod memory;
mod net;
mod objective;
mod predict;
mod stepper;
mod threads;
mod train;

use ndarray::{Array2, ArrayView4};

pub use device::TorchDevice;
use threads::SingleThreaded;

use crate::{
    engine::{Engine, Training, Workload},
    error::ModelError,
    trained::TrainedModel,
};

/// Engine that trains and predicts with libtorch.
///
/// # Determinism
/// On the CPU, the same training gives the same bits, whatever else the process does: each call
/// computes on its calling thread alone, and draws nothing from libtorch's generators. Call the
/// engine from several threads to use several cores. On CUDA and MPS, some operations add in no
/// fixed order, so results may differ in the last bits.
///
/// # Threads
/// While calls run, libtorch's number of threads per operation is 1 on their threads. The end of a
/// call restores the number from before the first of them. A thread that first uses libtorch in the
/// meantime may keep the number 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TorchEngine {
    device: TorchDevice,
    name: String,
}

impl TorchEngine {
    /// Creates the engine on the CPU, which is always available.
    #[must_use]
    pub fn cpu() -> Self {
        Self::unchecked(TorchDevice::Cpu)
    }

    /// Creates the engine on `device`.
    ///
    /// # Errors
    /// [`ModelError::DeviceUnavailable`] if this machine, or the libtorch in use, does not have the
    /// device.
    pub fn on(device: TorchDevice) -> Result<Self, ModelError> {
        if device.is_available() {
            return Ok(Self::unchecked(device));
        }
        Err(ModelError::DeviceUnavailable { device: device.to_string() })
    }

    /// Returns the device on which the engine computes.
    #[must_use]
    pub const fn device(&self) -> TorchDevice {
        self.device
    }

    fn unchecked(device: TorchDevice) -> Self {
        Self { device, name: format!("torch-{device}") }
    }
}

impl Default for TorchEngine {
    fn default() -> Self {
        Self::cpu()
    }
}

impl Engine for TorchEngine {
    fn name(&self) -> &str {
        &self.name
    }

    fn peak_memory(&self, workload: &Workload<'_>) -> Result<Option<u64>, ModelError> {
        Ok((self.device == TorchDevice::Cpu).then(|| memory::peak(workload)))
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        let span = tracing::debug_span!(
            "train",
            engine = self.name,
            network = %training.network(),
            seed = training.seed()
        );
        span.in_scope(|| {
            let _threads = SingleThreaded::enter();
            train::train(training, self)
        })
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        let _threads = SingleThreaded::enter();
        predict::predict(model, features, self.device.into())
    }
}
