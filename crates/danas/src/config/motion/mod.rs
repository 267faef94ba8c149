//! Searches over series of sensors: their settings, and presets to start from.

mod data;
mod modality;
mod preset;
mod presets;

pub use data::MotionDataConfig;
pub use modality::Motion;
pub use preset::MotionPreset;
