//! The genetic algorithm of data aware neural architecture search.

use std::collections::VecDeque;
use std::iter;

use rand::RngExt;

use super::population::Population;
use super::settings::GeneticAlgorithmSettings;
use crate::{
    context::Context,
    description,
    error::SettingsError,
    objective::Objective,
    prospect::Interest,
    strategy::{Asked, Fitness, Parents, Strategy, Trial},
    variation::Genome,
};

/// A generational genetic algorithm with tournament selection.
///
/// The population is divided into tournaments, and the winner of each survives with its scores.
/// Mutations of the winners, in turn, and crossovers of the winners fill the population up again.
/// Infeasible candidates use up an evaluation and leave the population. Failed candidates lose
/// their tournament. If nobody is left, a new first population is drawn. A generation has to be
/// complete before the next one is asked for, so workers may be idle at its end.
///
/// The tournaments are drawn before a generation is asked for. With a weighted sum, this shows
/// which outcomes do not matter: those of candidates whose best possible score would still lose to
/// a known member of the same tournament ([`Interest::Nothing`]). A lazy search may skip their
/// evaluation. With Pareto ranks every outcome matters, since any candidate may push others to a
/// later front.
///
/// The defaults are the numbers of the paper. A population of 10 leaves 5 winners, and each
/// generation asks for 4 mutations and 1 crossover: 10 + 58 × 5 = 300 evaluations.
/// [`GeneticAlgorithmSettings::paper`] also sets the details of the paper's experiments.
///
/// ```
/// use danas_evo::{
///     Fitness, GeneticAlgorithm, GeneticAlgorithmSettings, Scalarisation, Start, Term,
/// };
///
/// let strategy = GeneticAlgorithm::<u16>::new(GeneticAlgorithmSettings {
///     population_size: 20,
///     start: Start::Random,
///     fitness: Fitness::WeightedSum(Scalarisation::new([Term::new("accuracy")])),
///     ..GeneticAlgorithmSettings::default()
/// })?;
/// # Ok::<(), danas_evo::SettingsError>(())
/// ```
///
/// # References
/// E. Njor, J. Madsen and X. Fafoutis (2023). Data Aware Neural Architecture Search. tinyML
/// Research Symposium. <https://arxiv.org/abs/2304.01821>
#[derive(Debug, Clone, PartialEq)]
pub struct GeneticAlgorithm<G> {
    settings: GeneticAlgorithmSettings,
    population: Population<G>,
    /// Offspring that are still to be asked for in this generation.
    plan: VecDeque<Offspring>,
    /// Number of selections so far.
    generation: usize,
}

/// The origin of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offspring {
    Start,
    /// Mutation of the winner at this position.
    Mutation(usize),
    Crossover,
}

impl<G> GeneticAlgorithm<G> {
    /// Creates the strategy, after checking its settings.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range. The objectives that the fitness
    /// names are checked later, when the search is built.
    pub fn new(settings: GeneticAlgorithmSettings) -> Result<Self, SettingsError> {
        settings.check()?;
        Ok(Self::with_settings(settings))
    }

    /// Returns the number of selections so far; 0 during the first population.
    #[must_use]
    pub fn generation(&self) -> usize {
        self.generation
    }

    pub(super) fn with_settings(settings: GeneticAlgorithmSettings) -> Self {
        let plan = first_population(&settings);
        Self { settings, population: Population::default(), plan, generation: 0 }
    }
}

impl<G> Default for GeneticAlgorithm<G> {
    /// Uses the default settings.
    fn default() -> Self {
        Self::with_settings(GeneticAlgorithmSettings::default())
    }
}

impl<G: Genome> GeneticAlgorithm<G> {
    /// Reduces the population to its winners and plans their offspring.
    fn select(&mut self, context: &mut Context<'_, G>) {
        let GeneticAlgorithmSettings { population_size, ref fitness, .. } = self.settings;
        let n_tournaments = self.settings.n_tournaments();
        self.population.select(fitness, context.objectives(), n_tournaments);
        let n_winners = self.population.winners().len();
        self.generation += 1;
        tracing::debug!(generation = self.generation, winners = n_winners, "selected");

        if n_winners == 0 {
            self.plan = first_population(&self.settings);
            return;
        }
        let n_offspring = population_size - n_winners;
        let n_crossovers = self.settings.n_crossovers(n_offspring);
        let mutations = (0..n_offspring - n_crossovers).map(|i| Offspring::Mutation(i % n_winners));
        self.plan = mutations.chain(iter::repeat_n(Offspring::Crossover, n_crossovers)).collect();
    }

    fn reproduce(&self, offspring: Offspring, context: &mut Context<'_, G>) -> G {
        let winners = self.population.winners();
        match (offspring, winners) {
            (Offspring::Mutation(i), _) => context.mutation(winners[i].genome()),
            (Offspring::Crossover, [only]) if self.settings.parents == Parents::Distinct => {
                context.mutation(only.genome())
            }
            (Offspring::Crossover, _) => {
                let (left, right) = self.pair(context);
                context.crossover(winners[left].genome(), winners[right].genome())
            }
            (Offspring::Start, _) => self.settings.start.draw(context),
        }
    }

    /// Draws the positions of two winners.
    fn pair(&self, context: &mut Context<'_, G>) -> (usize, usize) {
        let n = self.population.winners().len();
        let left = context.rng().random_range(0..n);
        let right = match self.settings.parents {
            Parents::Any => context.rng().random_range(0..n),
            Parents::Distinct => (left + context.rng().random_range(1..n)) % n,
        };
        (left, right)
    }
}

fn first_population(settings: &GeneticAlgorithmSettings) -> VecDeque<Offspring> {
    iter::repeat_n(Offspring::Start, settings.population_size).collect()
}

impl<G: Genome> Strategy<G> for GeneticAlgorithm<G> {
    fn ask(&mut self, context: &mut Context<'_, G>) -> Option<G> {
        if self.plan.is_empty() {
            if self.population.is_awaited() {
                return None;
            }
            self.select(context);
        }
        if !self.population.is_drawn() {
            let n_individuals = self.population.len() + self.plan.len();
            self.population.draw(n_individuals, self.settings.tournament_order, context.rng());
        }
        let offspring = self.plan.pop_front()?;
        Some(context.draw(|context| self.reproduce(offspring, context)))
    }

    fn asked(&mut self, asked: &Asked<'_, G>) -> Interest {
        self.population.join(asked.genome.clone(), asked.prospect);
        if asked.is_given {
            self.plan.pop_front();
        }
        let Fitness::WeightedSum(sum) = &self.settings.fitness else { return Interest::Outcome };
        let score = |scores: &_| sum.score(asked.objectives, scores);
        let best = asked.prospect.best().and_then(score);
        let n_tournaments = self.settings.n_tournaments();
        match best {
            Some(best) if self.population.newest_loses(best, score, n_tournaments) => {
                Interest::Nothing
            }
            _ => Interest::Outcome,
        }
    }

    fn tell(&mut self, trial: &Trial<'_, G>) {
        self.population.learn(trial);
    }

    fn describe(&self) -> String {
        description::of_strategy("genetic", &self.settings)
    }

    fn check(&self, objectives: &[Objective]) -> Result<(), SettingsError> {
        self.settings.fitness.check(objectives)
    }
}
