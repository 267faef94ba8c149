//! The fitness of population members, which decides who is fitter.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::{
    crowding::crowding_distances, error::SettingsError, objective::Objective,
    scalarisation::Scalarisation, scores::Scores, sorting::non_dominated_sort,
};

/// The ranking of a population with several objectives.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fitness {
    /// Rank of the front that a member is in when the population is sorted by dominance, then the
    /// crowding distance within that front. The penalty is one more criterion to minimise.
    ///
    /// # References
    /// K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective
    /// genetic algorithm: NSGA-II. <https://doi.org/10.1109/4235.996017>
    #[default]
    ParetoRank,
    /// Weighted sum, minus the penalty.
    WeightedSum(Scalarisation),
}

impl Fitness {
    /// Checks the fitness against the objectives of a search.
    pub(crate) fn check(&self, objectives: &[Objective]) -> Result<(), SettingsError> {
        match self {
            Self::ParetoRank => Ok(()),
            Self::WeightedSum(sum) => sum.check(objectives),
        }
    }

    /// Returns the merit of every member of a population, in their order.
    pub(crate) fn merits(&self, objectives: &[Objective], population: &[&Scores]) -> Vec<Merit> {
        match self {
            Self::WeightedSum(sum) => population
                .iter()
                .map(|scores| {
                    // A checked sum scores every candidate. A candidate without a valid score loses
                    // to all others.
                    let score = sum.score(objectives, scores).filter(|score| !score.is_nan());
                    Merit { rank: 0, score: score.unwrap_or(f64::NEG_INFINITY) }
                })
                .collect(),
            Self::ParetoRank => {
                let costs: Vec<_> =
                    population.iter().map(|scores| scores.costs(objectives)).collect();
                let mut merits = vec![Merit { rank: 0, score: 0.0 }; costs.len()];
                for (rank, front) in non_dominated_sort(&costs).into_iter().enumerate() {
                    let members: Vec<_> = front.iter().map(|&i| &costs[i][..]).collect();
                    for (&i, score) in front.iter().zip(crowding_distances(&members)) {
                        merits[i] = Merit { rank, score };
                    }
                }
                merits
            }
        }
    }
}

/// The fitness of a member; greater is fitter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Merit {
    /// Rank of the member's front; 0 is the best.
    rank: usize,
    /// Score or crowding distance, which decides among members of one rank. Never NaN.
    score: f64,
}

impl Merit {
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        other.rank.cmp(&self.rank).then(self.score.total_cmp(&other.score))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalarisation::Term;

    fn objectives() -> [Objective; 2] {
        [Objective::minimise("size"), Objective::maximise("accuracy")]
    }

    fn fittest(fitness: &Fitness, population: &[Scores]) -> usize {
        let population: Vec<_> = population.iter().collect();
        let merits = fitness.merits(&objectives(), &population);
        (0..merits.len()).max_by(|&i, &j| merits[i].compare(&merits[j])).unwrap()
    }

    fn scores(size: f64, accuracy: f64, penalty: f64) -> Scores {
        Scores::new(&objectives(), [size, accuracy]).unwrap().with_penalty(penalty).unwrap()
    }

    #[test]
    fn the_first_front_is_fitter_than_the_second() {
        let population = [scores(2.0, 0.5, 0.0), scores(1.0, 0.9, 0.0), scores(3.0, 0.1, 0.0)];
        assert_eq!(fittest(&Fitness::ParetoRank, &population), 1);
    }

    #[test]
    fn within_a_front_the_lonelier_is_fitter() {
        let front = [(0.0, 0.0), (1.0, 0.1), (2.0, 0.2), (8.0, 0.8), (10.0, 1.0)];
        let population: Vec<_> = front.map(|(size, accuracy)| scores(size, accuracy, 0.0)).into();
        let population: Vec<_> = population.iter().collect();
        let merits = Fitness::ParetoRank.merits(&objectives(), &population);
        assert_eq!(merits[3].compare(&merits[1]), Ordering::Greater);
        assert_eq!(merits[0].compare(&merits[3]), Ordering::Greater);
    }

    #[test]
    fn a_penalty_makes_less_fit() {
        let population = [scores(1.0, 0.9, 1.0), scores(1.0, 0.9, 0.0)];
        assert_eq!(fittest(&Fitness::ParetoRank, &population), 1);
        let sum = Fitness::WeightedSum(Scalarisation::new([Term::new("accuracy")]));
        assert_eq!(fittest(&sum, &population), 1);
    }
}
