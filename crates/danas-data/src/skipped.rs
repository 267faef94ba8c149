//! Files that are left out.

use std::path::{Path, PathBuf};

/// A file that cannot be used, and that was left out or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Skipped {
    /// The file as it was given.
    pub path: PathBuf,
    /// The reason, on one line.
    pub reason: String,
}

impl Skipped {
    /// A file that is the same as one of another class.
    pub(crate) fn contradicted(path: PathBuf, other: &Path) -> Self {
        let reason = format!(
            "{} is the same as {}, which is of another class",
            path.display(),
            other.display()
        );
        Self { path, reason }
    }
}
