//! What a kind of data provides, and the configuration that follows from it.

use std::{fmt, marker::PhantomData, path::Path};

use danas_data::{DataSource, SplitConfig};
use danas_model::TrainConfig;
use danas_nas::SearchConfig;
use danas_space::{Bytes, DataSpace, SearchSpace};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, DeserializeOwned},
};

use super::device::DeviceConfig;
use crate::error::DataError;

/// Maximum number of granularities that a source prepares itself for.
#[cfg(any(feature = "audio", feature = "image"))]
pub(super) const PREPARED: usize = 4096;

/// The granularity of a kind of data.
pub type GranularityOf<M> = <<M as Modality>::Space as DataSpace>::Granularity;

/// A kind of data that can be searched over: its space, its settings, and how it is read.
///
/// [`Audio`](crate::Audio) is the one for recordings. The example `own_data` in the repository adds
/// another one; `docs/own-data.md` explains it step by step. Configurations
/// ([`ConfigFor`]), records and reports are the same for all kinds.
pub trait Modality: Sized + fmt::Debug + Clone + PartialEq + 'static {
    /// The value of `kind` in a configuration.
    const KIND: &'static str;

    /// The space of granularities. Its default is what a configuration has that states neither a
    /// space nor a preset.
    type Space: DataSpace + Default + Clone + PartialEq + DeserializeOwned;

    /// The settings below `[data]`.
    type Data: DataSettings;

    /// What the features come from.
    type Source: DataSource<Granularity = GranularityOf<Self>>;

    /// The configurations to start from.
    type Preset: Presets<Self>;

    /// Opens the data in `folder`.
    ///
    /// # Errors
    /// [`DataError`] if the data cannot be used.
    fn read(data: &Self::Data, folder: &Path) -> Result<Self::Source, DataError>;

    /// Returns the space with everything filled in that it leaves to the data, such as the rates that
    /// follow from a native one. Searches are over this space. Default: the space as it is.
    #[must_use]
    fn suited(space: Self::Space, source: &Self::Source) -> Self::Space {
        let _ = source;
        space
    }

    /// Adds to a source what the settings state besides its files. `granularities` are all those of the
    /// space, which can be many. Default: adds nothing.
    ///
    /// # Errors
    /// [`DataError`] if the settings do not suit the source.
    fn equip(
        source: Self::Source,
        data: &Self::Data,
        granularities: impl Iterator<Item = GranularityOf<Self>>,
    ) -> Result<Self::Source, DataError> {
        let _ = (data, granularities);
        Ok(source)
    }
}

/// The settings of some kind of data, below `[data]` in a configuration.
pub trait DataSettings:
    fmt::Debug + Clone + PartialEq + Default + Serialize + DeserializeOwned
{
    /// Returns the folder of the data.
    fn folder(&self) -> Option<&Path>;

    /// Returns whether a table lists the files, so that the folder may contain anything else, such as
    /// the records of searches. Default: `false`.
    fn is_listed(&self) -> bool {
        false
    }

    /// Returns the positive class, to which precision, recall, F1 and ROC-AUC refer. Default: none.
    fn positive(&self) -> Option<&str> {
        None
    }

    /// Returns the memory for the arrays that candidates train on; see
    /// [`feature_memory`](danas_nas::DataAwareSearch::feature_memory). Default: 4 GB.
    fn feature_memory(&self) -> Bytes {
        Bytes(4_000_000_000)
    }

    /// Removes, from the settings of a preset, those that do not suit a file that uses the preset.
    /// `own` are the settings of the file, and `states` returns whether the file states a key. Default:
    /// removes nothing.
    fn make_room_for(&mut self, own: &Self, states: impl Fn(&str) -> bool) {
        let _ = (own, states);
    }
}

/// The presets of some kind of data.
pub trait Presets<M: Modality>:
    fmt::Debug + Copy + PartialEq + Default + Serialize + DeserializeOwned
{
    /// Returns the configuration of this preset. The value of its own field `preset` does not matter.
    fn config(self) -> ConfigFor<M>;
}

/// The complete configuration of a search over one kind of data. [`Config`](crate::Config) is the
/// one for recordings.
///
/// A TOML file states only what differs from its `preset`. All other settings come from the preset.
/// If it states other classes, the preset's settings of single classes do not apply.
///
/// ```
/// # #[cfg(feature = "audio")] {
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
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, bound = "")]
pub struct ConfigFor<M: Modality> {
    /// The kind of data, [`Modality::KIND`]. A file may leave it out.
    pub kind: Kind<M>,
    /// The preset that supplies all settings that are not stated. A file that
    /// [`to_toml`](Self::to_toml) wrote has `resolved_from` instead: nothing is taken from the
    /// preset any more, and a setting that is missing has the default of its own field.
    #[serde(rename(serialize = "resolved_from"), alias = "resolved_from")]
    pub preset: M::Preset,
    /// The data: where it is, and its classes.
    pub data: M::Data,
    /// How the examples are divided into train, validation and test parts.
    pub split: SplitConfig,
    /// The search space, which contains all candidates.
    pub space: SearchSpace<M::Space>,
    /// How a candidate is trained.
    pub training: TrainConfig,
    /// The device that candidates must fit. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceConfig>,
    /// How candidates are chosen and judged.
    pub search: SearchConfig,
}

impl<M: Modality> Default for ConfigFor<M> {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            preset: M::Preset::default(),
            data: M::Data::default(),
            split: SplitConfig::default(),
            space: SearchSpace::default(),
            training: TrainConfig::default(),
            device: None,
            search: SearchConfig::default(),
        }
    }
}

/// The `kind` of a configuration. It has a single value, which is written as [`Modality::KIND`].
pub struct Kind<M>(PhantomData<fn() -> M>);

impl<M> Default for Kind<M> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<M> Clone for Kind<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Kind<M> {}

impl<M> PartialEq for Kind<M> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<M: Modality> fmt::Debug for Kind<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(M::KIND)
    }
}

impl<M: Modality> Serialize for Kind<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(M::KIND)
    }
}

impl<'de, M: Modality> Deserialize<'de> for Kind<M> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kind = String::deserialize(deserializer)?;
        if kind == M::KIND {
            return Ok(Self::default());
        }
        let expected = format!("`{}`", M::KIND);
        Err(de::Error::invalid_value(de::Unexpected::Str(&kind), &expected.as_str()))
    }
}
