//! Features of recordings, at any audio granularity.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use danas_dsp::{Digest, DspError, Extractor, FeatureCache, NoiseKey, Recording, SoundFile};
use danas_space::{AudioGranularity, Granularity, Hertz, Infeasible, ResamplingFilter};
use ndarray::{Array3, Array4};
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
/// for each granularity, so that memory holds no more of them than there are threads; with a
/// [cache](Self::with_cache), once for each granularity that it does not hold.
#[derive(Debug, Clone)]
pub struct AudioSource {
    dataset: Dataset,
    labels: Vec<usize>,
    groups: Option<Vec<String>>,
    noise: Option<Noise>,
    digests: Digests,
    cache: Option<Arc<FeatureCache>>,
    native: Hertz,
    channels: usize,
}

/// What the files held when they were opened.
#[derive(Debug, Clone)]
struct Digests {
    clips: Vec<Digest>,
    noises: Vec<Digest>,
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
        let noises = open_all(noise.iter().flat_map(|noise| &noise.paths))?;
        let clips = open_all(dataset.clips().iter().map(|clip| &clip.path))?;
        for (example, clip) in clips.iter().enumerate() {
            let Some((index, noise)) = noise_of(noise.as_ref(), example) else { break };
            let (rate, noise_rate) = (clip.rate, noises[index].rate);
            if noise_rate < rate {
                let path = dataset.clips()[example].path.clone();
                let noise = noise.paths[index].clone();
                return Err(AudioError::NoiseRate { path, rate, noise, noise_rate });
            }
        }
        let native = clips.iter().map(|clip| clip.rate).min().ok_or(AudioError::NoRecordings)?;
        let channels = clips.iter().map(|clip| clip.channels).min().unwrap_or(0);
        let digests = |opened: Vec<Opened>| opened.into_iter().map(|one| one.digest).collect();
        let digests = Digests { clips: digests(clips), noises: digests(noises) };
        let (labels, groups) = (dataset.labels(), dataset.groups());
        let cache = None;
        Ok(Self { dataset, labels, groups, noise, digests, cache, native, channels })
    }

    /// Looks features up in `cache` before they are made, and keeps them there.
    #[must_use]
    pub fn with_cache(mut self, cache: Arc<FeatureCache>) -> Self {
        self.cache = Some(cache);
        self
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

    /// The features of one example, in row order.
    fn example(&self, extractor: &Extractor, example: usize) -> Result<Array3<f32>, AudioError> {
        let path = &self.dataset.clips()[example].path;
        let unusable = |source| AudioError::Recording { path: path.clone(), source };
        let clip = extractor.granularity().front_end.clip();
        let mut sound =
            reopen(path, self.digests.clips[example])?.fitted(clip).map_err(unusable)?;
        if let Some((index, noise)) = noise_of(self.noise.as_ref(), example) {
            let noise_path = &noise.paths[index];
            let background = reopen(noise_path, self.digests.noises[index])?
                .resampled(sound.rate(), ResamplingFilter::SoxrHq)
                .map_err(|source| AudioError::Recording { path: noise_path.clone(), source })?;
            sound =
                sound.mixed(noise.sound_gain, &background, noise.noise_gain).map_err(unusable)?;
        }
        Ok(extractor.extract(&sound).map_err(unusable)?.into_values())
    }

    /// The same from the cache, where there is one and it holds them.
    fn cached(
        &self,
        extractor: &Extractor,
        example: usize,
    ) -> Result<Arc<Array3<f32>>, AudioError> {
        let make = || self.example(extractor, example);
        let Some(cache) = &self.cache else { return make().map(Arc::new) };
        let noise = noise_of(self.noise.as_ref(), example).map(|(index, noise)| NoiseKey {
            noise: self.digests.noises[index],
            sound_gain: noise.sound_gain,
            noise_gain: noise.noise_gain,
        });
        let key = extractor.key(self.digests.clips[example], noise);
        cache.get_or_try_insert_with(key, make)
    }
}

/// The noise that is mixed into an example: its index, and all noises.
fn noise_of(noise: Option<&Noise>, example: usize) -> Option<(usize, &Noise)> {
    let noise = noise?;
    Some((example.checked_rem(noise.paths.len())?, noise))
}

/// What is known of a recording that was decoded once.
struct Opened {
    digest: Digest,
    rate: Hertz,
    channels: usize,
}

/// Decodes recordings, each once.
fn open_all<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Result<Vec<Opened>, AudioError> {
    let paths: Vec<&PathBuf> = paths.collect();
    let open = |path: &&PathBuf| {
        let file = SoundFile::read(path)?;
        let sound = file.decode()?;
        let (rate, channels) = (sound.rate(), sound.channels().len());
        Ok(Opened { digest: file.digest(), rate, channels })
    };
    paths.par_iter().map(open).collect()
}

/// Decodes a recording again, which must not have changed.
fn reopen(path: &Path, digest: Digest) -> Result<Recording, AudioError> {
    let file = SoundFile::read(path)?;
    if file.digest() != digest {
        return Err(AudioError::Changed { path: path.to_owned() });
    }
    Ok(file.decode()?)
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
            let features = self.cached(&extractor, example)?;
            for (value, &feature) in values.iter_mut().zip(features.iter()) {
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
