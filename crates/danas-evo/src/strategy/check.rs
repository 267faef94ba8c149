//! Checks that several strategies use for their settings.

use crate::error::SettingsError;

/// Refuses a count below its minimum.
pub(super) fn at_least(
    least: usize,
    setting: &'static str,
    value: usize,
) -> Result<(), SettingsError> {
    if value < least { Err(SettingsError::TooSmall { setting, value, least }) } else { Ok(()) }
}

/// Refuses a rate outside the range from 0 to 1.
pub(super) fn rate(setting: &'static str, value: f64) -> Result<(), SettingsError> {
    let range = "[0, 1]";
    if (0.0..=1.0).contains(&value) {
        Ok(())
    } else {
        Err(SettingsError::Rate { setting, value, range })
    }
}
