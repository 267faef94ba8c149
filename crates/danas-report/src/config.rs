//! The configuration of a run, whatever its kind of data.

use std::path::PathBuf;

use danas::{SearchConfig, data::SplitConfig, model::TrainConfig};
use serde::{Deserialize, de::IgnoredAny};

/// The settings in a `config.toml` that are the same for all kinds of data.
///
/// [`ConfigFor`](danas::ConfigFor) reads the whole file, if the kind is known.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RunConfig {
    /// The kind of data; see [`Modality::KIND`](danas::Modality::KIND).
    #[serde(default = "audio")]
    pub kind: String,
    /// The settings of the data, apart from those of its kind.
    #[serde(default)]
    pub data: RunData,
    /// How the examples were divided into train, validation and test parts.
    #[serde(default)]
    pub split: SplitConfig,
    /// How candidates were trained.
    #[serde(default)]
    pub training: TrainConfig,
    /// How candidates were chosen and judged.
    #[serde(default)]
    pub search: SearchConfig,
    #[serde(default, rename = "resolved_from", alias = "preset")]
    _preset: IgnoredAny,
    #[serde(default, rename = "space")]
    _space: IgnoredAny,
    #[serde(default, rename = "device")]
    _device: IgnoredAny,
}

/// The settings of the data that all kinds have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[non_exhaustive]
pub struct RunData {
    /// The folder of the data.
    pub folder: Option<PathBuf>,
}

/// Returns the kind of files that were written before there were others.
fn audio() -> String {
    "audio".to_owned()
}

impl RunConfig {
    pub(crate) fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}
