//! One change of the weights.

use multiversion::multiversion;

use crate::{Adam, ModelError, Optimizer, Sgd};

use super::parameters::zeros;

/// An optimizer's state over all weights at once.
#[derive(Debug)]
pub(super) enum Stepper {
    Adam { settings: Adam, mean: Vec<f32>, square: Vec<f32>, step: i32 },
    Sgd { settings: Sgd, change: Vec<f32> },
}

impl Stepper {
    /// For so many weights.
    pub(super) fn new(optimizer: Optimizer, weights: usize) -> Result<Self, ModelError> {
        Ok(match optimizer {
            Optimizer::Adam(settings) => {
                let (mean, square) = (zeros(weights)?, zeros(weights)?);
                Self::Adam { settings, mean, square, step: 0 }
            }
            Optimizer::Sgd(settings) => Self::Sgd { settings, change: zeros(weights)? },
        })
    }

    /// Changes `weights` by their `gradient`.
    pub(super) fn step(&mut self, weights: &mut [f32], gradient: &[f32]) {
        match self {
            Self::Adam { settings, mean, square, step } => {
                let Adam { learning_rate, beta1, beta2, epsilon } = *settings;
                *step = step.saturating_add(1);
                let corrected = (1.0 - beta2.powi(*step)).sqrt() / (1.0 - beta1.powi(*step));
                let size = learning_rate * corrected;
                let rates = [1.0 - beta1, 1.0 - beta2, epsilon, size].map(|rate| rate as f32);
                adam(weights, gradient, mean, square, rates);
            }
            Self::Sgd { settings, change } => {
                let Sgd { learning_rate, momentum } = *settings;
                let (rate, momentum) = (learning_rate as f32, momentum as f32);
                let pairs = weights.iter_mut().zip(change).zip(gradient);
                pairs.for_each(|((weight, change), gradient)| {
                    *change = momentum * *change - rate * gradient;
                    *weight += *change;
                });
            }
        }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn adam(
    weights: &mut [f32],
    gradient: &[f32],
    mean: &mut [f32],
    square: &mut [f32],
    [mean_rate, square_rate, epsilon, size]: [f32; 4],
) {
    let state = mean.iter_mut().zip(square);
    for ((weight, &gradient), (mean, square)) in weights.iter_mut().zip(gradient).zip(state) {
        *mean += mean_rate * (gradient - *mean);
        *square += square_rate * (gradient * gradient - *square);
        *weight -= size * *mean / (square.sqrt() + epsilon);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keras;

    #[test]
    fn steps_are_keras() {
        for (optimizer, path) in keras::paths() {
            let mut stepper = Stepper::new(optimizer, 2).unwrap();
            let mut weights = keras::START;
            for (gradient, expected) in keras::GRADIENTS.iter().zip(path) {
                stepper.step(&mut weights, gradient);
                keras::assert_close(&weights, expected);
            }
        }
    }
}
