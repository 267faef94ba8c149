//! Why there are no records, or no report.

use std::{io, path::PathBuf};

use danas::evo::JournalError;

/// Records that cannot be read or written, and a report that cannot.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A record that cannot be opened or read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file, below the folder as it was given.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A configuration that is none.
    #[error("{} is no configuration of a search", path.display())]
    Config {
        /// The file, below the folder as it was given.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: danas::ConfigError,
    },
    /// A table that is no table.
    #[error("{} is damaged", path.display())]
    Csv {
        /// The file, below the folder as it was given.
        path: PathBuf,
        /// Where, and how.
        #[source]
        source: csv::Error,
    },
    /// A table that lacks a column.
    #[error("{} has no column `{column}`", path.display())]
    NoColumn {
        /// The file, below the folder as it was given.
        path: PathBuf,
        /// Its name.
        column: String,
    },
    /// A cell that holds something else than its column does.
    #[error("line {line} of {}: `{text}` is no value of `{column}`", path.display())]
    Cell {
        /// The file, below the folder as it was given.
        path: PathBuf,
        /// Counted from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A journal that cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A search that failed.
    #[error(transparent)]
    Search(#[from] danas::Error),
    /// A front that cannot be exported.
    #[error(transparent)]
    Export(#[from] danas::ExportError),
    /// A search without objectives, which has no hypervolume.
    #[error("no hypervolume")]
    Hypervolume(#[from] danas::evo::IndicatorError),
    /// Figures that no page can show.
    #[error("cannot make the page")]
    Page(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A file that cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file, below the folder as it was given.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
}
