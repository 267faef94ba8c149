//! Numbers that say where they come from.

use serde::{Deserialize, Serialize};

/// A number of a device profile, and what it rests on.
///
/// In TOML: `5.4`, `{ value = 5.4, source = "MLPerf Tiny v1.0" }` or
/// `{ value = 5.4, estimate = "as the same core elsewhere" }`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Figure {
    /// The user's own.
    Own(f64),
    /// Published or measured.
    Sourced {
        /// The number.
        value: f64,
        /// Where it stands.
        source: String,
    },
    /// Carried over from elsewhere, or judged.
    Estimated {
        /// The number.
        value: f64,
        /// How.
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

    /// Whether it is only an estimate.
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
