//! The settings of the genetic algorithm.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};

use super::GeneticAlgorithm;
use crate::{ConfigError, Fitness, Start, TournamentOrder};

/// Which winners a crossover combines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parents {
    /// Two different ones; where there is only one winner, it is mutated instead.
    #[default]
    Distinct,
    /// Any two, drawn with replacement, as in the paper's experiments: a winner may meet itself.
    Any,
}

/// Settings of a [`GeneticAlgorithm`]; see [`GeneticAlgorithm::builder`].
#[derive(Debug, Clone, PartialEq)]
#[must_use]
pub struct GeneticAlgorithmBuilder<G> {
    settings: Settings,
    genome: PhantomData<fn() -> G>,
}

impl<G> GeneticAlgorithmBuilder<G> {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, genome: PhantomData }
    }

    /// The number of individuals, at least 2. Default: 10.
    pub fn population_size(mut self, population_size: usize) -> Self {
        self.settings.population_size = population_size;
        self
    }

    /// How the first population is drawn. Default: [`Start::Trivial`].
    pub fn start(mut self, start: Start) -> Self {
        self.settings.start = start;
        self
    }

    /// The share of the population that each generation replaces, between 0 and 1 exclusively; the
    /// others are the winners of as many tournaments. Default: 0.5.
    ///
    /// The paper says "ratio of population updated per generation"; its code counts the survivors
    /// by it. At 0.5 that is the same.
    pub fn update_rate(mut self, update_rate: f64) -> Self {
        self.settings.update_rate = update_rate;
        self
    }

    /// The number of tournaments, and so of survivors, per generation: at least 1, less than the
    /// population. Default: what [`update_rate`](Self::update_rate) leaves.
    pub fn tournaments(mut self, n_tournaments: usize) -> Self {
        self.settings.n_tournaments = Some(n_tournaments);
        self
    }

    /// The order in which the population is cut into tournaments. Default:
    /// [`TournamentOrder::Shuffled`].
    pub fn tournament_order(mut self, order: TournamentOrder) -> Self {
        self.settings.order = order;
        self
    }

    /// The share of the offspring that are crossovers, from 0 to 1, rounded to whole individuals;
    /// the others are mutations. Default: 0.2.
    pub fn crossover_rate(mut self, crossover_rate: f64) -> Self {
        self.settings.crossover_rate = crossover_rate;
        self
    }

    /// Which winners a crossover combines. Default: [`Parents::Distinct`].
    pub fn parents(mut self, parents: Parents) -> Self {
        self.settings.parents = parents;
        self
    }

    /// Who wins a tournament. Default: [`Fitness::ParetoRank`].
    pub fn fitness(mut self, fitness: Fitness) -> Self {
        self.settings.fitness = fitness;
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting that is out of its range. Whether the fitness names the
    /// search's objectives is checked when the search is built.
    pub fn build(self) -> Result<GeneticAlgorithm<G>, ConfigError> {
        self.settings.check()?;
        Ok(GeneticAlgorithm::with_settings(self.settings))
    }
}

/// Checked settings.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Settings {
    pub(super) population_size: usize,
    pub(super) start: Start,
    pub(super) update_rate: f64,
    pub(super) n_tournaments: Option<usize>,
    pub(super) order: TournamentOrder,
    pub(super) crossover_rate: f64,
    pub(super) parents: Parents,
    pub(super) fitness: Fitness,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            population_size: 10,
            start: Start::default(),
            update_rate: 0.5,
            n_tournaments: None,
            order: TournamentOrder::default(),
            crossover_rate: 0.2,
            parents: Parents::default(),
            fitness: Fitness::default(),
        }
    }
}

impl Settings {
    /// Tournaments per generation, each leaving one survivor.
    pub(super) fn n_tournaments(&self) -> usize {
        self.n_tournaments.unwrap_or_else(|| {
            let updated = share(self.population_size, self.update_rate);
            (self.population_size - updated).clamp(1, self.population_size - 1)
        })
    }

    /// How many of `n_offspring` are crossovers.
    pub(super) fn n_crossovers(&self, n_offspring: usize) -> usize {
        share(n_offspring, self.crossover_rate)
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.population_size < 2 {
            return Err(ConfigError::TooSmall {
                setting: "population_size",
                value: self.population_size,
                least: 2,
            });
        }
        if !(self.update_rate > 0.0 && self.update_rate < 1.0) {
            return Err(ConfigError::Rate {
                setting: "update_rate",
                value: self.update_rate,
                range: "(0, 1)",
            });
        }
        if !(0.0..=1.0).contains(&self.crossover_rate) {
            return Err(ConfigError::Rate {
                setting: "crossover_rate",
                value: self.crossover_rate,
                range: "[0, 1]",
            });
        }
        match self.n_tournaments {
            Some(n_tournaments) if n_tournaments == 0 || n_tournaments >= self.population_size => {
                Err(ConfigError::Tournaments {
                    n_tournaments,
                    population_size: self.population_size,
                })
            }
            _ => Ok(()),
        }
    }
}

/// `rate` of `n`, rounded.
fn share(n: usize, rate: f64) -> usize {
    // Exact up to 2^53 individuals; rates are at most 1, so the cast neither wraps nor truncates.
    (n as f64 * rate).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder() -> GeneticAlgorithmBuilder<u8> {
        GeneticAlgorithm::builder()
    }

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        for (builder, culprit) in [
            (builder().population_size(1), "population_size"),
            (builder().update_rate(0.0), "update_rate"),
            (builder().update_rate(1.0), "update_rate"),
            (builder().update_rate(f64::NAN), "update_rate"),
            (builder().crossover_rate(1.1), "crossover_rate"),
            (builder().crossover_rate(f64::NAN), "crossover_rate"),
            (builder().tournaments(0), "tournaments"),
            (builder().tournaments(10), "tournaments"),
        ] {
            let error = builder.build().unwrap_err();
            assert!(error.to_string().contains(culprit), "{error}");
        }
    }

    #[test]
    fn the_paper_keeps_five_and_draws_four_mutations_and_a_crossover() {
        let settings = Settings::default();
        assert_eq!(settings.n_tournaments(), 5);
        assert_eq!(settings.n_crossovers(5), 1);
    }

    #[test]
    fn somebody_survives_and_somebody_is_replaced_at_every_rate() {
        for population_size in 2..20 {
            for update_rate in [0.01, 0.3, 0.5, 0.99] {
                let settings = Settings { population_size, update_rate, ..Settings::default() };
                assert!((1..population_size).contains(&settings.n_tournaments()));
            }
        }
    }
}
