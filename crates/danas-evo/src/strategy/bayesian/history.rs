//! What is known of the candidates that were judged.

use super::points::Points;
use crate::front::Front;
use crate::{Gene, Objective, Scores};

/// The most candidates that a model learns from: its time grows with their third power.
const MOST: usize = 500;
/// How many more there may be before the oldest are left out.
const SLACK: usize = 50;

/// The judged candidates: their genes and costs, and whether they are within all limits.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// The genes of those with scores.
    pub(super) points: Points,
    /// Their costs, without penalties.
    costs: Vec<Vec<f64>>,
    /// The genes of all, and whether they are feasible and without a penalty.
    pub(super) judged: Vec<(Vec<Gene>, bool)>,
    /// The costs of those within all limits that no other one dominates, all along.
    front: Front,
    on_front: usize,
}

impl History {
    /// Takes in what became of a candidate.
    pub(super) fn push(
        &mut self,
        genes: Vec<Gene>,
        scores: Option<&Scores>,
        objectives: &[Objective],
    ) {
        let within = scores.is_some_and(|scores| scores.penalty() == 0.0);
        self.judged.push((genes.clone(), within));
        if self.judged.len() > MOST + SLACK {
            self.judged.drain(..SLACK);
        }
        let Some(scores) = scores else { return };
        let costs: Vec<f64> = scores.objective_costs(objectives).collect();
        if within && self.front.insert(self.on_front, costs.clone()).is_some() {
            self.on_front += 1;
        }
        self.points.push(genes);
        self.costs.push(costs);
        if self.costs.len() > MOST + SLACK {
            self.forget();
        }
    }

    /// How many candidates with scores there are to learn from.
    pub(super) fn len(&self) -> usize {
        self.costs.len()
    }

    /// The costs to learn from, by objective.
    pub(super) fn columns(&self) -> Vec<Vec<f64>> {
        let n_objectives = self.costs.first().map_or(0, Vec::len);
        let column = |objective: usize| self.costs.iter().map(|costs| costs[objective]).collect();
        (0..n_objectives).map(column).collect()
    }

    /// The costs on the front.
    pub(super) fn front(&self) -> impl Iterator<Item = &[f64]> {
        self.front.costs()
    }

    /// Leaves out the oldest that were not on the front when it was they who came.
    fn forget(&mut self) {
        let front: Vec<&[f64]> = self.front.costs().collect();
        let mut order: Vec<usize> = (0..self.costs.len()).collect();
        order.sort_by_key(|&index| front.contains(&self.costs[index].as_slice()));
        let mut kept = order.split_off(SLACK);
        kept.sort_unstable();
        self.points = self.points.subset(&kept);
        self.costs = kept.into_iter().map(|index| self.costs[index].clone()).collect();
    }
}
