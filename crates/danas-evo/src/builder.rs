//! The settings of a search.

use std::fmt;
use std::time::Duration;

use crate::budget::Budget;
use crate::variation::tells_genes;
use crate::workers::RetryPolicy;
use crate::{
    ask_tell::AskTell,
    duplicates::Duplicates,
    error::SettingsError,
    evaluator::Evaluator,
    halving::SuccessiveHalving,
    observer::Observer,
    search::Search,
    stop::StopHandle,
    strategy::{BayesianOptimisation, Nsga2, Strategy},
    variation::{Genome, Variation},
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
    retry_policy: RetryPolicy,
    errors_in_a_row: usize,
    handle: StopHandle,
    seed: u64,
    observers: Vec<Box<dyn Observer<G, E::Detail>>>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> Search<G, V, E> {
    /// Returns a builder for a search over the space of `variation`, judged by `evaluator`.
    pub fn builder(variation: V, evaluator: E) -> SearchBuilder<G, V, E> {
        SearchBuilder::new(variation, evaluator)
    }
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> SearchBuilder<G, V, E> {
    fn new(variation: V, evaluator: E) -> Self {
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
            retry_policy: RetryPolicy::default(),
            errors_in_a_row: 5,
            handle: StopHandle::default(),
            seed: 0,
            observers: Vec::new(),
        }
    }

    /// Sets the strategy, which chooses the next candidates. Default:
    /// [`BayesianOptimisation::default`] if the space has genes ([`Variation::genes`]), otherwise
    /// [`Nsga2::default`].
    pub fn strategy(mut self, strategy: impl Strategy<G> + 'static) -> Self {
        self.strategy = Some(Box::new(strategy));
        self
    }

    /// Adds candidates to evaluate before any others, such as the best of earlier searches
    /// ([`best_of_journals`](crate::best_of_journals)). They replace the same number of candidates
    /// that the strategy would have started with. Default: none.
    pub fn start_with(mut self, genomes: impl IntoIterator<Item = G>) -> Self {
        self.given.extend(genomes);
        self
    }

    /// Sets the number of candidates to ask for, at least 1. Infeasible, failed, skipped and
    /// repeated candidates count as well. Default: 300, as in the paper.
    pub fn evaluations(mut self, evaluations: usize) -> Self {
        self.budget.evaluations = evaluations;
        self
    }

    /// Limits the number of candidates that the evaluator is run for, at least 1. Candidates that
    /// are repeated or [settled](crate::Ask::Settled) at once do not count. Default: no limit.
    pub fn max_trained(mut self, trained: usize) -> Self {
        self.budget.max_trained = Some(trained);
        self
    }

    /// Limits the time of the search, including earlier runs in its
    /// [journal](crate::Search::journal). The search waits for evaluations in progress, which may
    /// end early ([`Task::search_ends`](crate::Task::search_ends)). Default: no limit.
    pub fn max_time(mut self, max_time: Duration) -> Self {
        self.budget.max_time = Some(max_time);
        self
    }

    /// Ends the search after this number of evaluations in a row, at least 1, that do not enlarge
    /// the hypervolume. The reference point does not matter as long as all candidates dominate it.
    /// Default: the search does not end for this reason.
    pub fn stalled(mut self, evaluations: usize) -> Self {
        self.budget.stalled = Some(evaluations);
        self
    }

    /// Sets whether to skip evaluations that provably change nothing. Default: yes.
    ///
    /// A candidate is skipped if two conditions hold when it is asked for. First, a member of the
    /// front dominates the best outcome that the candidate can have ([`Evaluator::prospect`]).
    /// Second, the strategy has no [`Interest`](crate::Interest) in the outcome. All candidates and
    /// the front are the same as in a search that skips nothing. [Halving](Self::halving) is the
    /// exception: a skipped candidate is missing from the rungs that later candidates are compared
    /// with.
    pub fn lazy(mut self, lazy: bool) -> Self {
        self.lazy = lazy;
        self
    }

    /// Ends evaluations early if they fall behind the others. Works with evaluators that know rungs
    /// ([`Task::shares`](crate::Task::shares)). The front may differ from that of complete
    /// evaluations. Default: no evaluation ends early.
    pub fn halving(mut self, halving: SuccessiveHalving) -> Self {
        self.halving = Some(halving);
        self
    }

    /// Sets how often an evaluation that panicked or returned an error is tried again, before its
    /// candidate counts as failed. Default: 0.
    pub fn retries(mut self, retries: usize) -> Self {
        self.retry_policy.retries = retries;
        self
    }

    /// Limits the time of each attempt at an evaluation
    /// ([`Task::deadline`](crate::Task::deadline)). Candidates that take longer count as failed.
    /// Default: no limit.
    pub fn time_limit(mut self, time_limit: Duration) -> Self {
        self.retry_policy.time_limit = Some(time_limit);
        self
    }

    /// Sets the number of candidates in a row, in ask order, whose error or panic ends the search,
    /// at least 1. The machinery then counts as broken. Candidates that are infeasible, skipped or
    /// failed for another reason do not interrupt the row, and do not count. Default: 5.
    pub fn errors_in_a_row(mut self, errors: usize) -> Self {
        self.errors_in_a_row = errors;
        self
    }

    /// Sets the handle that can end the search from outside. Default: a new handle, which nothing
    /// else has.
    pub fn stop_handle(mut self, handle: StopHandle) -> Self {
        self.handle = handle;
        self
    }

    /// Sets the number of threads that evaluate, at least 1. It does not change the result.
    /// Default: 1.
    ///
    /// Threads beyond the [look-ahead](Self::look_ahead) would have nothing to do and are not
    /// started.
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// Sets how many candidates may be asked for before the first of them is committed, at least 1.
    /// Default: 16.
    ///
    /// Like the seed, the look-ahead determines the course of the search. A larger one keeps more
    /// workers busy if evaluations differ in length. A smaller one lets the strategy decide on
    /// newer results. The [`GeneticAlgorithm`](crate::GeneticAlgorithm) waits for whole
    /// generations, so its course is the same for any look-ahead.
    pub fn look_ahead(mut self, look_ahead: usize) -> Self {
        self.look_ahead = look_ahead;
        self
    }

    /// Sets what happens to a candidate that is proposed again. Default: [`Duplicates::Avoid`].
    pub fn duplicates(mut self, duplicates: Duplicates) -> Self {
        self.duplicates = duplicates;
        self
    }

    /// Sets the seed of all randomness. Default: 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds an observer. All observers are called, in the order in which they were added. Default:
    /// none.
    pub fn observer(mut self, observer: impl Observer<G, E::Detail> + 'static) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// Checks the settings and returns the search.
    ///
    /// # Errors
    /// [`SettingsError`] naming the setting that is out of its range, or what does not fit the
    /// evaluator's objectives.
    pub fn build(self) -> Result<Search<G, V, E>, SettingsError>
    where
        G: 'static,
    {
        for (setting, value) in [
            ("evaluations", self.budget.evaluations),
            ("max_trained", self.budget.max_trained.unwrap_or(1)),
            ("stalled", self.budget.stalled.unwrap_or(1)),
            ("workers", self.workers),
            ("look_ahead", self.look_ahead),
            ("errors_in_a_row", self.errors_in_a_row),
        ] {
            if value == 0 {
                return Err(SettingsError::TooSmall { setting, value, least: 1 });
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
            retry_policy: self.retry_policy,
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
