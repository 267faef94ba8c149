//! The optimizers, which update the weights by a gradient.

use serde::{Deserialize, Serialize};

use crate::{checks::in_range, error::ModelError};

/// Rule by which a gradient updates the weights.
///
/// In a file: `{ kind = "adam", learning_rate = 0.001 }`. Omitted numbers keep their defaults. A
/// [`Schedule`](crate::Schedule) may change the learning rate from step to step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Optimizer {
    /// Adaptive moments: Keras' `Adam`, or `AdamW` with weight decay.
    Adam(Adam),
    /// Gradient descent, optionally with momentum: Keras' `SGD`.
    Sgd(Sgd),
}

impl Default for Optimizer {
    fn default() -> Self {
        Self::Adam(Adam::default())
    }
}

/// Adaptive moments, in the form that Keras uses. In step `t`, counted from 1, with gradient `g`:
///
/// ```text
/// m ← m + (1 − β₁)·(g − m)
/// v ← v + (1 − β₂)·(g² − v)
/// w ← w − α·√(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
/// ```
///
/// `ε` is added to the uncorrected `√v`, as section 2 of the Adam paper suggests for speed. PyTorch
/// adds it to the corrected `√v`, which makes its `ε` smaller by the factor `√(1 − β₂ᵗ)`.
///
/// # References
/// D. P. Kingma and J. Ba (2015). Adam: a method for stochastic optimization.
/// <https://arxiv.org/abs/1412.6980>
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Adam {
    /// Step size `α`. Default: 0.001.
    pub learning_rate: f64,
    /// Decay `β₁` of the mean gradient. Default: 0.9.
    pub beta1: f64,
    /// Decay `β₂` of the mean squared gradient. Default: 0.999.
    pub beta2: f64,
    /// Constant `ε` that keeps the division finite. Default: 1e-7.
    pub epsilon: f64,
    /// Decoupled weight decay `λ`, as in Keras' `AdamW`. Before each step, every kernel shrinks by
    /// `w ← w − α·λ·w`, with the scheduled `α`. Biases, and the scales and offsets of a
    /// normalisation, do not decay. Default: 0.
    ///
    /// I. Loshchilov and F. Hutter (2019). Decoupled weight decay regularization.
    /// <https://arxiv.org/abs/1711.05101>
    pub weight_decay: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Self { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weight_decay: 0.0 }
    }
}

/// Gradient descent, as in Keras' `SGD`: `u ← momentum·u − learning_rate·g`, `w ← w + u`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sgd {
    /// Step size. Default: 0.01.
    pub learning_rate: f64,
    /// Share of the previous update that is repeated. Default: 0.
    pub momentum: f64,
}

impl Default for Sgd {
    fn default() -> Self {
        Self { learning_rate: 1e-2, momentum: 0.0 }
    }
}

impl Optimizer {
    pub(super) fn validate(&self) -> Result<(), ModelError> {
        match *self {
            Self::Adam(Adam { learning_rate, beta1, beta2, epsilon, weight_decay }) => {
                step_size(learning_rate)?;
                decay("optimizer.beta1", beta1)?;
                decay("optimizer.beta2", beta2)?;
                let legal = epsilon.is_finite() && epsilon > 0.0;
                in_range("optimizer.epsilon", epsilon, legal, "positive and finite")?;
                let legal = weight_decay.is_finite() && weight_decay >= 0.0;
                in_range("optimizer.weight_decay", weight_decay, legal, "at least 0 and finite")
            }
            Self::Sgd(Sgd { learning_rate, momentum }) => {
                step_size(learning_rate)?;
                decay("optimizer.momentum", momentum)
            }
        }
    }
}

fn step_size(rate: f64) -> Result<(), ModelError> {
    let legal = rate.is_finite() && rate > 0.0;
    in_range("optimizer.learning_rate", rate, legal, "positive and finite")
}

fn decay(name: &'static str, value: f64) -> Result<(), ModelError> {
    in_range(name, value, (0.0..1.0).contains(&value), "at least 0 and below 1")
}
