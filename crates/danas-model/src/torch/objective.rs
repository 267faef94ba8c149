//! The loss of a batch.

use tch::{Device, Kind, Reduction, TchError, Tensor};

use super::{copies::Altered, failure::During, features::indices};
use crate::{config::Loss, engine::Training, error::ModelError};

/// The loss that a training minimises, with the labels and class weights it needs.
pub(super) struct Objective {
    loss: Loss,
    /// `[examples]`: the class of each example.
    labels: Tensor,
    /// `[classes]`
    class_weights: Tensor,
    /// `[classes, classes]`: the target probabilities of each class, one-hot or smoothed.
    wanted: Tensor,
    is_smoothed: bool,
}

impl Objective {
    pub(super) fn new(training: &Training<'_>, device: Device) -> Result<Self, ModelError> {
        let (config, samples) = (training.config(), training.samples());
        let (labels, classes) = (samples.labels(), samples.classes());
        let class_weights = training.class_weights();
        let smoothing = config.label_smoothing;
        let build = || {
            let mut wanted = Tensor::f_eye(classes as i64, (Kind::Float, device))?;
            if smoothing > 0.0 {
                let _ = wanted.f_mul_scalar_(1.0 - smoothing)?;
                let _ = wanted.f_add_scalar_(smoothing / classes as f64)?;
            }
            Ok(Self {
                loss: config.loss,
                labels: indices(labels, device)?,
                class_weights: Tensor::f_from_slice(&class_weights)?.f_to_device(device)?,
                wanted,
                is_smoothed: smoothing > 0.0,
            })
        };
        build().during("the upload of the labels")
    }

    /// Returns the sum of the weighted losses of the examples `batch`, whose logits are `logits`.
    ///
    /// # Shapes
    /// - `logits`: `[batch, classes]`
    /// - `batch`: `[batch]`, indices of examples
    pub(super) fn sum(&self, logits: &Tensor, batch: &Tensor) -> Result<Tensor, TchError> {
        let labels = self.labels.f_index_select(0, batch)?;
        match self.loss {
            Loss::CategoricalCrossEntropy if self.is_smoothed => {
                let wanted = self.wanted.f_index_select(0, &labels)?;
                let weights = self.class_weights.f_index_select(0, &labels)?;
                let log = logits.f_log_softmax(-1, None)?;
                let losses = log.f_mul(&wanted)?.f_sum_dim_intlist(-1, false, None)?;
                losses.f_dot(&weights)?.f_neg()
            }
            Loss::CategoricalCrossEntropy => {
                let ignored = -100; // no class has this index
                let weights = Some(&self.class_weights);
                let log = logits.f_log_softmax(-1, None)?;
                log.f_nll_loss(&labels, weights, Reduction::Sum, ignored)
            }
            Loss::MeanSquaredError => {
                let wanted = self.wanted.f_index_select(0, &labels)?;
                let weights = self.class_weights.f_index_select(0, &labels)?;
                let probabilities = logits.f_softmax(-1, None)?;
                let errors = probabilities.f_mse_loss(&wanted, Reduction::None)?;
                errors.f_mean_dim(-1, false, None)?.f_dot(&weights)
            }
        }
    }

    /// Returns the sum of the weighted losses of altered copies, of which some are mixed with other
    /// examples.
    ///
    /// The loss of a copy is `share · loss(label) + (1 − share) · loss(other label)`.
    pub(super) fn mixed_sum(
        &self,
        logits: &Tensor,
        batch: &Tensor,
        copies: &Altered,
    ) -> Result<Tensor, TchError> {
        let Altered { others, shares, .. } = copies;
        let own = self.losses(logits, batch)?.f_dot(shares)?;
        let rest = shares.f_neg()?.f_add_scalar(1.0)?;
        own.f_add(&self.losses(logits, others)?.f_dot(&rest)?)
    }

    /// Returns the weighted loss of each example, `[batch]`, by the labels of the examples `batch`.
    fn losses(&self, logits: &Tensor, batch: &Tensor) -> Result<Tensor, TchError> {
        let labels = self.labels.f_index_select(0, batch)?;
        let wanted = self.wanted.f_index_select(0, &labels)?;
        let weights = self.class_weights.f_index_select(0, &labels)?;
        let losses = match self.loss {
            Loss::CategoricalCrossEntropy => {
                let log = logits.f_log_softmax(-1, None)?;
                log.f_mul(&wanted)?.f_sum_dim_intlist(-1, false, None)?.f_neg()?
            }
            Loss::MeanSquaredError => {
                let probabilities = logits.f_softmax(-1, None)?;
                let errors = probabilities.f_mse_loss(&wanted, Reduction::None)?;
                errors.f_mean_dim(-1, false, None)?
            }
        };
        losses.f_mul(&weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keras;

    #[test]
    fn losses_of_smoothed_labels_are_keras() {
        keras::assert_losses(|training, example| {
            let objective = Objective::new(training, Device::Cpu).unwrap();
            let logits = Tensor::from_slice(&keras::LOGITS[example]).view([1, 3]);
            let batch = indices(&[example], Device::Cpu).unwrap();
            objective.sum(&logits, &batch).unwrap().double_value(&[])
        });
    }
}
