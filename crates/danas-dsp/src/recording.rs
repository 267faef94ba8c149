//! Recordings in memory, and how they are cut, padded and mixed.

use std::{borrow::Cow, ops::Range, time::Duration};

use danas_space::{Channels, Hertz};

use crate::{error::DspError, limits};

/// A sound with one or more channels at its native rate.
///
/// A recording has 1 to [`MAX_CHANNELS`](Self::MAX_CHANNELS) channels of equal length. Each has at
/// least one sample, and together they have at most [`MAX_SAMPLES`](Self::MAX_SAMPLES). All samples
/// are finite and within ±[`MAX_AMPLITUDE`](Self::MAX_AMPLITUDE), so that no later step encounters
/// a NaN. Samples decoded from integers have a full scale of ±1: a 16-bit sample `n` is
/// `n / 32768`.
///
/// ```
/// use danas_dsp::Recording;
/// use danas_space::{Channels, Hertz};
///
/// let rate = Hertz::new(8000).ok_or("a rate is never zero")?;
/// let stereo = Recording::from_channels(vec![vec![0.5, 1.0], vec![0.0, -0.5]], rate)?;
/// assert_eq!(stereo.select(Channels::Single(1))?.channels(), [[0.0, -0.5]]);
/// assert_eq!(stereo.mixdown().channels(), [[0.25, 0.25]]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    channels: Vec<Vec<f32>>,
    rate: Hertz,
}

impl Recording {
    /// Largest number of samples in a recording, over all channels: an hour of one channel at
    /// 48 kHz, or 691 MB.
    pub const MAX_SAMPLES: usize = limits::MAX_SAMPLES;

    /// Largest number of channels in a recording.
    pub const MAX_CHANNELS: usize = limits::MAX_CHANNELS;

    /// Highest rate of a recording: 1 MHz, above that of any audio device.
    pub const MAX_RATE: Hertz = limits::MAX_RATE;

    /// Largest magnitude of a sample: 2⁴⁰. Even 32-bit integers that were never scaled to ±1 stay
    /// below it, and the power of the longest frame still fits an `f32`.
    pub const MAX_AMPLITUDE: f32 = (1_u64 << 40) as f32;

    /// Creates a recording with one channel.
    ///
    /// # Errors
    /// [`DspError::Empty`], [`DspError::TooLong`], [`DspError::Sample`] or [`DspError::Rate`] if
    /// the sound exceeds the limits of a recording.
    pub fn new(samples: Vec<f32>, rate: Hertz) -> Result<Self, DspError> {
        Self::from_channels(vec![samples], rate)
    }

    /// Creates a recording with several channels.
    ///
    /// # Errors
    /// [`DspError::Channels`] for no channels, too many channels or channels of different lengths,
    /// and the errors of [`new`](Self::new).
    pub fn from_channels(channels: Vec<Vec<f32>>, rate: Hertz) -> Result<Self, DspError> {
        check_rate(rate)?;
        let lengths = || channels.iter().map(|channel| channel.len() as u64);
        let shortest = lengths().min().unwrap_or(0);
        check_channels(channels.len(), [shortest, lengths().max().unwrap_or(0)])?;
        check_len(shortest.saturating_mul(channels.len() as u64))?;
        channels.iter().try_for_each(|channel| check_samples(channel))?;
        Ok(Self { channels, rate })
    }

    /// Returns the samples of each channel, in time order.
    #[must_use]
    pub fn channels(&self) -> &[Vec<f32>] {
        &self.channels
    }

    /// Consumes the recording and returns the samples of each channel without copying them.
    #[must_use]
    pub fn into_channels(self) -> Vec<Vec<f32>> {
        self.channels
    }

    /// Returns the number of samples in each channel, at least one.
    #[must_use]
    pub fn samples_per_channel(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// Returns the native rate.
    #[must_use]
    pub const fn rate(&self) -> Hertz {
        self.rate
    }

    /// Returns the duration of the recording.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let samples = self.samples_per_channel() as f64;
        Duration::from_secs_f64(samples / f64::from(self.rate.get()))
    }

