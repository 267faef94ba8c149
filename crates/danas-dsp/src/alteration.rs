//! Altered copies of recordings, for data augmentation.

use std::f64::consts::PI;

use crate::{
    error::DspError,
    recording::{Recording, check_len},
    resample::bessel_i0,
};

/// Changes that are applied to a recording. The default changes nothing.
///
/// ```
/// use danas_dsp::{Alteration, Recording};
/// use danas_space::Hertz;
///
/// let rate = Hertz::new(1000).ok_or("no rate")?;
/// let sound = Recording::new(vec![0.5, 0.25, 0.125], rate)?;
/// let mut alteration = Alteration::default();
/// (alteration.gain, alteration.shift) = (-20.0, 0.001);
/// let altered = sound.altered(&alteration)?;
/// let expected = [0.0, 0.05, 0.025];
/// assert!(altered.channels()[0].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Alteration {
    /// Gain in decibels. Default: 0.
    pub gain: f64,
    /// Playback speed relative to the original; it changes the pitch, too. Values outside
    /// [`SPEEDS`](Self::SPEEDS) are clamped. Default: 1.
    pub speed: f64,
    /// Delay in seconds; negative values move the sound to an earlier time. Zeros fill the gap, and
    /// samples that are moved past either end are lost. Default: 0.
    pub shift: f64,
}

impl Default for Alteration {
    fn default() -> Self {
        Self { gain: 0.0, speed: 1.0, shift: 0.0 }
    }
}

impl Alteration {
    /// Slowest and fastest playback speed.
    pub const SPEEDS: [f64; 2] = [0.25, 4.0];
}

impl Recording {
    /// Returns the recording played at another speed, then shifted, then amplified. The sample rate
    /// stays the same, and the length changes only with the speed.
    ///
    /// # Errors
    /// [`DspError::Sample`] if the gain is NaN or makes a sample exceed the limits of a recording,
    /// and [`DspError::TooLong`] if the result is longer than a recording may be.
    pub fn altered(&self, alteration: &Alteration) -> Result<Self, DspError> {
        let Alteration { gain, speed, shift } = *alteration;
        let factor = 10_f64.powf(gain / 20.0) as f32;
        let samples = (shift * f64::from(self.rate().get())).round();
        let filter = (speed != 1.0).then(|| Interpolation::new(speed));
        let alter = |channel: &Vec<f32>| {
            let played = match &filter {
                Some(filter) => filter.play(channel)?,
                None => channel.clone(),
            };
            let mut moved = moved(played, samples);
            if gain != 0.0 {
                moved.iter_mut().for_each(|sample| *sample *= factor);
            }
            Ok(moved)
        };
        let channels = self.channels().iter().map(alter).collect::<Result<_, DspError>>()?;
        Self::from_channels(channels, self.rate())
    }

    /// Returns the gain of `noise` that gives a signal-to-noise ratio of `snr` decibels, or 0 if
    /// either recording is silent.
    ///
    /// The gain is `sqrt(P_sound / (P_noise · 10^(snr / 10)))`, where `P` is the mean square over
    /// all channels and the whole length.
    #[must_use]
    pub fn noise_gain(&self, noise: &Self, snr: f64) -> f32 {
        let (sound, noise) = (power(self), power(noise));
        if sound == 0.0 || noise == 0.0 {
            return 0.0;
        }
        (sound / (noise * 10_f64.powf(snr / 10.0))).sqrt() as f32
    }

    /// Returns `len` samples from `start`, a fraction of the recording's length between 0 and 1. At
    /// the end of the recording, the samples continue from its beginning.
    ///
    /// # Errors
    /// [`DspError::TooLong`] or [`DspError::Empty`] if `len` breaks the limits of a recording.
    pub fn looped(&self, start: f64, len: usize) -> Result<Self, DspError> {
        check_len((len as u64).saturating_mul(self.channels().len() as u64))?;
        let all = self.samples_per_channel();
        let first = ((start.clamp(0.0, 1.0) * all as f64) as usize).min(all.saturating_sub(1));
        let part =
            |channel: &Vec<f32>| channel.iter().cycle().skip(first).take(len).copied().collect();
        Self::from_channels(self.channels().iter().map(part).collect(), self.rate())
    }
}

