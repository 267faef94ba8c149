//! The genetic algorithm of data aware neural architecture search.

use std::collections::VecDeque;
use std::iter;

use rand::RngExt;

use super::population::Population;
use super::settings::{GeneticAlgorithmBuilder, Settings};
use crate::{
    Asked, ConfigError, Context, Fitness, Genome, Interest, Objective, Parents, Scalarisation,
    Strategy, TournamentOrder, Trial,
};

/// A generational genetic algorithm with tournament selection.
///
/// The population is cut into tournaments; the winner of each survives with its scores. Mutations
/// of the winners, in turn, and crossovers of them fill the population up again. Infeasible
/// candidates use up an evaluation and drop out; failed ones lose their tournament; when nobody is
/// left, a first population is drawn afresh. A generation has to be complete before the next is
/// asked for, so workers may idle at its end.
///
/// Who plays against whom is drawn before a generation is asked for. So with a weighted sum, a
/// candidate whose best would still lose to a mate that is known is of no
/// [interest](Interest::Nothing), and a lazy search may leave its evaluation out. With Pareto ranks
/// every outcome matters: any candidate may push others to a later front.
///
/// With the paper's numbers, the defaults, a population of 10 leaves 5 winners, and each generation
/// asks for 4 mutations and 1 crossover: 10 + 58 × 5 = 300 evaluations. [`paper`](Self::paper)
/// gives its experiments' details as well.
///
/// ```
/// use danas_evo::{Fitness, GeneticAlgorithm, Scalarisation, Start, Term};
///
/// let strategy = GeneticAlgorithm::<u16>::builder()
///     .population_size(20)
///     .start(Start::Random)
///     .fitness(Fitness::WeightedSum(Scalarisation::new([Term::new("accuracy")])))
///     .build()?;
/// # Ok::<(), danas_evo::ConfigError>(())
/// ```
///
/// # References
/// E. Njor, J. Madsen and X. Fafoutis (2023). Data Aware Neural Architecture Search. tinyML
/// Research Symposium. <https://arxiv.org/abs/2304.01821>
#[derive(Debug, Clone, PartialEq)]
pub struct GeneticAlgorithm<G> {
    settings: Settings,
    population: Population<G>,
    /// What is left to ask for in this generation.
    plan: VecDeque<Birth>,
    /// Selections so far.
    generation: usize,
}

/// Where a candidate comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Birth {
    Start,
    /// Of the winner with this position.
    Mutation(usize),
    Crossover,
}

impl<G> GeneticAlgorithm<G> {
    /// The settings to start from: the paper's numbers, with shuffled tournaments, crossovers of
    /// distinct winners and [`Fitness::ParetoRank`].
    pub fn builder() -> GeneticAlgorithmBuilder<G> {
        GeneticAlgorithmBuilder::new(Settings::default())
    }

    /// The settings of the paper's experiments: the same numbers, with tournaments among
    /// neighbours, any two winners as parents, and a weighted sum as fitness ([`Scalarisation`]
    /// shows the paper's).
    ///
    /// Its experiments evaluate repeated candidates; give the search
    /// [`Duplicates::Reuse`](crate::Duplicates::Reuse) as well.
    pub fn paper(fitness: Scalarisation) -> GeneticAlgorithmBuilder<G> {
        Self::builder()
            .tournament_order(TournamentOrder::AsTheyStand)
            .parents(Parents::Any)
            .fitness(Fitness::WeightedSum(fitness))
    }

    /// The number of selections so far; 0 during the first population.
    #[must_use]
    pub fn generation(&self) -> usize {
        self.generation
    }

    pub(super) fn with_settings(settings: Settings) -> Self {
        let plan = first_population(&settings);
        Self { settings, population: Population::default(), plan, generation: 0 }
    }
}

impl<G> Default for GeneticAlgorithm<G> {
    /// The settings of [`builder`](Self::builder).
    fn default() -> Self {
        Self::with_settings(Settings::default())
    }
}

impl<G: Genome> GeneticAlgorithm<G> {
    /// Reduces the population to its winners and plans their offspring.
    fn select(&mut self, context: &mut Context<'_, G>) {
        let Settings { population_size, ref fitness, .. } = self.settings;
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
        let mutations = (0..n_offspring - n_crossovers).map(|i| Birth::Mutation(i % n_winners));
        self.plan = mutations.chain(iter::repeat_n(Birth::Crossover, n_crossovers)).collect();
    }

    fn bear(&self, birth: Birth, context: &mut Context<'_, G>) -> G {
        let winners = self.population.winners();
        match (birth, winners) {
            (Birth::Mutation(i), _) => context.mutation(winners[i].genome()),
            (Birth::Crossover, [only]) if self.settings.parents == Parents::Distinct => {
                context.mutation(only.genome())
            }
            (Birth::Crossover, _) => {
                let (left, right) = self.pair(context);
                context.crossover(winners[left].genome(), winners[right].genome())
            }
            (Birth::Start, _) => self.settings.start.draw(context),
        }
    }

    /// Positions of two winners.
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

fn first_population(settings: &Settings) -> VecDeque<Birth> {
    iter::repeat_n(Birth::Start, settings.population_size).collect()
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
            self.population.draw(n_individuals, self.settings.order, context.rng());
        }
        let birth = self.plan.pop_front()?;
        Some(context.draw(|context| self.bear(birth, context)))
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
        format!("genetic algorithm: {:?}", self.settings)
    }

    fn check(&self, objectives: &[Objective]) -> Result<(), ConfigError> {
        self.settings.fitness.check(objectives)
    }
}
