//! The training engine that a build offers.

use std::sync::Arc;

use danas_model::Engine;

use crate::Error;

/// The best training engine of this build: libtorch on the CPU with the feature `torch`.
///
/// # Errors
/// [`Error::NoEngine`] where none was built in.
pub fn default_engine() -> Result<Arc<dyn Engine>, Error> {
    #[cfg(feature = "torch")]
    return Ok(Arc::new(danas_model::TorchEngine::cpu()));
    #[cfg(not(feature = "torch"))]
    return Err(Error::NoEngine);
}
