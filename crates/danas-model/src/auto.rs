//! An engine that picks the fastest engine for each network.

use danas_space::Network;
use ndarray::{Array2, ArrayView4};

#[cfg(feature = "torch")]
use crate::torch::TorchEngine;
use crate::{
    engine::{Engine, Training, Workload},
    error::ModelError,
    native::NativeEngine,
    trained::TrainedModel,
};

/// Engine that trains each network with the engine expected to be fastest for it.
///
/// This is the [`NativeEngine`] if it supports all layers of the network. Otherwise, with the
/// feature `torch`, it is libtorch on the CPU.
///
/// The choice ignores shapes. libtorch is faster for only about one in a hundred random networks of
/// the paper's space: those with 128 channels on maps of a few columns (`cargo xtask keras choice`
/// measures this).
///
/// A training's record names the chosen engine. In a given build, the choice depends on the
/// architecture alone, so a search makes the same choice on every machine.
#[derive(Debug, Clone, Default)]
pub struct AutoEngine {
    native: NativeEngine,
    #[cfg(feature = "torch")]
    torch: TorchEngine,
}

impl AutoEngine {
    /// Creates an engine that chooses among all engines of this build.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the native engine, for example by one with a pinned instruction set.
    #[must_use]
    pub const fn with_native(mut self, native: NativeEngine) -> Self {
        self.native = native;
        self
    }

    /// Returns the engine for a network.
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

    /// Names the native engine and, in a build with libtorch, the engine for all other networks.
    fn identity(&self) -> String {
        let native = self.native.identity();
        #[cfg(feature = "torch")]
        let native = format!("{native} {}", self.torch.identity());
        native
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
