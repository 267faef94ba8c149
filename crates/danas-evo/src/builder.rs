//! The settings of a search.

use std::fmt;
use std::time::Duration;

use crate::budget::Budget;
use crate::variation::tells_genes;
use crate::workers::Patience;
use crate::{
    AskTell, BayesianOptimisation, ConfigError, Duplicates, Evaluator, Genome, Nsga2, Observer,
    Search, StopHandle, Strategy, SuccessiveHalving, Variation,
};

/// Settings of a [`Search`]; see [`Search::builder`].
#[must_use]
pub struct SearchBuilder<G, V, E: Evaluator<G>> {
    variation: V,
    evaluator: E,
    strategy: Option<Box<dyn Strategy<G>>>,
    given: Vec<G>,
    budget: Budget,
    workers: usize,
    look_ahead: usize,
    duplicates: Duplicates,
    lazy: bool,
    halving: Option<SuccessiveHalving>,
    patience: Patience,
    errors_in_a_row: usize,
    handle: StopHandle,
    seed: u64,
    observers: Vec<Box<dyn Observer<G, E::Detail>>>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> SearchBuilder<G, V, E> {
    pub(crate) fn new(variation: V, evaluator: E) -> Self {
        Self {
            variation,
            evaluator,
            strategy: None,
            given: Vec::new(),
            budget: Budget::default(),
            workers: 1,
            look_ahead: 16,
            duplicates: Duplicates::default(),
            lazy: true,
            halving: None,
            patience: Patience::default(),
            errors_in_a_row: 5,
            handle: StopHandle::default(),
            seed: 0,
            observers: Vec::new(),
        }
    }

    /// What decides on the next candidates. Default: [`BayesianOptimisation::default`] in a space that
    /// tells its genes ([`Variation::genes`]), else [`Nsga2::default`].
    pub fn strategy(mut self, strategy: impl Strategy<G> + 'static) -> Self {
        self.strategy = Some(Box::new(strategy));
        self
    }

    /// Candidates to evaluate before any others, such as the best of earlier searches
    /// ([`best_of_journals`](crate::best_of_journals)): they take the places of as many that the
    /// strategy would have started with. Default: none.
    pub fn start_with(mut self, genomes: impl IntoIterator<Item = G>) -> Self {
        self.given.extend(genomes);
        self
    }

    /// How many candidates are asked for, at least 1; infeasible, failed, skipped and repeated ones
    /// count. Default: 300, as in the paper.
    pub fn evaluations(mut self, evaluations: usize) -> Self {
        self.budget.evaluations = evaluations;
        self
    }

    /// How many candidates the evaluator is run for, at least 1: those that are neither repeated nor
    /// [settled](crate::Ask::Settled) at once. Default: all.
    pub fn runs(mut self, runs: usize) -> Self {
        self.budget.runs = Some(runs);
        self
    }

    /// How long the search may take, with the earlier runs in its
    /// [journal](crate::Search::journal). Evaluations in progress are waited for. Default: as long
    /// as it wants.
    pub fn wall_time(mut self, wall_time: Duration) -> Self {
        self.budget.wall_time = Some(wall_time);
        self
    }

    /// After how many evaluations in a row that do not enlarge the hypervolume the search ends, at
    /// least 1. The reference point does not matter as long as all candidates dominate it. Default:
    /// it does not.
    pub fn stalled(mut self, evaluations: usize) -> Self {
        self.budget.stalled = Some(evaluations);
        self
    }

    /// Whether candidates are left out whose evaluation provably changes nothing. Default: yes.
    ///
    /// A candidate is skipped if, when it is asked for, a member of the front dominates the best
    /// that it can be ([`Evaluator::prospect`]), and the strategy has no
    /// [`Interest`](crate::Interest) in its outcome. Candidates and front are the same as without:
    /// what is skipped would have changed neither. (With [halving](Self::halving), it would have been
    /// one more to fall behind.)
    pub fn lazy(mut self, lazy: bool) -> Self {
        self.lazy = lazy;
        self
    }

    /// Ends evaluations early that fall behind the others, for evaluators that know rungs
    /// ([`Task::shares`](crate::Task::shares)). Lossy: the front may be another one. Default: all go
    /// to their end.
    pub fn halving(mut self, halving: SuccessiveHalving) -> Self {
        self.halving = Some(halving);
        self
    }

    /// How often an evaluation that panicked or returned an error is tried again, before its
    /// candidate counts as failed. Default: 0.
    pub fn retries(mut self, retries: usize) -> Self {
        self.patience.retries = retries;
        self
    }

    /// How long an attempt at an evaluation may take ([`Task::deadline`](crate::Task::deadline));
    /// candidates that take longer count as failed. Default: as long as it wants.
    pub fn time_limit(mut self, time_limit: Duration) -> Self {
        self.patience.time_limit = Some(time_limit);
        self
    }

    /// How many candidates in a row, in ask order, may end by an error or a panic of the evaluator
    /// before its machinery counts as broken and the search ends; at least 1. Those that are
    /// infeasible, skipped, or failed otherwise, are left out of account. Default: 5.
    pub fn errors_in_a_row(mut self, errors: usize) -> Self {
        self.errors_in_a_row = errors;
        self
    }

    /// What ends the search from outside.
    pub fn stop_handle(mut self, handle: StopHandle) -> Self {
        self.handle = handle;
        self
    }

    /// How many threads evaluate, at least 1. Does not change the result. Default: 1.
    ///
    /// More than the [look-ahead](Self::look_ahead) have nothing to do and are not started.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// How many candidates may be asked for before the first of them is committed, at least 1.
    /// Default: 16.
    ///
    /// Part of the configuration like the seed: a larger look-ahead keeps more workers busy when
    /// evaluations differ in length, a smaller one lets the strategy decide on newer results. The
    /// [`GeneticAlgorithm`](crate::GeneticAlgorithm) waits for whole generations and searches the same
    /// way for any look-ahead.
    pub fn look_ahead(mut self, look_ahead: usize) -> Self {
        self.look_ahead = look_ahead;
        self
    }

    /// What happens to a candidate that comes up again. Default: [`Duplicates::Avoid`].
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Where all randomness comes from. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds an observer; all are called, in the order they were added. Default: none.
    pub fn observer(mut self, observer: impl Observer<G, E::Detail> + 'static) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting that is out of its range, or what does not fit the
    /// evaluator's objectives.
    pub fn build(self) -> Result<Search<G, V, E>, ConfigError>
    where
        G: 'static,
    {
        for (setting, value) in [
            ("evaluations", self.budget.evaluations),
            ("runs", self.budget.runs.unwrap_or(1)),
            ("stalled", self.budget.stalled.unwrap_or(1)),
            ("workers", self.workers),
            ("look_ahead", self.look_ahead),
            ("errors_in_a_row", self.errors_in_a_row),
        ] {
            if value == 0 {
                return Err(ConfigError::TooSmall { setting, value, least: 1 });
            }
        }
        let strategy = self.strategy.unwrap_or_else(|| {
            if tells_genes(&self.variation) {
                Box::new(BayesianOptimisation::default())
            } else {
                Box::new(Nsga2::default())
            }
        });
        let objectives = self.evaluator.objectives();
        let core = AskTell::new(self.variation, strategy, objectives, self.duplicates, self.seed)?;
        let core = match self.halving {
            Some(halving) => core.halving(halving)?,
            None => core,
        };
        Ok(Search {
            core: core.lazy(self.lazy).start_with(self.given),
            evaluator: self.evaluator,
            budget: self.budget,
            workers: self.workers,
            look_ahead: self.look_ahead,
            patience: self.patience,
            errors_in_a_row: self.errors_in_a_row,
            handle: self.handle,
            journal: None,
            observers: self.observers,
        })
    }
}

impl<G, V, E: Evaluator<G>> fmt::Debug for SearchBuilder<G, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchBuilder")
            .field("budget", &self.budget)
            .field("workers", &self.workers)
            .field("look_ahead", &self.look_ahead)
            .field("duplicates", &self.duplicates)
            .field("lazy", &self.lazy)
            .field("halving", &self.halving)
            .field("seed", &self.seed)
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
