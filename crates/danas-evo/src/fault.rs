//! Faults that end a search, and the error of a search that ended so.

use std::error::Error;
use std::{fmt, io};

#[cfg(feature = "journal")]
use crate::journal::JournalError;
use crate::{error::TellError, outcome::Outcome};

/// Broken machinery that ended a search.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault<E: Error + 'static> {
    /// The evaluator returned an error, the last of too many errors or panics in a row
    /// ([`SearchBuilder::errors_in_a_row`](crate::SearchBuilder::errors_in_a_row)).
    #[error("candidate {index} could not be evaluated")]
    Evaluator {
        /// Ask number of the last candidate.
        index: usize,
        /// Error of the last candidate.
        #[source]
        source: E,
    },
    /// The evaluator panicked, the last of too many errors or panics in a row.
    #[error("the evaluation of candidate {index} panicked: {text}")]
    Panic {
        /// Ask number of the last candidate.
        index: usize,
        /// Message of the panic.
        text: String,
    },
    /// The journal cannot be written, or belongs to another search.
    #[error("the journal of the search cannot be used")]
    #[cfg(feature = "journal")]
    Journal(#[source] JournalError),
    /// The evaluator returned a verdict that does not fit the search.
    #[error("the evaluator's result cannot be used")]
    Verdict(#[source] TellError),
    /// A worker thread could not be started.
    #[error("cannot start a worker thread")]
    Spawn(#[source] io::Error),
    /// The worker threads ended before their work was done.
    #[error("the worker threads ended before the search did")]
    WorkersGone,
}

/// The error of a search that broken machinery ended, with everything that it had found.
pub struct SearchError<G, D, E: Error + 'static> {
    /// Fault that ended the search.
    pub fault: Fault<E>,
    /// Results up to the fault.
    pub outcome: Box<Outcome<G, D>>,
}

impl<G, D, E: Error + 'static> fmt::Display for SearchError<G, D, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the search ended after {} evaluations: {}",
            self.outcome.records.len(),
            self.fault
        )
    }
}

impl<G, D, E: Error + 'static> fmt::Debug for SearchError<G, D, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchError")
            .field("fault", &self.fault)
            .field("evaluations", &self.outcome.records.len())
            .finish_non_exhaustive()
    }
}

impl<G, D, E: Error + 'static> Error for SearchError<G, D, E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.fault.source()
    }
}
