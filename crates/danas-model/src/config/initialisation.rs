//! The initialisation of weights before a training.

use serde::{Deserialize, Serialize};

/// Distribution from which the kernels of a network are drawn before its training; see
/// [`Weights::initial`](crate::Weights::initial).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Initialisation {
    /// Uniform in `±√(6 / (fan_in + fan_out))`: Keras' default.
    #[default]
    GlorotUniform,
    /// Uniform in `±√(6 / fan_in)` if a ReLU follows, as in Keras' `HeUniform`. This doubles the
    /// variance, which the ReLU halves. Depthwise kernels are followed by a pointwise kernel before
    /// any ReLU, so they are uniform in `±√(3 / area)`, which keeps the variance. All other kernels
    /// are drawn as with `GlorotUniform`.
    He,
}
