//! The error type of device profiles.

use std::error::Error;

/// The error for a device profile that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// A board whose profile does not come with danas.
    #[error("the board `{name}` is unknown; use one of {}", known.join(", "))]
    UnknownBoard {
        /// The name.
        name: String,
        /// The names of all known boards.
        known: Vec<&'static str>,
    },
    /// Text that is not TOML, or has an unknown or missing key or an invalid value.
    #[error("the device profile is invalid")]
    Parse(#[source] Box<dyn Error + Send + Sync>),
    /// A profile that TOML cannot represent.
    #[error("the device profile cannot be written as TOML")]
    Write(#[source] Box<dyn Error + Send + Sync>),
    /// A number that is negative or not finite, or a clock of 0 Hz.
    #[error(
        "the profile of {device} has `{name} = {value}`; figures must be finite and not negative, \
         and `clock` must not be 0"
    )]
    IllegalFigure {
        /// Name of the device.
        device: String,
        /// Name of the figure.
        name: String,
        /// Its value.
        value: f64,
    },
    /// Measurements that do not determine a factor.
    #[error("a calibration needs one or more models with operators and positive, finite latencies")]
    Calibration,
}
