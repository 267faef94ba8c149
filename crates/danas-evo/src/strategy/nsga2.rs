//! NSGA-II, the non-dominated sorting genetic algorithm II.

use std::mem;

use rand::RngExt;
use serde::{Deserialize, Serialize};

use super::check::{at_least, rate};
use super::fitness::Merit;
use crate::{
    context::Context,
    description,
    error::SettingsError,
    prospect::Interest,
    scores::Scores,
    strategy::{Asked, Fitness, Start, Strategy, Trial},
    variation::Genome,
};

/// The non-dominated sorting genetic algorithm II.
///
/// Parents are drawn by binary tournaments, and are then combined or mutated. When enough results
/// have arrived, the new candidates compete with the population for its places: by front, then by
/// crowding distance. The penalty is one more criterion to minimise. Infeasible and failed
/// candidates never enter the population.
///
/// The strategy never waits. If results are outstanding, it draws parents from the population as it
/// is. If [`offspring_size`](Nsga2Settings::offspring_size) equals the population size and the
/// look-ahead is 1, this is the algorithm as it was published. If `offspring_size` is 1, it is the
/// steady-state variant.
///
/// ```
/// use danas_evo::{Nsga2, Nsga2Settings};
///
/// let settings = Nsga2Settings { population_size: 50, ..Nsga2Settings::default() };
/// let strategy = Nsga2::<u16>::new(settings)?;
/// # Ok::<(), danas_evo::SettingsError>(())
/// ```
///
/// # References
/// - K. Deb, A. Pratap, S. Agarwal and T. Meyarivan (2002). A fast and elitist multiobjective
///   genetic algorithm: NSGA-II. <https://doi.org/10.1109/4235.996017>
/// - J. Durillo, A. Nebro, F. Luna and E. Alba (2009). On the effect of the steady-state selection
///   scheme in multi-objective genetic algorithms. <https://doi.org/10.1007/978-3-642-01020-0_18>
#[derive(Debug, Clone, PartialEq)]
pub struct Nsga2<G> {
    settings: Nsga2Settings,
    /// Number of candidates asked for as the first population, or given as part of it.
    started: usize,
    /// Survivors of the last selection.
    population: Vec<Individual<G>>,
    /// Candidates with scores that were told since the last selection.
    offspring: Vec<(G, Scores)>,
    /// Number of candidates told since the last selection, with or without scores.
    told: usize,
}

/// Settings of [`Nsga2`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Nsga2Settings {
    /// Number of individuals, at least 2. Default: 20.
    pub population_size: usize,
    /// Number of candidates told between two selections, at least 1. Default: 1.
    pub offspring_size: usize,
    /// Source of the first population. Default: [`Start::Random`].
    pub start: Start,
    /// Share of the offspring that have two parents, from 0 to 1. The others have one parent and
    /// are mutated. Default: 0.5.
    pub crossover_rate: f64,
    /// Share of the offspring of two parents that are mutated as well, from 0 to 1. Default: 0.5.
    pub mutation_rate: f64,
}

