//! Errors of journals.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use super::difference::shown;

/// An error of a journal that cannot be read, written or resumed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file cannot be opened or read.
    #[error("cannot open the journal {}", path.display())]
    Open {
        /// Path as it was given.
        path: PathBuf,
        /// Cause of the failure.
        #[source]
        source: io::Error,
    },
    /// A line cannot be written.
    #[error("cannot write to the journal {}", path.display())]
    Write {
        /// Path as it was given.
        path: PathBuf,
        /// Cause of the failure.
        #[source]
        source: io::Error,
    },
    /// A candidate cannot be serialised.
    #[error("cannot serialise a candidate for the journal")]
    Genome {
        /// Cause of the failure.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Another search has locked the file.
    #[error("the journal {} is in use by another search; wait for it to end", path.display())]
    InUse {
        /// Path as it was given.
        path: PathBuf,
    },
    /// The file is not a journal.
    #[error("{} is not the journal of a search; choose another file", path.display())]
    NoJournal {
        /// Path as it was given.
        path: PathBuf,
    },
    /// A line other than the last cannot be read.
    #[error("line {line} of the journal {} is damaged", path.display())]
    Damaged {
        /// Path as it was given.
        path: PathBuf,
        /// Line number, counted from 1.
        line: usize,
        /// Cause of the failure.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The journal has an unsupported format.
    #[error("the journal {} has format {found}; this version reads format {known}", path.display())]
    Format {
        /// Path as it was given.
        path: PathBuf,
        /// Format of the journal.
        found: u32,
        /// Supported format.
        known: u32,
    },
    /// The search in the journal has other settings.
    #[error(
        "the journal {} belongs to another search: `{setting}` is {} there, but {} here",
        path.display(),
        shown([journal, search])[0],
        shown([journal, search])[1]
    )]
    OtherSearch {
        /// Path as it was given.
        path: PathBuf,
        /// The first setting that differs. Within a value that is JSON, it is a path such as
        /// `training.steps`.
        setting: String,
        /// Value in the journal, if it is set there.
        journal: Option<String>,
        /// Value in this search, if it is set here.
        search: Option<String>,
    },
    /// The search in the journal takes another course, for example because another version began
    /// it.
    #[error(
        "the journal {} belongs to another search: its candidate {index} is different",
        path.display()
    )]
    Diverged {
        /// Path as it was given.
        path: PathBuf,
        /// Ask number of the candidate.
        index: usize,
    },
}
