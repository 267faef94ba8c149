//! Configurations: of a device, and of a whole search.

#[cfg(feature = "audio")]
mod audio;
mod device;
mod error;
mod folder;
mod listing;
mod modality;
mod whole;

#[cfg(feature = "audio")]
pub use audio::{Audio, CacheConfig, Config, DataConfig, NoiseConfig, Preset, VersionsConfig};
pub use device::DeviceConfig;
pub use error::ConfigError;
pub use folder::{DefaultPreset, FolderConfig};
pub use modality::{ConfigFor, DataSettings, GranularityOf, Kind, Modality, Presets};
