//! Errors of a search that is set up from a configuration.

#[cfg(feature = "image")]
use danas_data::ImageError;
#[cfg(feature = "motion")]
use danas_data::MotionError;
#[cfg(feature = "audio")]
use danas_data::{AudioError, CacheError};
use danas_data::{DatasetError, FileError};
use danas_nas::RunError;

use crate::config::ConfigError;

/// Error of a search, in its configuration, its data or the search itself.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot be read, or contradicts itself.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data cannot be used.
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

/// Error of using data.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// The files do not form a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The recordings cannot be read or turned into features.
    #[cfg(feature = "audio")]
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The folder cannot be used as a cache of features.
    #[cfg(feature = "audio")]
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The images cannot be read or turned into features.
    #[cfg(feature = "image")]
    #[error(transparent)]
    Image(#[from] ImageError),
    /// Series cannot be read or turned into features.
    #[cfg(feature = "motion")]
    #[error(transparent)]
    Motion(#[from] MotionError),
    /// Files of a kind of data that is not danas' own cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// Data of a kind that is not danas' own cannot be used.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

impl DataError {
    /// Wraps the error of a kind of data that is not danas' own.
    pub fn other(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Other(Box::new(cause))
    }
}
