//! Errors of computing features from series.

use std::{io, path::PathBuf};

use danas_dsp::DspError;
use danas_space::{Infeasible, MotionGranularity};

use crate::{
    dataset_error::DatasetError,
    distinct::Unusable,
    placement::Misplaced,
    repeated::{Contradiction, lines, listed},
    series::SeriesError,
    skipped::Skipped,
};

/// The reason why features cannot be computed from series.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MotionError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file as it was given.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file whose content cannot be used; the message names it.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// Files that cannot be used.
    #[error(
        "{} of the files cannot be used; repair them, or leave them out with \
         `data.broken = \"skip\"`{}",
        files.len(), lines(files, |one| one.reason.clone())
    )]
    Broken {
        /// All of them, with the reasons.
        files: Vec<Skipped>,
    },
    /// A dataset without series.
    #[error("the dataset contains no series")]
    NoSeries,
    /// Too few series after some were skipped.
    #[error("too few series are left after skipping {skipped}")]
    Skipped {
        /// Number of skipped files.
        skipped: usize,
        /// What is missing.
        #[source]
        source: DatasetError,
    },
    /// Series that are the same, but not of the same class.
    #[error(
        "the same series are in different classes ({}); delete those in the wrong class, or leave \
         all of them out with `data.broken = \"skip\"`{}",
        pairs.len(), listed(pairs)
    )]
    Contradictions {
        /// All of them, each with the first series that is the same.
        pairs: Vec<Contradiction>,
    },
    /// Spans that do not suit their series.
    #[error(transparent)]
    Spans(#[from] Misplaced),
    /// Series, or spans of them, without room for an example.
    #[error(
        "{} of the series are too short; lower `data.anchors.room`, or leave them out with \
         `data.broken = \"skip\"`{}",
        series.len(), lines(series, |one| one.reason.clone())
    )]
    TooShort {
        /// All of them, with their lengths.
        series: Vec<Skipped>,
    },
    /// Examples that are closer to each other than the samples of a series.
    #[error(
        "`data.anchors.every` is {every} s, but the samples of {} are {step} s apart",
        path.display()
    )]
    Dense {
        /// The file as it was given.
        path: PathBuf,
        /// The interval between examples in seconds.
        every: f64,
        /// The interval between samples in seconds.
        step: f64,
    },
    /// An interval between examples, or the room of one, that is out of range.
    #[error("`data.anchors.{name}` is {seconds}, but must be from 0.001 to 86400 seconds")]
    Anchors {
        /// The setting.
        name: &'static str,
        /// Its value.
        seconds: f64,
    },
    /// Files that do not make a dataset.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// A granularity that cannot give an example.
    #[error("cannot compute features at {granularity}")]
    Infeasible {
        /// The granularity.
        granularity: Box<MotionGranularity>,
        /// The reason.
        #[source]
        source: Infeasible,
    },
    /// Features that do not fit into memory.
    #[error("the features at {granularity} do not fit into memory; use fewer examples")]
    TooLarge {
        /// The granularity.
        granularity: Box<MotionGranularity>,
    },
    /// A series that cannot be processed.
    #[error("cannot process {}", path.display())]
    Process {
        /// The file as it was given.
        path: PathBuf,
        /// The cause.
        #[source]
        source: DspError,
    },
}

impl From<Unusable> for MotionError {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Contradictions(pairs) => Self::Contradictions { pairs },
            Unusable::TooFew { skipped, source } => Self::Skipped { skipped, source },
        }
    }
}
