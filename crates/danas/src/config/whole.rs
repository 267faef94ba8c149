//! Reading and writing the configuration of a whole search, and preparing the search.

use std::{fs, path::Path, sync::Arc};

use danas_model::Engine;
use danas_nas::DataAwareSearch;
use danas_space::DataSpace;

use super::{
    error::ConfigError,
    modality::{ConfigFor, DataSettings, Modality, Presets},
};
use crate::error::{DataError, Error};

/// The key of the preset in a file that states every setting.
pub(super) const RESOLVED: &str = "resolved_from";

impl<M: Modality> ConfigFor<M> {
    /// Returns the configuration of a preset.
    #[must_use]
    pub fn preset(preset: M::Preset) -> Self {
        Self { preset, ..preset.config() }
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
        let mut base = Self::preset(own.preset);
        let data = stated.get("data").and_then(toml::Value::as_table);
        base.data.make_room_for(&own.data, |key| data.is_some_and(|data| data.contains_key(key)));
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

    /// Prepares the search that this configuration describes, over the data in its folder.
    ///
    /// # Errors
    /// [`Error`] for what [`to_toml`](Self::to_toml) refuses, so that every search can be recorded;
    /// if no folder is named; and if the data, the cache or the device cannot be used.
    pub fn prepare(
        &self,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<M::Space, M::Source>, Error> {
        self.to_toml()?;
        let folder = self.data.folder().ok_or(ConfigError::NoFolder)?;
        self.search_of(M::read(&self.data, folder)?, engine)
    }

    /// Prepares the search over a source that was opened elsewhere, for example because its files
    /// have a different layout. Of `data`, only what does not choose files is used: the positive
    /// class, the memory and, for recordings, the altered versions and the cache.
    ///
    /// # Errors
    /// [`Error`] for what [`to_toml`](Self::to_toml) refuses, settings that the source does not
    /// support, a granularity without features, a cache that cannot be written to, and a device
    /// that cannot be loaded.
    pub fn prepare_with(
        &self,
        source: M::Source,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<M::Space, M::Source>, Error> {
        self.to_toml()?;
        self.search_of(source, engine)
    }

    fn search_of(
        &self,
        source: M::Source,
        engine: Arc<dyn Engine>,
    ) -> Result<DataAwareSearch<M::Space, M::Source>, Error> {
        let mut space = self.space.clone();
        space.data = M::suited(space.data, &source);
        let all = space.data.granularities();
        let source: Result<_, DataError> = M::equip(source, &self.data, all);
        let mut search = DataAwareSearch::new(space, source?, engine)
            .split(self.split.clone())
            .training(self.training.clone())
            .settings(self.search.clone())
            .feature_memory(self.data.feature_memory());
        if let Some(class) = self.data.positive() {
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
