//! The settings of data in a folder, for kinds of data that need no others.

use std::path::{Path, PathBuf};

use danas_data::{Dataset, DatasetError, Manifest};
use danas_space::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    listing,
    modality::{ConfigFor, DataSettings, Modality, Presets},
};

/// A folder of data with one sub-folder for each class, for kinds of data that have no settings of
/// their own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FolderConfig {
    /// The folder. With a manifest, the folder that its paths are relative to. Default: the
    /// manifest's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// A table that states the class of each file and, optionally, its group and its part of a
    /// published split. Default: none, the folders do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// The classes to distinguish, in this order. Default: all of them, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// The positive class, to which precision, recall, F1 and ROC-AUC refer. Default: none, they
    /// are means over all classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// Memory for the arrays that candidates train on. Default: 4 GB.
    pub memory: Bytes,
}

impl Default for FolderConfig {
    fn default() -> Self {
        let memory = Bytes(4_000_000_000);
        Self { folder: None, manifest: None, classes: Vec::new(), positive: None, memory }
    }
}

impl FolderConfig {
    /// Lists the files in a folder that have one of these extensions, or those of the manifest.
    ///
    /// # Errors
    /// The errors of [`Dataset::from_folder_of_with_classes`] and [`Dataset::from_manifest`].
    pub fn dataset(&self, folder: &Path, extensions: &[&str]) -> Result<Dataset, DatasetError> {
        listing::dataset(folder, self.manifest.as_ref(), extensions, &self.classes)
    }
}

impl DataSettings for FolderConfig {
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
        self.memory
    }
}

/// The only preset of a kind of data that has no others: the default of every setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefaultPreset {
    /// The default of every setting.
    #[default]
    Default,
}

impl<M: Modality<Preset = Self>> Presets<M> for DefaultPreset {
    fn config(self) -> ConfigFor<M> {
        ConfigFor::default()
    }
}
