//! The check that a setting is within its legal range.

use std::fmt::Display;

use crate::error::ModelError;

/// Refuses `value` unless it is `legal`.
pub(crate) fn in_range(
    name: &'static str,
    value: impl Display,
    legal: bool,
    expected: &'static str,
) -> Result<(), ModelError> {
    if legal {
        return Ok(());
    }
    Err(ModelError::Config { name, value: value.to_string(), expected })
}
