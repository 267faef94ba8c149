//! Errors of decoding, before the path of the file is added.

use std::{io, path::Path};

use symphonia::core::errors::Error;

use crate::error::DspError;

/// The reason for an error.
type Source = Box<dyn std::error::Error + Send + Sync>;

/// An error about a file, without its path.
pub(super) enum Fault {
    Read(io::Error),
    UnknownFormat(Source),
    Damaged(Source),
    Truncated { frames: u64, expected: u64 },
    Unfinished { frames: u64 },
    Unusable(DspError),
}

impl Fault {
    /// Returns the error for a file that begins like no supported format.
    pub(super) fn unknown() -> Self {
        Self::unsupported("the file is not WAV, AIFF, FLAC, Ogg or MP3")
    }

    /// Returns the error for a file in a format that is not read.
    pub(super) fn unsupported(reason: impl Into<Source>) -> Self {
        Self::UnknownFormat(reason.into())
    }

    /// Returns the error for a file with invalid content.
    pub(super) fn damaged(reason: impl Into<Source>) -> Self {
        Self::Damaged(reason.into())
    }

    /// Converts an error of opening a file or a codec. A file that ends this early is not a sound
    /// file.
    pub(super) fn opening(error: Error) -> Self {
        match error {
            Error::IoError(error) if is_end(&error) => Self::unsupported(error),
            Error::Unsupported(_) => Self::unsupported(error),
            error => Self::from(error),
        }
    }

    pub(super) fn of(self, path: &Path) -> DspError {
        let path = path.to_owned();
        match self {
            Self::Read(source) => DspError::Read { path, source },
            Self::UnknownFormat(source) => DspError::UnknownFormat { path, source },
            Self::Damaged(source) => DspError::Damaged { path, source },
            Self::Truncated { frames, expected } => DspError::Truncated { path, frames, expected },
            Self::Unfinished { frames } => DspError::Unfinished { path, frames },
            Self::Unusable(source) => DspError::Unusable { path, source: Box::new(source) },
        }
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match error {
            Error::IoError(error) if !is_end(&error) => Self::Read(error),
            Error::ResetRequired => Self::unsupported("a second stream after the first"),
            error => Self::damaged(error),
        }
    }
}

impl From<DspError> for Fault {
    fn from(error: DspError) -> Self {
        Self::Unusable(error)
    }
}

/// Returns whether a reader reached the end of its bytes.
pub(super) fn is_end(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}
