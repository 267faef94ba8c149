//! Series of sensors as a kind of data.

use std::path::Path;

use danas_data::MotionSource;
use danas_space::{Bytes, MotionGranularity, MotionSpace};

use super::{data::MotionDataConfig, preset::MotionPreset};
use crate::{
    config::modality::{DataSettings, Modality},
    error::DataError,
};

/// Motion, vibration and other series of sensors, whose sample rate, window, channels and
/// representation are searched over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {}

impl Modality for Motion {
    const KIND: &'static str = "motion";

    type Space = MotionSpace;
    type Data = MotionDataConfig;
    type Source = MotionSource;
    type Preset = MotionPreset;

    fn read(data: &MotionDataConfig, folder: &Path) -> Result<MotionSource, DataError> {
        data.read(folder)
    }

    /// Fills in the rates, windows and channels that the space does not list.
    fn suited(space: MotionSpace, source: &MotionSource) -> MotionSpace {
        source.suited(space)
    }

    fn equip(
        source: MotionSource,
        data: &MotionDataConfig,
        granularities: impl Iterator<Item = MotionGranularity>,
    ) -> Result<MotionSource, DataError> {
        let left = data.memory.get() - data.feature_memory().get();
        Ok(source.prepared(granularities.map(|one| one.rate), Bytes(left)))
    }
}
