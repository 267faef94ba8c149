//! What an indicator cannot measure.

use crate::ScoresError;

/// Costs or a reference that an indicator cannot measure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IndicatorError {
    /// A reference without any costs or vectors.
    #[error("the reference is empty")]
    NoReference,
    /// A reference point that is no value for each objective.
    #[error("the reference point does not fit the objectives")]
    ReferencePoint(#[source] ScoresError),
    /// A vector with more or fewer costs than the reference.
    #[error("cost vector {position} has {found} costs, the reference {expected}")]
    Length {
        /// Where the vector stands in its set.
        position: usize,
        /// Its number of costs.
        found: usize,
        /// The number of the reference.
        expected: usize,
    },
    /// A cost that cannot be compared.
    #[error("a cost of vector {position} is {value}")]
    NotFinite {
        /// Where the vector stands in its set.
        position: usize,
        /// NaN or an infinity.
        value: f64,
    },
}
