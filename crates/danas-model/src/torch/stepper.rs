//! One change of the weights.

use tch::{TchError, Tensor};

use super::net::Net;
use crate::{Adam, Optimizer, Sgd};

/// An optimizer's state over all weights at once.
pub(super) struct Stepper {
    rule: Rule,
    /// The gradient, flat, and its views by weight tensor.
    gradient: (Tensor, Vec<Tensor>),
}

enum Rule {
    Adam { settings: Adam, mean: Tensor, square: Tensor, scratch: Tensor, step: i32 },
    Sgd { settings: Sgd, change: Tensor },
}

impl Stepper {
    pub(super) fn new(optimizer: Optimizer, net: &Net<'_>) -> Result<Self, TchError> {
        let zeros = || net.zeros_like_flat().map(|(zeros, _)| zeros);
        let rule = match optimizer {
            Optimizer::Adam(settings) => Rule::Adam {
                settings,
                mean: zeros()?,
                square: zeros()?,
                scratch: zeros()?,
                step: 0,
            },
            Optimizer::Sgd(settings) => Rule::Sgd { settings, change: zeros()? },
        };
        Ok(Self { rule, gradient: net.zeros_like_flat()? })
    }

    /// Changes the weights of `net` by their `gradients`.
    pub(super) fn step(&mut self, net: &mut Net<'_>, gradients: &[Tensor]) -> Result<(), TchError> {
        let (gradient, views) = &mut self.gradient;
        for (view, gradient) in views.iter_mut().zip(gradients) {
            view.f_copy_(gradient)?;
        }
        self.rule.apply(net.flat_mut(), gradient)
    }
}

impl Rule {
    /// Changes `weights`; `gradient` is used up.
    fn apply(&mut self, weights: &mut Tensor, gradient: &mut Tensor) -> Result<(), TchError> {
        match self {
            Self::Adam { settings, mean, square, scratch, step } => {
                let Adam { learning_rate, beta1, beta2, epsilon } = *settings;
                *step = step.saturating_add(1);
                let corrected = (1.0 - beta2.powi(*step)).sqrt() / (1.0 - beta1.powi(*step));
                let size = learning_rate * corrected;
                let _ = mean.f_lerp_(gradient, 1.0 - beta1)?;
                let _ = square.f_lerp_(&gradient.f_square_()?, 1.0 - beta2)?;
                // weights += mean / ((√square + ε) / −size): one division, and no negation.
                let _ = square.f_sqrt_out(scratch)?;
                let _ = scratch.f_add_scalar_(epsilon)?.f_mul_scalar_(-1.0 / size)?;
                let _ = weights.f_addcdiv_(mean, scratch)?;
            }
            Self::Sgd { settings, change } => {
                let Sgd { learning_rate, momentum } = *settings;
                let step = gradient.f_mul_scalar_(-learning_rate)?;
                let _ = change.f_mul_scalar_(momentum)?.f_add_(&step)?;
                let _ = weights.f_add_(change)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::torch::net::download;

    /// The weights after each of three steps from (1, −2) along fixed gradients.
    fn path(mut rule: Rule) -> Vec<Vec<f32>> {
        let mut weights = Tensor::from_slice(&[1.0_f32, -2.0]);
        let gradients = [[0.1_f32, -1e-6], [-0.3, 2e-6], [0.2, 1e-6]];
        let step = |gradient: [f32; 2]| {
            rule.apply(&mut weights, &mut Tensor::from_slice(&gradient)).unwrap();
            download(&weights).unwrap()
        };
        gradients.into_iter().map(step).collect()
    }

    fn zeros() -> Tensor {
        Tensor::zeros([2], (tch::Kind::Float, tch::Device::Cpu))
    }

    fn adam(settings: Adam) -> Rule {
        Rule::Adam { settings, mean: zeros(), square: zeros(), scratch: zeros(), step: 0 }
    }

    /// The expected weights are Keras': see `tests/keras_reference.py`.
    fn close(actual: &[Vec<f32>], expected: [[f64; 2]; 3]) {
        for (actual, expected) in actual.iter().flatten().zip(expected.iter().flatten()) {
            let tolerance = 2.5e-7; // an ulp of −2
            let error = (f64::from(*actual) - expected).abs();
            assert!(error < tolerance, "{actual} is not {expected}");
        }
    }

    /// The second weight's gradients are near ε, where PyTorch's own Adam takes other steps.
    #[test]
    fn adam_is_keras() {
        close(
            &path(adam(Adam::default())),
            [
                [0.999_000_013, -1.999_759_793],
                [0.999_494_195, -1.999_911_427],
                [0.999_475_420, -2.000_138_044],
            ],
        );
        let settings = Adam { learning_rate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 };
        close(
            &path(adam(settings)),
            [
                [0.903_065_324, -1.999_968_410],
                [0.975_353_122, -2.000_011_921],
                [0.955_888_808, -2.000_063_896],
            ],
        );
    }

    #[test]
    fn sgd_is_keras() {
        let settings = Sgd { learning_rate: 0.1, momentum: 0.9 };
        close(
            &path(Rule::Sgd { settings, change: zeros() }),
            [
                [0.990_000_010, -1.999_999_881],
                [1.011_000_037, -2.0],
                [1.009_900_093, -2.000_000_238],
            ],
        );
    }
}
