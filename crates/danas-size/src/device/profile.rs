//! Profiles of devices in TOML.

use super::{Device, DeviceError};

impl Device {
    /// Reads a profile in TOML.
    ///
    /// # Errors
    /// [`DeviceError::Parse`] if `text` is not a profile; its source names the line.
    /// [`DeviceError::IllegalFigure`] for an invalid number, with the name of the figure.
    pub fn from_toml(text: &str) -> Result<Self, DeviceError> {
        let device: Self =
            toml::from_str(text).map_err(|error| DeviceError::Parse(error.into()))?;
        device.validate()?;
        Ok(device)
    }

    /// Returns the profile in TOML.
    ///
    /// # Errors
    /// [`DeviceError::Write`] if TOML cannot represent it.
    pub fn to_toml(&self) -> Result<String, DeviceError> {
        toml::to_string(self).map_err(|error| DeviceError::Write(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::Figure;

    #[test]
    fn every_profile_survives_its_toml() {
        for name in Device::boards() {
            let device = Device::board(name).unwrap();
            assert_eq!(Device::from_toml(&device.to_toml().unwrap()).unwrap(), device, "{name}");
        }
    }

    #[test]
    fn a_number_alone_is_a_figure_without_an_origin() {
        let profile = Device::board("esp32_s3").unwrap().to_toml().unwrap();
        let mut profile: toml::Table = profile.parse().unwrap();
        profile.insert("clock".to_owned(), 2000.into());
        let device = Device::from_toml(&profile.to_string()).unwrap();
        assert_eq!(device.clock, Figure::Own(2000.0));
    }

    #[test]
    fn a_figure_with_an_unknown_key_or_two_origins_is_refused() {
        let profile = Device::board("esp32_s3").unwrap().to_toml().unwrap();
        let clock = profile.lines().find(|line| line.starts_with("[clock]")).unwrap();
        for more in ["typo = 1", "estimate = 'two origins'"] {
            let spoilt = profile.replace(clock, &format!("{clock}\n{more}"));
            assert!(matches!(Device::from_toml(&spoilt), Err(DeviceError::Parse(_))), "{more}");
        }
    }

    #[test]
    fn an_illegal_figure_is_refused_by_its_name() {
        let profile = Device::board("esp32_s3").unwrap();
        let text = Device { clock: Figure::Own(0.0), ..profile }.to_toml().unwrap();
        let refused = Device::from_toml(&text).unwrap_err().to_string();
        assert_eq!(
            refused,
            "the profile of ESP32-S3 has `clock = 0`; figures must be finite and not negative, \
             and `clock` must not be 0"
        );
    }
}
