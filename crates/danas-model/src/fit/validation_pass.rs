//! The quality of a network between two epochs.

use ndarray::{ArrayView1, ArrayView2};

use crate::{config::Loss, record::Validation};

/// Quality of a network on some examples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ValidationPass {
    pub(super) validation: Validation,
    /// Whether the network assigns all examples to one class although their labels differ.
    pub(super) constant: bool,
}

impl ValidationPass {
    /// Judges logits, `[examples, classes]`, by the labels. As in Keras, classes are not weighted
    /// here.
    pub(super) fn new(loss: Loss, logits: ArrayView2<'_, f32>, labels: &[usize]) -> Self {
        let predictions: Vec<usize> = logits.outer_iter().map(largest).collect();
        let right = predictions.iter().zip(labels).filter(|(one, other)| one == other).count();
        let losses = logits.outer_iter().zip(labels).map(|(row, &label)| loss.of(row, label));
        let mean = |sum: f64| (sum / labels.len() as f64) as f32;
        let validation = Validation { loss: mean(losses.sum()), accuracy: mean(right as f64) };
        Self { validation, constant: is_constant(&predictions) && !is_constant(labels) }
    }
}

/// Returns the index of the largest logit; on ties, the first.
fn largest(logits: ArrayView1<'_, f32>) -> usize {
    let first = (0, f32::NEG_INFINITY);
    let larger =
        |best: (usize, f32), (class, &value)| if value > best.1 { (class, value) } else { best };
    logits.iter().enumerate().fold(first, larger).0
}

fn is_constant(classes: &[usize]) -> bool {
    classes.windows(2).all(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn losses_are_means_without_class_weights() {
        let logits = array![[0.0, 0.0], [1000.0, 0.0], [0.0, 3.0_f32.ln()]];
        let labels = [0, 1, 1];
        let cross_entropy =
            ValidationPass::new(Loss::CategoricalCrossEntropy, logits.view(), &labels);
        // ln 2, 1000 although the probability is too small for a float, and −ln ¾.
        let expected = (2.0_f64.ln() + 1000.0 + (4.0_f64 / 3.0).ln()) / 3.0;
        assert!((f64::from(cross_entropy.validation.loss) - expected).abs() < 1e-4);
        assert_eq!(cross_entropy.validation.accuracy, 2.0 / 3.0); // a tie is class 0
        let squared = ValidationPass::new(Loss::MeanSquaredError, logits.view(), &labels);
        let expected = (0.25 + 1.0 + 0.0625) / 3.0;
        assert!((f64::from(squared.validation.loss) - expected).abs() < 1e-6);
    }

    #[test]
    fn one_class_for_all_is_constant_unless_all_are_of_one() {
        let constant = |logits: &[[f32; 2]], labels: &[usize]| {
            ValidationPass::new(Loss::default(), ndarray::arr2(logits).view(), labels).constant
        };
        assert!(constant(&[[1.0, 0.0], [2.0, 0.0]], &[0, 1]));
        assert!(!constant(&[[1.0, 0.0], [2.0, 0.0]], &[1, 1]));
        assert!(!constant(&[[1.0, 0.0], [0.0, 2.0]], &[0, 1]));
    }
}
