//! What can go wrong while one candidate is trained and judged.

use danas_evo::with_causes;
use danas_model::ModelError;
use danas_size::ConversionError;

use crate::Error;

/// Why a candidate has no assessment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("the model cannot be quantised")]
    Conversion(#[from] ConversionError),
    #[error(transparent)]
    Search(#[from] Error),
}

impl Failure {
    /// The reason in words, where it is the candidate's alone.
    ///
    /// # Errors
    /// What ends the whole search.
    pub(crate) fn reason(self) -> Result<String, Error> {
        match self {
            Self::Search(error) => Err(error),
            Self::Model(error) if !error.is_failed_training() => Err(error.into()),
            of_candidate => Ok(with_causes(&of_candidate)),
        }
    }
}
