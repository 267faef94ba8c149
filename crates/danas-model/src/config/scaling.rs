//! The scaling of features before a training.

use serde::{Deserialize, Serialize};

/// Scaling of the features before they reach the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scaling {
    /// Standardisation of each feature row to mean 0 and standard deviation 1, by a
    /// [`Scaler`](crate::Scaler) fitted on the training samples.
    #[default]
    Standardise,
    /// No scaling, as in the paper.
    None,
    /// Pixels, which are features from 0 to 1, become numbers from -1 to 127/128; see
    /// [`Scaler::pixels`](crate::Scaler::pixels). Networks without normalisation learn them more easily.
    /// If a channel has 8 bits, an int8 model reads the bytes of a camera minus 128.
    Pixels,
}
