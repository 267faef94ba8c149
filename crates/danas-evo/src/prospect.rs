//! What is known about a candidate before its evaluation.

use crate::{reason::Reason, scores::Scores};

/// Knowledge about a candidate that is available before its expensive evaluation.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Prospect {
    /// Nothing is known.
    #[default]
    Open,
    /// The best possible outcome is known: no value will be better than in `best`, and no penalty
    /// smaller. Use the exact value where it is known, and a bound otherwise, such as 1 for an
    /// accuracy.
    ///
    /// The evaluation may still fail, or find that the candidate breaks a hard limit.
    Bounded {
        /// Best possible scores, with one value per objective.
        best: Scores,
    },
    /// The candidate breaks a hard limit or cannot be built, so it need not be evaluated.
    Infeasible {
        /// Limit that it breaks, or why it cannot be built.
        reason: Reason,
    },
}

impl Prospect {
    /// Returns the best possible outcome, if it is known.
    #[must_use]
    pub const fn best(&self) -> Option<&Scores> {
        match self {
            Self::Bounded { best } => Some(best),
            Self::Open | Self::Infeasible { .. } => None,
        }
    }
}

/// A strategy's interest in a candidate that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interest {
    /// The outcome may change what the strategy asks for later.
    Outcome,
    /// Whatever the outcome, the strategy will ask for the same candidates.
    Nothing,
}
