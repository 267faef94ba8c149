//! Which recordings a search learns from.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use danas_dsp::{CacheError, FeatureCache};
use danas_space::{AudioGranularity, Bytes};
use serde::{Deserialize, Serialize};

use crate::{AudioSource, Broken, Dataset, Error, Noise};

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
