//! Errors of `.npz` files.

use std::{error::Error, io, path::PathBuf};

use danas::{DatasetError, data::SeriesError};

/// The reason why arrays are no set of labelled series.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NpzError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file that is no archive.
    #[error("{} is not an `.npz` file", path.display())]
    Archive {
        /// The file.
        path: PathBuf,
        /// The error of the reader.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An array of another type or number of axes. Values are numbers; labels, lengths and names are
    /// integers or text, in one axis.
    #[error(
        "array `{array}` of {} cannot be used; save numbers, whole numbers or text, not Python objects",
        path.display()
    )]
    Array {
        /// The file.
        path: PathBuf,
        /// The name of the array.
        array: String,
        /// The error of the reader.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An array that the file lacks.
    #[error("{} has no array `{array}`; its arrays are [{}]", path.display(), known.join(", "))]
    NoArray {
        /// The file.
        path: PathBuf,
        /// The name of the array.
        array: String,
        /// The arrays of the file.
        known: Vec<String>,
    },
    /// A file without an array of one of the default names.
    #[error(
        "{} has no array of {purpose} named `{}`; its arrays are [{}]: name the right one with \
         `Npz::{purpose}`",
        path.display(), defaults.join("`, `"), known.join(", ")
    )]
    NoDefault {
        /// The file.
        path: PathBuf,
        /// The purpose of the array: `values` or `labels`.
        purpose: &'static str,
        /// The default names.
        defaults: Vec<String>,
        /// The arrays of the file.
        known: Vec<String>,
    },
    /// Values of a shape that is none of series.
    #[error(
        "array `{array}` of {} has the shape {shape:?}, but must have [series, samples, channels], \
         [series, samples], or [samples, channels] beside an array of lengths",
        path.display()
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// The name of the array.
        array: String,
        /// Its shape.
        shape: Vec<usize>,
    },
    /// A length that is not a whole number.
    #[error("array `{array}` of {}: the length of series {series} is {text}", path.display())]
    Length {
        /// The file.
        path: PathBuf,
        /// The name of the array.
        array: String,
        /// The series, counted from 0.
        series: usize,
        /// The length.
        text: String,
    },
    /// Lengths that values do not have.
    #[error(
        "array `{array}` of {} has {samples} samples, but the lengths of its series make {lengths}",
        path.display()
    )]
    Lengths {
        /// The file.
        path: PathBuf,
        /// The name of the array of values.
        array: String,
        /// The number of samples of the array, or of each of its series.
        samples: usize,
        /// The sum of the lengths, or the length of a series.
        lengths: usize,
    },
    /// An array of another number of entries than there are series.
    #[error(
        "array `{array}` of {} has {found} entries, but there are {expected} series",
        path.display()
    )]
    Count {
        /// The file.
        path: PathBuf,
        /// The name of the array.
        array: String,
        /// Its number of entries.
        found: usize,
        /// The number of series.
        expected: usize,
    },
    /// A label without a class.
    #[error(
        "{}, series {series}: there is no class `{label}`; the classes are [{}], counted from 0",
        path.display(), known.join(", ")
    )]
    UnknownLabel {
        /// The file.
        path: PathBuf,
        /// The series, counted from 0.
        series: usize,
        /// Its label.
        label: String,
        /// The names of the classes.
        known: Vec<String>,
    },
    /// Series that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// Series that do not belong together.
    #[error(transparent)]
    Series(#[from] SeriesError),
}
