//! The engine of danas' own, for small networks on a CPU, without libtorch.
//!
//! The same layer of several examples is computed at once, one example in each lane of a register:
//! small convolutions then need no padding, no transposition and hardly any memory beside their
//! activations.

mod block;
mod convolution;
mod dense;
mod lanes;
mod maps;
mod objective;
mod parameters;
mod predict;
mod stepper;
mod train;

use ndarray::{Array2, ArrayView4};

use crate::{Engine, ModelError, TrainedModel, Training};

/// Training and prediction by danas' own kernels, on the calling thread.
///
/// # Determinism
/// The same training gives the same bits on every machine whose processor multiplies and adds in one
/// step (AVX2 with FMA and later), and the same on every other one; [`name`](Engine::name) says which.
/// (Exponentials are those of the platform's mathematical library.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NativeEngine;

impl Engine for NativeEngine {
    fn name(&self) -> &str {
        if is_fused() { "native-fma" } else { "native" }
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        train::train(training, self.name())
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        predict::predict(model, features)
    }
}

/// Whether kernels multiply and add in one step.
#[multiversion::multiversion(targets("x86_64+avx2+fma"))]
fn is_fused() -> bool {
    multiversion::target::target_cfg_f!(target_feature = "fma")
}
