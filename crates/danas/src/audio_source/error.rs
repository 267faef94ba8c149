//! What keeps recordings from becoming features.

use std::path::PathBuf;

use danas_dsp::DspError;
use danas_space::{AudioGranularity, Hertz};

use crate::DatasetError;

/// Recordings that cannot become features.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// A file that cannot be decoded; the cause names it.
    #[error(transparent)]
    Decode(#[from] DspError),
    /// A recording that decodes, but cannot be processed.
    #[error("cannot process {}", path.display())]
    Recording {
        /// The recording.
        path: PathBuf,
        /// Why not.
        #[source]
        source: DspError,
    },
    /// A file that is not what it was when the source was opened.
    #[error("{} has changed since the search began", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// A granularity that has no features.
    #[error("cannot prepare the preprocessing")]
    Granularity(#[source] DspError),
    /// Features that do not fit the memory.
    #[error("the features of all recordings at {granularity} do not fit the memory")]
    TooLarge {
        /// The granularity.
        granularity: Box<AudioGranularity>,
    },
    /// Noise that would have to be raised to the rate of its recording.
    #[error(
        "{} has {noise_rate}, less than the {rate} of {}, into which it is mixed",
        noise.display(), path.display()
    )]
    NoiseRate {
        /// The recording.
        path: PathBuf,
        /// Its rate.
        rate: Hertz,
        /// The noise.
        noise: PathBuf,
        /// Its rate.
        noise_rate: Hertz,
    },
    /// Noise is to be mixed, but there is none.
    #[error("there are no recordings of noise")]
    NoNoise,
    /// A range of altered versions that is none.
    #[error("{name} is from {low} to {high}, but must be a range within {least} and {most}")]
    VersionRange {
        /// The setting.
        name: &'static str,
        /// Its lower end.
        low: f64,
        /// Its upper end.
        high: f64,
        /// The least that it may be.
        least: f64,
        /// The most that it may be.
        most: f64,
    },
    /// Noise of altered versions that would have to be raised to the rate of a recording.
    #[error("{} has {noise_rate}, less than the {rate} of a recording that it may be mixed into", noise.display())]
    VersionNoise {
        /// The noise.
        noise: PathBuf,
        /// Its rate.
        noise_rate: Hertz,
        /// The highest rate of a recording.
        rate: Hertz,
    },
    /// A dataset without recordings.
    #[error("there are no recordings")]
    NoRecordings,
    /// Broken recordings were skipped, and what is left is no dataset.
    #[error("too little is left without the {skipped} recordings that cannot be decoded")]
    Skipped {
        /// How many were skipped.
        skipped: usize,
        /// What is missing.
        #[source]
        source: DatasetError,
    },
}
