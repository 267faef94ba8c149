//! The strength of augmentation in training, as an axis of the search.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{checks::distinct, error::SpaceError};

/// Key of the axis in configurations, which errors name.
const AXIS: &str = "augmentation";

/// Strength of augmentation in training, in whole percent of what the settings of the training say.
///
/// 100 %, the default, applies these settings as they are. 0 % leaves the examples unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct AugmentationStrength(u32);

impl AugmentationStrength {
    /// No augmentation: 0 %.
    pub const NONE: Self = Self(0);

    /// The settings of the training as they are: 100 %.
    pub const FULL: Self = Self(100);

    /// The largest strength: 200 %.
    pub const MOST: Self = Self(200);

    /// Creates a strength of `percent` percent.
    ///
    /// # Errors
    /// [`SpaceError::OutOfRange`] if `percent` is above [`MOST`](Self::MOST).
    pub fn new(percent: u32) -> Result<Self, SpaceError> {
        if percent <= Self::MOST.0 {
            return Ok(Self(percent));
        }
        let value = percent.to_string();
        Err(SpaceError::OutOfRange { name: AXIS, value, expected: "0 to 200 percent" })
    }

    /// Returns the strength in percent.
    #[must_use]
    pub const fn percent(self) -> u32 {
        self.0
    }

    /// Returns the factor that settings are multiplied by: 1 for 100 %.
    #[must_use]
    pub fn factor(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// Returns whether this is the default, which need not be written.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
    pub(crate) fn is_full(&self) -> bool {
        *self == Self::FULL
    }
}

impl Default for AugmentationStrength {
    fn default() -> Self {
        Self::FULL
    }
}

impl fmt::Display for AugmentationStrength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

impl TryFrom<u32> for AugmentationStrength {
    type Error = SpaceError;

    fn try_from(percent: u32) -> Result<Self, SpaceError> {
        Self::new(percent)
    }
}

impl From<AugmentationStrength> for u32 {
    fn from(strength: AugmentationStrength) -> Self {
        strength.0
    }
}

/// Strengths of a space, in ascending order. Default: 100 % alone.
///
/// A single strength is not an axis of the search: nothing is drawn for it, and no mutation changes
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u32>", into = "Vec<u32>")]
pub struct AugmentationStrengths(Vec<AugmentationStrength>);

impl AugmentationStrengths {
    /// Creates a list of strengths from percentages in any order.
    ///
    /// # Errors
    /// [`SpaceError`] if there are no strengths, if one appears twice, or if one is above
    /// [`AugmentationStrength::MOST`].
    pub fn new(percents: impl IntoIterator<Item = u32>) -> Result<Self, SpaceError> {
        let mut percents: Vec<u32> = percents.into_iter().collect();
        percents.sort_unstable();
        distinct(AXIS, &percents)?;
        percents.into_iter().map(AugmentationStrength::new).collect::<Result<_, _>>().map(Self)
    }

    /// Returns the strengths in ascending order. There is at least one.
    #[must_use]
    pub fn values(&self) -> &[AugmentationStrength] {
        &self.0
    }

    /// Returns whether there are several strengths to choose from.
    #[must_use]
    pub const fn is_searched(&self) -> bool {
        self.0.len() > 1
    }

    /// Returns the strength that is closest to 100 %, the settings of the training as they are.
    #[must_use]
    pub fn closest_to_full(&self) -> AugmentationStrength {
        let distance = |strength: &AugmentationStrength| {
            strength.percent().abs_diff(AugmentationStrength::FULL.percent())
        };
        self.0.iter().copied().min_by_key(distance).unwrap_or_default()
    }

    /// Returns whether this is the default, which need not be written.
    pub(crate) fn is_default(&self) -> bool {
        self.0 == [AugmentationStrength::FULL]
    }
}

impl Default for AugmentationStrengths {
    fn default() -> Self {
        Self(vec![AugmentationStrength::FULL])
    }
}

impl TryFrom<Vec<u32>> for AugmentationStrengths {
    type Error = SpaceError;

    fn try_from(percents: Vec<u32>) -> Result<Self, SpaceError> {
        Self::new(percents)
    }
}

impl From<AugmentationStrengths> for Vec<u32> {
    fn from(strengths: AugmentationStrengths) -> Self {
        strengths.0.into_iter().map(u32::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn illegal_strengths_are_refused_by_name() {
        for (percents, message) in [
            (vec![], "`augmentation` has no values; list at least one"),
            (vec![50, 0, 50], "`50` appears twice in `augmentation`; list it once"),
            (vec![100, 201], "`augmentation` is 201, but must be 0 to 200 percent"),
        ] {
            let refused = AugmentationStrengths::new(percents).unwrap_err();
            assert_eq!(refused.to_string(), message);
        }
    }

    #[test]
    fn the_strength_closest_to_the_settings_is_found() {
        for (percents, expected) in
            [(vec![0, 50, 100], 100), (vec![150, 0, 50], 50), (vec![200], 200)]
        {
            let strengths = AugmentationStrengths::new(percents).unwrap();
            assert_eq!(strengths.closest_to_full().percent(), expected);
        }
    }
}
