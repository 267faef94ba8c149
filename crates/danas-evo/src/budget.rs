//! When a search ends of itself.

use std::time::Duration;

/// What a search may take. What is `None` is not bounded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Candidates asked for.
    pub(crate) evaluations: usize,
    /// Candidates that the evaluator is run for.
    pub(crate) runs: Option<usize>,
    /// Time in all runs of its process.
    pub(crate) wall_time: Option<Duration>,
    /// Evaluations in a row that do not enlarge the hypervolume.
    pub(crate) stalled: Option<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { evaluations: 300, runs: None, wall_time: None, stalled: None }
    }
}
