//! Dropout.

use serde::{Deserialize, Serialize};

use crate::error::SpaceError;

/// Layer that sets values to zero at random during training, and scales the others up to
/// compensate. Outside of training it changes nothing. Written `drop25`.
///
/// # References
/// N. Srivastava et al. (2014). <https://jmlr.org/papers/v15/srivastava14a.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dropout {
    /// Share of values that are set to zero on average, in percent: 1 to 99.
    pub percent: u32,
}

impl Dropout {
    /// Returns the share of values that are set to zero, between 0 and 1.
    #[must_use]
    pub fn rate(self) -> f64 {
        f64::from(self.percent) / 100.0
    }

    pub(super) fn check(self) -> Result<(), SpaceError> {
        if (1..=99).contains(&self.percent) {
            return Ok(());
        }
        let value = self.percent.to_string();
        Err(SpaceError::OutOfRange { name: "dropouts", value, expected: "1 to 99 percent" })
    }
}
