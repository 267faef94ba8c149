//! Errors of decoding recordings and computing their features.

use std::{error::Error, io, path::PathBuf};

use danas_space::{ClipNormalisation, Hertz, Rate, ResamplingFilter};

use crate::limits::{MAX_BLOCK, MAX_BYTES, MAX_CHANNELS, MAX_RATE, MAX_SAMPLES};

/// A recording that cannot be read, or a computation that cannot be done.
///
/// Errors about a file hold its path as the caller gave it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DspError {
    /// A file that the operating system could not read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// A file with more bytes than [`SoundFile::MAX_BYTES`](crate::SoundFile::MAX_BYTES).
    #[error(
        "{} is larger than the limit of {} bytes; split it into shorter recordings",
        path.display(), MAX_BYTES
    )]
    Oversized {
        /// The file.
        path: PathBuf,
    },
    /// A file in an unsupported audio format, or one that is not audio.
    #[error("{} is not in a supported audio format", path.display())]
    UnknownFormat {
        /// The file.
        path: PathBuf,
        /// The error of the decoder.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file in a supported format whose content is invalid.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The error of the decoder.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A file with fewer samples than its header states.
    #[error(
        "{} is cut off after {frames} of {expected} samples; replace it with a complete copy",
        path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Number of samples per channel that could be decoded.
        frames: u64,
        /// Number of samples per channel that the header states.
        expected: u64,
    },
    /// A file that is cut off, and whose header does not state a length.
    #[error(
        "{} is cut off: its end is missing after {frames} samples; replace it with a complete copy",
        path.display()
    )]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// Number of samples per channel up to the last intact part.
        frames: u64,
    },
    /// A sound file whose content cannot be a [`Recording`](crate::Recording); the source says why.
    #[error("{} contains no usable recording", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// The reason.
        #[source]
        source: Box<DspError>,
    },
    /// A sound without samples.
    #[error("the sound has no samples")]
    Empty,
    /// No channels, more than [`Recording::MAX_CHANNELS`](crate::Recording::MAX_CHANNELS), or
    /// channels of different lengths.
    #[error(
        "a recording needs 1 to {} channels of equal length, but has {channels} with {shortest} to {longest} samples",
        MAX_CHANNELS
    )]
    Channels {
        /// Number of channels.
        channels: usize,
        /// Number of samples of the shortest channel.
        shortest: u64,
        /// Number of samples of the longest channel.
        longest: u64,
    },
    /// A recording with too few channels.
    #[error("{wanted} channels are needed, but the recording has {available}")]
    MissingChannel {
        /// Number of channels that are needed.
        wanted: usize,
        /// Number of channels of the recording.
        available: usize,
    },
    /// A sound with more samples than [`Recording::MAX_SAMPLES`](crate::Recording::MAX_SAMPLES).
    #[error(
        "{samples} samples are more than the limit of {}; split the recording or shorten the clip",
        MAX_SAMPLES
    )]
    TooLong {
        /// Number of samples.
        samples: u64,
    },
    /// A sample that is not finite, or whose magnitude exceeds
    /// [`Recording::MAX_AMPLITUDE`](crate::Recording::MAX_AMPLITUDE).
    #[error("sample {index} is {value}, but must be finite and between -2^40 and 2^40")]
    Sample {
        /// Position of the sample in its channel, counted from 0.
        index: usize,
        /// Value of the sample.
        value: f32,
    },
    /// A rate that is zero or above [`Recording::MAX_RATE`](crate::Recording::MAX_RATE).
    #[error("the sample rate {hertz} Hz is not between 1 Hz and {}", MAX_RATE)]
    Rate {
        /// The rate.
        hertz: u32,
    },
    /// A sound and a noise with different rates;
    /// [`Recording::resampled`](crate::Recording::resampled) can make them equal.
    #[error("cannot mix noise at {noise} into sound at {sound}; first resample to the lower rate")]
    RateMismatch {
        /// The rate of the sound.
        sound: Hertz,
        /// The rate of the noise.
        noise: Hertz,
    },
    /// A recording whose rate differs from that of the granularity, in
    /// [`Extractor::extract_as_is`](crate::Extractor::extract_as_is).
    #[error(
        "the recording must be at {expected}, but is at {found}; resample it or call `extract`"
    )]
    WrongRate {
        /// The granularity's rate.
        expected: Hertz,
        /// The recording's rate.
        found: Hertz,
    },
    /// A target rate above the native rate: upsampling would add no information.
    #[error("cannot raise the sample rate from {from} to {to}; choose a rate of at most {from}")]
    Upsampling {
        /// The native rate.
        from: Hertz,
        /// The target rate.
        to: Hertz,
    },
    /// A target rate below 1/4096 of the native rate.
    #[error("cannot lower the sample rate from {from} to {to}: the ratio must be at most 4096")]
    Downsampling {
        /// The native rate.
        from: Hertz,
        /// The target rate.
        to: Hertz,
    },
    /// Rates that [`RubatoFft`](danas_space::ResamplingFilter::RubatoFft) cannot convert within
    /// bounded memory: its blocks hold whole periods of both rates, which are long if the rates have
    /// a small common divisor or differ by a large factor.
    #[error(
        "`rubato_fft` cannot lower the sample rate from {from} to {to}: its blocks would have {samples} samples, more than the limit of {}; choose another filter, or a rate with a larger divisor in common with {from}",
        MAX_BLOCK
    )]
    ResamplingBlock {
        /// The native rate.
        from: Hertz,
        /// The target rate.
        to: Hertz,
        /// Number of samples in a block at the native rate.
        samples: usize,
    },
    /// A filter that a device cannot use, because it needs blocks of the signal.
    #[error(
        "`{filter}` filters blocks of a signal and has no code for devices; choose another filter"
    )]
    BlockFilter {
        /// The filter.
        filter: ResamplingFilter,
    },
    /// A parameter of a transform whose value is invalid.
    #[error("`{name}` cannot be {value}")]
    Parameter {
        /// Name of the parameter.
        name: &'static str,
        /// Value of the parameter.
        value: usize,
    },
    /// A normalisation for a waveform, which has no rows of frames to normalise.
    #[error("a waveform cannot be normalised with `{normalisation}`; use `none` for waveforms")]
    NormalisedWaveform {
        /// The normalisation.
        normalisation: ClipNormalisation,
    },
    /// An array with the wrong number of rows for a transform.
    #[error("the array must have {expected} rows, but has {found}")]
    Rows {
        /// Number of rows that the transform was planned for.
        expected: usize,
        /// Number of rows of the array.
        found: usize,
    },
    /// Rates whose ratio only large numbers express, so that a filter for it would be too long.
    #[error(
        "cannot lower a rate of {from} to {to}: their ratio in lowest terms has a number above a \
         million; choose rates with a larger divisor in common"
    )]
    RatePair {
        /// The native rate.
        from: Rate,
        /// The target rate.
        to: Rate,
    },
    /// A window of a series that does not have the size of its granularity.
    #[error(
        "the window must have {} samples of {} channels, but has {} of {}",
        expected[0], expected[1], found[0], found[1]
    )]
    Window {
        /// Number of samples and of channels of the granularity.
        expected: [usize; 2],
        /// Number of samples and of channels of the window.
        found: [usize; 2],
    },
    /// Features of more than 2²⁹ values (2 GiB).
    #[error(
        "{rows} x {frames} values exceed the limit of 2^29; shorten the clip or lengthen the hop"
    )]
    TooLarge {
        /// Number of rows.
        rows: usize,
        /// Number of frames.
        frames: usize,
    },
    /// A Fourier transform or an array that rejected the buffers of this crate, which is a bug.
    #[error("an internal transform failed, which is a bug in danas")]
    Transform {
        /// The error of the transform.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl DspError {
    /// Wraps an error of a library that should not occur.
    pub(crate) fn transform(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Transform { source: Box::new(source) }
    }
}
