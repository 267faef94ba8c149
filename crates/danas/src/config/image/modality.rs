//! Images as a kind of data.

use std::path::Path;

use danas_data::ImageSource;
use danas_space::{Bytes, ImageGranularity, ImageSpace};

use super::{data::ImageDataConfig, preset::ImagePreset};
use crate::{
    config::modality::{DataSettings, Modality, PREPARED},
    error::DataError,
};

/// Images, whose resolution and colour are searched over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Image {}

impl Modality for Image {
    const KIND: &'static str = "image";

    type Space = ImageSpace;
    type Data = ImageDataConfig;
    type Source = ImageSource;
    type Preset = ImagePreset;

    fn read(data: &ImageDataConfig, folder: &Path) -> Result<ImageSource, DataError> {
        data.read(folder)
    }

    fn equip(
        source: ImageSource,
        data: &ImageDataConfig,
        granularities: impl Iterator<Item = ImageGranularity>,
    ) -> Result<ImageSource, DataError> {
        let left = data.memory.get() - data.feature_memory().get();
        Ok(source.with_memory(Bytes(left), granularities.take(PREPARED)))
    }
}
