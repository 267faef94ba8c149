//! What an evaluation is given besides its genome.

use std::sync::Arc;
use std::time::Instant;

use crate::{Rungs, Scores};

/// The circumstances of one evaluation.
#[derive(Debug, Clone, PartialEq)]
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
    /// When the time of the whole search is over
    /// ([`SearchBuilder::wall_time`](crate::SearchBuilder::wall_time)). An evaluator that can end early
    /// with what it has does so then, and tells of it by [`Verdict::stopped`](crate::Verdict::stopped);
    /// one that cannot is waited for.
    pub search_ends: Option<Instant>,
    /// What earlier candidates had reached on their way
    /// ([`SearchBuilder::halving`](crate::SearchBuilder::halving)); `None` where evaluations go to
    /// their end.
    pub rungs: Option<Arc<Rungs>>,
}

impl Task {
    /// The first attempt at candidate `index`, with all the time there is.
    #[must_use]
    pub const fn new(index: usize, seed: u64) -> Self {
        Self { index, seed, attempt: 1, deadline: None, search_ends: None, rungs: None }
    }

    /// The share of the whole effort after which each rung is; none where the evaluation goes to its end.
    ///
    /// An evaluator that knows rungs looks there whether the evaluation [goes on](Self::goes_on), and
    /// tells what the candidate had reached: [`Verdict::passed`](crate::Verdict::passed) and
    /// [`Verdict::stopped`](crate::Verdict::stopped).
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        self.rungs.as_ref().map_or_else(Vec::new, |rungs| rungs.halving().shares())
    }

    /// Whether the evaluation goes on that has reached `scores` at a rung, counted from 0.
    #[must_use]
    pub fn goes_on(&self, rung: usize, scores: &Scores) -> bool {
        self.rungs.as_ref().is_none_or(|rungs| rungs.goes_on(rung, scores))
    }

    /// Whether the time for the evaluation is over.
    #[must_use]
    pub fn is_late(&self) -> bool {
        self.deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
