//! Recordings that cannot be decoded.

use std::path::PathBuf;

/// A recording that cannot be decoded, and that was left out or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The file as it was given.
    pub path: PathBuf,
    /// The reason, on one line.
    pub reason: String,
}
