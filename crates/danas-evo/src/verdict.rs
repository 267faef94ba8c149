//! The verdict of an evaluator on a candidate.

use serde::{Deserialize, Serialize};

use crate::{reason::Reason, scores::Scores};

/// The result of evaluating one candidate.
///
/// Every verdict costs one evaluation, and the search continues. An evaluator that cannot give a
/// verdict returns an [`Err`] from [`Evaluator::evaluate`](crate::Evaluator::evaluate).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict<D> {
    /// The candidate was judged to the end.
    Feasible {
        /// Objective values and penalty.
        scores: Scores,
        /// Further data that the evaluator keeps about the candidate.
        detail: D,
        /// Scores at each [rung](crate::SuccessiveHalving) that the candidate passed.
        #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
        rungs: Vec<Scores>,
    },
    /// The evaluation ended early: the candidate fell behind at a [rung](crate::SuccessiveHalving),
    /// or the [time of the search](crate::Task::search_ends) was over.
    ///
    /// The candidate does not enter the front. The strategy sees its scores plus the mean gain,
    /// from that rung to the end, of the candidates that were judged to the end.
    Stopped {
        /// Scores when the evaluation ended.
        scores: Scores,
        /// Further data that the evaluator keeps about the candidate.
        detail: D,
        /// Scores at each rung that the candidate passed before.
        #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
        rungs: Vec<Scores>,
    },
    /// The candidate breaks a hard limit or cannot be built. This is a property of the candidate.
    Infeasible {
        /// Limit that it breaks, or why it cannot be built.
        reason: Reason,
    },
    /// Judging the candidate went wrong: its training diverged, panicked or took too long.
    Failed {
        /// Description of what happened.
        reason: Reason,
    },
    /// The candidate was not judged, since its outcome cannot change anything: neither the front
    /// nor what the strategy asks for. Only a [lazy](crate::SearchBuilder::lazy) search gives this
    /// verdict, never an evaluator.
    Skipped {
        /// Description of the earlier evaluation that keeps the candidate off the front.
        reason: Reason,
    },
}

impl<D> Verdict<D> {
    /// Creates the verdict on a candidate that was judged to the end.
    #[must_use]
    pub fn feasible(scores: Scores, detail: D) -> Self {
        Self::Feasible { scores, detail, rungs: Vec::new() }
    }

    /// Creates the verdict on a candidate whose evaluation ended early, with its scores at that
    /// point.
    #[must_use]
    pub fn stopped(scores: Scores, detail: D) -> Self {
        Self::Stopped { scores, detail, rungs: Vec::new() }
    }

    /// Adds the scores of a feasible or stopped candidate at the rungs that it passed. Returns any
    /// other verdict unchanged.
    #[must_use]
    pub fn passed(self, rungs: Vec<Scores>) -> Self {
        match self {
            Self::Feasible { scores, detail, .. } => Self::Feasible { scores, detail, rungs },
            Self::Stopped { scores, detail, .. } => Self::Stopped { scores, detail, rungs },
            other => other,
        }
    }

    /// Creates the verdict on a candidate that breaks a hard limit or cannot be built.
    #[must_use]
    pub fn infeasible(reason: impl Into<Reason>) -> Self {
        Self::Infeasible { reason: reason.into() }
    }

    /// Creates the verdict on a candidate whose evaluation went wrong.
    #[must_use]
    pub fn failed(reason: impl Into<Reason>) -> Self {
        Self::Failed { reason: reason.into() }
    }

    /// Returns whether the candidate was judged to the end.
    #[must_use]
    pub fn is_feasible(&self) -> bool {
        matches!(self, Self::Feasible { .. })
    }

    /// Returns the scores of a feasible candidate, or those that a stopped one had reached.
    #[must_use]
    pub fn scores(&self) -> Option<&Scores> {
        match self {
            Self::Feasible { scores, .. } | Self::Stopped { scores, .. } => Some(scores),
            Self::Infeasible { .. } | Self::Failed { .. } | Self::Skipped { .. } => None,
        }
    }

    /// Returns the further data about a feasible or stopped candidate.
    #[must_use]
    pub fn detail(&self) -> Option<&D> {
        match self {
            Self::Feasible { detail, .. } | Self::Stopped { detail, .. } => Some(detail),
            Self::Infeasible { .. } | Self::Failed { .. } | Self::Skipped { .. } => None,
        }
    }

    /// Returns the scores of the candidate at each rung that it reached.
    pub fn rungs(&self) -> impl Iterator<Item = &Scores> {
        let (passed, last) = match self {
            Self::Feasible { rungs, .. } => (rungs.as_slice(), None),
            Self::Stopped { rungs, scores, .. } => (rungs.as_slice(), Some(scores)),
            Self::Infeasible { .. } | Self::Failed { .. } | Self::Skipped { .. } => (&[][..], None),
        };
        passed.iter().chain(last)
    }

    /// Returns why the candidate has no scores, or `None` if it has scores.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Feasible { .. } | Self::Stopped { .. } => None,
            Self::Infeasible { reason } | Self::Failed { reason } | Self::Skipped { reason } => {
                Some(reason)
            }
        }
    }
}
