//! Configurations: of a device, and of a whole search.

#[cfg(any(feature = "audio", feature = "image", feature = "motion"))]
mod any;
#[cfg(feature = "audio")]
mod audio;
mod device;
mod error;
mod folder;
#[cfg(feature = "image")]
mod image;
mod listing;
mod modality;
#[cfg(feature = "motion")]
mod motion;
#[cfg(any(feature = "audio", feature = "image", feature = "motion"))]
mod recipe;
mod whole;

#[cfg(any(feature = "audio", feature = "image", feature = "motion"))]
pub use any::AnyConfig;
#[cfg(feature = "audio")]
pub use audio::{Audio, CacheConfig, Config, DataConfig, NoiseConfig, Preset, VersionsConfig};
pub use device::DeviceConfig;
pub use error::ConfigError;
pub use folder::{DefaultPreset, FolderConfig};
#[cfg(feature = "image")]
pub use image::{Image, ImageDataConfig, ImagePreset};
pub use modality::{ConfigFor, DataSettings, GranularityOf, Kind, Modality, Presets};
#[cfg(feature = "motion")]
pub use motion::{Motion, MotionDataConfig, MotionPreset};
