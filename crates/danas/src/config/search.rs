//! How a search goes about it.

use std::{path::PathBuf, thread};

use danas_evo::{
    AgingEvolution, AgingEvolutionSettings, BayesianOptimisation, BayesianOptimisationSettings,
    ConfigError, Duplicates, Fitness, GeneticAlgorithm, Genome, Nsga2, Nsga2Settings, Parents,
    RandomSearch, Scalarisation, Start, Strategy, SuccessiveHalving, Term, TournamentOrder,
    Transform,
};
use danas_space::Bytes;
use serde::{Deserialize, Serialize};

use crate::{JudgingConfig, Limit, Quantity};

/// Strategy, budget, objectives and limits of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchConfig {
    /// The seed of everything random but the split. Default: 0.
    pub seed: u64,
    /// The candidates to evaluate. Default: 300, the paper's.
    pub evaluations: usize,
    /// Threads that evaluate. They change how long a search takes, never what it finds. Default:
    /// one for each core.
    pub workers: usize,
    /// How many candidates may be under way at once: the bound on workers that have something to
    /// do, and part of what a seed determines. Default: 16.
    pub look_ahead: usize,
    /// What becomes of a candidate that comes up again. Default: it is not evaluated twice.
    pub duplicates: Duplicates,
    /// Journals of earlier searches by the same objectives, on whatever data: the best of their
    /// candidates that the space holds are evaluated before any others. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub start_from: Vec<PathBuf>,
    /// Whether candidates are left untrained that provably change nothing: neither the front, even
    /// with perfect figures, nor what the strategy asks for. Default: yes.
    pub lazy: bool,
    /// Ends trainings early that fall behind those before them, by what their networks achieve on the
    /// validation part at the rungs; of several trainings of a candidate, the first decides. Lossy.
    /// Default: all go to their end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub halving: Option<SuccessiveHalving>,
    /// How often an evaluation that panicked or could not be made is tried again. Default: 0.
    pub retries: usize,
    /// The most candidates to train; those that are infeasible or skipped do not count. Default: as
    /// many as there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_trained: Option<usize>,
    /// The most seconds to search, in all runs of a journal together. A training
    /// under way ends at its next step. Default: as many as it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<f64>,
    /// After how many evaluations in a row that do not enlarge the front's hypervolume the search
    /// ends. Default: it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stalled: Option<usize>,
    /// What is optimised. Default: the paper's accuracy, precision, recall and model size.
    pub objectives: Vec<Quantity>,
    /// What bounds the candidates. Default: nothing.
    pub limits: Vec<Limit>,
    /// How candidates are judged: by one validation part or by folds; and whether the front is judged
    /// again. Default: [`JudgingConfig::default`].
    pub judging: JudgingConfig,
    /// Whether the [baselines](crate::Baseline) that the space holds are evaluated before any others.
    /// Default: yes.
    pub baselines: bool,
    /// Trainings of each candidate, with seeds of their own: their mean is what it is judged by. Where
    /// one of them fails, the candidate does. Default: 1.
    pub trainings: usize,
    /// What each training may take in memory beside its features; a candidate whose training would take
    /// more is infeasible. Each worker can take so much. Default: 4 GB.
    pub training_memory: Bytes,
    /// Fresh trainings of each member of the front for its report on the test part. Default: 3.
    pub test_seeds: usize,
    /// How candidates are chosen. Default: by a model of what the earlier ones achieved.
    pub strategy: StrategyConfig,
}

impl SearchConfig {
    /// Whether an objective or a limit is on this quantity.
    #[must_use]
    pub fn asks_for(&self, quantity: Quantity) -> bool {
        let limited = self.limits.iter().map(|limit| limit.quantity);
        self.objectives.iter().copied().chain(limited).any(|asked| asked == quantity)
    }
}

impl Default for SearchConfig {
    fn default() -> Self {
        Self {
            seed: 0,
            evaluations: 300,
            workers: thread::available_parallelism().map_or(1, usize::from),
            look_ahead: 16,
            duplicates: Duplicates::Avoid,
            start_from: Vec::new(),
            lazy: true,
            halving: None,
            retries: 0,
            max_trained: None,
            max_seconds: None,
            stalled: None,
            objectives: vec![
                Quantity::Accuracy,
                Quantity::Precision,
                Quantity::Recall,
                Quantity::ModelSize,
            ],
            limits: Vec::new(),
            judging: JudgingConfig::default(),
            baselines: true,
            trainings: 1,
            training_memory: Bytes(4_000_000_000),
            test_seeds: 3,
            strategy: StrategyConfig::default(),
        }
    }
}

