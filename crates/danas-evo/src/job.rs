//! What a search asks for: the next candidate to evaluate, or why there is none.

use std::sync::Arc;

use crate::{halving::Rungs, outcome::StopReason};

/// The answer to [`AskTell::ask`](crate::AskTell::ask).
#[derive(Debug, Clone, PartialEq)]
pub enum Ask<G> {
    /// Evaluate this candidate, and tell its result.
    Evaluate(Job<G>),
    /// The candidate repeats an earlier one. There is nothing to evaluate or tell.
    Repeat {
        /// Ask number of the repeat.
        index: usize,
        /// Ask number of the candidate that it repeats.
        original: usize,
    },
    /// The verdict is known already: the candidate is infeasible or skipped. There is nothing to
    /// evaluate or tell.
    Settled {
        /// Ask number of the candidate.
        index: usize,
    },
    /// The strategy needs outstanding results first. Tell and commit one, then ask again.
    Wait,
    /// There is nothing more to ask for. Outstanding results can still be told and committed.
    Over(StopReason),
}

/// A candidate to evaluate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Job<G> {
    /// Ask number.
    pub index: usize,
    /// Genome of the candidate.
    pub genome: G,
    /// Seed for the evaluation.
    pub seed: u64,
    /// Scores of earlier candidates at each rung ([`Task::rungs`](crate::Task::rungs)).
    pub rungs: Option<Arc<Rungs>>,
}
