//! What an evaluation is given besides its genome.

use std::time::Instant;

/// The circumstances of one evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Task {
    /// Ask number of the candidate.
    pub index: usize,
    /// Where all randomness of the evaluation comes from; the same for each attempt.
    pub seed: u64,
    /// 1 for the first attempt, more where earlier ones went wrong
    /// ([`SearchBuilder::retries`](crate::SearchBuilder::retries)).
    pub attempt: usize,
    /// When the evaluation has to be finished
    /// ([`SearchBuilder::time_limit`](crate::SearchBuilder::time_limit)). Nobody can stop it from
    /// outside: an evaluator that may take long looks at the clock now and then. What comes later
    /// counts as failed.
    pub deadline: Option<Instant>,
}

impl Task {
    /// The first attempt at candidate `index`, with all the time there is.
    #[must_use]
    pub const fn new(index: usize, seed: u64) -> Self {
        Self { index, seed, attempt: 1, deadline: None }
    }

    /// Whether the time for the evaluation is over.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