    /// Returns the mean of all channels as a recording with one channel.
    ///
    /// The channels are summed in `f32` from first to last, and the sum is then divided once. For
    /// fewer than eight channels this is the order of NumPy's mean, and therefore of librosa's.
    #[must_use]
    pub fn mixdown(&self) -> Self {
        Self { channels: vec![mean(self.channels.iter().map(Vec::as_slice))], rate: self.rate }
    }

    /// Returns the channels that a device listens to: the [`mixdown`](Self::mixdown), a single
    /// channel, or the first two.
    ///
    /// # Errors
    /// [`DspError::MissingChannel`] if the recording has too few channels.
    pub fn select(&self, channels: Channels) -> Result<Self, DspError> {
        if channels == Channels::Mix {
            return Ok(self.mixdown());
        }
        let channels = self.channels[self.range(channels)?].to_vec();
        Ok(Self { channels, rate: self.rate })
    }

    /// Returns the range of channels that are selected or mixed.
    fn range(&self, channels: Channels) -> Result<Range<usize>, DspError> {
        let (wanted, available) = (channels.needed(), self.channels.len());
        if wanted > available {
            return Err(DspError::MissingChannel { wanted, available });
        }
        Ok(match channels {
            Channels::Mix => 0..available,
            Channels::Single(channel) => usize::from(channel)..wanted,
            Channels::Stereo => 0..wanted,
        })
    }

    /// Returns the recording cut or zero-padded to the length `clip`.
    ///
    /// The number of samples is rounded up.
    ///
    /// # Errors
    /// [`DspError::TooLong`] or [`DspError::Empty`] if a clip of this length would break the limits
    /// of a recording.
    pub fn fitted(&self, clip: Duration) -> Result<Self, DspError> {
        let len = clip_len(clip, self.rate, self.channels.len())?;
        let channels = self.channels.iter().map(|channel| fit(channel, len)).collect();
        Ok(Self { channels, rate: self.rate })
    }

    /// Returns the part of length `clip` whose middle is `centre`, in seconds from the beginning of
    /// the recording. Where it extends beyond the recording, it is zero-padded.
    ///
    /// The number of samples is rounded up. The middle of the part is at most half a sample away from
    /// `centre`.
    ///
    /// # Errors
    /// The errors of [`fitted`](Self::fitted).
    pub fn around(&self, centre: f64, clip: Duration) -> Result<Self, DspError> {
        let len = clip_len(clip, self.rate, self.channels.len())?;
        // The cast saturates, so a centre that is far away gives zeros.
        let first = (centre * f64::from(self.rate.get()) - len as f64 / 2.0 + 0.5).floor() as i64;
        let before = usize::try_from(first.saturating_neg()).unwrap_or(0).min(len);
        let from = usize::try_from(first).unwrap_or(0).min(self.samples_per_channel());
        let part = |channel: &Vec<f32>| {
            let mut samples = vec![0.0; len];
            let (padded, found) = (&mut samples[before..], &channel[from..]);
            padded.iter_mut().zip(found).for_each(|(to, &from)| *to = from);
            samples
        };
        Ok(Self { channels: self.channels.iter().map(part).collect(), rate: self.rate })
    }

