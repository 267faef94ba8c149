//! Dropout.

use serde::{Deserialize, Serialize};

use crate::SpaceError;

/// Sets values to zero at random in training, and scales the others up in turn; nothing happens
/// outside of training. Written `drop25`.
///
/// # References
/// N. Srivastava et al. (2014). <https://jmlr.org/papers/v15/srivastava14a.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Dropout {
    /// Of a hundred values, how many are set to zero on average: 1 to 99.
    pub percent: u32,
}

impl Dropout {
    /// The share of values that are set to zero.
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