impl Default for Nsga2Settings {
    fn default() -> Self {
        Self {
            population_size: 20,
            offspring_size: 1,
            start: Start::Random,
            crossover_rate: 0.5,
            mutation_rate: 0.5,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
struct Individual<G> {
    genome: G,
    scores: Scores,
    merit: Merit,
}

impl<G> Nsga2<G> {
    /// Creates the strategy, after checking its settings.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range.
    pub fn new(settings: Nsga2Settings) -> Result<Self, SettingsError> {
        at_least(2, "population_size", settings.population_size)?;
        at_least(1, "offspring_size", settings.offspring_size)?;
        rate("crossover_rate", settings.crossover_rate)?;
        rate("mutation_rate", settings.mutation_rate)?;
        Ok(Self::with_settings(settings))
    }

    /// Returns the survivors of the last selection, the fittest first.
    pub fn population(&self) -> impl ExactSizeIterator<Item = (&G, &Scores)> {
        self.population.iter().map(|individual| (&individual.genome, &individual.scores))
    }

    pub(super) fn with_settings(settings: Nsga2Settings) -> Self {
        Self { settings, started: 0, population: Vec::new(), offspring: Vec::new(), told: 0 }
    }
}

impl<G> Default for Nsga2<G> {
    fn default() -> Self {
        Self::with_settings(Nsga2Settings::default())
    }
}

impl<G: Genome> Nsga2<G> {
    /// Reduces the population and its offspring to the fittest.
    fn select(&mut self, context: &Context<'_, G>) {
        self.told = 0;
        let old = mem::take(&mut self.population).into_iter();
        let contestants: Vec<_> = old
            .map(|individual| (individual.genome, individual.scores))
            .chain(self.offspring.drain(..))
            .collect();
        let scores: Vec<_> = contestants.iter().map(|(_, scores)| scores).collect();
        let merits = Fitness::ParetoRank.merits(context.objectives(), &scores);
        let ranked = contestants.into_iter().zip(merits);
        self.population =
            ranked.map(|((genome, scores), merit)| Individual { genome, scores, merit }).collect();
        self.population.sort_by(|l, r| r.merit.compare(&l.merit));
        self.population.truncate(self.settings.population_size);
    }

    /// Returns whether the next candidate to be asked for belongs to the first population.
    pub(super) const fn is_starting(&self) -> bool {
        self.started < self.settings.population_size
    }

    /// Creates a child of fit parents, or draws a candidate for the first population if there are
    /// no parents.
    pub(super) fn reproduce(&self, context: &mut Context<'_, G>) -> G {
        let Some(first) = self.parent(None, context) else {
            return self.settings.start.draw(context);
        };
        let left = &self.population[first].genome;
        let crosses = context.rng().random::<f64>() < self.settings.crossover_rate;
        let second = if crosses { self.parent(Some(first), context) } else { None };
        let Some(second) = second else { return context.mutation(left) };
        let child = context.crossover(left, &self.population[second].genome);
        if context.rng().random::<f64>() < self.settings.mutation_rate {
            context.mutation(&child)
        } else {
            child
        }
    }

    /// Returns the winner of a tournament between any two individuals except `other`, or `None` if
    /// there are no others.
    fn parent(&self, other: Option<usize>, context: &mut Context<'_, G>) -> Option<usize> {
        let n = self.population.len() - usize::from(other.is_some());
        if n == 0 {
            return None;
        }
        let mut contestant = || {
            let drawn = context.rng().random_range(0..n);
            drawn + usize::from(other.is_some_and(|other| drawn >= other))
        };
        // The population is sorted, the fittest first.
        Some(contestant().min(contestant()))
    }
}

impl<G: Genome> Strategy<G> for Nsga2<G> {
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        if self.is_starting() {
            self.started += 1;
            return Some(context.draw(|context| self.settings.start.draw(context)));
        }
        if self.told >= self.settings.offspring_size || self.population.is_empty() {
            self.select(context);
        }
        Some(context.draw(|context| self.reproduce(context)))
    }

    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        self.started += usize::from(asked.is_given);
        Interest::Outcome
    }

    fn tell(&mut self, trial: &Trial<'_, G>) {
        self.told += 1;
        if let Some(scores) = trial.scores {
            self.offspring.push((trial.genome.clone(), scores.clone()));
        }
    }
    fn describe(&self) -> String {
        description::of_strategy("nsga2", &self.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_out_of_range_are_refused_by_name() {
        let settings = Nsga2Settings::default;
        for (settings, culprit) in [
            (Nsga2Settings { population_size: 1, ..settings() }, "population_size"),
            (Nsga2Settings { offspring_size: 0, ..settings() }, "offspring_size"),
            (Nsga2Settings { crossover_rate: f64::NAN, ..settings() }, "crossover_rate"),
            (Nsga2Settings { mutation_rate: 1.1, ..settings() }, "mutation_rate"),
        ] {
            let error = Nsga2::<u8>::new(settings).unwrap_err();
            assert!(error.to_string().contains(culprit), "{error}");
        }
    }

    #[test]
    fn a_configuration_file_may_leave_settings_out() {
        let settings: Nsga2Settings = toml::from_str("population_size = 30").unwrap();
        assert_eq!(settings, Nsga2Settings { population_size: 30, ..Nsga2Settings::default() });
        assert!(toml::from_str::<Nsga2Settings>("populationsize = 30").is_err());
    }
}
