//! Sample rates that need not be whole numbers of hertz.

use std::{fmt, num::NonZeroU64, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{error::SpaceError, units::Hertz};

const EXPECTED: &str = "a number of hertz from 0.001 to 4294967295, in steps of 0.001";

const THOUSAND: NonZeroU64 = NonZeroU64::MIN.saturating_add(999);

/// The highest rate, in thousandths of a hertz.
const MOST: f64 = u32::MAX as f64 * 1000.0;

/// A sample rate in steps of a thousandth of a hertz, never zero. Sensors of motion have rates such as
/// 12.5 Hz.
///
/// ```
/// use danas_space::Rate;
///
/// let rate: Rate = "12.5 Hz".parse()?;
/// assert_eq!((rate.hertz(), rate.to_string().as_str()), (12.5, "12.5 Hz"));
/// assert_eq!(Rate::from_hertz(50.0)?.millihertz(), 50_000);
/// assert!(Rate::from_hertz(0.0).is_err());
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Rate(NonZeroU64);

impl Rate {
    /// Creates a rate of so many samples a second, rounded to a thousandth.
    ///
    /// # Errors
    /// [`SpaceError::OutOfRange`] for a rate below 0.001 or above 2³² − 1, and for NaN.
    pub fn from_hertz(hertz: f64) -> Result<Self, SpaceError> {
        let thousandths = (hertz * 1000.0).round();
        let is_legal = (1.0..=MOST).contains(&thousandths);
        let rate = if is_legal { NonZeroU64::new(thousandths as u64) } else { None };
        let value = || hertz.to_string();
        rate.map(Self).ok_or_else(|| SpaceError::OutOfRange {
            name: "rate",
            value: value(),
            expected: EXPECTED,
        })
    }

    /// Returns the number of samples per second.
    #[must_use]
    pub fn hertz(self) -> f64 {
        self.0.get() as f64 / 1000.0
    }

    /// Returns the number of samples in a thousand seconds.
    #[must_use]
    pub const fn millihertz(self) -> u64 {
        self.0.get()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz", self.hertz())
    }
}

impl FromStr for Rate {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let number = text.strip_suffix("Hz").unwrap_or(text).trim().parse();
        let illegal =
            |_| SpaceError::OutOfRange { name: "rate", value: text.to_owned(), expected: EXPECTED };
        Self::from_hertz(number.map_err(illegal)?)
    }
}

impl From<Hertz> for Rate {
    fn from(hertz: Hertz) -> Self {
        Self(NonZeroU64::from(hertz.non_zero()).saturating_mul(THOUSAND))
    }
}

impl TryFrom<f64> for Rate {
    type Error = SpaceError;

    fn try_from(hertz: f64) -> Result<Self, SpaceError> {
        Self::from_hertz(hertz)
    }
}

impl From<Rate> for f64 {
    fn from(rate: Rate) -> Self {
        rate.hertz()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_back_and_illegal_ones_are_refused() {
        for hertz in [0.001, 0.1, 6.25, 12.5, 50.0, 104.0, 26_667.0, 4_294_967_295.0] {
            let rate = Rate::from_hertz(hertz).unwrap();
            assert_eq!(rate.hertz(), hertz);
            assert_eq!(rate.to_string().parse(), Ok(rate));
            let value = toml::Value::try_from(rate).unwrap();
            assert_eq!(value.try_into::<Rate>().unwrap(), rate);
        }
        assert_eq!(toml::Value::Integer(50).try_into::<Rate>().unwrap().millihertz(), 50_000);
        for hertz in [0.0, 0.0004, -1.0, 4.3e9, f64::NAN, f64::INFINITY] {
            assert!(Rate::from_hertz(hertz).is_err(), "{hertz}");
        }
        assert!("fast".parse::<Rate>().is_err());
        let whole = Hertz::new(u32::MAX).unwrap();
        assert_eq!(Rate::from(whole).to_string(), whole.to_string());
    }
}
