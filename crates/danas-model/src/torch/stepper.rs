//! Optimizers: how a step changes the weights.

use tch::{TchError, Tensor};

use super::net::Net;
use crate::config::{Adam, Optimizer, Sgd};

/// State of an optimizer, over all trained weights at once.
pub(super) struct Stepper {
    rule: Rule,
    /// Gradient as one flat tensor, and its views by weight tensor.
    gradient: (Tensor, Vec<Tensor>),
}

enum Rule {
    Adam {
        settings: Adam,
        mean: Tensor,
        square: Tensor,
        scratch: Tensor,
        step: i32,
        /// 1 for the weights that decay, 0 elsewhere; `None` if none decay.
        kernels: Option<Tensor>,
    },
    Sgd {
        settings: Sgd,
        change: Tensor,
    },
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
                kernels: (settings.weight_decay > 0.0).then(|| net.kernels()).transpose()?,
            },
            Optimizer::Sgd(settings) => Rule::Sgd { settings, change: zeros()? },
        };
        Ok(Self { rule, gradient: net.zeros_like_trained()? })
    }

    /// Changes the weights of `net` by their `gradients`. `rate` is the share of the learning rate
    /// to use.
    pub(super) fn step(
        &mut self,
        net: &mut Net<'_>,
        gradients: &[Tensor],
        rate: f64,
    ) -> Result<(), TchError> {
        let (gradient, views) = &mut self.gradient;
        for (view, gradient) in views.iter_mut().zip(gradients) {
            view.f_copy_(gradient)?;
        }
        self.rule.apply(net.trained_mut(), gradient, rate)
    }
}

impl Rule {
    /// Changes `weights`, and overwrites `gradient`.
    fn apply(
        &mut self,
        weights: &mut Tensor,
        gradient: &mut Tensor,
        rate: f64,
    ) -> Result<(), TchError> {
        match self {
            Self::Adam { settings, mean, square, scratch, step, kernels } => {
                let Adam { learning_rate, beta1, beta2, epsilon, weight_decay } = *settings;
                let learning_rate = rate * learning_rate;
                *step = step.saturating_add(1);
                let corrected = (1.0 - beta2.powi(*step)).sqrt() / (1.0 - beta1.powi(*step));
                let size = learning_rate * corrected;
                let _ = mean.f_lerp_(gradient, 1.0 - beta1)?;
                let _ = square.f_lerp_(&gradient.f_square_()?, 1.0 - beta2)?;
                if learning_rate == 0.0 {
                    return Ok(());
                }
                if let Some(kernels) = kernels {
                    let lost = kernels.f_mul_scalar(-learning_rate * weight_decay)?;
                    let _ = weights.f_addcmul_(&weights.shallow_clone(), &lost)?;
                }
                // weights += mean / ((√square + ε) / −size): one division, and no negation.
                let _ = square.f_sqrt_out(scratch)?;
                let _ = scratch.f_add_scalar_(epsilon)?.f_mul_scalar_(-1.0 / size)?;
                let _ = weights.f_addcdiv_(mean, scratch)?;
            }
            Self::Sgd { settings, change } => {
                let Sgd { learning_rate, momentum } = *settings;
                let step = gradient.f_mul_scalar_(-rate * learning_rate)?;
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
            follow(optimizer, path, |_| 1.0);
        }
    }

    #[test]
    fn scheduled_steps_are_keras() {
        for (optimizer, path) in keras::scheduled_paths() {
            follow(optimizer, path, |step| keras::SCHEDULE.share(step, 3));
        }
    }

    fn follow(optimizer: Optimizer, path: [[f64; 2]; 3], rate: impl Fn(u64) -> f64) {
        let zeros = || Tensor::zeros([2], (tch::Kind::Float, tch::Device::Cpu));
        let mut rule = match optimizer {
            Optimizer::Adam(settings) => {
                let (mean, square, scratch) = (zeros(), zeros(), zeros());
                // The first of two weights belongs to a kernel.
                let kernels = Some(Tensor::from_slice(&[1.0_f32, 0.0]));
                Rule::Adam { settings, mean, square, scratch, step: 0, kernels }
            }
            Optimizer::Sgd(settings) => Rule::Sgd { settings, change: zeros() },
        };
        let mut weights = Tensor::from_slice(&keras::START);
        for ((gradient, expected), step) in keras::GRADIENTS.iter().zip(path).zip(0..) {
            rule.apply(&mut weights, &mut Tensor::from_slice(gradient), rate(step)).unwrap();
            keras::assert_close(&download(&weights).unwrap(), expected);
        }
    }
}