    /// Applies [`select`](Self::select) and then [`fitted`](Self::fitted). Borrows each channel
    /// that is neither mixed nor padded instead of copying it.
    pub(crate) fn clip(
        &self,
        channels: Channels,
        clip: Duration,
    ) -> Result<Vec<Cow<'_, [f32]>>, DspError> {
        let len = clip_len(clip, self.rate, channels.count())?;
        let range = self.range(channels)?;
        // Cuts before mixing, so that no samples are mixed only to be discarded.
        let cut = self.channels[range].iter().map(|channel| &channel[..channel.len().min(len)]);
        let chosen: Vec<Cow<'_, [f32]>> = match channels {
            Channels::Mix if cut.len() > 1 => vec![Cow::Owned(mean(cut))],
            _ => cut.map(Cow::Borrowed).collect(),
        };
        let padded = chosen.into_iter().map(|mut channel| {
            if channel.len() < len {
                channel.to_mut().resize(len, 0.0);
            }
            channel
        });
        Ok(padded.collect())
    }

    /// Mixes noise into the recording: returns `gain` · sound + `noise_gain` · noise, with the
    /// length of the sound.
    ///
    /// If both have the same number of channels, they are added channel by channel. Otherwise the
    /// [`mixdown`](Self::mixdown) of the noise is added to every channel of the sound.
    ///
    /// The noise starts at its first sample. Noise that is shorter than the sound is repeated from
    /// there, and longer noise is cut. To add noise to the padding of a short sound as well, call
    /// [`fitted`](Self::fitted) on the sound first.
    ///
    /// # Errors
    /// [`DspError::RateMismatch`] if the rates differ, and [`DspError::Sample`] if the gains make a
    /// sample exceed the limits of a recording.
    pub fn mixed(&self, gain: f32, noise: &Self, noise_gain: f32) -> Result<Self, DspError> {
        if self.rate != noise.rate {
            return Err(DspError::RateMismatch { sound: self.rate, noise: noise.rate });
        }
        if self.channels.len() != noise.channels.len() && noise.channels.len() > 1 {
            return self.mixed(gain, &noise.mixdown(), noise_gain);
        }
        let noises = noise.channels.iter().cycle();
        let mix = |(sound, noise): (&Vec<f32>, &Vec<f32>)| {
            let mut mixed = sound.clone();
            for repetition in mixed.chunks_mut(noise.len()) {
                for (sample, noise) in repetition.iter_mut().zip(noise) {
                    *sample = gain * *sample + noise_gain * noise;
                }
            }
            mixed
        };
        Self::from_channels(self.channels.iter().zip(noises).map(mix).collect(), self.rate)
    }
}

/// Returns the mean of channels of equal length: see [`Recording::mixdown`].
fn mean<'a>(mut channels: impl ExactSizeIterator<Item = &'a [f32]>) -> Vec<f32> {
    let count = channels.len() as f32;
    let mut mean = channels.next().map(<[f32]>::to_vec).unwrap_or_default();
    for channel in channels {
        mean.iter_mut().zip(channel).for_each(|(sum, sample)| *sum += sample);
    }
    mean.iter_mut().for_each(|sum| *sum /= count);
    mean
}

/// Returns `samples` cut or zero-padded to `len`.
pub(crate) fn fit(samples: &[f32], len: usize) -> Vec<f32> {
    let mut fitted = Vec::with_capacity(len);
    fitted.extend_from_slice(&samples[..samples.len().min(len)]);
    fitted.resize(len, 0.0);
    fitted
}

/// Rejects signals that no transform can process: empty ones and those with illegal samples.
pub(crate) fn check_samples(samples: &[f32]) -> Result<(), DspError> {
    if samples.is_empty() {
        return Err(DspError::Empty);
    }
    // The comparison is false for NaN. Checking all samples without an early exit can be
    // vectorised; the first illegal sample is searched for only if there is one.
    let legal = |sample: &f32| sample.abs() <= Recording::MAX_AMPLITUDE;
    if samples.iter().fold(true, |all, sample| all & legal(sample)) {
        return Ok(());
    }
    match samples.iter().position(|sample| !legal(sample)) {
        Some(index) => Err(DspError::Sample { index, value: samples[index] }),
        None => Ok(()),
    }
}

/// Returns the number of samples per channel of a clip with `channels` channels at a rate.
pub(crate) fn clip_len(clip: Duration, rate: Hertz, channels: usize) -> Result<usize, DspError> {
    let nanos = clip.as_nanos().saturating_mul(u128::from(rate.get()));
    let len = u64::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(u64::MAX);
    check_len(len.saturating_mul(channels as u64))?;
    if len == 0 {
        return Err(DspError::Empty);
    }
    Ok(usize::try_from(len).unwrap_or(limits::MAX_SAMPLES))
}

/// Rejects more samples than a recording may have.
pub(crate) fn check_len(samples: u64) -> Result<(), DspError> {
    if samples > Recording::MAX_SAMPLES as u64 {
        return Err(DspError::TooLong { samples });
    }
    Ok(())
}

