//! Altered versions of recordings, from which trainings learn as well.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use danas_dsp::{Alteration, DspError, Recording};
use danas_space::{Digest, Hertz, ResamplingFilter};
use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

use super::{
    error::{AudioError, unusable},
    noise::check_rates,
    reopening::reopen,
    sound::Sound,
};
use crate::{
    index::{FileIndex, open_unknown},
    opening::Broken,
    span::Span,
};

/// Settings of altered versions of recordings. Each setting is drawn uniformly from its range, for
/// each recording and version separately.
///
/// A recording is played at another speed, shifted, cut or padded to the clip, mixed with the
/// [noise](super::Noise) of all recordings if there is any, then mixed with noise of its own, and
/// finally amplified. Around a [span](crate::Dataset::with_spans) there is more sound than the clip
/// contains: speed and shift then move the clip within the recording, and no gaps are padded except
/// beyond its ends. With the same settings, a version depends only on the seed, its number and
/// the index of its recording.
///
/// T. Ko et al. (2015). Audio augmentation for speech recognition.
/// <https://doi.org/10.21437/Interspeech.2015-711>
#[derive(Debug, Clone, PartialEq)]
pub struct Versions {
    /// Number of versions of each recording.
    pub count: usize,
    /// The lowest and the highest gain, in decibels.
    pub gain: [f64; 2],
    /// The slowest and the fastest speed, as factors within [`Alteration::SPEEDS`]. The pitch
    /// changes with the speed.
    pub speed: [f64; 2],
    /// Maximum shift of a recording, earlier or later, in seconds.
    pub shift: f64,
    /// The lowest and the highest signal-to-noise ratio, in decibels.
    pub snr: [f64; 2],
    /// Recordings of noise. Each version is mixed with a section of one of them, or with no noise
    /// if there are none. They are used for nothing else; do not include noise that recordings are
    /// judged with.
    pub noises: Vec<PathBuf>,
    /// Seed of all random draws.
    pub seed: u64,
}

impl Default for Versions {
    /// Returns settings for no versions, with ranges that change nothing.
    fn default() -> Self {
        Self {
            count: 0,
            gain: [0.0; 2],
            speed: [1.0; 2],
            shift: 0.0,
            snr: [20.0; 2],
            noises: Vec::new(),
            seed: 0,
        }
    }
}

impl Versions {
    /// Refuses invalid ranges.
    fn validate(&self) -> Result<(), AudioError> {
        let range = |name, [low, high]: [f64; 2], [least, most]: [f64; 2]| {
            let legal = least <= low && low <= high && high <= most;
            if legal {
                Ok(())
            } else {
                Err(AudioError::VersionRange { name, low, high, least, most })
            }
        };
        range("gain", self.gain, [-100.0, 100.0])?;
        range("speed", self.speed, Alteration::SPEEDS)?;
        range("shift", [0.0, self.shift], [0.0, 3600.0])?;
        range("snr", self.snr, [-100.0, 100.0])
    }
}

/// Settings of versions, with their noises opened.
#[derive(Debug, Clone)]
pub(super) struct OpenVersions {
    settings: Versions,
    noises: Vec<Digest>,
}

/// The values that are drawn for a version of a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Draw {
    pub(super) gain: f64,
    speed: f64,
    shift: f64,
    snr: f64,
    /// Index of the noise.
    noise: usize,
    /// Where the section of the noise starts, as a share of its length.
    start: f64,
}

impl Draw {
    /// Samples that are played in addition to the clip at each end, more than the filter of
    /// [`Recording::altered`] reads at any speed.
    const MARGIN: f64 = 256.0;

    /// Returns a recording at the drawn speed, shifted, and then cut or padded to the clip.
    pub(super) fn of_whole(
        &self,
        sound: &Recording,
        clip: Duration,
    ) -> Result<Recording, DspError> {
        let mut alteration = Alteration::default();
        (alteration.speed, alteration.shift) = (self.speed, self.shift);
        sound.altered(&alteration)?.fitted(clip)
    }

    /// Returns the clip around a span, at the drawn speed and shifted. Only the part of the recording
    /// that the clip needs is played at that speed.
    pub(super) fn of_span(
        &self,
        sound: &Recording,
        span: Span,
        clip: Duration,
    ) -> Result<Recording, DspError> {
        // The shift is applied after the speed, so it is a time of the played sound.
        let centre = span.centre() - self.shift * self.speed;
        if self.speed == 1.0 {
            return sound.around(centre, clip);
        }
        let margin = Duration::from_secs_f64(2.0 * Self::MARGIN / f64::from(sound.rate().get()));
        let part = sound.around(centre, clip.mul_f64(self.speed) + margin)?;
        let middle = part.duration().as_secs_f64() / 2.0 / self.speed;
        let mut alteration = Alteration::default();
        alteration.speed = self.speed;
        part.altered(&alteration)?.around(middle, clip)
    }
}

