//! Which epoch's weights a training leaves behind.

use serde::{Deserialize, Serialize};

/// Which epoch's weights a training leaves behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Keep {
    /// Those of the last one.
    #[default]
    Last,
    /// Those of the one that is best by [`Monitor`], the first of equals. Needs validation samples.
    Best,
}

/// By which figure of the validation samples epochs are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Monitor {
    /// Their loss: the less, the better.
    #[default]
    ValidationLoss,
    /// The share of them that is classified right.
    ValidationAccuracy,
}
