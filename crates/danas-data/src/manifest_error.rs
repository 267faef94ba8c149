//! Errors of manifests.

use std::{io, path::PathBuf};

use crate::span::{Span, located};

/// The reason why a table does not describe a dataset.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// A table that cannot be read.
    #[error("cannot read {}", file.display())]
    Read {
        /// The table as it was given.
        file: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A table that is not CSV, or whose rows differ in length.
    #[error(
        "{}{} is not a row of a CSV table",
        file.display(), line.map_or(String::new(), |line| format!(", line {line},"))
    )]
    Csv {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: Option<u64>,
        /// The error of the parser.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A table without a column.
    #[error(
        "{} has no column `{column}`; its columns are [{}]: name the right one in `data.manifest`",
        file.display(), known.join(", ")
    )]
    NoColumn {
        /// The table as it was given.
        file: PathBuf,
        /// The column.
        column: String,
        /// The columns of the table.
        known: Vec<String>,
    },
    /// A cell without a value.
    #[error("{}, line {line}: column `{column}` is empty", file.display())]
    Empty {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The column.
        column: String,
    },
    /// A file that does not exist.
    #[error("{}, line {line}: there is no file {}", file.display(), path.display())]
    Missing {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The file, below the folder of the dataset as it was given.
        path: PathBuf,
    },
    /// A file, or a span of it, in two rows.
    #[error("{}, line {line}: {} is in line {other} already", file.display(), located(path, *span))]
    Repeated {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The file, below the folder of the dataset as it was given.
        path: PathBuf,
        /// The span, if the row has one.
        span: Option<Span>,
        /// The first line with this file and span.
        other: u64,
    },
    /// A start or end that is not a number.
    #[error(
        "{}, line {line}: column `{column}` must be a number of seconds, such as 1.5, but is `{text}`",
        file.display()
    )]
    Number {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The column.
        column: String,
        /// The text of the cell.
        text: String,
    },
    /// A span that does not go forward from zero or later.
    #[error(
        "{}, line {line}: a span from {start} s to {end} s is invalid: it must start at 0 s or later, \
         and must not end before it starts",
        file.display()
    )]
    Span {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The start, in seconds.
        start: f64,
        /// The end, in seconds.
        end: f64,
    },
    /// A name that is not that of a part.
    #[error(
        "{}, line {line}: `{text}` is not a part; use `train`, `validation` or `test`",
        file.display()
    )]
    UnknownPart {
        /// The table as it was given.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The name.
        text: String,
    },
}
