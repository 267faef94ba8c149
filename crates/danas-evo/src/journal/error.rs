//! Why a journal cannot be used.

use std::io;
use std::path::PathBuf;

/// A journal that cannot be read, written, or gone on with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// A file that cannot be opened or read.
    #[error("cannot open the journal {}", path.display())]
    Open {
        /// The file as it was given.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A line that cannot be written.
    #[error("cannot write to the journal {}", path.display())]
    Write {
        /// The file as it was given.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A candidate that cannot be written.
    #[error("a candidate cannot be written to a journal")]
    Genome {
        /// Why not.
        #[source]
        source: serde_json::Error,
    },
    /// Another process is writing it.
    #[error("the journal {} is in use by another search", path.display())]
    InUse {
        /// The file as it was given.
        path: PathBuf,
    },
    /// A file that is something else.
    #[error("{} is no journal of a search", path.display())]
    NoJournal {
        /// The file as it was given.
        path: PathBuf,
    },
    /// A line in the middle that cannot be read.
    #[error("line {line} of the journal {} is damaged", path.display())]
    Damaged {
        /// The file as it was given.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// Lines of another format.
    #[error("the journal {} has format {found}, not {known}", path.display())]
    Format {
        /// The file as it was given.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The one that can be read.
        known: u32,
    },
    /// A search with other settings.
    #[error(
        "the journal {} is of another search: its {setting} is {}, not {}",
        path.display(),
        shown(journal),
        shown(search)
    )]
    OtherSearch {
        /// The file as it was given.
        path: PathBuf,
        /// Name of the first setting that differs.
        setting: String,
        /// Its value in the journal.
        journal: Option<String>,
        /// Its value in the search.
        search: Option<String>,
    },
    /// A search that takes another course, such as one of another version.
    #[error(
        "the journal {} is of another search: candidate {index} is another one there",
        path.display()
    )]
    Diverged {
        /// The file as it was given.
        path: PathBuf,
        /// Ask number of the candidate.
        index: usize,
    },
}

/// The longest value of a setting that is shown whole.
const LONGEST: usize = 120;

fn shown(value: &Option<String>) -> String {
    match value {
        None => "not set".to_owned(),
        Some(value) if value.chars().count() <= LONGEST => format!("`{value}`"),
        Some(value) => format!("`{}…`", value.chars().take(LONGEST).collect::<String>()),
    }
}
