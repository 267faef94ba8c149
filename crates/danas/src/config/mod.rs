//! Configurations: of a device, and of a whole search.

#[cfg(feature = "audio")]
mod audio;
mod device;
mod error;
mod folder;
mod listing;
mod modality;
#[cfg(feature = "motion")]
mod motion;
#[cfg(any(feature = "audio", feature = "motion"))]
mod recipe;
mod whole;

#[cfg(feature = "audio")]
pub use audio::{Audio, CacheConfig, Config, DataConfig, NoiseConfig, Preset, VersionsConfig};
pub use device::DeviceConfig;
pub use error::ConfigError;
pub use folder::{DefaultPreset, FolderConfig};
pub use modality::{ConfigFor, DataSettings, GranularityOf, Kind, Modality, Presets};
#[cfg(feature = "motion")]
pub use motion::{Motion, MotionDataConfig, MotionPreset};
