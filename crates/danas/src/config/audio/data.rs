//! Configuration of the recordings of a search.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use danas_data::{
    AudioSource, Broken, CacheError, Dataset, DatasetError, FeatureCache, FileIndex, Manifest,
    Noise, Opening, Versions,
};
use danas_space::{AudioGranularity, Bytes};
use serde::{Deserialize, Serialize};

use crate::{
    config::{error::ConfigError, listing, modality::DataSettings},
    error::{DataError, Error},
};

/// The recordings of a search: their classes, noise and altered versions, and the memory for their
/// features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataConfig {
    /// The folder of recordings, with one sub-folder for each class; see [`Dataset::from_folder`].
    /// With a manifest, the folder that its paths are relative to. Default: the manifest's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// A table that states the class of each recording and, optionally, its group and its part of a
    /// published split. Default: none, the folders do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// Whether the classes come from label tracks beside the recordings, instead of from folders; see
    /// [`Dataset::from_label_tracks`]. Default: `false`.
    #[serde(skip_serializing_if = "is_false")]
    pub label_tracks: bool,
    /// The classes to distinguish, in this order. Default: all of them, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// The positive class, to which precision, recall, F1 and ROC-AUC refer. Default: none, they
    /// are means over all classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// Maximum number of recordings for each class, the first ones by name. Default: all.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub clips: BTreeMap<String, usize>,
    /// Noise to mix into every recording. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<NoiseConfig>,
    /// Altered versions of the recordings, from which trainings learn as well. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub augmentation: Option<VersionsConfig>,
    /// How recordings that cannot be decoded are handled, and those that are in several classes:
    /// `refuse` or `skip`. Default: `refuse`, an error names all of them.
    pub broken: Broken,
    /// A file that remembers what is known of each recording, so that unchanged files are not decoded
    /// again when a search is started; see [`FileIndex`]. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<PathBuf>,
    /// Memory for features. Two thirds of it hold the arrays that candidates train on, see
    /// [`feature_memory`](danas_nas::DataAwareSearch::feature_memory). One third holds features of
    /// single recordings, which are computed together with others and kept until they are needed.
    /// Default: 6 GB.
    pub memory: Bytes,
    /// A folder that keeps features from one search to the next. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache: Option<CacheConfig>,
}

impl Default for DataConfig {
    fn default() -> Self {
        Self {
            folder: None,
            manifest: None,
            label_tracks: false,
            classes: Vec::new(),
            positive: None,
            clips: BTreeMap::new(),
            noise: None,
            augmentation: None,
            broken: Broken::Refuse,
            index: None,
            memory: Bytes(6_000_000_000),
            cache: None,
        }
    }
}

/// A folder that keeps features from one search to the next; see [`FeatureCache`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CacheConfig {
    /// The folder. It is created if it is missing.
    pub folder: PathBuf,
    /// Maximum size of all its files together. Default: 10 GB.
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
    /// The folder with recordings of noise.
    pub folder: PathBuf,
    /// Factor that the recording is multiplied by. Default: 1.
    #[serde(default = "one")]
    pub sound_gain: f32,
    /// Factor that the noise is multiplied by. Default: 1.
    #[serde(default = "one")]
    pub noise_gain: f32,
}

/// Altered versions of the recordings, from which trainings learn as well; see [`Versions`].
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
    /// Maximum number of versions of each recording that is trained on. Fewer are made if
    /// `data.memory` does not hold them all. Default: 4.
    pub versions: usize,
    /// The lowest and the highest gain, in decibels. Default: 0.
    pub gain: [f64; 2],
    /// The slowest and the fastest speed, as factors. Default: 1.
    pub speed: [f64; 2],
    /// Maximum shift of a recording, earlier or later, in seconds. Default: 0.
    pub shift: f64,
    /// The lowest and the highest signal-to-noise ratio, in decibels. Default: 5 to 25.
    pub snr: [f64; 2],
    /// A folder with recordings of noise, which are used for nothing else. Default: no noise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noise: Option<PathBuf>,
    /// Seed of all random draws. Default: 0.
    pub seed: u64,
}

