//! Checks that settings of strategies share.

use crate::ConfigError;

/// Refuses a count below its least value.
pub(super) fn at_least(
    least: usize,
    setting: &'static str,
    value: usize,
) -> Result<(), ConfigError> {
    if value < least { Err(ConfigError::TooSmall { setting, value, least }) } else { Ok(()) }
}

/// Refuses a rate outside of 0 to 1.
pub(super) fn rate(setting: &'static str, value: f64) -> Result<(), ConfigError> {
    let range = "[0, 1]";
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(ConfigError::Rate { setting, value, range })
    }
}
