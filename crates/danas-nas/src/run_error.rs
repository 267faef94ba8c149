//! The error of a search that ended early, with everything that the search had found.

use std::{error::Error as StdError, fmt};

use danas_evo::Outcome;
use danas_space::Candidate;

use crate::{assessment::Assessment, error::Error};

/// Error that ended a search, with everything that the search had found before.
pub struct RunError<G> {
    /// What went wrong.
    pub error: Error,
    /// The evaluations and their front; `None` if the search had not begun.
    pub outcome: Option<Box<Outcome<Candidate<G>, Assessment>>>,
}

impl<G> From<Error> for RunError<G> {
    fn from(error: Error) -> Self {
        Self { error, outcome: None }
    }
}

/// Drops what the search had found.
impl<G> From<RunError<G>> for Error {
    fn from(failed: RunError<G>) -> Self {
        failed.error
    }
}

impl<G> fmt::Display for RunError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl<G> fmt::Debug for RunError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunError")
            .field("error", &self.error)
            .field("evaluations", &self.outcome.as_ref().map(|outcome| outcome.records.len()))
            .finish()
    }
}

impl<G> StdError for RunError<G> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}
