//! Errors of a search over recordings that is set up from a configuration.

use danas_data::{AudioError, DatasetError};
use danas_dsp::CacheError;
use danas_nas::RunError;

use crate::config::ConfigError;

/// Error of a search over recordings, in its configuration, its data or the search itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be read, or contradicts itself.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The recordings cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The search failed.
    #[error(transparent)]
    Search(#[from] danas_nas::Error),
}

/// Drops what the search had found before the error.
impl<G> From<RunError<G>> for Error {
    fn from(failed: RunError<G>) -> Self {
        Self::Search(failed.error)
    }
}

/// Error of using recordings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The files do not form a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The recordings cannot be read or turned into features.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The folder cannot be used as a cache of features.
    #[error(transparent)]
    Cache(#[from] CacheError),
}
