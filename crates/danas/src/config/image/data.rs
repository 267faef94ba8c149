//! Configuration of the images of a search.

use std::path::{Path, PathBuf};

use danas_data::{Broken, Dataset, FileIndex, ImageSource, Manifest, Opening};
use danas_space::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    config::{listing, modality::DataSettings},
    error::DataError,
};

/// The images of a search, and their classes.
///
/// ```toml
/// [data]
/// folder = "photographs" # photographs/CLASS/image.jpg
/// broken = "skip"        # leave out images that cannot be decoded
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImageDataConfig {
    /// The folder of images, with one sub-folder for each class; see [`Dataset::from_folder_of`]. With
    /// a manifest, the folder that its paths are relative to. Default: the manifest's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// A table that states the class of each image and, optionally, its group and its part of a
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
    /// How images that cannot be decoded are handled, and those that are in several classes: `refuse`
    /// or `skip`. Default: `refuse`, an error names all of them.
    pub broken: Broken,
    /// A file that remembers what is known of each image, so that unchanged files are not decoded again
    /// when a search is started; see [`FileIndex`]. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<PathBuf>,
    /// Memory for features. Three quarters of it hold the arrays that candidates train on, see
    /// [`feature_memory`](danas_nas::DataAwareSearch::feature_memory). The rest holds the images at the
    /// resolutions of the space, so that each file is decoded once. Default: 4 GB.
    pub memory: Bytes,
}

impl Default for ImageDataConfig {
    fn default() -> Self {
        Self {
            folder: None,
            manifest: None,
            classes: Vec::new(),
            positive: None,
            broken: Broken::Refuse,
            index: None,
            memory: Bytes(4_000_000_000),
        }
    }
}

impl ImageDataConfig {
    pub(super) fn read(&self, folder: &Path) -> Result<ImageSource, DataError> {
        let (manifest, classes) = (self.manifest.as_ref(), &self.classes);
        let dataset = listing::dataset(folder, manifest, &Dataset::IMAGES, classes)?;
        let index = self.index.as_ref().map(FileIndex::at);
        let mut opening = Opening::default();
        (opening.broken, opening.index) = (self.broken, index.as_ref());
        Ok(ImageSource::open_with(dataset, &opening)?)
    }
}

impl DataSettings for ImageDataConfig {
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
        Bytes(self.memory.get() - self.memory.get() / 4)
    }
}
