//! One change of the weights.

use tch::{TchError, Tensor};

use super::net::Net;
use crate::{Adam, Optimizer, Sgd};

/// An optimizer's state over all trained weights at once.
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
        let zeros = || net.zeros_like_trained().map(|(zeros, _)| zeros);
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
        Ok(Self { rule, gradient: net.zeros_like_trained()? })
    }

    /// Changes the weights of `net` by their `gradients`.
    pub(super) fn step(&mut self, net: &mut Net<'_>, gradients: &[Tensor]) -> Result<(), TchError> {
        let (gradient, views) = &mut self.gradient;
        for (view, gradient) in views.iter_mut().zip(gradients) {
            view.f_copy_(gradient)?;
        }
        self.rule.apply(net.trained_mut(), gradient)
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
    use crate::{keras, torch::net::download};

    #[test]
    fn steps_are_keras() {
        for (optimizer, path) in keras::paths() {
            let zeros = || Tensor::zeros([2], (tch::Kind::Float, tch::Device::Cpu));
            let mut rule = match optimizer {
                Optimizer::Adam(settings) => {
                    let (mean, square, scratch) = (zeros(), zeros(), zeros());
                    Rule::Adam { settings, mean, square, scratch, step: 0 }
                }
                Optimizer::Sgd(settings) => Rule::Sgd { settings, change: zeros() },
            };
            let mut weights = Tensor::from_slice(&keras::START);
            for (gradient, expected) in keras::GRADIENTS.iter().zip(path) {
                rule.apply(&mut weights, &mut Tensor::from_slice(gradient)).unwrap();
                keras::assert_close(&download(&weights).unwrap(), expected);
            }
        }
    }
}
