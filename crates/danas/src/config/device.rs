//! Configuration of the device that a search is for.

use std::{fs, path::PathBuf};

use danas_nas::Target;
use danas_size::{DeployedFormat, Device};
use serde::{Deserialize, Serialize};

use super::error::ConfigError;

/// The device that candidates must fit: either a `board` that danas knows or a `profile` of your
/// own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceConfig {
    /// The name of one of [`Device::boards`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<String>,
    /// The file with a device profile, which [`Device::from_toml`] reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<PathBuf>,
    /// The format of the model that runs on it. Default: `int8`.
    pub format: DeployedFormat,
}

impl DeviceConfig {
    /// Loads the device.
    ///
    /// # Errors
    /// [`ConfigError::Device`] for an unknown board or an invalid profile, [`ConfigError::Read`] for a file
    /// that cannot be read, [`ConfigError::DeviceChoice`] if board and profile are both given, or
    /// neither.
    pub fn load(&self) -> Result<Target, ConfigError> {
        let device = match (&self.board, &self.profile) {
            (Some(board), None) => Device::board(board)?,
            (None, Some(path)) => {
                let text = fs::read_to_string(path)
                    .map_err(|source| ConfigError::Read { path: path.clone(), source })?;
                Device::from_toml(&text)?
            }
            _ => return Err(ConfigError::DeviceChoice),
        };
        Ok(Target { device, format: self.format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Preset};

    #[test]
    fn a_device_is_a_board_or_a_profile() {
        let config = Config::from_toml("[device]\nboard = 'esp32_s3'\nformat = 'float32'").unwrap();
        let target = config.device.unwrap().load().unwrap();
        assert_eq!(target.device, Device::board("esp32_s3").unwrap());
        assert_eq!(target.format, DeployedFormat::Float32);

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.toml");
        fs::write(&path, Device { name: "own".to_owned(), ..target.device }.to_toml().unwrap())
            .unwrap();
        let own = DeviceConfig { profile: Some(path.clone()), ..DeviceConfig::default() };
        assert_eq!(own.load().unwrap().device.name, "own");

        let both = DeviceConfig { board: Some("esp32_s3".to_owned()), ..own };
        assert!(matches!(both.load(), Err(ConfigError::DeviceChoice)));
        assert!(matches!(DeviceConfig::default().load(), Err(ConfigError::DeviceChoice)));
        assert_eq!(Config::preset(Preset::Words).device, None);
    }
}
