//! The weights of classes in the loss.

use serde::{Deserialize, Serialize};

/// Weight of each class in the loss. It is ignored if the batches are balanced already; see
/// [`Batches`](crate::Batches).
///
/// ```
/// use danas_model::ClassWeights;
///
/// // Three normal recordings and an anomalous one: 4 / (2·3) and 4 / (2·1).
/// assert_eq!(ClassWeights::Balanced.resolve(&[0, 0, 1, 0], 2), [2.0 / 3.0, 2.0]);
/// assert_eq!(ClassWeights::Uniform.resolve(&[0, 0, 1, 0], 2), [1.0, 1.0]);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ClassWeights {
    /// `total / (classes · count)`, counted over the training labels, as in the paper and in
    /// scikit-learn's `balanced`. A class without examples gets 0, which no example uses.
    #[default]
    Balanced,
    /// 1 for every class.
    Uniform,
}

impl ClassWeights {
    /// Returns the weight of each of `classes` classes for a training on `labels`. A label that is
    /// not the number of a class counts in the total only.
    #[must_use]
    pub fn resolve(self, labels: &[usize], classes: usize) -> Vec<f32> {
        match self {
            Self::Uniform => vec![1.0; classes],
            Self::Balanced => {
                let mut counts = vec![0_usize; classes];
                for &label in labels {
                    if let Some(count) = counts.get_mut(label) {
                        *count += 1;
                    }
                }
                let balanced = |count| labels.len() as f64 / (classes as f64 * count as f64);
                let weight = |count| if count == 0 { 0.0 } else { balanced(count) as f32 };
                counts.into_iter().map(weight).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_training_part_weighs_as_in_keras() {
        // 720 normal, 160 anomalous: 880 / (2·720) and 880 / (2·160).
        let labels: Vec<usize> = (0..880).map(|example| usize::from(example >= 720)).collect();
        let weights = ClassWeights::Balanced.resolve(&labels, 2);
        assert_eq!(weights, [0.611_111_1, 2.75]);
    }

    #[test]
    fn a_class_without_examples_weighs_nothing() {
        assert_eq!(ClassWeights::Balanced.resolve(&[0, 2], 3), [2.0 / 3.0, 0.0, 2.0 / 3.0]);
    }
}
