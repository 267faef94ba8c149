//! The loss that a training minimises.

use ndarray::ArrayView1;
use serde::{Deserialize, Serialize};

/// Loss that a training minimises, given the softmax outputs `p` and the one-hot label `y` of each
/// example.
///
/// A batch's loss is Keras' weighted mean: the sum of class weight × loss over the examples,
/// divided by the number of examples (not by the sum of the weights).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Loss {
    /// `−Σ y·ln p`, computed from the logits so that it is exact even for a tiny `p`.
    #[default]
    CategoricalCrossEntropy,
    /// `Σ (p − y)² / classes`.
    MeanSquaredError,
}

impl Loss {
    /// Returns the loss of one example from its logits and its label. The label is an index into
    /// the logits.
    pub(crate) fn of(self, logits: ArrayView1<'_, f32>, label: usize) -> f64 {
        let largest = logits.fold(f32::NEG_INFINITY, |largest, &logit| largest.max(logit));
        let shifted = |logit: f32| f64::from(logit) - f64::from(largest);
        let sum: f64 = logits.iter().map(|&logit| libm::exp(shifted(logit))).sum();
        match self {
            Self::CategoricalCrossEntropy => libm::log(sum) - shifted(logits[label]),
            Self::MeanSquaredError => {
                let error = |(class, &logit): (usize, &f32)| {
                    let wanted = if class == label { 1.0 } else { 0.0 };
                    libm::exp(shifted(logit)) / sum - wanted
                };
                let squares = logits.iter().enumerate().map(|one| error(one).powi(2));
                squares.sum::<f64>() / logits.len() as f64
            }
        }
    }
}
