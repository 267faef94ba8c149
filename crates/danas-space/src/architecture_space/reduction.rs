//! From maps to the dense layer.

use serde::{Deserialize, Serialize};

/// What stands between an architecture's layers and its dense layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Nothing: every value goes into the dense layer.
    #[default]
    Flatten,
    /// [`Layer::GlobalAverage`](crate::Layer::GlobalAverage): the mean of each channel does.
    GlobalAverage,
}
