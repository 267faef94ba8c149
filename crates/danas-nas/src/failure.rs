//! Errors of training and judging one candidate.

use danas_data::FeatureError;
use danas_evo::with_causes;
use danas_model::ModelError;
use danas_size::ConversionError;

use crate::error::Error;

/// The reason why a candidate has no assessment.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error("the model cannot be quantised")]
    Conversion(#[from] ConversionError),
    #[error(transparent)]
    Data(#[from] FeatureError),
    #[error(transparent)]
    Search(#[from] Error),
}

impl Failure {
    /// Returns the reason as text, if it concerns this candidate alone.
    ///
    /// # Errors
    /// Errors that end the whole search.
    pub(crate) fn reason(self) -> Result<String, Error> {
        match self {
            Self::Search(error) => Err(error),
            Self::Data(error) => Err(error.into()),
            Self::Model(error) if !error.is_failed_training() => Err(error.into()),
            of_candidate => Ok(with_causes(&of_candidate)),
        }
    }
}
