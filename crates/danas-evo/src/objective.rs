//! The objectives of a search, with a name, a direction and a unit.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The direction in which the values of an objective get better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smaller is better.
    Minimise,
    /// Larger is better.
    Maximise,
}

impl Direction {
    /// Turns a value into a cost: the value itself if it is minimised, its negative if it is
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

/// A quantity that a search improves.
///
/// Values keep their natural direction everywhere: an accuracy of 0.9 is reported as 0.9. Only
/// [`Scores::costs`](crate::Scores::costs) changes their sign, for comparison.
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
    /// Name of the objective, unique within a search.
    pub name: String,
    /// Direction in which values get better.
    pub direction: Direction,
    /// Unit of the values, for reports; `None` for plain numbers and ratios.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Objective {
    /// Creates an objective without a unit.
    #[must_use]
    pub fn new(name: impl Into<String>, direction: Direction) -> Self {
        Self { name: name.into(), direction, unit: None }
    }

    /// Creates an objective for which less is better, without a unit.
    #[must_use]
    pub fn minimise(name: impl Into<String>) -> Self {
        Self::new(name, Direction::Minimise)
    }

    /// Creates an objective for which more is better, without a unit.
    #[must_use]
    pub fn maximise(name: impl Into<String>) -> Self {
        Self::new(name, Direction::Maximise)
    }

    /// Sets the unit of the values.
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
