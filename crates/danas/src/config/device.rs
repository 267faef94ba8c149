//! Which device a search is for.

use std::{fs, path::PathBuf};

use danas_size::Device;
use serde::{Deserialize, Serialize};

use crate::{ConfigError, DeployedFormat, Error, Target};

/// The device that candidates must fit: a `board` that danas knows, or a `profile` of the user's own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceConfig {
    /// One of [`Device::boards`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub board: Option<String>,
    /// A file that [`Device::from_toml`] reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<PathBuf>,
    /// The model that runs on it. Default: `int8`.
    pub format: DeployedFormat,
}

impl DeviceConfig {
    /// The device that is named.
    ///
    /// # Errors
    /// [`Error::Device`] for an unknown board or an illegal profile, [`Error::Config`] for a file that
    /// cannot be read, [`Error::DeviceChoice`] where board and profile are both given, or neither.
    pub fn load(&self) -> Result<Target, Error> {
        let device = match (&self.board, &self.profile) {
            (Some(board), None) => Device::board(board)?,
            (None, Some(path)) => {
                let text = fs::read_to_string(path)
                    .map_err(|source| ConfigError::Read { path: path.clone(), source })?;
                Device::from_toml(&text)?
            }
            _ => return Err(Error::DeviceChoice),
        };
        Ok(Target { device, format: self.format })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Preset};

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
        assert!(matches!(both.load(), Err(Error::DeviceChoice)));
        assert!(matches!(DeviceConfig::default().load(), Err(Error::DeviceChoice)));
        assert_eq!(Config::preset(Preset::Words).device, None);
    }
}
