//! Configurations: of a device, and of a whole search over recordings.

#[cfg(feature = "audio")]
mod audio;
mod device;
mod error;

#[cfg(feature = "audio")]
pub use audio::{CacheConfig, Config, DataConfig, NoiseConfig, Preset, VersionsConfig};
pub use device::DeviceConfig;
pub use error::ConfigError;
