//! The record of one candidate.

use std::time::Duration;

use crate::{scores::Scores, verdict::Verdict};

/// A candidate that was asked for, with its outcome.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Record<G, D> {
    /// Ask number: 0 for the first candidate. Repeats count as well.
    pub index: usize,
    /// Genome of the candidate.
    pub genome: G,
    /// Seed of the evaluation.
    pub seed: u64,
    /// Verdict of the evaluator.
    pub verdict: Verdict<D>,
    /// Duration of the evaluation; zero if there was none.
    pub elapsed: Duration,
    /// Ask number of the first record with the same genome, if this one is a repeat
    /// ([`Duplicates::Reuse`](crate::Duplicates::Reuse)). A repeat has the seed of that record. It
    /// has its verdict as well, unless that record was skipped.
    pub repeats: Option<usize>,
}

impl<G, D> Record<G, D> {
    /// Returns the scores of a feasible candidate, or those that a stopped one had reached.
    #[must_use]
    pub fn scores(&self) -> Option<&Scores> {
        self.verdict.scores()
    }
}
