//! The boards whose profiles come with danas.

use super::{Device, DeviceError};

/// Names of boards, and their profiles in TOML.
const BOARDS: [(&str, &str); 6] = [
    ("arduino_nano_33_ble", include_str!("../../devices/arduino_nano_33_ble.toml")),
    ("esp32_s3", include_str!("../../devices/esp32_s3.toml")),
    ("nucleo_l4r5zi", include_str!("../../devices/nucleo_l4r5zi.toml")),
    ("raspberry_pi_pico", include_str!("../../devices/raspberry_pi_pico.toml")),
    ("sparkfun_edge", include_str!("../../devices/sparkfun_edge.toml")),
    ("stm32f746g_disco", include_str!("../../devices/stm32f746g_disco.toml")),
];

impl Device {
    /// Returns the names of all boards whose profiles come with danas.
    pub fn boards() -> impl Iterator<Item = &'static str> {
        BOARDS.iter().map(|&(name, _)| name)
    }

    /// Returns the profile of a board that comes with danas.
    ///
    /// # Errors
    /// [`DeviceError::UnknownBoard`] if there is no profile of this name.
    pub fn board(name: &str) -> Result<Self, DeviceError> {
        let known = BOARDS.iter().find(|&&(known, _)| known == name);
        let (_, profile) = known.ok_or_else(|| DeviceError::UnknownBoard {
            name: name.to_owned(),
            known: Self::boards().collect(),
        })?;
        Self::from_toml(profile)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_board_has_a_profile_that_reads() {
        for name in Device::boards() {
            let device = Device::board(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(!device.estimates().is_empty(), "{name}: the profile has no estimates");
        }
    }

    #[test]
    fn an_unknown_board_is_named_beside_those_there_are() {
        let refused = Device::board("teensy").unwrap_err().to_string();
        assert!(refused.contains("`teensy`") && refused.contains("esp32_s3"), "{refused}");
    }
}
