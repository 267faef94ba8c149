//! The budget of a search: when it ends by itself.

use std::time::Duration;

/// Limits of a search. `None` means no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Number of candidates asked for.
    pub(crate) evaluations: usize,
    /// Number of candidates that the evaluator is run for.
    pub(crate) max_trained: Option<usize>,
    /// Time over all runs of the search.
    pub(crate) max_time: Option<Duration>,
    /// Number of evaluations in a row that do not enlarge the hypervolume.
    pub(crate) stalled: Option<usize>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { evaluations: 300, max_trained: None, max_time: None, stalled: None }
    }
}
