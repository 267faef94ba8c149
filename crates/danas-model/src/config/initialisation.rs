//! What a training starts from.

use serde::{Deserialize, Serialize};

/// From which distribution the kernels of a network are drawn before its training; see
/// [`Weights::initial`](crate::Weights::initial).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Initialisation {
    /// Uniform in `±√(6 / (fan_in + fan_out))`: Keras' default.
    #[default]
    GlorotUniform,
    /// Uniform in `±√(6 / fan_in)` where a ReLU follows, Keras' `HeUniform`: the ReLU halves the variance,
    /// which this doubles. Depthwise kernels, behind which a pointwise one comes first, are uniform in
    /// `±√(3 / area)`, which leaves the variance as it is; all others are Glorot's.
    He,
}
