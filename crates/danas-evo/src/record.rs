//! One candidate's line in the book.

use std::time::Duration;

use crate::{Scores, Verdict};

/// A candidate that was asked for, and what became of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record<G, D> {
    /// Ask number: 0 for the first candidate, counting repeats too.
    pub index: usize,
    /// The candidate.
    pub genome: G,
    /// The seed its evaluation was given.
    pub seed: u64,
    /// What the evaluator said.
    pub verdict: Verdict<D>,
    /// How long the evaluation took; zero if there was none.
    pub elapsed: Duration,
    /// The ask number of the record this one repeats, whose seed it carries, and whose verdict
    /// unless that was skipped ([`Duplicates::Reuse`](crate::Duplicates::Reuse)); `None` for a
    /// genome that came up for the first time.
    pub repeats: Option<usize>,
}

impl<G, D> Record<G, D> {
    /// The scores of a feasible candidate, and those that a stopped one had reached.
    #[must_use]
    pub fn scores(&self) -> Option<&Scores> {
        self.verdict.scores()
    }
}
