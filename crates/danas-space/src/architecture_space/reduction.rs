//! Reductions: the step from feature maps to the dense layer.

use serde::{Deserialize, Serialize};

/// Step between an architecture's layers and its dense layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Flattening: the dense layer reads every value.
    #[default]
    Flatten,
    /// [`Layer::GlobalAverage`](crate::Layer::GlobalAverage): the dense layer reads the mean of
    /// each channel.
    GlobalAverage,
}
