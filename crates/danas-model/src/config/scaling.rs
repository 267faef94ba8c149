//! What is done to the features before a training.

use serde::{Deserialize, Serialize};

/// What is done to the features before they reach the network.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Scaling {
    /// Mean 0 and standard deviation 1 per feature row, by a [`Scaler`](crate::Scaler) fitted on
    /// the training samples.
    #[default]
    Standardise,
    /// Nothing: the paper's way.
    None,
}
