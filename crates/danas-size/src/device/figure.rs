//! Numbers that state their origin.

use serde::{Deserialize, Serialize};

/// A number of a device profile, with its origin.
///
/// In TOML, a figure is `5.4`, `{ value = 5.4, source = "MLPerf Tiny v1.0" }` or
/// `{ value = 5.4, estimate = "from another board with the same core" }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    untagged,
    deny_unknown_fields,
    expecting = "a figure is a number, `{ value, source }` or `{ value, estimate }`"
)]
pub enum Figure {
    /// A number from the user, without a stated origin.
    Own(f64),
    /// A published or measured number.
    Sourced {
        /// The number.
        value: f64,
        /// The publication or measurement that it comes from.
        source: String,
    },
    /// A number derived from other hardware, or otherwise estimated.
    Estimated {
        /// The number.
        value: f64,
        /// How it was estimated.
        estimate: String,
    },
}

impl Figure {
    /// The number.
    #[must_use]
    pub const fn value(&self) -> f64 {
        match self {
            Self::Own(value) | Self::Sourced { value, .. } | Self::Estimated { value, .. } => {
                *value
            }
        }
    }

    /// Returns whether the number is only an estimate.
    #[must_use]
    pub const fn is_estimate(&self) -> bool {
        matches!(self, Self::Estimated { .. })
    }
}

impl Default for Figure {
    fn default() -> Self {
        Self::Own(0.0)
    }
}
