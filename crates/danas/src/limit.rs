//! Bounds on what a candidate may cost, or must reach.

use danas_evo::Direction;
use serde::{Deserialize, Serialize};

use crate::Quantity;

/// A bound on a quantity: from above where less is better, from below where more is better.
///
/// In TOML, `{ quantity = "model_size", bound = 20000 }` is hard, and with `penalty = 1.0` soft.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What is bounded.
    pub quantity: Quantity,
    /// The last value within the limit, positive.
    pub bound: f64,
    /// `None`: a candidate beyond the limit is infeasible. Otherwise the penalty for exceeding it
    /// by its whole bound, in proportion: 1.5 times the bound costs half of this. A weighted sum
    /// loses the penalty; a Pareto ranking minimises it beside the objectives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<f64>,
}

impl Limit {
    /// A limit that makes candidates beyond it infeasible.
    #[must_use]
    pub const fn hard(quantity: Quantity, bound: f64) -> Self {
        Self { quantity, bound, penalty: None }
    }

    /// A limit that costs `penalty` for every bound's worth beyond it.
    #[must_use]
    pub const fn soft(quantity: Quantity, bound: f64, penalty: f64) -> Self {
        Self { quantity, bound, penalty: Some(penalty) }
    }

    /// By which share of the bound a value exceeds it: 0 within the limit.
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

/// A limit that is not a positive, finite number.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("the limit on {quantity} has a bound of {bound}{}: both must be positive", match penalty {
    Some(penalty) => format!(" and a penalty of {penalty}"),
    None => String::new(),
})]
pub struct InvalidLimit {
    /// What it bounds.
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
