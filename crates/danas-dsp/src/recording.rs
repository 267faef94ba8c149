//! Sound in memory.

use std::time::Duration;

use danas_space::Hertz;

use crate::{DspError, resample};

/// Mono sound at its native rate.
///
/// Holds at least one and at most [`MAX_SAMPLES`](Self::MAX_SAMPLES) samples, all of them finite
/// and within ±[`MAX_AMPLITUDE`](Self::MAX_AMPLITUDE), so that no later step can meet a NaN. Full
/// scale is ±1 where it comes from integers: a 16-bit sample `n` is `n / 32768`.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    samples: Vec<f32>,
    rate: Hertz,
}

impl Recording {
    /// The most samples that a recording may have: an hour at 48 kHz, 691 MB.
    pub const MAX_SAMPLES: usize = 3600 * 48_000;

    /// The highest rate that a recording may have: 1 MHz, above any audio device.
    pub const MAX_RATE: Hertz = match Hertz::new(1_000_000) {
        Some(rate) => rate,
        None => unreachable!(),
    };

    /// The largest magnitude of a sample: 2⁴⁰. Even integers that were never scaled to ±1 lie
    /// below, and the power of the longest frame still fits an `f32`.
    pub const MAX_AMPLITUDE: f32 = (1_u64 << 40) as f32;

    /// A recording of `samples` at `rate`.
    ///
    /// # Errors
    /// [`DspError::Empty`], [`DspError::TooLong`], [`DspError::Sample`] or [`DspError::Rate`] where
    /// the limits above are broken.
    pub fn new(samples: Vec<f32>, rate: Hertz) -> Result<Self, DspError> {
        check_rate(rate)?;
        check_samples(&samples)?;
        check_len(samples.len() as u64)?;
        Ok(Self { samples, rate })
    }

    /// The samples in time order.
    #[must_use]
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// The samples, without a copy.
    #[must_use]
    pub fn into_samples(self) -> Vec<f32> {
        self.samples
    }

    /// The native rate.
    #[must_use]
    pub const fn rate(&self) -> Hertz {
        self.rate
    }

    /// How long the recording lasts.
    #[must_use]
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate.get()))
    }

    /// The recording cut to the length `clip`, or continued with zeros to it.
    ///
    /// A partial sample counts as one.
    ///
    /// # Errors
    /// [`DspError::TooLong`] or [`DspError::Empty`] where such a clip would break the limits of a
    /// recording.
    pub fn fitted(&self, clip: Duration) -> Result<Self, DspError> {
        let nanos = clip.as_nanos().saturating_mul(u128::from(self.rate.get()));
        let len = u64::try_from(nanos.div_ceil(1_000_000_000)).unwrap_or(u64::MAX);
        check_len(len)?;
        if len == 0 {
            return Err(DspError::Empty);
        }
        let len = usize::try_from(len).unwrap_or(Self::MAX_SAMPLES);
        Ok(Self { samples: fit(&self.samples, len), rate: self.rate })
    }

    /// The sum `gain` · sound + `noise_gain` · noise, as long as the sound.
    ///
    /// The noise starts at its first sample, is repeated from there where it is shorter than the
    /// sound, and cut where it is longer. To let it run through the padding of a short sound, call
    /// [`fitted`](Self::fitted) on the sound first.
    ///
    /// # Errors
    /// [`DspError::RateMismatch`] where the rates differ ([`resampled`](Self::resampled) can make
    /// them equal), [`DspError::Sample`] where the gains lead out of the limits of a recording.
    pub fn mixed(&self, gain: f32, noise: &Self, noise_gain: f32) -> Result<Self, DspError> {
        if self.rate != noise.rate {
            return Err(DspError::RateMismatch { sound: self.rate, noise: noise.rate });
        }
        let samples = self.samples.iter().zip(noise.samples.iter().cycle());
        let samples = samples.map(|(sound, noise)| gain * sound + noise_gain * noise).collect();
        Self::new(samples, self.rate)
    }

    /// The recording at a lower rate: see [`resample`].
    ///
    /// # Errors
    /// Those of [`resample`].
    pub fn resampled(&self, to: Hertz) -> Result<Self, DspError> {
        Self::new(resample(&self.samples, self.rate, to)?, to)
    }
}

/// `samples` cut or zero-padded to `len`.
pub(crate) fn fit(samples: &[f32], len: usize) -> Vec<f32> {
    let mut fitted = Vec::with_capacity(len);
    fitted.extend_from_slice(&samples[..samples.len().min(len)]);
    fitted.resize(len, 0.0);
    fitted
}

/// Refuses what no transform can work on.
pub(crate) fn check_samples(samples: &[f32]) -> Result<(), DspError> {
    if samples.is_empty() {
        return Err(DspError::Empty);
    }
    // A NaN is within no range.
    let legal = -Recording::MAX_AMPLITUDE..=Recording::MAX_AMPLITUDE;
    match samples.iter().position(|sample| !legal.contains(sample)) {
        Some(index) => Err(DspError::Sample { index, value: samples[index] }),
        None => Ok(()),
    }
}

/// Refuses more samples than a recording may have.
pub(crate) fn check_len(samples: u64) -> Result<(), DspError> {
    if samples > Recording::MAX_SAMPLES as u64 {
        return Err(DspError::TooLong { samples });
    }
    Ok(())
}

/// Refuses rates that no device has: a filter's length grows with them.
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

    #[test]
    fn fitting_cuts_and_pads_and_counts_a_partial_sample() {
        let three = recording(&[1.0, 2.0, 3.0], 1000);
        assert_eq!(three.fitted(Duration::from_millis(2)).unwrap().samples(), [1.0, 2.0]);
        let padded = three.fitted(Duration::from_micros(3500)).unwrap();
        assert_eq!(padded.samples(), [1.0, 2.0, 3.0, 0.0]);
        assert_eq!(padded.duration(), Duration::from_millis(4));
    }

    #[test]
    fn an_absurd_clip_is_refused_before_it_is_allocated() {
        let one = recording(&[1.0], 1_000_000);
        let error = one.fitted(Duration::from_secs(3600)).unwrap_err();
        assert!(matches!(error, DspError::TooLong { samples: 3_600_000_000 }), "{error}");
        assert!(one.fitted(Duration::MAX).is_err());
        assert!(matches!(one.fitted(Duration::ZERO), Err(DspError::Empty)));
    }

    #[test]
    fn noise_is_weighted_repeated_and_cut() {
        let sound = recording(&[1.0, 2.0, 3.0], 8000);
        let mixed = sound.mixed(2.0, &recording(&[10.0, 20.0], 8000), 0.5).unwrap();
        assert_eq!(mixed.samples(), [7.0, 14.0, 11.0]);
        let mixed = sound.mixed(0.0, &recording(&[4.0, 3.0, 2.0, 1.0], 8000), 1.0).unwrap();
        assert_eq!(mixed.samples(), [4.0, 3.0, 2.0]);
    }

    #[test]
    fn noise_of_another_rate_and_gains_that_overflow_are_refused() {
        let sound = recording(&[1.0], 8000);
        let error = sound.mixed(1.0, &recording(&[1.0], 4000), 1.0).unwrap_err();
        assert_eq!(error.to_string(), "cannot mix noise at 4000 Hz into sound at 8000 Hz");
        assert!(sound.mixed(f32::MAX, &sound, 1.0).is_err());
        assert!(sound.mixed(f32::NAN, &sound, 1.0).is_err());
    }
}
