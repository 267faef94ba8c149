//! Configuration of the search itself: strategy, budget, objectives and limits.

use std::{path::PathBuf, thread};

use danas_evo::{
    AgingEvolution, AgingEvolutionSettings, BayesianOptimisation, BayesianOptimisationSettings,
    Duplicates, GeneticAlgorithm, GeneticAlgorithmSettings, Genome, Nsga2, Nsga2Settings,
    RandomSearch, SettingsError, Strategy, SuccessiveHalving,
};
use danas_space::Bytes;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{judging::JudgingConfig, limit::Limit, quantity::Quantity};

/// Strategy, budget, objectives and limits of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SearchConfig {
    /// Seed of everything random except the split. Default: 0.
    pub seed: u64,
    /// Number of candidates to evaluate. Default: 300, as in the paper.
    pub evaluations: usize,
    /// Number of threads that evaluate candidates. It changes how long a search takes, but never
    /// what it finds. Default: one for each core.
    pub workers: usize,
    /// Maximum number of candidates under way at once. No more workers than this are busy. With
    /// another value, the same seed gives another search. Default: 16.
    pub look_ahead: usize,
    /// What happens if the strategy proposes a candidate again. Default: a new candidate replaces
    /// it.
    pub duplicates: Duplicates,
    /// Journals of earlier searches with the same objectives, on any data. The best of their
    /// candidates are evaluated first, after the baselines, if the space contains them.
    /// Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub start_from: Vec<PathBuf>,
    /// Whether to skip the training of candidates that provably change nothing: even with perfect
    /// quality they would not join the front, and the strategy would go on in the same way.
    /// Default: yes.
    pub lazy: bool,
    /// Successive halving, which stops candidates early that fall behind earlier ones. With folds,
    /// candidates are compared between their trainings. With a single validation part, they are
    /// compared between the epochs of their first training. A candidate that would have improved
    /// late may be lost. Default: none, no candidate is stopped early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub halving: Option<SuccessiveHalving>,
    /// How often an evaluation is tried again after a panic or an error. Default: 0.
    pub retries: usize,
    /// Maximum number of candidates to train. Infeasible, skipped and repeated candidates do not
    /// count. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_trained: Option<usize>,
    /// Time limit of the search, in seconds, for all runs of a journal together. A training under
    /// way then ends at its next step. Trainings of exported models are not limited. Default: no
    /// limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<f64>,
    /// Number of evaluations in a row after which the search ends if none of them enlarges the
    /// hypervolume of the front. Default: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stalled: Option<usize>,
    /// The quantities to optimise. Default: accuracy, precision, recall and model size, as in the
    /// paper.
    pub objectives: Vec<Quantity>,
    /// Limits on quantities of the candidates. Default: none.
    pub limits: Vec<Limit>,
    /// How candidates are judged, by one validation part or by folds, and whether the front is
    /// confirmed. Default: [`JudgingConfig::default`].
    pub judging: JudgingConfig,
    /// Whether the [baselines](crate::Baseline) that the space contains are evaluated before all
    /// other candidates. Default: yes.
    pub baselines: bool,
    /// Number of trainings of each candidate, on each fold if there are folds. Each training has a
    /// seed of its own. The candidate is judged by their mean, and fails if one of them fails.
    /// Default: 1.
    pub trainings: usize,
    /// Memory that each training may take besides its features. A candidate whose training would
    /// take more is infeasible. Each worker can take this much. Default: 4 GB.
    pub training_memory: Bytes,
    /// Number of fresh trainings of each member of the front that are judged on the test part.
    /// Default: 3.
    pub test_seeds: usize,
    /// The strategy that chooses candidates. Default: Bayesian optimisation.
    pub strategy: StrategyConfig,
}

impl SearchConfig {
    /// Returns whether this quantity is an objective or has a limit.
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
#[non_exhaustive]
pub enum StrategyConfig {
    /// A genetic algorithm.
    Genetic(GeneticAlgorithmSettings),
    /// NSGA-II.
    Nsga2(Nsga2Settings),
    /// Bayesian optimisation: NSGA-II whose offspring are chosen by a model of the objectives.
    Bayesian(BayesianOptimisationSettings),
    /// Aging evolution with random scalarisation, as in µNAS.
    AgingEvolution(AgingEvolutionSettings),
    /// Random search: the baseline.
    #[serde(deserialize_with = "no_settings")]
    Random,
}

/// Refuses any key besides `kind`.
fn no_settings<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

impl Default for StrategyConfig {
    fn default() -> Self {
        Self::Bayesian(BayesianOptimisationSettings::default())
    }
}

impl StrategyConfig {
    /// Builds the strategy, for any genome.
    ///
    /// # Errors
    /// [`SettingsError`], which names a setting that is out of range.
    pub fn build<G: Genome + 'static>(&self) -> Result<Box<dyn Strategy<G>>, SettingsError> {
        Ok(match self {
            Self::Genetic(settings) => Box::new(GeneticAlgorithm::new(settings.clone())?),
            Self::Nsga2(settings) => Box::new(Nsga2::new(settings.clone())?),
            Self::Bayesian(settings) => Box::new(BayesianOptimisation::new(settings.clone())?),
            Self::AgingEvolution(settings) => Box::new(AgingEvolution::new(settings.clone())?),
            Self::Random => Box::new(RandomSearch),
        })
    }
}
