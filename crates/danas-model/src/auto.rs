//! The engine that suits a network.

use danas_space::Network;
use ndarray::{Array2, ArrayView4};

#[cfg(feature = "torch")]
use crate::TorchEngine;
use crate::{Engine, ModelError, NativeEngine, TrainedModel, Training, Workload};

/// Trains each network with the engine that is expected to be fastest at it: the [`NativeEngine`] where it
/// knows all layers, libtorch on the CPU otherwise, with the feature `torch`.
///
/// No rule on shapes is needed: libtorch is faster at about one in a hundred random networks of the paper's
/// space, of 128 channels on maps of a few columns (`cargo xtask keras choice` measures it).
///
/// A training's record says which one it was. The choice depends on the architecture alone, so that a search
/// makes the same one on every machine.
#[derive(Debug, Clone, Default)]
pub struct AutoEngine {
    native: NativeEngine,
    #[cfg(feature = "torch")]
    torch: TorchEngine,
}

impl AutoEngine {
    /// Of all engines of this build.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another native engine, such as one of a pinned instruction set.
    #[must_use]
    pub const fn with_native(mut self, native: NativeEngine) -> Self {
        self.native = native;
        self
    }

    /// The engine for a network.
    #[must_use]
    pub fn choice(&self, network: &Network) -> &dyn Engine {
        #[cfg(feature = "torch")]
        if self.native.check(network).is_err() {
            return &self.torch;
        }
        let _ = network;
        &self.native
    }
}

impl Engine for AutoEngine {
    fn name(&self) -> &str {
        "auto"
    }

    fn check(&self, network: &Network) -> Result<(), ModelError> {
        self.choice(network).check(network)
    }

    fn peak_memory(&self, workload: &Workload<'_>) -> Result<Option<u64>, ModelError> {
        self.choice(workload.network).peak_memory(workload)
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        self.choice(training.network()).train(training)
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        self.choice(model.network()).predict(model, features)
    }
}
