//! Recordings as a kind of data.

use std::path::Path;

use danas_data::AudioSource;
use danas_space::{AudioGranularity, AudioSpace};

use super::{data::DataConfig, preset::Preset};
use crate::{
    config::modality::{ConfigFor, Modality, PREPARED},
    error::DataError,
};

/// The complete configuration of a search over recordings.
pub type Config = ConfigFor<Audio>;

/// Recordings, whose sample rate and representation are searched over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audio {}

impl Modality for Audio {
    const KIND: &'static str = "audio";

    type Space = AudioSpace;
    type Data = DataConfig;
    type Source = AudioSource;
    type Preset = Preset;

    fn read(data: &DataConfig, folder: &Path) -> Result<AudioSource, DataError> {
        data.read(folder)
    }

    fn equip(
        source: AudioSource,
        data: &DataConfig,
        granularities: impl Iterator<Item = AudioGranularity>,
    ) -> Result<AudioSource, DataError> {
        data.equip(source, granularities.take(PREPARED))
    }
}
