//! The native engine: trains and runs small networks on a CPU, without libtorch.
//!
//! A layer is computed for several examples at once, with one example in each lane of a register.
//! Small convolutions then need no padding to full registers, no transposition, and hardly any
//! memory besides their activations.

mod activation;
mod average;
mod backward;
mod block;
mod convolution;
mod dense;
mod dropout;
mod instruction_set;
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

pub use self::instruction_set::InstructionSet;
use self::simd::Dispatch;
use crate::{
    engine::{Engine, Training, Workload},
    error::ModelError,
    trained::TrainedModel,
};

/// Engine that trains and predicts with danas' own kernels, on the calling thread.
///
/// # Determinism
/// With a given instruction set, the same training gives the same bits on every machine that has
/// the set. AVX2 and AVX-512 also agree with each other. The engine uses the machine's fastest set
/// unless another is [requested](Self::with), and its [`name`](Engine::name) contains the name of
/// the set.
#[derive(Debug, Clone, Copy)]
pub struct NativeEngine {
    dispatch: Dispatch,
}

impl NativeEngine {
    /// Creates an engine that uses the fastest instruction set of this machine.
    #[must_use]
    pub fn new() -> Self {
        let set = Dispatch::new(InstructionSet::best());
        Self { dispatch: set.unwrap_or_default() }
    }

    /// Creates an engine that uses the given instruction set, for example so that different
    /// machines agree.
    ///
    /// # Errors
    /// [`ModelError::InstructionSetUnavailable`] if this machine does not have the set.
    pub fn with(set: InstructionSet) -> Result<Self, ModelError> {
        let dispatch = Dispatch::new(set);
        let dispatch = dispatch.ok_or(ModelError::InstructionSetUnavailable { set })?;
        Ok(Self { dispatch })
    }

    /// Returns the instruction set that the engine uses.
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

    /// AVX2 and AVX-512 have the same identity.
    fn identity(&self) -> String {
        match self.instruction_set() {
            InstructionSet::Portable => "native-portable",
            InstructionSet::Avx2 | InstructionSet::Avx512 => "native-avx",
        }
        .to_owned()
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