/// Returns the mean square over all channels.
fn power(recording: &Recording) -> f64 {
    let samples = || recording.channels().iter().flatten();
    let sum: f64 = samples().map(|&sample| f64::from(sample).powi(2)).sum();
    sum / samples().count().max(1) as f64
}

/// Delays a channel by a number of samples, which may be negative.
fn moved(mut channel: Vec<f32>, by: f64) -> Vec<f32> {
    let (len, size) = (channel.len(), by.abs() as usize);
    if by == 0.0 || !by.is_finite() {
        return channel;
    }
    if size >= len {
        channel.fill(0.0);
    } else if by > 0.0 {
        channel.copy_within(..len - size, size);
        channel[..size].fill(0.0);
    } else {
        channel.copy_within(size.., 0);
        channel[len - size..].fill(0.0);
    }
    channel
}

/// Band-limited interpolation between the samples of a signal, with a Kaiser-windowed sinc.
///
/// The sinc has 32 zero crossings on each side and β = 9. Its cutoff is 0.95 of the highest
/// frequency that can be represented both before and after the change of speed.
///
/// # References
/// J. O. Smith. *Digital audio resampling*. <https://ccrma.stanford.edu/~jos/resample/>
#[derive(Debug)]
struct Interpolation {
    speed: f64,
    /// Right half of the impulse response, with `ENTRIES` entries per sample.
    table: Vec<f64>,
    /// Length of the right half, in samples.
    reach: f64,
}

impl Interpolation {
    const ENTRIES: f64 = 512.0;
    const CROSSINGS: f64 = 32.0;
    const BETA: f64 = 9.0;

    fn new(speed: f64) -> Self {
        let [slowest, fastest] = Alteration::SPEEDS;
        let speed = speed.clamp(slowest, fastest);
        let cutoff = 0.95 * (1.0 / speed).min(1.0);
        let reach = Self::CROSSINGS / cutoff;
        let peak = bessel_i0(Self::BETA);
        let entry = |index: usize| {
            let time = index as f64 / Self::ENTRIES;
            let window =
                bessel_i0(Self::BETA * (1.0 - (time / reach).powi(2)).max(0.0).sqrt()) / peak;
            let angle = PI * cutoff * time;
            cutoff * window * if index == 0 { 1.0 } else { angle.sin() / angle }
        };
        let table = (0..=(reach * Self::ENTRIES) as usize + 1).map(entry).collect();
        Self { speed, table, reach }
    }

    /// Returns the impulse response at `time` samples from its centre.
    fn at(&self, time: f64) -> f64 {
        let place = time.abs() * Self::ENTRIES;
        let (index, part) = (place as usize, place.fract());
        let entry = |index: usize| self.table.get(index).copied().unwrap_or(0.0);
        entry(index) + part * (entry(index + 1) - entry(index))
    }

    /// Plays a channel at the planned speed.
    fn play(&self, channel: &[f32]) -> Result<Vec<f32>, DspError> {
        let len = (channel.len() as f64 / self.speed).ceil().max(1.0);
        check_len(len as u64)?;
        let sample = |index: usize| {
            let time = index as f64 * self.speed;
            let first = (time - self.reach).ceil().max(0.0) as usize;
            let last = ((time + self.reach) as usize).min(channel.len().saturating_sub(1));
            let near = channel.get(first..=last).unwrap_or_default();
            let terms = (first..).zip(near);
            terms.map(|(k, &x)| f64::from(x) * self.at(time - k as f64)).sum::<f64>() as f32
        };
        Ok((0..len as usize).map(sample).collect())
    }
}

#[cfg(test)]
mod tests {
    use danas_space::Hertz;

    use super::*;

    fn recording(samples: Vec<f32>) -> Recording {
        Recording::new(samples, Hertz::new(1000).unwrap()).unwrap()
    }

