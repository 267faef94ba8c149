//! The training engine that a build offers.

use std::sync::Arc;

use danas_model::Engine;

/// The training engine of this build: libtorch on the CPU with the feature `torch`, danas' own without.
#[must_use]
pub fn default_engine() -> Arc<dyn Engine> {
    #[cfg(feature = "torch")]
    return Arc::new(danas_model::TorchEngine::cpu());
    #[cfg(not(feature = "torch"))]
    return Arc::new(danas_model::NativeEngine::new());
}
