//! Errors of quality indicators.

use crate::scores::ScoresError;

/// Costs or a reference that an indicator cannot measure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IndicatorError {
    /// The reference point has no costs, or the reference set no vectors.
    #[error("the reference is empty; it needs at least one cost or vector")]
    NoReference,
    /// The reference point does not have one valid value per objective.
    #[error("the reference point does not fit the objectives")]
    ReferencePoint(#[source] ScoresError),
    /// A vector has more or fewer costs than the reference.
    #[error("cost vector {position} has {found} costs, but the reference has {expected}")]
    Length {
        /// Position of the vector in its set, counted from 0.
        position: usize,
        /// Number of costs of the vector.
        found: usize,
        /// Number of costs of the reference.
        expected: usize,
    },
    /// A cost is NaN or infinite, and cannot be compared.
    #[error("a cost of vector {position} is {value}, but must be finite")]
    NotFinite {
        /// Position of the vector in its set, counted from 0.
        position: usize,
        /// Refused cost: NaN or an infinity.
        value: f64,
    },
}
