//! The epoch whose weights a training keeps, and the comparison of epochs.

use serde::{Deserialize, Serialize};

/// Epoch whose weights a trained model gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Keep {
    /// Last epoch.
    #[default]
    Last,
    /// Best epoch by [`Monitor`]; if several are equally good, the first. Needs validation samples.
    Best,
}

/// Figure of the validation samples by which epochs are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Monitor {
    /// Validation loss; lower is better.
    #[default]
    ValidationLoss,
    /// Share of the validation samples that are classified correctly; higher is better.
    ValidationAccuracy,
}
