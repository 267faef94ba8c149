//! The loss of a block of examples, and its gradient.

use super::lanes::Lanes;
use crate::{augmentation::Mix, config::Loss, engine::Training};

/// The loss that a training minimises, with the class weights it needs.
#[derive(Debug)]
pub(super) struct Objective<'a> {
    loss: Loss,
    labels: &'a [usize],
    class_weights: Vec<f32>,
    /// Share of each label that is spread evenly over all classes.
    smoothing: f32,
}

impl<'a> Objective<'a> {
    pub(super) fn new(training: &Training<'a>) -> Self {
        let (loss, labels) = (training.config().loss, training.samples().labels());
        let smoothing = training.config().label_smoothing as f32;
        Self { loss, labels, class_weights: training.class_weights(), smoothing }
    }

    /// Returns the sum of the weighted losses of `examples`, and writes the gradients of their mean
    /// over a batch of `batch` examples.
    ///
    /// The logits of the examples are in the first lanes. `mixes` holds what each example is mixed
    /// with, and may be empty.
    pub(super) fn sum(
        &self,
        logits: &[Lanes],
        examples: &[usize],
        mixes: &[Option<Mix>],
        batch: usize,
        gradients: &mut [Lanes],
    ) -> f64 {
        gradients.fill(Lanes::ZERO);
        let mut total = 0.0;
        let classes = logits.len();
        let mut probabilities = vec![0.0_f32; classes];
        let (sure, spread) = (1.0 - self.smoothing, self.smoothing / classes as f32);
        for (lane, &example) in examples.iter().enumerate() {
            let log_sum = softmax(logits, lane, &mut probabilities);
            let mix = mixes.get(lane).copied().flatten();
            let own = mix.map_or(1.0, |mix| mix.share);
            let other = mix.map(|mix| (mix.other, 1.0 - mix.share));
            for (example, part) in [(example, own)].into_iter().chain(other) {
                let label = self.labels[example];
                let weight = part * self.class_weights[label];
                let share = weight / batch as f32;
                let wanted = |class| if class == label { sure + spread } else { spread };
                match self.loss {
                    Loss::CategoricalCrossEntropy => {
                        let mut loss = log_sum - logits[label].0[lane];
                        if self.smoothing > 0.0 {
                            // The label has the share `sure`, and every class the share `spread`.
                            let losses: f32 =
                                logits.iter().map(|logit| log_sum - logit.0[lane]).sum();
                            loss = sure * loss + spread * losses;
                        }
                        total += f64::from(weight) * f64::from(loss);
                        for (class, gradient) in gradients.iter_mut().enumerate() {
                            gradient.0[lane] += share * (probabilities[class] - wanted(class));
                        }
                    }
                    Loss::MeanSquaredError => {
                        let error = |class: usize| probabilities[class] - wanted(class);
                        let squares: f32 = (0..classes).map(|class| error(class).powi(2)).sum();
                        total += f64::from(weight) * f64::from(squares / classes as f32);
                        let slope = |class| 2.0 * share / classes as f32 * error(class);
                        let mean: f32 =
                            (0..classes).map(|class| slope(class) * probabilities[class]).sum();
                        for (class, gradient) in gradients.iter_mut().enumerate() {
                            gradient.0[lane] += probabilities[class] * (slope(class) - mean);
                        }
                    }
                }
            }
        }
        total
    }
}

/// Writes the probabilities of one example, and returns the logarithm of the sum of its logits'
/// exponentials.
///
/// Uses `libm` rather than the platform's library, whose results differ between machines.
pub(super) fn softmax(logits: &[Lanes], lane: usize, probabilities: &mut [f32]) -> f32 {
    let logit = |class: usize| logits[class].0[lane];
    let largest = (0..logits.len()).map(logit).fold(f32::NEG_INFINITY, f32::max);
    for (class, probability) in probabilities.iter_mut().enumerate() {
        *probability = libm::expf(logit(class) - largest);
    }
    let sum: f32 = probabilities.iter().sum();
    probabilities.iter_mut().for_each(|probability| *probability /= sum);
    largest + libm::logf(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keras;

    #[test]
    fn losses_of_smoothed_labels_are_keras() {
        keras::assert_losses(|training, example| {
            let logits = keras::LOGITS[example].map(|logit| Lanes([logit; 16]));
            let objective = Objective::new(training);
            objective.sum(&logits, &[example], &[], 1, &mut [Lanes::ZERO; 3])
        });
    }
}
