//! What an evaluator says about a candidate.

use serde::{Deserialize, Serialize};

use crate::Scores;

/// The result of evaluating one candidate.
///
/// All are results: they cost one evaluation each and the search goes on. What keeps an evaluator
/// from giving one is the [`Err`] of [`Evaluator::evaluate`](crate::Evaluator::evaluate).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict<D> {
    /// The candidate was judged.
    Feasible {
        /// Its objective values and penalty.
        scores: Scores,
        /// Whatever else the evaluator wants to keep of it.
        detail: D,
        /// What it had reached at each [rung](crate::SuccessiveHalving).
        #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
        rungs: Vec<Scores>,
    },
    /// The candidate fell behind at a [rung](crate::SuccessiveHalving), and its evaluation ended there.
    /// It does not enter the front; the strategy sees what it had reached, and the mean gain from that rung on
    /// of those who went to the end.
    Stopped {
        /// What it had reached.
        scores: Scores,
        /// Whatever else the evaluator wants to keep of it.
        detail: D,
        /// What it had reached at the rungs before.
        #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
        rungs: Vec<Scores>,
    },
    /// The candidate breaks a hard limit or cannot be built; a property of the candidate.
    Infeasible {
        /// What it breaks.
        reason: String,
    },
    /// Judging the candidate went wrong: its training diverged, panicked or took too long.
    Failed {
        /// What happened.
        reason: String,
    },
    /// The candidate was not judged, since it cannot change anything: neither the front, whatever
    /// its scores, nor what the strategy asks for. Given by a
    /// [lazy](crate::SearchBuilder::lazy) search, never by an evaluator.
    Skipped {
        /// Which earlier evaluation keeps it from the front.
        reason: String,
    },
}

impl<D> Verdict<D> {
    /// A candidate that was judged.
    #[must_use]
    pub fn feasible(scores: Scores, detail: D) -> Self {
        Self::Feasible { scores, detail, rungs: Vec::new() }
    }

    /// A candidate whose evaluation ended at a rung, with what it had reached there.
    #[must_use]
    pub fn stopped(scores: Scores, detail: D) -> Self {
        Self::Stopped { scores, detail, rungs: Vec::new() }
    }

    /// The same with what a feasible or stopped candidate had reached at the rungs that it passed; an
    /// infeasible or failed one stays as it is.
    #[must_use]
    pub fn passed(self, rungs: Vec<Scores>) -> Self {
        match self {
            Self::Feasible { scores, detail, .. } => Self::Feasible { scores, detail, rungs },
            Self::Stopped { scores, detail, .. } => Self::Stopped { scores, detail, rungs },
            other => other,
        }
    }

    /// A candidate that breaks a hard limit or cannot be built.
    #[must_use]
    pub fn infeasible(reason: impl Into<String>) -> Self {
        Self::Infeasible { reason: reason.into() }
    }

    /// A candidate whose evaluation went wrong.
    #[must_use]
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into() }
    }

    /// Whether the candidate was judged to the end.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        matches!(self, Self::Feasible { .. })
    }

    /// The scores of a feasible candidate, and those that a stopped one had reached.
    #[must_use]
    pub fn scores(&self) -> Option<&Scores> {
        match self {
            Self::Feasible { scores, .. } | Self::Stopped { scores, .. } => Some(scores),
            Self::Infeasible { .. } | Self::Failed { .. } | Self::Skipped { .. } => None,
        }
    }

    /// What the evaluator kept of a feasible or stopped candidate.
    #[must_use]
    pub fn detail(&self) -> Option<&D> {
        match self {
            Self::Feasible { detail, .. } | Self::Stopped { detail, .. } => Some(detail),
            Self::Infeasible { .. } | Self::Failed { .. } | Self::Skipped { .. } => None,
        }
    }

    /// What the candidate had reached at each rung that it came to.
    pub fn rungs(&self) -> impl Iterator<Item = &Scores> {
        let (passed, last) = match self {
            Self::Feasible { rungs, .. } => (rungs.as_slice(), None),
            Self::Stopped { rungs, scores, .. } => (rungs.as_slice(), Some(scores)),
            Self::Infeasible { .. } | Self::Failed { .. } | Self::Skipped { .. } => (&[][..], None),
        };
        passed.iter().chain(last)
    }

    /// Why the candidate has no scores.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Feasible { .. } | Self::Stopped { .. } => None,
            Self::Infeasible { reason } | Self::Failed { reason } | Self::Skipped { reason } => {
                Some(reason)
            }
        }
    }
}