/// Rejects no channels, too many channels, and channels of different lengths.
pub(crate) fn check_channels(
    channels: usize,
    [shortest, longest]: [u64; 2],
) -> Result<(), DspError> {
    if !(1..=Recording::MAX_CHANNELS).contains(&channels) || shortest != longest {
        return Err(DspError::Channels { channels, shortest, longest });
    }
    Ok(())
}

/// Rejects rates that no device has, since the length of a resampling filter grows with the rate.
pub(crate) fn check_rate(rate: Hertz) -> Result<(), DspError> {
    if rate > Recording::MAX_RATE {
        return Err(DspError::Rate { hertz: rate.get() });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(samples: &[f32], hertz: u32) -> Recording {
        Recording::new(samples.to_vec(), Hertz::new(hertz).unwrap()).unwrap()
    }

    #[test]
    fn what_is_no_sound_is_refused() {
        let rate = Hertz::new(8000).unwrap();
        assert!(matches!(Recording::new(vec![], rate), Err(DspError::Empty)));
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -1.2e12] {
            let error = Recording::new(vec![0.0, value], rate).unwrap_err();
            assert!(matches!(error, DspError::Sample { index: 1, .. }), "{error}");
        }
        let ultrasonic = Hertz::new(1_000_001).unwrap();
        assert!(matches!(Recording::new(vec![0.0], ultrasonic), Err(DspError::Rate { .. })));
    }

    fn channels(channels: &[&[f32]]) -> Result<Recording, DspError> {
        let channels = channels.iter().map(|channel| channel.to_vec()).collect();
        Recording::from_channels(channels, Hertz::new(8000).unwrap())
    }

    #[test]
    fn channels_that_cannot_play_together_are_refused() {
        let error = channels(&[]).unwrap_err();
        assert!(matches!(error, DspError::Channels { channels: 0, .. }), "{error}");
        let error = channels(&[&[0.0][..]; 65]).unwrap_err();
        assert!(matches!(error, DspError::Channels { channels: 65, .. }), "{error}");
        let error = channels(&[&[0.0, 0.0], &[0.0]]).unwrap_err();
        let uneven = matches!(error, DspError::Channels { channels: 2, shortest: 1, longest: 2 });
        assert!(uneven, "{error}");
        assert!(channels(&[&[0.0][..]; 64]).is_ok());
        assert!(matches!(channels(&[&[], &[]]), Err(DspError::Empty)));
        let error = channels(&[&[0.0, 0.0], &[0.0, f32::NAN]]).unwrap_err();
        assert!(matches!(error, DspError::Sample { index: 1, .. }), "{error}");
    }

    #[test]
    fn channels_are_selected_or_mixed() {
        let sound = channels(&[&[1.0, 2.0], &[3.0, 4.0], &[5.0, 12.0]]).unwrap();
        let select = |which| sound.select(which).map(Recording::into_channels);
        assert_eq!(select(Channels::Mix).unwrap(), [[3.0, 6.0]]);
        assert_eq!(select(Channels::Single(2)).unwrap(), [[5.0, 12.0]]);
        assert_eq!(select(Channels::Stereo).unwrap(), [[1.0, 2.0], [3.0, 4.0]]);
        let error = select(Channels::Single(255)).unwrap_err();
        assert_eq!(error.to_string(), "256 channels are needed, but the recording has 3");
        let mono = recording(&[1.0], 8000).select(Channels::Stereo).unwrap_err();
        assert!(matches!(mono, DspError::MissingChannel { wanted: 2, available: 1 }), "{mono}");
    }

    #[test]
    fn the_mixdown_sums_before_it_divides_as_numpy_does() {
        // The bits of numpy.mean(numpy.float32([[0.7], [-0.2], [0.1]]), axis=0).
        let mean = channels(&[&[0.7], &[-0.2], &[0.1]]).unwrap().mixdown();
        assert_eq!(mean.channels()[0][0].to_bits(), 0x3e4c_cccd);
        assert_eq!(recording(&[-0.0, 0.3], 8000).mixdown(), recording(&[-0.0, 0.3], 8000));
    }

    #[test]
    fn fitting_cuts_and_pads_and_counts_a_partial_sample() {
        let three = recording(&[1.0, 2.0, 3.0], 1000);
        assert_eq!(three.fitted(Duration::from_millis(2)).unwrap().channels(), [[1.0, 2.0]]);
        let padded = three.fitted(Duration::from_micros(3500)).unwrap();
        assert_eq!(padded.channels(), [[1.0, 2.0, 3.0, 0.0]]);
        assert_eq!(padded.duration(), Duration::from_millis(4));
    }

    #[test]
    fn a_part_is_centred_and_padded_beyond_both_ends() {
        let sound = recording(&[1.0, 2.0, 3.0, 4.0], 1000);
        let part = |centre, micros| {
            sound.around(centre, Duration::from_micros(micros)).unwrap().into_channels().concat()
        };
        assert_eq!(part(0.002, 2000), [2.0, 3.0]);
        assert_eq!(part(0.0025, 3000), [2.0, 3.0, 4.0]);
        assert_eq!(part(0.0, 4000), [0.0, 0.0, 1.0, 2.0]);
        assert_eq!(part(0.004, 3500), [3.0, 4.0, 0.0, 0.0]);
        assert_eq!(part(0.002, 8000), [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 0.0, 0.0]);
        for far in [-1.0, 1.0, -1e300, 1e300] {
            assert_eq!(part(far, 2000), [0.0, 0.0]);
        }
        assert!(matches!(sound.around(0.0, Duration::ZERO), Err(DspError::Empty)));
        assert!(matches!(sound.around(0.0, Duration::MAX), Err(DspError::TooLong { .. })));
    }

    #[test]
    fn an_absurd_clip_is_refused_before_it_is_allocated() {
        let one = recording(&[1.0], 1_000_000);
        let error = one.fitted(Duration::from_secs(3600)).unwrap_err();
        assert!(matches!(error, DspError::TooLong { samples: 3_600_000_000 }), "{error}");
        assert!(one.fitted(Duration::MAX).is_err());
        let eight =
            channels(&[&[1.0][..]; 8]).unwrap().fitted(Duration::from_secs(3600)).unwrap_err();
        assert!(matches!(eight, DspError::TooLong { samples: 230_400_000 }), "{eight}");
        assert!(matches!(one.fitted(Duration::ZERO), Err(DspError::Empty)));
    }

    #[test]
    fn noise_is_weighted_repeated_and_cut() {
        let sound = recording(&[1.0, 2.0, 3.0], 8000);
        let mixed = sound.mixed(2.0, &recording(&[10.0, 20.0], 8000), 0.5).unwrap();
        assert_eq!(mixed.channels(), [[7.0, 14.0, 11.0]]);
        let mixed = sound.mixed(0.0, &recording(&[4.0, 3.0, 2.0, 1.0], 8000), 1.0).unwrap();
        assert_eq!(mixed.channels(), [[4.0, 3.0, 2.0]]);
    }

    #[test]
    fn noise_is_added_channel_by_channel_or_as_its_mixdown() {
        let sound = channels(&[&[1.0, 2.0], &[3.0, 4.0]]).unwrap();
        let mixed = |noise: &[&[f32]]| sound.mixed(1.0, &channels(noise).unwrap(), 1.0).unwrap();
        assert_eq!(mixed(&[&[10.0], &[20.0]]).channels(), [[11.0, 12.0], [23.0, 24.0]]);
        assert_eq!(mixed(&[&[10.0]]).channels(), [[11.0, 12.0], [13.0, 14.0]]);
        assert_eq!(mixed(&[&[0.0], &[9.0], &[21.0]]).channels(), [[11.0, 12.0], [13.0, 14.0]]);
        let mono = recording(&[1.0], 8000).mixed(1.0, &sound, 2.0).unwrap();
        assert_eq!(mono.channels(), [[5.0]]);
    }

    #[test]
    fn noise_of_another_rate_and_gains_that_overflow_are_refused() {
        let sound = recording(&[1.0], 8000);
        let error = sound.mixed(1.0, &recording(&[1.0], 4000), 1.0).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot mix noise at 4000 Hz into sound at 8000 Hz; first resample to the lower rate"
        );
        assert!(sound.mixed(f32::MAX, &sound, 1.0).is_err());
        assert!(sound.mixed(f32::NAN, &sound, 1.0).is_err());
    }
}
