//! The error type of records and reports.

use std::{io, path::PathBuf};

use danas::evo::JournalError;

/// Error of reading or writing records, of a search, or of making a report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A record that cannot be opened or read.
    #[error("cannot read {}", path.display())]
    Read {
        /// File, below the folder as it was given.
        path: PathBuf,
        /// Error of the file system or the parser.
        #[source]
        source: io::Error,
    },
    /// A configuration that is not valid.
    #[error("{} is not a valid configuration of a search", path.display())]
    Config {
        /// File, below the folder as it was given.
        path: PathBuf,
        /// Error of the configuration.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A table that is not valid CSV.
    #[error("{} is not a valid CSV table; resume the search to write it again", path.display())]
    Csv {
        /// File, below the folder as it was given.
        path: PathBuf,
        /// Error of the parser, with its position.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A table that lacks a column.
    #[error("{} has no column `{column}`", path.display())]
    NoColumn {
        /// File, below the folder as it was given.
        path: PathBuf,
        /// Name of the missing column.
        column: String,
    },
    /// A cell whose text is not a value of its column.
    #[error("line {line} of {}: `{text}` is not a valid value of `{column}`", path.display())]
    Cell {
        /// File, below the folder as it was given.
        path: PathBuf,
        /// Line, counted from 1.
        line: u64,
        /// Name of the column.
        column: String,
        /// Text of the cell.
        text: String,
    },
    /// A journal that cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A search that failed.
    #[error(transparent)]
    Search(#[from] danas::SearchError),
    /// A front that cannot be exported.
    #[error(transparent)]
    Export(#[from] danas::ExportError),
    /// A hypervolume that cannot be computed, because the search has no objectives.
    #[error("cannot compute the hypervolume")]
    Hypervolume(#[from] danas::evo::IndicatorError),
    /// A page that cannot be made.
    #[error("cannot make the page of the report")]
    Page(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A folder for records inside the dataset, where the next search would take it for a class.
    #[error(
        "the records cannot be in {}, which is inside the dataset {}; choose another folder",
        folder.display(), dataset.display()
    )]
    InsideDataset {
        /// Folder for the records, as it was given.
        folder: PathBuf,
        /// Folder of the dataset, as it was given.
        dataset: PathBuf,
    },
    /// A file that cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// File, below the folder as it was given.
        path: PathBuf,
        /// Error of the file system.
        #[source]
        source: io::Error,
    },
}
