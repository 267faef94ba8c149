//! Errors of training and judging one candidate.

use danas_data::FeatureError;
use danas_evo::Reason;
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
    /// Returns the reason, if it concerns this candidate alone.
    ///
    /// # Errors
    /// Errors that end the whole search.
    pub(crate) fn reason(self) -> Result<Reason, Error> {
        match self {
            Self::Search(error) => Err(error),
            Self::Data(error) => Err(error.into()),
            Self::Model(error) if !error.is_failed_training() => Err(error.into()),
            of_candidate => Ok(Reason::of_error(of_candidate.kind(), &of_candidate)),
        }
    }
    const fn kind(&self) -> &'static str {
        match self {
            Self::Model(ModelError::Diverged { .. }) => "diverged",
            Self::Model(ModelError::OutOfTime) => "out_of_time",
            Self::Model(ModelError::OutOfMemory { .. }) => "out_of_memory",
            Self::Model(ModelError::Unsupported { .. }) => "engine",
            Self::Conversion(_) => "quantisation",
            Self::Model(_) | Self::Data(_) | Self::Search(_) => Reason::OTHER,
        }
    }
}
