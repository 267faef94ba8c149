//! Errors of computing features from recordings.

use std::path::{Path, PathBuf};

use danas_dsp::DspError;
use danas_space::{AudioGranularity, Hertz};

use crate::{
    dataset_error::DatasetError,
    distinct::Unusable,
    placement::Misplaced,
    repeated::{Contradiction, lines, listed},
    skipped::Skipped,
};

/// The reason why features cannot be computed from recordings.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// A file that cannot be decoded; the cause names it.
    #[error(transparent)]
    Decode(#[from] DspError),
    /// Recordings that cannot be decoded.
    #[error(
        "{} of the recordings cannot be decoded; repair them, or leave them out with \
         `data.broken = \"skip\"`{}",
        recordings.len(), lines(recordings, |one| one.reason.clone())
    )]
    Broken {
        /// All of them, with the reasons.
        recordings: Vec<Skipped>,
    },
    /// Recordings that are the same, but not of the same class.
    #[error(
        "the same recordings are in different classes ({}); delete those in the wrong class, or leave \
         all of them out with `data.broken = \"skip\"`{}",
        pairs.len(), listed(pairs)
    )]
    Contradictions {
        /// All of them, each with the first recording that is the same.
        pairs: Vec<Contradiction>,
    },
    /// Spans that do not suit their recordings.
    #[error(transparent)]
    Spans(#[from] Misplaced),
    /// A recording that can be decoded, but not processed.
    #[error("cannot process {}", path.display())]
    Recording {
        /// The recording.
        path: PathBuf,
        /// The cause.
        #[source]
        source: DspError,
    },
    /// A file that has changed since the source was opened.
    #[error("{} has changed since the search began; restore it, or start again", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A granularity that has no features.
    #[error("cannot set up the preprocessing")]
    Granularity(#[source] DspError),
    /// Features that do not fit into memory.
    #[error("the features at {granularity} do not fit into memory; use fewer recordings")]
    TooLarge {
        /// The granularity.
        granularity: Box<AudioGranularity>,
    },
    /// Noise with a lower rate than a recording that it may be mixed into. It would have to be
    /// upsampled.
    #[error(
        "noise {} has a rate of {noise_rate}, but must have at least {rate}, the highest rate of a \
         recording that it may be mixed into",
        noise.display()
    )]
    NoiseRate {
        /// The noise.
        noise: PathBuf,
        /// Its rate.
        noise_rate: Hertz,
        /// The highest rate of a recording.
        rate: Hertz,
    },
    /// No noise, although noise is to be mixed in.
    #[error("there are no recordings of noise that can be decoded; add some, or mix no noise in")]
    NoNoise,
    /// An invalid range in the settings of altered versions.
    #[error(
        "`{name}` is from {low} to {high}, but must go from low to high within {least} to {most}"
    )]
    VersionRange {
        /// The setting.
        name: &'static str,
        /// Its lower end.
        low: f64,
        /// Its upper end.
        high: f64,
        /// The lowest value allowed.
        least: f64,
        /// The highest value allowed.
        most: f64,
    },
    /// A dataset without recordings.
    #[error("the dataset contains no recordings")]
    NoRecordings,
    /// Too few recordings after some were [skipped](crate::Broken::Skip).
    #[error("too few recordings are left after skipping {skipped}")]
    Skipped {
        /// Number of skipped recordings.
        skipped: usize,
        /// What is missing.
        #[source]
        source: DatasetError,
    },
}

impl From<Unusable> for AudioError {
    fn from(reason: Unusable) -> Self {
        match reason {
            Unusable::Contradictions(pairs) => Self::Contradictions { pairs },
            Unusable::TooFew { skipped, source } => Self::Skipped { skipped, source },
        }
    }
}

/// Returns the error of a recording that can be decoded, but not processed.
pub(super) fn unusable(path: &Path) -> impl FnOnce(DspError) -> AudioError {
    move |source| AudioError::Recording { path: path.to_owned(), source }
}
