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
    use danas_space::{Extent, Margins, Shape};

    use super::*;
    use crate::{
        format::DeployedFormat, operator::OperatorCost, operator_kind::OperatorKind,
        program::Window,
    };

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

    /// The MLPerf Tiny autoencoder, with 264,192 multiply-accumulates in ten dense layers, took
    /// 8.6 ms and 0.44 mJ.
    #[test]
    fn a_profile_reproduces_the_measurement_that_it_rests_on() {
        let dense = |inputs: u64, outputs: usize| OperatorCost {
            kind: OperatorKind::FullyConnected,
            input: Shape::new(1, 1, inputs as usize),
            output: vec![1, outputs],
            window: Window {
                size: Extent::square(1),
                stride: Extent::square(1),
                margins: Margins::default(),
            },
            parameters: (inputs + 1) * outputs as u64,
            macs: inputs * outputs as u64,
            pooled: 0,
        };
        let mut layers = vec![dense(640, 128)];
        layers.extend((0..3).map(|_| dense(128, 128)));
        layers.extend([dense(128, 8), dense(8, 128)]);
        layers.extend((0..3).map(|_| dense(128, 128)));
        layers.push(dense(128, 640));
        assert_eq!(layers.iter().map(|layer| layer.macs).sum::<u64>(), 264_192);
        let run = Device::board("nucleo_l4r5zi").unwrap().run(&layers, DeployedFormat::Int8);
        assert!((run.seconds / 8.6e-3 - 1.0).abs() < 0.1, "{} s", run.seconds);
        assert!((run.joules / 0.44e-3 - 1.0).abs() < 0.1, "{} J", run.joules);
    }
}
