//! The engine of danas' own, for small networks on a CPU, without libtorch.
//!
//! The same layer of several examples is computed at once, one example in each lane of a register:
//! small convolutions then need no padding, no transposition and hardly any memory beside their
//! activations.

mod activation;
mod average;
mod backward;
mod block;
mod convolution;
mod dense;
mod dropout;
mod kernel_gradient;
mod lanes;
mod maps;
mod memory;
mod objective;
mod packed;
mod parameters;
mod pooling;
mod predict;
mod simd;
mod stage;
mod stepper;
mod train;
mod window;

use danas_space::Network;
use ndarray::{Array2, ArrayView4};

use self::simd::Dispatch;
pub use self::simd::InstructionSet;
use crate::{Engine, ModelError, TrainedModel, Training, Workload};

/// Training and prediction by danas' own kernels, on the calling thread.
///
/// # Determinism
/// The same training gives the same bits for an instruction set, on every machine that has it; AVX2 and
/// AVX-512 agree with each other, too. [`name`](Engine::name) tells the set, which is the machine's fastest
/// one unless another is [asked for](Self::with).
#[derive(Debug, Clone, Copy)]
pub struct NativeEngine {
    dispatch: Dispatch,
}

impl NativeEngine {
    /// With the fastest instruction set of this machine.
    #[must_use]
    pub fn new() -> Self {
        let set = Dispatch::new(InstructionSet::best());
        Self { dispatch: set.unwrap_or_default() }
    }

    /// With an instruction set of choice, so that machines agree.
    ///
    /// # Errors
    /// [`ModelError::InstructionSetUnavailable`] where this machine does not have it.
    pub fn with(set: InstructionSet) -> Result<Self, ModelError> {
        let dispatch = Dispatch::new(set);
        let dispatch = dispatch.ok_or(ModelError::InstructionSetUnavailable { set })?;
        Ok(Self { dispatch })
    }

    /// The instruction set that it works with.
    #[must_use]
    pub const fn instruction_set(&self) -> InstructionSet {
        self.dispatch.set()
    }
}

impl Default for NativeEngine {
    fn default() -> Self {
        Self::new()
    }
}

impl Engine for NativeEngine {
    fn name(&self) -> &str {
        match self.instruction_set() {
            InstructionSet::Portable => "native-portable",
            InstructionSet::Avx2 => "native-avx2",
            InstructionSet::Avx512 => "native-avx512",
        }
    }

    fn check(&self, network: &Network) -> Result<(), ModelError> {
        stage::check(network)
    }

    fn peak_memory(&self, workload: &Workload<'_>) -> Result<Option<u64>, ModelError> {
        memory::peak(workload).map(Some)
    }

    fn train(&self, training: &Training<'_>) -> Result<TrainedModel, ModelError> {
        train::train(training, self.name(), self.dispatch)
    }

    fn predict(
        &self,
        model: &TrainedModel,
        features: ArrayView4<'_, f32>,
    ) -> Result<Array2<f32>, ModelError> {
        predict::predict(model, self.dispatch, features)
    }
}
