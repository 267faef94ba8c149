//! The engine on libtorch.
//!
//! Networks are a few operations on small tensors, so what an operation costs before it computes
//! matters most: weights, gradients and optimizer states are one flat tensor each, and batches are
//! gathered from features that were uploaded once.

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

use crate::{Engine, ModelError, TrainedModel, Training, Workload};

/// Training and prediction by libtorch.
///
/// # Determinism
/// On the CPU, the same training gives the same bits, whatever else the process does: each call
/// computes on its calling thread alone and draws nothing from libtorch's generators. Call it from
/// several threads to use several cores. On CUDA and MPS some operations add in no fixed order, so
/// results may differ in the last bits.
///
/// # Threads
/// While calls run, libtorch's number of threads per operation is 1; it returns to what it was
/// with the last of them. A thread that first touches libtorch in between stays at 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TorchEngine {
    device: TorchDevice,
    name: String,
}

impl TorchEngine {
    /// The engine on the CPU, which is always there.
    #[must_use]
    pub fn cpu() -> Self {
        Self::unchecked(TorchDevice::Cpu)
    }

    /// The engine on `device`.
    ///
    /// # Errors
    /// [`ModelError::DeviceUnavailable`] where the machine or the libtorch in use has no such
    /// device.
    pub fn on(device: TorchDevice) -> Result<Self, ModelError> {
        if device.is_available() {
            return Ok(Self::unchecked(device));
        }
        Err(ModelError::DeviceUnavailable { device: device.to_string() })
    }

    /// Where it computes.
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
