//! Configuration of the series of a search.

use std::path::{Path, PathBuf};

use danas_data::{Anchors, Broken, Dataset, Manifest, MotionSource, SeriesFormat};
use danas_space::Bytes;
use serde::{Deserialize, Serialize};

use crate::{
    config::{listing, modality::DataSettings},
    error::DataError,
};

/// The series of a search: how they are read, where their examples are, and their classes.
///
/// ```toml
/// [data]
/// folder = "recordings"       # recordings/CLASS/series.csv, or recordings/CLASS/PERSON/series.csv
/// series = { time = "t", channels = ["ax", "ay", "az"] }
/// anchors = { every = 1.0, room = 4.0 } # an example every second, with windows of up to 4 s
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MotionDataConfig {
    /// The folder of series, with one sub-folder for each class; see [`Dataset::from_folder_of`]. Its
    /// files are CSV tables or NumPy arrays; see [`danas_data::read_series`]. With a manifest, the folder that its paths
    /// are relative to. Default: the manifest's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub folder: Option<PathBuf>,
    /// A table that states the class of each file, or of spans of it, and optionally groups and the
    /// parts of a published split. Default: none, the folders do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// The classes to distinguish, in this order. Default: all of them, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// The positive class, to which precision, recall, F1 and ROC-AUC refer. Default: none, they
    /// are means over all classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// How a file is read: its rate, its column of time, and its channels.
    pub series: SeriesFormat,
    /// Examples at regular intervals. Default: none, each series, or each span of the manifest, is one
    /// example.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchors: Option<Anchors>,
    /// How files that cannot be used are handled, and those that are in several classes: `refuse` or
    /// `skip`. Default: `refuse`, an error names all of them.
    pub broken: Broken,
    /// Memory for features. Three quarters of it hold the arrays that candidates train on, see
    /// [`feature_memory`](danas_nas::DataAwareSearch::feature_memory). The rest holds the series at lower
    /// rates. Default: 4 GB.
    pub memory: Bytes,
}

impl Default for MotionDataConfig {
    fn default() -> Self {
        Self {
            folder: None,
            manifest: None,
            classes: Vec::new(),
            positive: None,
            series: SeriesFormat::default(),
            anchors: None,
            broken: Broken::Refuse,
            memory: Bytes(4_000_000_000),
        }
    }
}

impl MotionDataConfig {
    pub(super) fn read(&self, folder: &Path) -> Result<MotionSource, DataError> {
        let (manifest, classes) = (self.manifest.as_ref(), &self.classes);
        let dataset = listing::dataset(folder, manifest, &Dataset::SERIES, classes)?;
        Ok(MotionSource::open(dataset, &self.series, self.anchors, self.broken)?)
    }
}

impl DataSettings for MotionDataConfig {
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
