//! Errors of the acquisition format.

use std::{error::Error, io, path::PathBuf};

use danas::{DatasetError, data::SeriesError, space::SpaceError};

/// The reason why files are no set of labelled series in the acquisition format of Edge Impulse.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EdgeImpulseError {
    /// A file or folder that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A folder without files.
    #[error(
        "{} contains no `.json` or `.cbor` files, nor do `training` and `testing` within it",
        folder.display()
    )]
    NoFiles {
        /// The folder as it was given.
        folder: PathBuf,
    },
    /// A file of labels that is not JSON, or is none of labels.
    #[error("{} is no list of labels", path.display())]
    Labels {
        /// The file.
        path: PathBuf,
        /// The error of the parser.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file in the list of labels that is of another format.
    #[error(
        "{} is not in the data acquisition format (`.json` or `.cbor`); sound in WAV files is read \
         as recordings",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// A category that is no part of a split.
    #[error(
        "{} has the category `{category}` in `info.labels`, but only `training` and `testing` can be \
         used",
        path.display()
    )]
    Category {
        /// The file.
        path: PathBuf,
        /// The category.
        category: String,
    },
    /// A file in the list of labels that has none, or has several.
    #[error(
        "{} has no single label in `info.labels`; label it, or leave it out",
        path.display()
    )]
    NoLabel {
        /// The file.
        path: PathBuf,
    },
    /// A file without the metadata of its group.
    #[error("{} has no metadata `{group}` in `info.labels`", path.display())]
    NoGroup {
        /// The file.
        path: PathBuf,
        /// The name of the metadata.
        group: String,
    },
    /// A file that is neither JSON nor CBOR, or contains something else than samples.
    #[error("{} is not in the data acquisition format", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// The error of the parser.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An interval between samples that gives no rate.
    #[error("{} states an interval of {interval_ms} ms between samples", path.display())]
    Interval {
        /// The file.
        path: PathBuf,
        /// The interval.
        interval_ms: f64,
        /// The reason.
        #[source]
        source: SpaceError,
    },
    /// A sample of another number of values than there are sensors.
    #[error("{}, sample {sample}: {values} values, but there are {sensors} sensors", path.display())]
    Width {
        /// The file.
        path: PathBuf,
        /// The sample, counted from 0.
        sample: usize,
        /// The number of its values.
        values: usize,
        /// The number of sensors.
        sensors: usize,
    },
    /// Sensors that are not those of the first file.
    #[error(
        "{} has the sensors [{}], but the first file has [{}]",
        path.display(), sensors.join(", "), expected.join(", ")
    )]
    Sensors {
        /// The file.
        path: PathBuf,
        /// Its sensors.
        sensors: Vec<String>,
        /// The sensors of the first file.
        expected: Vec<String>,
    },
    /// Series that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Series that do not belong together.
    #[error(transparent)]
    Series(#[from] SeriesError),
}
