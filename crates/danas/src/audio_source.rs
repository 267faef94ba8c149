//! Features of recordings, at any audio granularity.

use std::path::PathBuf;

use danas_dsp::{DspError, Extractor, Recording, decode};
use danas_space::{AudioGranularity, Granularity, Hertz, Infeasible, ResamplingFilter};
use ndarray::Array4;
use rayon::prelude::*;

use crate::{DataSource, Dataset};

/// Background noise to mix into every recording: sound × `sound_gain` + noise × `noise_gain`.
///
/// The recordings take the noises in turn, in order, each from its first sample; a noise shorter
/// than a clip is repeated.
#[derive(Debug, Clone, PartialEq)]
pub struct Noise {
    /// The recordings of noise, at least one.
    pub paths: Vec<PathBuf>,
    /// The factor of the sound. The paper's: 1.
    pub sound_gain: f32,
    /// The factor of the noise. The paper's: 1.
    pub noise_gain: f32,
}

/// The recordings of a [`Dataset`] as a [`DataSource`].
///
/// A recording is decoded, cut or zero-padded to the granularity's clip length, mixed with noise if
/// there is any, reduced to the granularity's channels, resampled and turned into features, in this
/// order. Recordings are decoded again
/// for each granularity, so that memory holds no more of them than there are threads.
#[derive(Debug, Clone)]
pub struct AudioSource {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    noise: Option<Noise>,
    native: Hertz,
    channels: usize,
}

impl AudioSource {
    /// Decodes every recording once, so that a broken one is found before a search begins.
    ///
    /// # Errors
    /// [`AudioError`] names the first recording that cannot be decoded, and a noise that is missing
    /// or has a lower rate than a recording it is mixed into.
    pub fn open(dataset: Dataset, noise: Option<Noise>) -> Result<Self, AudioError> {
        if noise.as_ref().is_some_and(|noise| noise.paths.is_empty()) {
            return Err(AudioError::NoNoise);
        }
        let found: Vec<(Hertz, usize)> = (0..dataset.clips().len())
            .into_par_iter()
            .map(|example| {
                let path = &dataset.clips()[example].path;
                let sound = decode(path)?;
                if let Some((noise_path, _)) = noise_of(noise.as_ref(), example) {
                    let (rate, noise_rate) = (sound.rate(), decode(noise_path)?.rate());
                    if noise_rate < rate {
                        let (path, noise) = (path.clone(), noise_path.clone());
                        return Err(AudioError::NoiseRate { path, rate, noise, noise_rate });
                    }
                }
                Ok((sound.rate(), sound.channels().len()))
            })
            .collect::<Result<_, _>>()?;
        let native = found.iter().map(|&(rate, _)| rate).min().ok_or(AudioError::NoRecordings)?;
        let channels = found.iter().map(|&(_, channels)| channels).min().unwrap_or(0);
        let (labels, groups) = (dataset.labels(), dataset.groups());
        Ok(Self { dataset, labels, groups, noise, native, channels })
    }

    /// The recordings.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// The lowest native rate among the recordings: no granularity may ask for more.
    #[must_use]
    pub const fn native_rate(&self) -> Hertz {
        self.native
    }

    /// The fewest channels among the recordings: no granularity may listen to more.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.channels
    }

    fn clip(
        &self,
        granularity: &AudioGranularity,
        example: usize,
    ) -> Result<Recording, AudioError> {
        let path = &self.dataset.clips()[example].path;
        let unusable = |source| AudioError::Recording { path: path.clone(), source };
        let sound = decode(path)?.fitted(granularity.front_end.clip()).map_err(unusable)?;
        let Some((noise_path, noise)) = noise_of(self.noise.as_ref(), example) else {
            return Ok(sound);
        };
        let background = decode(noise_path)?
            .resampled(sound.rate(), ResamplingFilter::SoxrHq)
            .map_err(|source| AudioError::Recording { path: noise_path.clone(), source })?;
        sound.mixed(noise.sound_gain, &background, noise.noise_gain).map_err(unusable)
    }
}

/// The noise that is mixed into an example.
fn noise_of(noise: Option<&Noise>, example: usize) -> Option<(&PathBuf, &Noise)> {
    let noise = noise?;
    Some((noise.paths.get(example % noise.paths.len().max(1))?, noise))
}

impl DataSource for AudioSource {
    type Granularity = AudioGranularity;
    type Error = AudioError;

    fn classes(&self) -> &[String] {
        self.dataset.classes()
    }

    fn labels(&self) -> &[usize] {
        &self.labels
    }

    fn groups(&self) -> Option<&[String]> {
        self.groups.as_deref()
    }

    fn check(&self, granularity: &AudioGranularity) -> Result<(), Infeasible> {
        let (wanted, native) = (granularity.sample_rate, self.native);
        if wanted > native {
            return Err(Infeasible::AboveNativeRate { wanted, native });
        }
        let (wanted, available) = (granularity.channels.needed(), self.channels);
        if wanted > available {
            return Err(Infeasible::MissingChannels { wanted, available });
        }
        Ok(())
    }

    fn features(
        &self,
        granularity: &AudioGranularity,
        examples: &[usize],
    ) -> Result<Array4<f32>, AudioError> {
        let extractor = Extractor::new(granularity).map_err(AudioError::Granularity)?;
        let too_large = || AudioError::TooLarge { granularity: *granularity };
        let shape = granularity.input_shape().map_err(|_| too_large())?;
        let size = shape.elements().filter(|&size| size > 0).ok_or_else(too_large)?;
        let total = size.checked_mul(examples.len()).ok_or_else(too_large)?;
        let mut values = Vec::new();
        values.try_reserve_exact(total).map_err(|_| too_large())?;
        values.resize(total, 0.0_f32);
        values.par_chunks_mut(size).zip(examples).try_for_each(|(values, &example)| {
            let path = &self.dataset.clips()[example].path;
            let features = extractor
                .extract(&self.clip(granularity, example)?)
                .map_err(|source| AudioError::Recording { path: path.clone(), source })?;
            for (value, &feature) in values.iter_mut().zip(&features.values()) {
                *value = feature;
            }
            Ok::<(), AudioError>(())
        })?;
        let dimensions = (examples.len(), shape.height, shape.width, shape.channels);
        Array4::from_shape_vec(dimensions, values).map_err(|_| too_large())
    }
}

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
    /// A granularity that has no features.
    #[error("cannot prepare the preprocessing")]
    Granularity(#[source] DspError),
    /// Features that do not fit the memory.
    #[error("the features of all recordings at {granularity} do not fit the memory")]
    TooLarge {
        /// The granularity.
        granularity: AudioGranularity,
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
    /// A dataset without recordings.
    #[error("there are no recordings")]
    NoRecordings,
}
