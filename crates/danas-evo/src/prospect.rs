//! What is known of a candidate before it is evaluated.

use crate::Scores;

/// What an evaluator can say of a candidate at once, before the expensive part.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Prospect {
    /// Nothing.
    #[default]
    Open,
    /// The best that can come out: no value will be better than that in `best`, and no penalty
    /// smaller. Values that are known exactly stand as they are, others as their bound: an accuracy
    /// as 1.
    ///
    /// The evaluation may still fail, or find that a hard limit is broken.
    Bounded {
        /// One value per objective.
        best: Scores,
    },
    /// The candidate breaks a hard limit or cannot be built, and need not be evaluated.
    Infeasible {
        /// What it breaks.
        reason: String,
    },
}

impl Prospect {
    /// The best that can come out, if that is known.
    #[must_use]
    pub const fn best(&self) -> Option<&Scores> {
        match self {
            Self::Bounded { best } => Some(best),
            Self::Open | Self::Infeasible { .. } => None,
        }
    }
}

/// What a strategy wants to know of a candidate that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interest {
    /// Its outcome, which may change what the strategy asks for later.
    Outcome,
    /// Nothing: whatever comes out, the strategy will ask for the same.
    Nothing,
}
