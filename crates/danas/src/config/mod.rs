//! A whole search over recordings in one TOML file.

mod data;
mod device;
mod preset;
mod search;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use danas_model::{Engine, TrainConfig};
use danas_space::{AudioGranularity, AudioSpace, DataSpace, SearchSpace};
use serde::{Deserialize, Serialize};

pub use data::{CacheConfig, DataConfig, NoiseConfig, VersionsConfig};
pub use device::DeviceConfig;
pub use preset::Preset;
pub use search::{GeneticConfig, SearchConfig, StrategyConfig};

use crate::{AudioSource, DataAwareSearch, Error, SplitConfig};

/// The most granularities of a space that are told to a source in advance.
const SIBLINGS: usize = 4096;

/// Everything that a search over recordings depends on.
///
/// Read from TOML, what a file leaves out comes from its `preset`:
///
/// ```
/// use danas::{Config, Preset, Quantity};
///
/// let config = Config::from_toml(r#"
///     preset = "paper"
///
///     [data]
///     folder = "recordings"
///     positive = "anomalous"
///
///     [search]
///     evaluations = 50
///     objectives = ["recall", "total_size"]
/// "#)?;
/// assert_eq!(config.search.objectives, [Quantity::Recall, Quantity::TotalSize]);
/// assert_eq!(config.training, Config::preset(Preset::Paper).training);
///
/// // The resolved configuration names every setting, and reads back as itself.
/// assert_eq!(Config::from_toml(&config.to_toml()?)?, config);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where settings that are not stated come from.
    pub preset: Preset,
    /// The recordings.
    pub data: DataConfig,
    /// How they are divided.
    pub split: SplitConfig,
    /// The candidates.
    pub space: SearchSpace<AudioSpace>,
    /// How a candidate is trained.
    pub training: TrainConfig,
    /// The device that candidates must fit. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceConfig>,
    /// How candidates are chosen and judged.
    pub search: SearchConfig,
}

impl Config {
    /// The configuration of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        preset.config()
    }

    /// Reads a configuration from a file.
    ///
    /// # Errors
    /// [`ConfigError`] where the file cannot be read, and for what [`from_toml`](Self::from_toml)
    /// refuses.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::from_toml(&text)
    }

    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// [`ConfigError::Parse`], whose source names the line and the unknown or illegal key.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        // Read once as it stands, so that an error points at the user's own line; then again on top
        // of the preset.
        let Self { preset, .. } = toml::from_str(text).map_err(ConfigError::Parse)?;
        let stated: toml::Table = toml::from_str(text).map_err(ConfigError::Parse)?;
        let mut whole = toml::Table::try_from(preset.config()).map_err(ConfigError::Write)?;
        overlay(&mut whole, stated);
        whole.try_into().map_err(ConfigError::Parse)
    }

    /// Writes the configuration, every setting stated.
    ///
    /// # Errors
    /// [`ConfigError::Write`] for what TOML cannot hold, such as an integer beyond 2⁶³ − 1.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        toml::to_string(self).map_err(ConfigError::Write)
    }

    /// The search that this describes, over the recordings in `data.folder`.
    ///
    /// # Errors
    /// [`Error`] where there is no folder, and where its recordings cannot be used.
    pub fn prepare(
        &self,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<AudioSpace, AudioSource>, Error> {
        self.search_of(self.data.open(self.siblings())?, engine)
    }

    /// The same over recordings that were opened elsewhere, such as those of a layout of their own: of
    /// `data`, only the positive class, memory and cache count.
    ///
    /// # Errors
    /// [`Error`] for a granularity without features, a cache that cannot be written to, and a device that
    /// cannot be read.
    pub fn prepare_with(
        &self,
        source: AudioSource,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<AudioSpace, AudioSource>, Error> {
        self.search_of(self.data.cached(source, self.siblings())?, engine)
    }

    fn siblings(&self) -> impl Iterator<Item = AudioGranularity> {
        self.space.data.granularities().take(SIBLINGS)
    }

    fn search_of(
        &self,
        source: AudioSource,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<AudioSpace, AudioSource>, Error> {
        let mut search = DataAwareSearch::new(self.space.clone(), source, engine)
            .split(self.split.clone())
            .training(self.training.clone())
            .settings(self.search.clone())
            .feature_memory(self.data.arrays());
        if let Some(class) = &self.data.positive {
            search = search.positive(class);
        }
        if let Some(device) = &self.device {
            search = search.target(device.load()?);
        }
        Ok(search)
    }
}

/// Replaces the values of `base` by those of `stated`, table by table. A table that says it is of
/// another `kind` replaces the whole: the settings of one kind mean nothing to another.
fn overlay(base: &mut toml::Table, stated: toml::Table) {
    for (key, value) in stated {
        match (base.get_mut(&key), value) {
            (Some(toml::Value::Table(base)), toml::Value::Table(stated))
                if stated.get("kind").is_none_or(|kind| base.get("kind") == Some(kind)) =>
            {
                overlay(base, stated);
            }
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// A configuration that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A file that cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file as it was given.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// An unknown key, an illegal value, or no TOML at all.
    #[error("the configuration is not valid")]
    Parse(#[source] toml::de::Error),
    /// A value that TOML cannot hold.
    #[error("the configuration cannot be written")]
    Write(#[source] toml::ser::Error),
}
