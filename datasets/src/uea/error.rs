//! Errors of `.ts` files.

use std::{io, path::PathBuf};

use danas::{DatasetError, data::SeriesError};

/// The reason why `.ts` files are no set of labelled series.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum UeaError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A line of the header that is not a tag.
    #[error("{}, line {line}: expected a tag such as `@data`, but found `{text}`", path.display())]
    Tag {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The start of the line.
        text: String,
    },
    /// A file without data.
    #[error("{} has no line `@data`; it may be incomplete: download it again", path.display())]
    NoData {
        /// The file.
        path: PathBuf,
    },
    /// A file without classes.
    #[error(
        "{} has no classes (`@classLabel true CLASS ...`); only files for classification can be used",
        path.display()
    )]
    NoClasses {
        /// The file.
        path: PathBuf,
    },
    /// A file whose samples have time stamps.
    #[error(
        "{}, line {line}: samples with time stamps may be irregular, and are not supported; resample \
         the series to a constant rate, and write them without time stamps",
        path.display()
    )]
    TimeStamps {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
    },
    /// A series of a class that the header does not list.
    #[error(
        "{}, line {line}: class `{class}` is not listed in `@classLabel`; the classes are [{}]",
        path.display(), known.join(", ")
    )]
    UnknownClass {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The class.
        class: String,
        /// The classes in the header of the first file.
        known: Vec<String>,
    },
    /// A value that is missing, or is not a finite number.
    #[error(
        "{}, line {line}: sample {sample} of channel {channel} is {}; fill it in, or leave the \
         series out",
        path.display(),
        if text.is_empty() { "empty".to_owned() } else { format!("`{text}`, not a finite number") }
    )]
    Value {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The channel, counted from 0.
        channel: usize,
        /// The sample, counted from 0.
        sample: usize,
        /// The text in place of a number.
        text: String,
    },
    /// A channel of another length than the first one of its series.
    #[error(
        "{}, line {line}: channel {channel} has {samples} samples, but channel 0 has {expected}",
        path.display()
    )]
    Lengths {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The channel, counted from 0.
        channel: usize,
        /// Its number of samples.
        samples: usize,
        /// The number of samples of the first channel.
        expected: usize,
    },
    /// A series of another number of channels than the first one of its file.
    #[error(
        "{}, line {line}: {channels} channels before the class, but the first series has {expected}",
        path.display()
    )]
    Channels {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: u64,
        /// The number of channels of the series.
        channels: usize,
        /// The number of channels of the first series, at least 1.
        expected: usize,
    },
    /// Series that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Series that do not belong together.
    #[error(transparent)]
    Series(#[from] SeriesError),
}