/// A search strategy and its settings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StrategyConfig {
    /// A genetic algorithm.
    Genetic(GeneticConfig),
    /// NSGA-II.
    Nsga2(Nsga2Settings),
    /// NSGA-II whose offspring are chosen by a model of what candidates achieve.
    Bayesian(BayesianOptimisationSettings),
    /// Aging evolution with random scalarisation, as in µNAS.
    AgingEvolution(AgingEvolutionSettings),
    /// Random search: the baseline.
    Random,
}

impl Default for StrategyConfig {
    fn default() -> Self {
        Self::Bayesian(BayesianOptimisationSettings::default())
    }
}

impl StrategyConfig {
    /// The strategy, for any genome.
    ///
    /// # Errors
    /// [`ConfigError`] names a setting out of its range.
    pub fn build<G: Genome + 'static>(&self) -> Result<Box<dyn Strategy<G>>, ConfigError> {
        Ok(match self {
            Self::Genetic(config) => Box::new(config.build()?),
            Self::Nsga2(settings) => Box::new(Nsga2::new(settings.clone())?),
            Self::Bayesian(settings) => Box::new(BayesianOptimisation::new(settings.clone())?),
            Self::AgingEvolution(settings) => Box::new(AgingEvolution::new(settings.clone())?),
            Self::Random => Box::new(RandomSearch),
        })
    }
}

/// The settings of the genetic algorithm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GeneticConfig {
    /// The individuals of a generation. Default: 10.
    pub population_size: usize,
    /// What the first generation is made of. Default: trivial candidates of one layer.
    pub start: Start,
    /// The share of the population that is replaced in a generation. Default: 0.5.
    pub update_rate: f64,
    /// Tournaments, whose winners survive. Default: as many as individuals that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tournaments: Option<usize>,
    /// Whether tournaments are drawn, or cut from the population as it stands. Default: drawn.
    pub tournament_order: TournamentOrder,
    /// The share of offspring made by crossover, the others by mutation. Default: 0.2.
    pub crossover_rate: f64,
    /// Whether crossover may draw the same parent twice. Default: two distinct ones.
    pub parents: Parents,
    /// Who wins a tournament. Default: by Pareto rank.
    pub fitness: Fitness,
}

impl Default for GeneticConfig {
    fn default() -> Self {
        Self {
            population_size: 10,
            start: Start::Trivial,
            update_rate: 0.5,
            tournaments: None,
            tournament_order: TournamentOrder::Shuffled,
            crossover_rate: 0.2,
            parents: Parents::Distinct,
            fitness: Fitness::ParetoRank,
        }
    }
}

impl GeneticConfig {
    /// As in the paper's experiments: tournaments among neighbours, fitness the sum of accuracy,
    /// precision, recall and exp(−size / 100 000).
    #[must_use]
    pub fn paper() -> Self {
        let size = Transform::Decay { range: 100_000.0 };
        Self {
            tournament_order: TournamentOrder::AsTheyStand,
            parents: Parents::Any,
            fitness: Fitness::WeightedSum(Scalarisation::new([
                Term::new(Quantity::Accuracy.name()),
                Term::new(Quantity::Precision.name()),
                Term::new(Quantity::Recall.name()),
                Term::new(Quantity::ModelSize.name()).transform(size),
            ])),
            ..Self::default()
        }
    }

    fn build<G: Genome>(&self) -> Result<GeneticAlgorithm<G>, ConfigError> {
        let mut builder = GeneticAlgorithm::builder()
            .population_size(self.population_size)
            .start(self.start)
            .update_rate(self.update_rate)
            .tournament_order(self.tournament_order)
            .crossover_rate(self.crossover_rate)
            .parents(self.parents)
            .fitness(self.fitness.clone());
        if let Some(tournaments) = self.tournaments {
            builder = builder.tournaments(tournaments);
        }
        builder.build()
    }
}
