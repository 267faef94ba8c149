//! What a training minimises.

use serde::{Deserialize, Serialize};

/// What a training minimises, over the softmax outputs `p` and the one-hot label `y` of each
/// example.
///
/// A batch's loss is Keras' weighted mean: the sum of class weight × loss over the examples,
/// divided by the number of examples (not by the sum of the weights).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Loss {
    /// `−Σ y·ln p`, computed from the logits, so that it stays exact for a tiny `p`.
    #[default]
    CategoricalCrossEntropy,
    /// `Σ (p − y)² / classes`.
    MeanSquaredError,
}
