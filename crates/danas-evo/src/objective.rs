//! What a search tries to improve: named objectives with a direction and a unit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Whether smaller or larger values of an objective are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smaller is better.
    Minimise,
    /// Larger is better.
    Maximise,
}

impl Direction {
    /// Turns a value into a cost: the same number if it is minimised, its negative if it is
    /// maximised.
    #[must_use]
    pub fn cost(self, value: f64) -> f64 {
        match self {
            Self::Minimise => value,
            Self::Maximise => -value,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Minimise => "minimise",
            Self::Maximise => "maximise",
        })
    }
}

/// One quantity a search improves.
///
/// Values stay in their natural direction everywhere: an accuracy of 0.9 is reported as 0.9, and
/// only [`Scores::costs`](crate::Scores::costs) turns it round for comparison.
///
/// ```
/// use danas_evo::{Direction, Objective};
///
/// let size = Objective::minimise("model_size").with_unit("B");
/// assert_eq!(size.direction, Direction::Minimise);
/// assert_eq!(size.to_string(), "model_size [B], minimise");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Objective {
    /// Unique within a search.
    pub name: String,
    /// Which values are better.
    pub direction: Direction,
    /// Unit of the values, for reports; `None` for plain numbers and ratios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Objective {
    /// An objective without a unit.
    #[must_use]
    pub fn new(name: impl Into<String>, direction: Direction) -> Self {
        Self { name: name.into(), direction, unit: None }
    }

    /// An objective of which less is better.
    #[must_use]
    pub fn minimise(name: impl Into<String>) -> Self {
        Self::new(name, Direction::Minimise)
    }

    /// An objective of which more is better.
    #[must_use]
    pub fn maximise(name: impl Into<String>) -> Self {
        Self::new(name, Direction::Maximise)
    }

    /// The same objective, its values counted in `unit`.
    #[must_use]
    pub fn with_unit(self, unit: impl Into<String>) -> Self {
        Self { unit: Some(unit.into()), ..self }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unit {
            Some(unit) => write!(f, "{} [{unit}], {}", self.name, self.direction),
            None => write!(f, "{}, {}", self.name, self.direction),
        }
    }
}