impl OpenVersions {
    /// Opens all noises, and refuses those with a lower rate than any of the recordings, which have
    /// these rates.
    pub(super) fn new(
        settings: Versions,
        rates: &BTreeSet<Hertz>,
        index: Option<&FileIndex>,
    ) -> Result<Self, AudioError> {
        settings.validate()?;
        let noises = settings.noises.iter();
        let opened = open_unknown(noises, index, Broken::Refuse, Sound::open, &|| ())
            .map_err(|recordings| AudioError::Broken { recordings })?;
        let sounds: Vec<_> = opened.found.into_iter().flatten().collect();
        check_rates(&settings.noises, &sounds, rates)?;
        Ok(Self { settings, noises: sounds.iter().map(|sound| sound.digest).collect() })
    }

    pub(super) const fn count(&self) -> usize {
        self.settings.count
    }

    /// Returns everything that the versions depend on, as bytes.
    pub(super) fn fingerprint(&self) -> Vec<u8> {
        let Versions { count, gain, speed, shift, snr, seed, .. } = &self.settings;
        let ranges = [gain.as_slice(), speed, &[*shift], snr].concat();
        let mut bytes = [*count as u64, *seed].map(u64::to_le_bytes).concat();
        bytes.extend(ranges.into_iter().flat_map(f64::to_le_bytes));
        bytes.extend(self.noises.iter().flat_map(|noise| *noise.as_bytes()));
        bytes
    }

    /// Draws the values for a version of a recording, both counted from 0. All values are always
    /// drawn, so that a changed setting does not change the other values.
    pub(super) fn draw(&self, version: usize, example: usize) -> Draw {
        let mut rng = ChaCha8Rng::seed_from_u64(self.settings.seed);
        rng.set_stream((version as u64) << 32 | example as u64 & 0xffff_ffff);
        let mut unit = || (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let mut within = |[low, high]: [f64; 2]| (high - low).mul_add(unit(), low);
        let Versions { gain, speed, shift, snr, .. } = self.settings;
        Draw {
            gain: within(gain),
            speed: within(speed),
            shift: within([-shift, shift]),
            snr: within(snr),
            noise: within([0.0, self.noises.len() as f64]) as usize,
            start: within([0.0, 1.0]),
        }
    }

    /// Mixes a clip with the noise that was drawn for it, if there is any.
    pub(super) fn with_noise(&self, clip: Recording, draw: &Draw) -> Result<Recording, AudioError> {
        let found = self.settings.noises.get(draw.noise).zip(self.noises.get(draw.noise));
        let Some((path, &digest)) = found else { return Ok(clip) };
        let noise = reopen(path, digest)?;
        let mixed = || {
            let noise = noise.resampled(clip.rate(), ResamplingFilter::SoxrHq)?;
            let noise = noise.looped(draw.start, clip.samples_per_channel())?;
            clip.mixed(1.0, &noise, clip.noise_gain(&noise, draw.snr))
        };
        mixed().map_err(unusable(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(settings: Versions) -> Result<OpenVersions, AudioError> {
        OpenVersions::new(settings, &[Hertz::new(8000).unwrap()].into(), None)
    }

    #[test]
    fn ranges_that_are_none_are_refused_by_name() {
        for (settings, message) in [
            (
                Versions { gain: [3.0, -3.0], ..Versions::default() },
                "`gain` is from 3 to -3, but must go from low to high within -100 to 100",
            ),
            (
                Versions { speed: [0.0, 1.0], ..Versions::default() },
                "`speed` is from 0 to 1, but must go from low to high within 0.25 to 4",
            ),
            (
                Versions { shift: -1.0, ..Versions::default() },
                "`shift` is from 0 to -1, but must go from low to high within 0 to 3600",
            ),
            (
                Versions { snr: [f64::NAN, 1.0], ..Versions::default() },
                "`snr` is from NaN to 1, but must go from low to high within -100 to 100",
            ),
        ] {
            assert_eq!(open(settings).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn draws_differ_by_seed_version_and_example_and_keep_to_their_ranges() {
        let settings = Versions {
            gain: [-6.0, 3.0],
            speed: [0.9, 1.1],
            shift: 0.25,
            snr: [5.0, 25.0],
            ..Versions::default()
        };
        let versions = open(settings.clone()).unwrap();
        let draw = versions.draw(1, 7);
        assert_eq!(draw, versions.draw(1, 7));
        let other = open(Versions { seed: 1, ..settings }).unwrap();
        for different in [versions.draw(0, 7), versions.draw(1, 8), other.draw(1, 7)] {
            assert_ne!(draw, different);
        }
        for example in 0..200 {
            let Draw { gain, speed, shift, snr, start, .. } = versions.draw(0, example);
            assert!((-6.0..=3.0).contains(&gain) && (0.9..=1.1).contains(&speed));
            assert!(shift.abs() <= 0.25 && (5.0..=25.0).contains(&snr));
            assert!((0.0..1.0).contains(&start));
        }
    }
}
