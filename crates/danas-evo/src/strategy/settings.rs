//! The settings of the genetic algorithm.

use serde::{Deserialize, Serialize};

use super::check::{at_least, rate};
use crate::{
    error::SettingsError,
    scalarisation::Scalarisation,
    strategy::{Fitness, Start, TournamentOrder},
};

/// The choice of the winners that a crossover combines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Parents {
    /// Two different winners. If there is only one winner, it is mutated instead.
    #[default]
    Distinct,
    /// Any two winners, drawn with replacement as in the paper's experiments. A winner may be
    /// combined with itself.
    Any,
}

/// Settings of [`GeneticAlgorithm`](super::GeneticAlgorithm).
///
/// The defaults are the paper's numbers, with shuffled tournaments, crossovers of distinct winners and
/// [`Fitness::ParetoRank`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GeneticAlgorithmSettings {
    /// Number of individuals, at least 2. Default: 10.
    pub population_size: usize,
    /// Source of the first population. Default: [`Start::Trivial`].
    pub start: Start,
    /// Share of the population that each generation replaces, above 0 and below 1. The others are the
    /// winners of as many tournaments. Default: 0.5.
    ///
    /// The paper says "ratio of population updated per generation", but its code uses the ratio for the
    /// survivors. At 0.5 both are the same.
    pub update_rate: f64,
    /// Number of tournaments per generation, and so of survivors: at least 1, and less than the
    /// population. Default: the number that [`update_rate`](Self::update_rate) leaves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tournaments: Option<usize>,
    /// Order in which the population is divided into tournaments. Default:
    /// [`TournamentOrder::Shuffled`].
    pub tournament_order: TournamentOrder,
    /// Share of the offspring that are crossovers, from 0 to 1, rounded to whole individuals. The others
    /// are mutations. Default: 0.2.
    pub crossover_rate: f64,
    /// Winners that a crossover combines. Default: [`Parents::Distinct`].
    pub parents: Parents,
    /// Criterion that decides a tournament. Default: [`Fitness::ParetoRank`].
    pub fitness: Fitness,
}

impl Default for GeneticAlgorithmSettings {
    fn default() -> Self {
        Self {
            population_size: 10,
            start: Start::default(),
            update_rate: 0.5,
            tournaments: None,
            tournament_order: TournamentOrder::default(),
            crossover_rate: 0.2,
            parents: Parents::default(),
            fitness: Fitness::default(),
        }
    }
}

impl GeneticAlgorithmSettings {
    /// Returns the settings of the paper's experiments: the default numbers, with tournaments among
    /// neighbours, any two winners as parents, and a weighted sum as fitness ([`Scalarisation`] shows the
    /// paper's).
    ///
    /// The experiments also evaluate repeated candidates, so give the search
    /// [`Duplicates::Reuse`](crate::Duplicates::Reuse).
    #[must_use]
    pub fn paper(fitness: Scalarisation) -> Self {
        Self {
            tournament_order: TournamentOrder::AsTheyStand,
            parents: Parents::Any,
            fitness: Fitness::WeightedSum(fitness),
            ..Self::default()
        }
    }

    /// Returns the number of tournaments per generation, each of which leaves one survivor.
    pub(super) fn n_tournaments(&self) -> usize {
        self.tournaments.unwrap_or_else(|| {
            let updated = share(self.population_size, self.update_rate);
            (self.population_size - updated).clamp(1, self.population_size - 1)
        })
    }

    /// Returns how many of `n_offspring` are crossovers.
    pub(super) fn n_crossovers(&self, n_offspring: usize) -> usize {
        share(n_offspring, self.crossover_rate)
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        let Self { population_size, update_rate, .. } = *self;
        at_least(2, "population_size", population_size)?;
        if !(update_rate > 0.0 && update_rate < 1.0) {
            let (value, range) = (update_rate, "(0, 1)");
            return Err(SettingsError::Rate { setting: "update_rate", value, range });
        }
        rate("crossover_rate", self.crossover_rate)?;
        match self.tournaments {
            Some(n_tournaments) if n_tournaments == 0 || n_tournaments >= population_size => {
                Err(SettingsError::Tournaments { n_tournaments, population_size })
            }
            _ => Ok(()),
        }
    }
}

/// Returns `rate` of `n`, rounded.
fn share(n: usize, rate: f64) -> usize {
    // The cast is exact up to 2^53 individuals. Rates are at most 1, so it neither wraps nor
    // truncates.
    (n as f64 * rate).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let default = GeneticAlgorithmSettings::default;
        for (settings, culprit) in [
            (GeneticAlgorithmSettings { population_size: 1, ..default() }, "population_size"),
            (GeneticAlgorithmSettings { update_rate: 0.0, ..default() }, "update_rate"),
            (GeneticAlgorithmSettings { update_rate: 1.0, ..default() }, "update_rate"),
            (GeneticAlgorithmSettings { update_rate: f64::NAN, ..default() }, "update_rate"),
            (GeneticAlgorithmSettings { crossover_rate: 1.1, ..default() }, "crossover_rate"),
            (GeneticAlgorithmSettings { crossover_rate: f64::NAN, ..default() }, "crossover_rate"),
            (GeneticAlgorithmSettings { tournaments: Some(0), ..default() }, "tournaments"),
            (GeneticAlgorithmSettings { tournaments: Some(10), ..default() }, "tournaments"),
        ] {
            let error = settings.check().unwrap_err();
            assert!(error.to_string().contains(culprit), "{error}");
        }
    }

    #[test]
    fn the_paper_keeps_five_and_draws_four_mutations_and_a_crossover() {
        let settings = GeneticAlgorithmSettings::default();
        assert_eq!(settings.n_tournaments(), 5);
        assert_eq!(settings.n_crossovers(5), 1);
    }

    #[test]
    fn somebody_survives_and_somebody_is_replaced_at_every_rate() {
        for population_size in 2..20 {
            for update_rate in [0.01, 0.3, 0.5, 0.99] {
                let settings = GeneticAlgorithmSettings {
                    population_size,
                    update_rate,
                    ..GeneticAlgorithmSettings::default()
                };
                assert!((1..population_size).contains(&settings.n_tournaments()));
            }
        }
    }
}
