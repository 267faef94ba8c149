//! The limits of sound files and recordings that error messages state.

use danas_space::Hertz;

/// Value of [`SoundFile::MAX_BYTES`](crate::SoundFile::MAX_BYTES).
pub(crate) const MAX_BYTES: u64 = 1 << 30;

/// Value of [`Recording::MAX_SAMPLES`](crate::Recording::MAX_SAMPLES).
pub(crate) const MAX_SAMPLES: usize = 3600 * 48_000;

/// Value of [`Recording::MAX_CHANNELS`](crate::Recording::MAX_CHANNELS).
pub(crate) const MAX_CHANNELS: usize = 64;

/// Value of [`Recording::MAX_RATE`](crate::Recording::MAX_RATE).
pub(crate) const MAX_RATE: Hertz = match Hertz::new(1_000_000) {
    Some(rate) => rate,
    None => unreachable!(),
};

/// Largest number of samples in an input block of
/// [`RubatoFft`](danas_space::ResamplingFilter::RubatoFft). A resampler takes about 130 bytes for
/// each of them.
pub(crate) const MAX_BLOCK: usize = 1 << 17;
