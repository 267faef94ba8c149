//! The configuration of a whole search over recordings, as one TOML file.

mod data;
mod preset;

use std::{fs, path::Path, sync::Arc};

use danas_data::{AudioSource, SplitConfig};
use danas_model::{Engine, TrainConfig};
use danas_nas::{DataAwareSearch, SearchConfig};
use danas_space::{AudioGranularity, AudioSpace, DataSpace, SearchSpace};
use serde::{Deserialize, Serialize};

pub use data::{CacheConfig, DataConfig, NoiseConfig, VersionsConfig};
pub use preset::Preset;

use super::{device::DeviceConfig, error::ConfigError};
use crate::error::Error;

/// The key of the preset in a file that states every setting.
const RESOLVED: &str = "resolved_from";

/// Maximum number of a space's granularities that are announced to a source in advance.
const PREPARED: usize = 4096;

/// The complete configuration of a search over recordings.
///
/// A TOML file states only what differs from its `preset`. All other settings come from the preset.
/// If it states other classes, the preset's settings of single classes do not apply.
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
/// // The resolved configuration states every setting, and reads back unchanged.
/// assert_eq!(Config::from_toml(&config.to_toml()?)?, config);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The preset that supplies all settings that are not stated. A file that
    /// [`to_toml`](Self::to_toml) wrote has `resolved_from` instead: nothing is taken from the
    /// preset any more, and a setting that is missing has the default of its own field.
    #[serde(rename(serialize = "resolved_from"), alias = "resolved_from")]
    pub preset: Preset,
    /// The recordings.
    pub data: DataConfig,
    /// How the recordings are divided into train, validation and test parts.
    pub split: SplitConfig,
    /// The search space, which contains all candidates.
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
    /// Returns the configuration of a preset.
    #[must_use]
    pub fn preset(preset: Preset) -> Self {
        preset.config()
    }

    /// Reads a configuration from a file.
    ///
    /// # Errors
    /// [`ConfigError::Read`] if the file cannot be read, and [`ConfigError::File`] if
    /// [`from_toml`](Self::from_toml) refuses its content.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let text = fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::from_toml(&text)
            .map_err(|source| ConfigError::File { path: path.to_owned(), source: Box::new(source) })
    }

    /// Reads a configuration from TOML text.
    ///
    /// # Errors
    /// [`ConfigError::Parse`], whose source names the line and the unknown or invalid key.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        // Parses the text on its own first, so that an error refers to a line of the user's file,
        // and then again on top of the preset.
        let own: Self = toml::from_str(text).map_err(invalid)?;
        let stated: toml::Table = toml::from_str(text).map_err(invalid)?;
        if stated.contains_key(RESOLVED) {
            return Ok(own);
        }
        let mut base = own.preset.config();
        let data = stated.get("data").and_then(toml::Value::as_table);
        let states = |key| data.is_some_and(|data| data.contains_key(key));
        if states("classes") {
            let classes = &own.data.classes;
            base.data.clips.retain(|class, _| classes.contains(class));
            base.data.positive = base.data.positive.filter(|class| classes.contains(class));
        }
        if states("clips") {
            base.data.clips.clear();
        }
        let mut whole = toml::Table::try_from(base).map_err(unwritable)?;
        whole.remove(RESOLVED);
        overlay(&mut whole, stated);
        whole.try_into().map_err(invalid)
    }

    /// Returns the configuration as TOML, with every setting stated.
    ///
    /// # Errors
    /// [`ConfigError::Write`] for what TOML cannot hold, such as an integer beyond 2⁶³ − 1 or a path
    /// that is not Unicode.
    pub fn to_toml(&self) -> Result<String, ConfigError> {
        let text = toml::to_string(self).map_err(unwritable)?;
        match Self::from_toml(&text) {
            Ok(_) => Ok(text),
            Err(ConfigError::Parse(cause)) => Err(ConfigError::Write(cause)),
            Err(other) => Err(other),
        }
    }

    /// Prepares the search that this configuration describes, over the recordings in `data.folder`.
    ///
    /// # Errors
    /// [`Error`] for what [`to_toml`](Self::to_toml) refuses, so that every search can be recorded; if
    /// no folder is named; and if the recordings, the cache or the device cannot be used.
    pub fn prepare(
        &self,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<AudioSpace, AudioSource>, Error> {
        self.to_toml()?;
        self.search_of(self.data.open(self.prepared())?, engine)
    }

    /// Prepares the search over recordings that were opened elsewhere, for example because their
    /// folders have a different layout. Of `data`, only the positive class, the altered versions,
    /// the memory and the cache are used.
    ///
    /// # Errors
    /// [`Error`] for what [`to_toml`](Self::to_toml) refuses, invalid settings of altered versions, a
    /// granularity without features, a cache that cannot be written to, and a device that cannot be
    /// loaded.
    pub fn prepare_with(
        &self,
        source: AudioSource,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<AudioSpace, AudioSource>, Error> {
        self.to_toml()?;
        self.search_of(self.data.cached(source, self.prepared())?, engine)
    }

    fn prepared(&self) -> impl Iterator<Item = AudioGranularity> {
        self.space.data.granularities().take(PREPARED)
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

fn invalid(error: toml::de::Error) -> ConfigError {
    ConfigError::Parse(error.into())
}

fn unwritable(error: toml::ser::Error) -> ConfigError {
    ConfigError::Write(error.into())
}

/// Replaces the values of `base` by those of `stated`, table by table. A table of a different
/// `kind` is replaced as a whole, because the settings of one kind mean nothing to another.
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

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_file_is_named_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        fs::write(&path, "preset = 'words'\n[training]\nepoch = 3").unwrap();
        let refused = Config::from_file(&path).unwrap_err();
        assert_eq!(refused.to_string(), format!("cannot use {}", path.display()));
        let (mut causes, mut cause) = (Vec::new(), refused.source());
        while let Some(error) = cause {
            causes.push(error.to_string());
            cause = error.source();
        }
        let [kind, place] = &causes[..] else { panic!("{causes:?}") };
        assert_eq!(kind, "the configuration is invalid");
        assert!(place.contains("line 3") && place.contains("`epoch`"), "{place}");
        let missing = Config::from_file(folder.path().join("none.toml")).unwrap_err();
        assert!(matches!(missing, ConfigError::Read { .. }));
    }
}