impl Default for VersionsConfig {
    fn default() -> Self {
        let (gain, speed, shift, snr) = ([0.0; 2], [1.0; 2], 0.0, [5.0, 25.0]);
        Self { versions: 4, gain, speed, shift, snr, noise: None, seed: 0 }
    }
}

impl VersionsConfig {
    fn open(&self) -> Result<Versions, DataError> {
        let Self { versions: count, gain, speed, shift, snr, ref noise, seed } = *self;
        let noises = noise.as_ref().map(Dataset::recordings).transpose()?;
        let noises = noises.unwrap_or_default();
        Ok(Versions { count, gain, speed, shift, snr, noises, seed })
    }
}

const fn one() -> f32 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl DataConfig {
    /// Opens the recordings. `granularities` are those at which features will be needed. Features
    /// at other granularities can be computed as well.
    ///
    /// # Errors
    /// [`Error`] if no folder is named, for a class that the folder lacks, for recordings that
    /// cannot be decoded unless they are to be skipped, for invalid settings of altered versions,
    /// for a granularity without features, and for a cache that cannot be written to.
    pub fn open(
        &self,
        granularities: impl IntoIterator<Item = AudioGranularity>,
    ) -> Result<AudioSource, Error> {
        let folder = self.folder().ok_or(ConfigError::NoFolder)?;
        Ok(self.equip(self.read(folder)?, granularities)?)
    }

    pub(super) fn read(&self, folder: &Path) -> Result<AudioSource, DataError> {
        let (manifest, classes) = (self.manifest.as_ref(), &self.classes);
        if self.label_tracks && manifest.is_some() {
            return Err(DatasetError::TracksAndManifest.into());
        }
        let dataset = match (self.label_tracks, classes.is_empty()) {
            (false, _) => listing::dataset(folder, manifest, &Dataset::RECORDINGS, classes)?,
            (true, true) => Dataset::from_label_tracks(folder)?,
            (true, false) => Dataset::from_label_tracks(folder)?.with_classes(classes)?,
        };
        let dataset = dataset.limited(&self.clips)?;
        let noise = match &self.noise {
            Some(NoiseConfig { folder, sound_gain, noise_gain }) => Some(Noise {
                paths: Dataset::recordings(folder)?,
                sound_gain: *sound_gain,
                noise_gain: *noise_gain,
            }),
            None => None,
        };
        let index = self.index.as_ref().map(FileIndex::at);
        let mut opening = Opening::default();
        (opening.broken, opening.index) = (self.broken, index.as_ref());
        Ok(AudioSource::open_with(dataset, noise, &opening)?)
    }

    /// Adds altered versions and the cache to a source of recordings. Features at these
    /// granularities are computed together.
    pub(super) fn equip(
        &self,
        source: AudioSource,
        granularities: impl IntoIterator<Item = AudioGranularity>,
    ) -> Result<AudioSource, DataError> {
        let source = match &self.augmentation {
            Some(versions) => source.with_versions(versions.open()?)?,
            None => source,
        };
        Ok(source.with_cache(Arc::new(self.open_cache()?), granularities)?)
    }

    fn open_cache(&self) -> Result<FeatureCache, CacheError> {
        let mut cache = FeatureCache::builder().memory(Bytes(self.memory.get() / 3));
        if let Some(CacheConfig { folder, bytes }) = &self.cache {
            cache = cache.disk(folder, *bytes);
        }
        cache.on_problem(|problem| tracing::warn!(%problem, "features are computed again")).build()
    }
}

impl DataSettings for DataConfig {
    fn folder(&self) -> Option<&Path> {
        listing::folder(self.folder.as_deref(), self.manifest.as_ref())
    }

    fn is_listed(&self) -> bool {
        self.manifest.is_some()
    }

    fn positive(&self) -> Option<&str> {
        self.positive.as_deref()
    }

    fn feature_memory(&self) -> Bytes {
        Bytes(self.memory.get() - self.memory.get() / 3)
    }

    fn make_room_for(&mut self, own: &Self, states: impl Fn(&str) -> bool) {
        if states("classes") {
            self.clips.retain(|class, _| own.classes.contains(class));
            self.positive = self.positive.take().filter(|class| own.classes.contains(class));
        }
        if states("clips") {
            self.clips.clear();
        }
    }
}
