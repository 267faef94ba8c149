//! Errors of label tracks.

use std::{io, path::PathBuf};

/// The reason why a label track cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabelTrackError {
    /// A label track that cannot be read.
    #[error("cannot read {}", file.display())]
    Read {
        /// The label track.
        file: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// Bytes that are not UTF-8.
    #[error("{}, line {line}: the text is not UTF-8; save it in this encoding", file.display())]
    Encoding {
        /// The label track.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
    },
    /// Two label tracks for one recording.
    #[error(
        "{} and {} are label tracks of the same recording; delete one of them",
        files[0].display(), files[1].display()
    )]
    Several {
        /// Two of its label tracks.
        files: [PathBuf; 2],
    },
    /// A line of a text file without three fields.
    #[error(
        "{}, line {line}: a line must have a start, an end and a label, separated by tabs",
        file.display()
    )]
    Fields {
        /// The label track.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
    },
    /// A line that is not CSV, or that has another length than the header.
    #[error(
        "{}{} is not a row of a CSV table",
        file.display(), line.map_or(String::new(), |line| format!(", line {line},"))
    )]
    Csv {
        /// The label track.
        file: PathBuf,
        /// The line, counted from 1.
        line: Option<u64>,
        /// The error of the parser.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A CSV table without a column.
    #[error(
        "{} has no column `{column}`; its columns are [{}], but must be `start`, `end` and `label`",
        file.display(), known.join(", ")
    )]
    NoColumn {
        /// The label track.
        file: PathBuf,
        /// The column.
        column: &'static str,
        /// The columns of the table.
        known: Vec<String>,
    },
    /// A start or end that is not a number.
    #[error(
        "{}, line {line}: `{text}` is not a number of seconds, such as 1.5",
        file.display()
    )]
    Number {
        /// The label track.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The text.
        text: String,
    },
    /// A span that does not go forward from zero or later.
    #[error(
        "{}, line {line}: a span from {start} s to {end} s is invalid: it must start at 0 s or later, \
         and must not end before it starts",
        file.display()
    )]
    Span {
        /// The label track.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The start, in seconds.
        start: f64,
        /// The end, in seconds.
        end: f64,
    },
    /// A span without a label.
    #[error("{}, line {line}: the label is empty; name the class of the span", file.display())]
    NoLabel {
        /// The label track.
        file: PathBuf,
        /// The line, counted from 1.
        line: u64,
    },
}
