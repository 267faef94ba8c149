//! Successive halving, which ends evaluations early if they fall behind the others.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    dominance::dominates, error::SettingsError, objective::Objective, scores::Scores,
    sorting::non_dominated_sort,
};

/// Settings of successive halving, which ends evaluations early if their candidates fall behind.
///
/// It saves time, but it may lose candidates that start slowly and would have caught up.
///
/// Each evaluation is judged at several rungs, each after a share of the complete effort. At a rung
/// its scores are compared with those of the candidates that reached the rung before. The
/// evaluation continues if none of these dominates it. It also continues if fewer than one in
/// [`reduction`](Self::reduction) of all candidates at the rung, itself included, have a better
/// Pareto rank. The candidates that count are those that were committed when this one was asked
/// for. The same seed therefore makes the same decisions for any number of workers.
///
/// # References
/// - L. Li, K. Jamieson, A. Rostamizadeh, E. Gonina, J. Ben-tzur, M. Hardt, B. Recht and
///   A. Talwalkar (2020). A system for massively parallel hyperparameter tuning (ASHA).
///   <https://arxiv.org/abs/1810.05934>
/// - R. Schmucker, M. Donini, M. B. Zafar, D. Salinas and C. Archambeau (2021). Multi-objective
///   asynchronous successive halving. <https://arxiv.org/abs/2106.12639>
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SuccessiveHalving {
    /// Number of times that an evaluation is judged before its end, at least 1. Default: 2.
    pub rungs: usize,
    /// Factor by which the effort grows from each rung to the next, and from the last rung to the
    /// end; above 1. Default: 4, as in ASHA.
    pub reduction: f64,
}

impl Default for SuccessiveHalving {
    fn default() -> Self {
        Self { rungs: 2, reduction: 4.0 }
    }
}

impl SuccessiveHalving {
    /// Returns the share of the complete effort at each rung, ascending.
    ///
    /// ```
    /// use danas_evo::SuccessiveHalving;
    ///
    /// assert_eq!(SuccessiveHalving::default().shares(), [0.0625, 0.25]);
    /// ```
    #[must_use]
    pub fn shares(&self) -> Vec<f64> {
        (0..self.rungs)
            .rev()
            .map(|ahead| (0..=ahead).fold(1.0, |share, _| share / self.reduction))
            .collect()
    }

    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        if self.rungs == 0 {
            return Err(SettingsError::TooSmall { setting: "rungs", value: 0, least: 1 });
        }
        if !(self.reduction > 1.0 && self.reduction.is_finite()) {
            let (value, range) = (self.reduction, "(1, ∞)");
            return Err(SettingsError::Rate { setting: "reduction", value, range });
        }
        Ok(())
    }
}

/// The scores of earlier candidates at each rung of [`SuccessiveHalving`], as one evaluation knows
/// them.
#[derive(Debug, Clone, PartialEq)]
pub struct Rungs {
    halving: SuccessiveHalving,
    objectives: Arc<[Objective]>,
    /// Costs at each rung, in commit order.
    reached: Vec<Vec<Vec<f64>>>,
}

impl Rungs {
    pub(crate) fn new(halving: SuccessiveHalving, objectives: Arc<[Objective]>) -> Self {
        let reached = vec![Vec::new(); halving.rungs];
        Self { halving, objectives, reached }
    }

    /// Returns the settings.
    #[must_use]
    pub const fn halving(&self) -> &SuccessiveHalving {
        &self.halving
    }

    /// Records the scores of a candidate at the rungs that it reached, beginning with the first.
    pub(crate) fn note<'s>(&mut self, scores: impl Iterator<Item = &'s Scores>) {
        for (reached, scores) in self.reached.iter_mut().zip(scores) {
            reached.push(scores.costs(&self.objectives));
        }
    }

    /// Returns whether an evaluation with these `scores` continues at a rung, counted from 0.
    /// Returns `true` if the rung does not exist.
    #[must_use]
    pub fn goes_on(&self, rung: usize, scores: &Scores) -> bool {
        let (Some(others), costs) = (self.reached.get(rung), scores.costs(&self.objectives)) else {
            return true;
        };
        if !others.iter().any(|other| dominates(other, &costs)) {
            return true;
        }
        let newest = others.len();
        let all: Vec<&[f64]> = others.iter().map(Vec::as_slice).chain([costs.as_slice()]).collect();
        let fronts = non_dominated_sort(&all);
        let better = fronts.iter().take_while(|front| !front.contains(&newest)).map(Vec::len);
        (better.sum::<usize>() as f64) < all.len() as f64 / self.halving.reduction
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rungs(reduction: f64, others: &[[f64; 2]]) -> Rungs {
        let objectives = [Objective::minimise("error"), Objective::minimise("size")];
        let mut rungs = Rungs::new(SuccessiveHalving { rungs: 1, reduction }, objectives.into());
        for costs in others {
            rungs.note([scores(&rungs, *costs)].iter());
        }
        rungs
    }

    fn scores(rungs: &Rungs, costs: [f64; 2]) -> Scores {
        Scores::new(&rungs.objectives, costs).unwrap()
    }

    #[test]
    fn the_better_half_goes_on() {
        let rungs = rungs(2.0, &[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]);
        for (costs, goes_on) in
            [([0.5, 0.5], true), ([2.5, 2.5], true), ([3.5, 3.5], false), ([9.0, 9.0], false)]
        {
            assert_eq!(rungs.goes_on(0, &scores(&rungs, costs)), goes_on, "{costs:?}");
        }
        assert!(rungs.goes_on(1, &scores(&rungs, [9.0, 9.0])), "there is no second rung");
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        for (rungs, reduction, name) in
            [(0, 2.0, "rungs"), (1, 1.0, "reduction"), (1, f64::NAN, "reduction")]
        {
            let refused = SuccessiveHalving { rungs, reduction }.check().unwrap_err();
            assert!(refused.to_string().contains(name), "{refused}");
        }
        assert_eq!(SuccessiveHalving { rungs: 3, reduction: 2.0 }.shares(), [0.125, 0.25, 0.5]);
    }

    proptest! {
        #[test]
        fn nobody_ends_who_is_not_dominated_or_is_the_first(
            others in prop::collection::vec([0.0..4.0_f64, 0.0..4.0], 0..20),
            costs in [0.0..4.0_f64, 0.0..4.0],
            reduction in 1.1..8.0_f64,
        ) {
            let rungs = rungs(reduction, &others);
            let dominated = others.iter().any(|other| dominates(other, &costs));
            prop_assert!(dominated || rungs.goes_on(0, &scores(&rungs, costs)));
            let worst = [9.0, 9.0];
            let goes_on = rungs.goes_on(0, &scores(&rungs, worst));
            let count = others.len() as f64;
            prop_assert_eq!(goes_on, count < (count + 1.0) / reduction);
        }
    }
}
