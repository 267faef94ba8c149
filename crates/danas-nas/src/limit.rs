//! Limits on what a candidate may cost, or must achieve.

use danas_evo::Direction;
use serde::{Deserialize, Serialize};

use crate::quantity::Quantity;

/// A limit on a quantity: an upper bound if less is better, a lower bound if more is better.
///
/// In TOML, `{ quantity = "model_size", bound = 20000 }` is a hard limit. With `penalty = 1.0` it
/// is a soft one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// The limited quantity.
    pub quantity: Quantity,
    /// The last value within the limit. It must be positive.
    pub bound: f64,
    /// The penalty of a soft limit; `None` makes the limit hard, so that candidates beyond it are
    /// infeasible. A candidate that exceeds the limit by the whole bound gets the whole penalty;
    /// one at 1.5 times the bound gets half of it. A weighted sum subtracts the penalty, and a
    /// Pareto ranking minimises it as one more objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<f64>,
}

impl Limit {
    /// Creates a hard limit: candidates beyond it are infeasible.
    #[must_use]
    pub const fn hard(quantity: Quantity, bound: f64) -> Self {
        Self { quantity, bound, penalty: None }
    }

    /// Creates a soft limit: a candidate that exceeds it by the whole bound gets this penalty, and
    /// others get a proportional part.
    #[must_use]
    pub const fn soft(quantity: Quantity, bound: f64, penalty: f64) -> Self {
        Self { quantity, bound, penalty: Some(penalty) }
    }

    /// Returns the share of the bound by which a value exceeds the limit: 0 within the limit.
    #[must_use]
    pub fn excess(&self, value: f64) -> f64 {
        let beyond = match self.quantity.direction() {
            Direction::Minimise => value - self.bound,
            Direction::Maximise => self.bound - value,
        };
        (beyond / self.bound).max(0.0)
    }

    pub(crate) fn check(&self) -> Result<(), InvalidLimit> {
        let legal = |value: f64| value.is_finite() && value > 0.0;
        if legal(self.bound) && self.penalty.is_none_or(legal) {
            return Ok(());
        }
        let Self { quantity, bound, penalty } = *self;
        Err(InvalidLimit { quantity, bound, penalty })
    }
}

/// A limit whose bound or penalty is not positive and finite.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the limit on `{quantity}` is {bound}{}; use positive, finite numbers", match penalty {
    Some(penalty) => format!(" with penalty {penalty}"),
    None => String::new(),
})]
pub struct InvalidLimit {
    /// The limited quantity.
    pub quantity: Quantity,
    /// Its bound.
    pub bound: f64,
    /// Its penalty.
    pub penalty: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excess_is_relative_to_the_bound() {
        let size = Limit::hard(Quantity::ModelSize, 100.0);
        assert_eq!([90.0, 100.0, 150.0].map(|value| size.excess(value)), [0.0, 0.0, 0.5]);
        let accuracy = Limit::hard(Quantity::Accuracy, 0.8);
        assert_eq!([0.9, 0.8, 0.4].map(|value| accuracy.excess(value)), [0.0, 0.0, 0.5]);
    }

    #[test]
    fn unusable_bounds_and_penalties_are_refused() {
        for limit in [
            Limit::hard(Quantity::ModelSize, 0.0),
            Limit::hard(Quantity::ModelSize, f64::NAN),
            Limit::soft(Quantity::ModelSize, 1.0, -1.0),
            Limit::soft(Quantity::ModelSize, 1.0, f64::INFINITY),
        ] {
            assert!(limit.check().is_err(), "{limit:?}");
        }
    }
}
