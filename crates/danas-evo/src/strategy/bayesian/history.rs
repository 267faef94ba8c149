//! The outcomes of judged candidates that a model learns from.

use super::points::Points;
use crate::front::Front;
use crate::{gene::Gene, objective::Objective, scores::Scores};

/// Maximum number of candidates that a model learns from. Its time grows with the third power of
/// this number.
const MOST: usize = 500;
/// Number of candidates above the maximum that may accumulate before the oldest are left out.
const SLACK: usize = 50;

/// The judged candidates: their genes and costs, and whether they keep all limits.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    /// Genes of the candidates with scores.
    pub(super) points: Points,
    /// Costs of these candidates, without penalties.
    costs: Vec<Vec<f64>>,
    /// Genes of all candidates, including those without scores.
    pub(super) judged: Points,
    /// Whether each of all candidates is feasible and has no penalty.
    pub(super) within: Vec<bool>,
    /// Costs of the candidates within all limits that no other one dominates, including candidates
    /// that are left out by now.
    front: Front,
    on_front: usize,
}

impl History {
    /// Adds the outcome of a candidate.
    pub(super) fn push(
        &mut self,
        mut genes: Vec<Gene>,
        scores: Option<&Scores>,
        objectives: &[Objective],
    ) {
        if !self.within.is_empty() {
            // Spaces promise the same number of genes for every genome. Breaking that promise must
            // not cause a panic.
            genes.resize(self.n_genes(), Gene::Absent);
        }
        let within = scores.is_some_and(|scores| scores.penalty() == 0.0);
        self.judged.push(genes.clone());
        self.within.push(within);
        if self.within.len() > MOST + SLACK {
            self.within.drain(..SLACK);
            self.judged = self.judged.subset(SLACK..MOST + SLACK + 1);
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

    /// Returns the number of genes of each candidate.
    pub(super) fn n_genes(&self) -> usize {
        self.judged.n_genes()
    }

    /// Returns the number of candidates with scores.
    pub(super) fn len(&self) -> usize {
        self.costs.len()
    }

    /// Returns the costs to learn from, as one column for each objective.
    pub(super) fn columns(&self) -> Vec<Vec<f64>> {
        let n_objectives = self.costs.first().map_or(0, Vec::len);
        let column = |objective: usize| self.costs.iter().map(|costs| costs[objective]).collect();
        (0..n_objectives).map(column).collect()
    }

    /// Returns the costs on the front.
    pub(super) fn front(&self) -> impl Iterator<Item = &[f64]> {
        self.front.costs()
    }

    /// Leaves out the oldest candidates. Those on the front go last.
    fn forget(&mut self) {
        let front: Vec<&[f64]> = self.front.costs().collect();
        let mut order: Vec<usize> = (0..self.costs.len()).collect();
        order.sort_by_key(|&index| front.contains(&self.costs[index].as_slice()));
        let mut kept = order.split_off(SLACK);
        kept.sort_unstable();
        self.points = self.points.subset(kept.iter().copied());
        self.costs = kept.into_iter().map(|index| self.costs[index].clone()).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten_and_the_front_stays() {
        let objectives = [Objective::minimise("cost")];
        let mut history = History::default();
        for i in 0..1000_u32 {
            let cost = if i == 3 { 0.0 } else { f64::from(i) + 1.0 };
            let scores = Scores::new(&objectives, [cost]).unwrap();
            history.push(vec![Gene::Category(i)], Some(&scores), &objectives);
        }
        assert!((MOST..=MOST + SLACK).contains(&history.len()));
        assert!((MOST..=MOST + SLACK).contains(&history.within.len()));
        assert_eq!(history.points.differences().len(), history.len());
        assert_eq!(history.judged.differences().len(), history.within.len());
        let costs = &history.columns()[0];
        assert_eq!((costs[0], costs[costs.len() - 1]), (0.0, 1000.0));
        assert!(costs[1] > 400.0, "{}", costs[1]);
    }

    #[test]
    fn a_space_that_changes_its_mind_about_genes_does_no_harm() {
        let mut history = History::default();
        for n in [2, 3, 0, 1] {
            history.push(vec![Gene::Number(0.5); n], None, &[]);
        }
        let lens: Vec<_> = history.judged.differences().map(<[f64]>::len).collect();
        assert_eq!(lens, [0, 2, 4, 6]);
        assert_eq!(history.judged.differences_to(&[Gene::Number(0.5); 5]).len(), 8);
    }
}
