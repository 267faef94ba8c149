//! The task of an evaluator, besides the genome.

use std::sync::Arc;
use std::time::Instant;

use crate::{halving::Rungs, scores::Scores};

/// The seed, deadlines and rungs for one evaluation.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// Ask number of the candidate.
    pub index: usize,
    /// Seed for all randomness of the evaluation, the same for each attempt.
    pub seed: u64,
    /// Number of the attempt: 1 for the first, more if earlier ones went wrong
    /// ([`SearchBuilder::retries`](crate::SearchBuilder::retries)).
    pub attempt: usize,
    /// Time by which the evaluation has to finish
    /// ([`SearchBuilder::time_limit`](crate::SearchBuilder::time_limit)). A result that comes later
    /// counts as failed. The search cannot interrupt an evaluation, so an evaluator that may take
    /// long should check the time now and then.
    pub deadline: Option<Instant>,
    /// Time at which the whole search ends
    /// ([`SearchBuilder::max_time`](crate::SearchBuilder::max_time)). An evaluator that can end
    /// early should then return the scores that it has, with
    /// [`Verdict::stopped`](crate::Verdict::stopped). The search waits for one that cannot.
    pub search_ends: Option<Instant>,
    /// Scores of earlier candidates at each rung
    /// ([`SearchBuilder::halving`](crate::SearchBuilder::halving)). `None` without halving.
    pub rungs: Option<Arc<Rungs>>,
}

impl Task {
    /// Creates the first attempt at candidate `index`, without deadlines or rungs.
    #[must_use]
    pub const fn new(index: usize, seed: u64) -> Self {
        Self { index, seed, attempt: 1, deadline: None, search_ends: None, rungs: None }
    }

    /// Returns the share of the complete effort at each rung, ascending. It is empty without
    /// halving.
    ///
    /// At each rung, an evaluator should check whether the evaluation [goes on](Self::goes_on). It
    /// should return the scores that the candidate had at the rungs, with
    /// [`Verdict::passed`](crate::Verdict::passed) and
    /// [`Verdict::stopped`](crate::Verdict::stopped).
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        self.rungs.as_ref().map_or_else(Vec::new, |rungs| rungs.halving().shares())
    }

    /// Returns whether an evaluation with these `scores` continues at a rung, counted from 0.
    #[must_use]
    pub fn goes_on(&self, rung: usize, scores: &Scores) -> bool {
        self.rungs.as_ref().is_none_or(|rungs| rungs.goes_on(rung, scores))
    }

    /// Returns whether the deadline of the evaluation has passed.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
