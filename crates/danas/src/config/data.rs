//! Which recordings a search learns from.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use danas_dsp::{CacheError, FeatureCache};
use danas_space::{AudioGranularity, Bytes};
use serde::{Deserialize, Serialize};

use crate::{AudioSource, Broken, Dataset, Error, Noise, Versions};

/// The recordings, their classes and the noise that is mixed into them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// A folder with one sub-folder a class; see [`Dataset::from_folder`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// The classes to tell apart, in this order. Default: every sub-folder.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// The class whose precision, recall, F1 and ROC-AUC count. Default: the mean over all classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// The largest number of recordings of a class, the first by name. Default: all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub clips: BTreeMap<String, usize>,
    /// The noise. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoiseConfig>,
    /// Altered versions of the recordings, to learn from beside them. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub augmentation: Option<VersionsConfig>,
    /// What becomes of recordings that cannot be decoded: `refuse` or `skip`. Default: the first of
    /// them is an error.
    pub broken: Broken,
    /// What features may take in memory: two thirds of it as arrays to train with, see
    /// [`feature_memory`](crate::DataAwareSearch::feature_memory), and one third for those of single
    /// recordings, which are made together and then wait there. Default: 6 GB.
    pub memory: Bytes,
    /// A folder that keeps features from one search to the next. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheConfig>,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            folder: None,
            classes: Vec::new(),
            positive: None,
            clips: BTreeMap::new(),
            noise: None,
            augmentation: None,
            broken: Broken::Refuse,
            memory: Bytes(6_000_000_000),
            cache: None,
        }
    }
}

/// A folder that keeps features from one search to the next; see
/// [`FeatureCache`](danas_dsp::FeatureCache).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheConfig {
    /// The folder, which is created where it is missing.
    pub folder: PathBuf,
    /// What its files may take in all. Default: 10 GB.
    #[serde(default = "ten_gigabytes")]
    pub bytes: Bytes,
}

const fn ten_gigabytes() -> Bytes {
    Bytes(10_000_000_000)
}

/// Noise to mix into every recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoiseConfig {
    /// A folder of recordings of noise.
    pub folder: PathBuf,
    /// The factor of the sound. Default: 1.
    #[serde(default = "one")]
    pub sound_gain: f32,
    /// The factor of the noise. Default: 1.
    #[serde(default = "one")]
    pub noise_gain: f32,
}

/// Altered versions of the recordings, to learn from beside them; see [`Versions`].
///
/// ```toml
/// [data.augmentation]
/// versions = 4
/// gain = [-6.0, 6.0]
/// speed = [0.9, 1.1]
/// shift = 0.1
/// snr = [5.0, 25.0]
/// noise = "background"
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VersionsConfig {
    /// How many of each recording of the train part, at most: as many as `data.memory` holds are made. Default: 4.
    pub versions: usize,
    /// Gains in decibels, the least and the largest. Default: 0.
    pub gain: [f64; 2],
    /// Speeds, the slowest and the fastest. Default: 1.
    pub speed: [f64; 2],
    /// How many seconds a recording is moved at most, earlier or later. Default: 0.
    pub shift: f64,
    /// How many decibels the noise lies below the clip, at least and at most. Default: 5 to 25.
    pub snr: [f64; 2],
    /// A folder of recordings of noise, which nothing else hears. Default: no noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<PathBuf>,
    /// Where all draws come from. Default: 0.
    pub seed: u64,
}

impl Default for VersionsConfig {
    fn default() -> Self {
        let (gain, speed, shift, snr) = ([0.0; 2], [1.0; 2], 0.0, [5.0, 25.0]);
        Self { versions: 4, gain, speed, shift, snr, noise: None, seed: 0 }
    }
}

impl VersionsConfig {
    fn open(&self) -> Result<Versions, Error> {
        let Self { versions: count, gain, speed, shift, snr, ref noise, seed } = *self;
        let noises = noise.as_ref().map(Dataset::recordings).transpose()?;
        let noises = noises.unwrap_or_default();
        Ok(Versions { count, gain, speed, shift, snr, noises, seed })
    }
}

const fn one() -> f32 {
    1.0
}

impl DataConfig {
    /// Opens the recordings, of which these granularities will be asked for, and perhaps others.
    ///
    /// # Errors
    /// [`Error`] where no folder is named, for a class that it lacks, for recordings that cannot be
    /// decoded, unless they are to be skipped, for a granularity without features, and for a cache
    /// that cannot be written to.
    pub fn open(
        &self,
        granularities: impl IntoIterator<Item = AudioGranularity>,
    ) -> Result<AudioSource, Error> {
        let folder = self.folder.as_ref().ok_or(Error::NoFolder)?;
        let mut dataset = Dataset::from_folder(folder)?;
        if !self.classes.is_empty() {
            dataset = dataset.with_classes(&self.classes)?;
        }
        let dataset = dataset.limited(&self.clips)?;
        let noise = match &self.noise {
            Some(NoiseConfig { folder, sound_gain, noise_gain }) => Some(Noise {
                paths: Dataset::recordings(folder)?,
                sound_gain: *sound_gain,
                noise_gain: *noise_gain,
            }),
            None => None,
        };
        self.cached(AudioSource::open(dataset, noise, self.broken)?, granularities)
    }

    /// Gives recordings the cache, and makes the features of these granularities together.
    pub(super) fn cached(
        &self,
        source: AudioSource,
        granularities: impl IntoIterator<Item = AudioGranularity>,
    ) -> Result<AudioSource, Error> {
        let source = match &self.augmentation {
            Some(versions) => source.with_versions(versions.open()?)?,
            None => source,
        };
        Ok(source.with_cache(Arc::new(self.open_cache()?), granularities)?)
    }

    /// What features may take as arrays to train with.
    pub(super) const fn arrays(&self) -> Bytes {
        Bytes(self.memory.get() - self.memory.get() / 3)
    }

    fn open_cache(&self) -> Result<FeatureCache, CacheError> {
        let mut cache = FeatureCache::builder().memory(Bytes(self.memory.get() / 3));
        if let Some(CacheConfig { folder, bytes }) = &self.cache {
            cache = cache.disk(folder, *bytes);
        }
        cache.on_problem(|problem| tracing::warn!(%problem, "the features are made again")).build()
    }
}
