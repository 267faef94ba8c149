//! Searches over images: their settings, and presets to start from.

mod data;
mod modality;
mod preset;
mod presets;

pub use data::ImageDataConfig;
pub use modality::Image;
pub use preset::ImagePreset;
