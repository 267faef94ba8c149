//! The objectives and limits of a search, applied to the quantities of a candidate.

use danas_evo::{Objective, Scores, ScoresError};

use crate::{limit::Limit, quantity::Quantity, refusal::Refusal, settings::SearchConfig};

/// Objectives and limits of a search. They turn the quantities of a candidate into scores, and
/// refuse a candidate that exceeds a hard limit.
pub(crate) struct Scoring {
    quantities: Vec<Quantity>,
    objectives: Vec<Objective>,
    limits: Vec<Limit>,
}

impl Scoring {
    pub(crate) fn new(search: &SearchConfig) -> Self {
        let quantities = search.objectives.clone();
        let objectives = quantities.iter().map(|quantity| quantity.objective()).collect();
        Self { quantities, objectives, limits: search.limits.clone() }
    }

    pub(crate) fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    pub(crate) fn quantities(&self) -> &[Quantity] {
        &self.quantities
    }

    pub(crate) fn limits(&self) -> &[Limit] {
        &self.limits
    }

    /// Computes the scores of a candidate from the values of its quantities, including the
    /// penalties of soft limits.
    pub(crate) fn scores(
        &self,
        value: impl Fn(Quantity) -> Option<f64>,
    ) -> Result<Scores, ScoresError> {
        // Every objective and limit should have a value here. `Scores` refuses a NaN.
        let value = |quantity| value(quantity).unwrap_or(f64::NAN);
        let values: Vec<f64> = self.quantities.iter().copied().map(value).collect();
        let penalties = self
            .limits
            .iter()
            .filter_map(|limit| Some(limit.penalty? * limit.excess(value(limit.quantity))));
        // An empty sum is -0.0. Adding 0.0 turns it into 0.0.
        Scores::new(&self.objectives, values)?.with_penalty(penalties.sum::<f64>() + 0.0)
    }

    /// Checks the hard limits on the quantities whose value is known.
    pub(crate) fn check(&self, value: impl Fn(Quantity) -> Option<f64>) -> Result<(), Refusal> {
        for limit in self.limits.iter().filter(|limit| limit.penalty.is_none()) {
            let exceeding = value(limit.quantity).filter(|&value| limit.excess(value) > 0.0);
            if let Some(value) = exceeding {
                return Err(Refusal::Limit { limit: *limit, value });
            }
        }
        Ok(())
    }
}
