//! What can be wrong with a recording or with what is asked of it.

use std::{error::Error, io, path::PathBuf};

use danas_space::{ClipNormalisation, Hertz};

use crate::{Recording, SoundFile};

/// A recording that cannot be read, or a computation that cannot be done.
///
/// Errors about a file hold its path as the caller gave it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DspError {
    /// A file that the operating system does not give us.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file with more bytes than [`SoundFile::MAX_BYTES`].
    #[error("{} has more than the {} bytes that are allowed", path.display(), SoundFile::MAX_BYTES)]
    Oversized {
        /// The file.
        path: PathBuf,
    },
    /// A file in a format that is not known, or not audio.
    #[error("{} is not in a known audio format", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file of a known format that breaks its rules.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the decoder said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file whose header promises more than there is.
    #[error("{} ends after {frames} of {expected} samples", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The samples of each channel that could be decoded.
        frames: u64,
        /// Those that the header promises.
        expected: u64,
    },
    /// A file without its end, whose header does not promise any length.
    #[error("{} has no end after {frames} samples", path.display())]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// The samples of each channel up to the last intact part.
        frames: u64,
    },
    /// A sound file whose content is not a [`Recording`]; the cause says what it lacks.
    #[error("{} holds no usable recording", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: Box<DspError>,
    },
    /// Sound without a single sample.
    #[error("there are no samples")]
    Empty,
    /// No channels, more than [`Recording::MAX_CHANNELS`], or channels of different lengths.
    #[error(
        "cannot use {channels} channels of {shortest} to {longest} samples: they must be 1 to {} of equal length",
        Recording::MAX_CHANNELS
    )]
    Channels {
        /// How many there are.
        channels: usize,
        /// The samples of the shortest.
        shortest: u64,
        /// The samples of the longest.
        longest: u64,
    },
    /// A channel of a recording that it does not have.
    #[error("{wanted} channels are needed, but there are {available}")]
    MissingChannel {
        /// How many channels there should be.
        wanted: usize,
        /// How many there are.
        available: usize,
    },
    /// Sound with more samples than [`Recording::MAX_SAMPLES`].
    #[error("{samples} samples are more than the {} that are allowed", Recording::MAX_SAMPLES)]
    TooLong {
        /// How many there are.
        samples: u64,
    },
    /// A sample that is not a number, or louder than [`Recording::MAX_AMPLITUDE`].
    #[error("sample {index} is {value}, but must be finite and at most 2^40")]
    Sample {
        /// Its position, counted from 0.
        index: usize,
        /// Its value.
        value: f32,
    },
    /// A rate that is zero or above [`Recording::MAX_RATE`].
    #[error("a rate of {hertz} Hz is not between 1 Hz and {}", Recording::MAX_RATE)]
    Rate {
        /// The rate.
        hertz: u32,
    },
    /// A sound and a noise of different rates; [`Recording::resampled`] can make them equal.
    #[error("cannot mix noise at {noise} into sound at {sound}")]
    RateMismatch {
        /// The rate of the sound.
        sound: Hertz,
        /// The rate of the noise.
        noise: Hertz,
    },
    /// A recording that is not at the rate of the features that are asked of it.
    #[error("expected a recording at {expected}, but it has {found}")]
    WrongRate {
        /// The granularity's rate.
        expected: Hertz,
        /// The recording's.
        found: Hertz,
    },
    /// A resampling to a rate above the native one.
    #[error("cannot raise {from} to {to}: upsampling adds no information")]
    Upsampling {
        /// The native rate.
        from: Hertz,
        /// The wanted rate.
        to: Hertz,
    },
    /// A resampling to less than 1/4096 of the native rate.
    #[error("cannot lower {from} to {to}: that is more than 4096 times")]
    Downsampling {
        /// The native rate.
        from: Hertz,
        /// The wanted rate.
        to: Hertz,
    },
    /// A parameter of a transform that leaves it nothing to do.
    #[error("{name} cannot be {value}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: usize,
    },
    /// A normalisation of a waveform, which has no rows over frames.
    #[error(
        "a waveform cannot have the normalisation `{normalisation}`: it has no rows over frames"
    )]
    NormalisedWaveform {
        /// The normalisation.
        normalisation: ClipNormalisation,
    },
    /// An array that does not have the rows that a transform was made for.
    #[error("expected {expected} rows, but there are {found}")]
    Rows {
        /// The rows that it was made for.
        expected: usize,
        /// The rows that were given.
        found: usize,
    },
    /// Features of more than 2²⁹ values (2 GiB).
    #[error("features of {rows} x {frames} values are too large")]
    TooLarge {
        /// Their rows.
        rows: usize,
        /// Their columns.
        frames: usize,
    },
    /// A Fourier transform or a resampler that refused its own buffers: a bug of this crate.
    #[error("a transform failed")]
    Transform {
        /// What it said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl DspError {
    /// For errors of libraries that should not occur.
    pub(crate) fn transform(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Transform { source: Box::new(source) }
    }
}
