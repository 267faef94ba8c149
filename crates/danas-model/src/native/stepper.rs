//! Optimizers: how a step changes the weights.

use std::ops::Range;

use multiversion::multiversion;

use crate::{
    config::{Adam, Optimizer, Sgd},
    error::ModelError,
};

use super::parameters::{Layout, zeros};

/// State of an optimizer, over all weights at once.
#[derive(Debug)]
pub(super) enum Stepper {
    Adam {
        settings: Adam,
        mean: Vec<f32>,
        square: Vec<f32>,
        step: i32,
        /// Positions of the weights that decay.
        kernels: Vec<Range<usize>>,
    },
    Sgd {
        settings: Sgd,
        change: Vec<f32>,
    },
}

impl Stepper {
    /// Creates the state for weights in this layout.
    pub(super) fn new(optimizer: Optimizer, layout: &Layout) -> Result<Self, ModelError> {
        Self::with_kernels(optimizer, layout.length(), layout.kernels())
    }

    /// Creates the state for a number of weights, of which those in `kernels` may decay.
    fn with_kernels(
        optimizer: Optimizer,
        weights: usize,
        kernels: Vec<Range<usize>>,
    ) -> Result<Self, ModelError> {
        Ok(match optimizer {
            Optimizer::Adam(settings) => {
                let (mean, square) = (zeros(weights)?, zeros(weights)?);
                Self::Adam { settings, mean, square, step: 0, kernels }
            }
            Optimizer::Sgd(settings) => Self::Sgd { settings, change: zeros(weights)? },
        })
    }

    /// Changes `weights` by their `gradient`. `rate` is the share of the learning rate to use.
    pub(super) fn step(&mut self, weights: &mut [f32], gradient: &[f32], rate: f64) {
        match self {
            Self::Adam { settings, mean, square, step, kernels } => {
                let Adam { learning_rate, beta1, beta2, epsilon, weight_decay } = *settings;
                let learning_rate = rate * learning_rate;
                if weight_decay > 0.0 {
                    let kept = (1.0 - learning_rate * weight_decay) as f32;
                    kernels.iter().for_each(|kernel| shrink(&mut weights[kernel.clone()], kept));
                }
                *step = step.saturating_add(1);
                let corrected = (1.0 - beta2.powi(*step)).sqrt() / (1.0 - beta1.powi(*step));
                let size = learning_rate * corrected;
                let rates = [1.0 - beta1, 1.0 - beta2, epsilon, size].map(|rate| rate as f32);
                adam(weights, gradient, mean, square, rates);
            }
            Self::Sgd { settings, change } => {
                let Sgd { learning_rate, momentum } = *settings;
                let (rate, momentum) = ((rate * learning_rate) as f32, momentum as f32);
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

#[multiversion(targets("x86_64+avx512f+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
fn shrink(weights: &mut [f32], kept: f32) {
    weights.iter_mut().for_each(|weight| *weight *= kept);
}

#[cfg(test)]
mod tests {
    use std::iter;

    use super::*;
    use crate::keras;

    /// Returns a stepper for two weights, of which the first belongs to a kernel.
    fn stepper(optimizer: Optimizer) -> Stepper {
        Stepper::with_kernels(optimizer, 2, iter::once(0..1).collect()).unwrap()
    }

    #[test]
    fn steps_are_keras() {
        for (optimizer, path) in keras::paths() {
            let mut stepper = stepper(optimizer);
            let mut weights = keras::START;
            for (gradient, expected) in keras::GRADIENTS.iter().zip(path) {
                stepper.step(&mut weights, gradient, 1.0);
                keras::assert_close(&weights, expected);
            }
        }
    }

    #[test]
    fn scheduled_steps_are_keras() {
        for (optimizer, path) in keras::scheduled_paths() {
            let mut stepper = stepper(optimizer);
            let mut weights = keras::START;
            let steps = keras::GRADIENTS.iter().zip(path).zip(0..);
            for ((gradient, expected), step) in steps {
                stepper.step(&mut weights, gradient, keras::SCHEDULE.share(step, 3));
                keras::assert_close(&weights, expected);
            }
        }
    }
}