    fn sine(hertz: f64, samples: usize) -> Vec<f32> {
        (0..samples).map(|n| (2.0 * PI * hertz * n as f64 / 1000.0).sin() as f32).collect()
    }

    #[test]
    fn without_a_change_nothing_changes() {
        let sound = recording(sine(40.0, 300));
        assert_eq!(sound.altered(&Alteration::default()).unwrap(), sound);
    }

    #[test]
    fn a_shift_brings_zeros_in_at_either_end() {
        let sound = recording(vec![1.0, 2.0, 3.0, 4.0]);
        let shifted = |shift| {
            sound.altered(&Alteration { shift, ..Alteration::default() }).unwrap().into_channels()
        };
        assert_eq!(shifted(0.001), [[0.0, 1.0, 2.0, 3.0]]);
        assert_eq!(shifted(-0.003), [[4.0, 0.0, 0.0, 0.0]]);
        assert_eq!(shifted(9.0), [[0.0; 4]]);
    }

    #[test]
    fn a_gain_is_one_of_amplitudes() {
        let sound = recording(vec![1.0, -0.5]);
        let louder = sound.altered(&Alteration { gain: 6.0, ..Alteration::default() }).unwrap();
        let expected = [1.995_262_3, -0.997_631_1];
        assert!(louder.channels()[0].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6));
        let refused = sound.altered(&Alteration { gain: 1e4, ..Alteration::default() });
        assert!(matches!(refused, Err(DspError::Sample { .. })));
    }

    #[test]
    fn a_sine_that_is_played_faster_is_a_higher_sine() {
        for speed in [0.8, 0.95, 1.1, 1.7] {
            let sound = recording(sine(150.0, 1000));
            let played = sound.altered(&Alteration { speed, ..Alteration::default() }).unwrap();
            let samples = &played.channels()[0];
            assert_eq!(samples.len(), (1000.0 / speed).ceil() as usize);
            let expected = sine(150.0 * speed, samples.len());
            // Skips the ends, where the interpolation reads zeros beyond the signal.
            let error = (80..samples.len() - 80).map(|n| (samples[n] - expected[n]).abs());
            assert!(error.fold(0.0, f32::max) < 2e-3, "{speed}");
        }
    }

    #[test]
    fn what_would_fold_back_is_filtered_away() {
        let sound = recording(sine(400.0, 1000)); // 680 Hz, above the Nyquist frequency of 500
        let faster = sound.altered(&Alteration { speed: 1.7, ..Alteration::default() }).unwrap();
        let samples = &faster.channels()[0];
        let loudest =
            samples[80..samples.len() - 80].iter().fold(0.0_f32, |most, it| most.max(it.abs()));
        assert!(loudest < 2e-3, "{loudest}");
    }

    #[test]
    fn noise_lies_so_many_decibels_below() {
        let sound = recording(sine(50.0, 1000));
        let noise = recording(sine(170.0, 1000).into_iter().map(|it| 0.1 * it).collect());
        for snr in [-5.0, 0.0, 20.0] {
            let gain = f64::from(sound.noise_gain(&noise, snr));
            let ratio = power(&sound) / (gain * gain * power(&noise));
            assert!((10.0 * ratio.log10() - snr).abs() < 1e-4);
        }
        assert_eq!(sound.noise_gain(&recording(vec![0.0; 9]), 3.0), 0.0);
        assert_eq!(recording(vec![0.0; 9]).noise_gain(&sound, 3.0), 0.0);
    }

    #[test]
    fn a_loop_begins_anywhere_and_goes_on() {
        let noise = recording(vec![1.0, 2.0, 3.0, 4.0]);
        let part = |start, len| noise.looped(start, len).unwrap().into_channels();
        assert_eq!(part(0.5, 6), [[3.0, 4.0, 1.0, 2.0, 3.0, 4.0]]);
        assert_eq!(part(0.0, 2), [[1.0, 2.0]]);
        assert_eq!(part(1.0, 2), [[4.0, 1.0]]);
    }
}
