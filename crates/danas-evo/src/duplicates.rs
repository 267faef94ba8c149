//! The policy for candidates that are proposed more than once.

use serde::{Deserialize, Serialize};

/// The policy for a candidate that the strategy proposes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// Never ask for a genome twice. A repeated proposal is replaced by a new genome near it. The
    /// search ends when no new genome is left, or none can be found.
    #[default]
    Avoid,
    /// Do not evaluate a repeated proposal. It takes over the verdict of the first one, and counts
    /// as an evaluation. The paper's experiments count repeats as well, but evaluate each of them
    /// anew.
    Reuse,
}
