//! Checks of numbers and axes that several parts of a space share.

use std::fmt::Debug;

use crate::error::SpaceError;

/// Rejects a zero.
pub(crate) fn positive(name: &'static str, value: u32) -> Result<(), SpaceError> {
    if value > 0 {
        return Ok(());
    }
    Err(SpaceError::OutOfRange { name, value: value.to_string(), expected: "at least 1" })
}

/// Rejects an axis that is empty or has a value twice.
pub(crate) fn distinct<T: PartialEq + Debug>(
    axis: &'static str,
    values: &[T],
) -> Result<(), SpaceError> {
    if values.is_empty() {
        return Err(SpaceError::Empty { axis });
    }
    let repeated =
        values.iter().enumerate().find(|(index, value)| values[..*index].contains(value));
    match repeated {
        Some((_, value)) => Err(SpaceError::Duplicate { axis, value: format!("{value:?}") }),
        None => Ok(()),
    }
}
