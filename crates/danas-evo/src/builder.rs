//! The settings of a search.

use std::fmt;

use crate::{
    AskTell, ConfigError, Duplicates, Evaluator, GeneticAlgorithm, Genome, Observer, Search,
    Strategy, Variation,
};

/// Settings of a [`Search`]; see [`Search::builder`].
#[must_use]
pub struct SearchBuilder<G, V, E: Evaluator<G>> {
    variation: V,
    evaluator: E,
    strategy: Option<Box<dyn Strategy<G>>>,
    evaluations: usize,
    workers: usize,
    look_ahead: usize,
    duplicates: Duplicates,
    seed: u64,
    observers: Vec<Box<dyn Observer<G, E::Detail>>>,
}

impl<G: Genome, V: Variation<G>, E: Evaluator<G>> SearchBuilder<G, V, E> {
    pub(crate) fn new(variation: V, evaluator: E) -> Self {
        Self {
            variation,
            evaluator,
            strategy: None,
            evaluations: 300,
            workers: 1,
            look_ahead: 16,
            duplicates: Duplicates::default(),
            seed: 0,
            observers: Vec::new(),
        }
    }

    /// What decides on the next candidates. Default: [`GeneticAlgorithm::default`].
    pub fn strategy(mut self, strategy: impl Strategy<G> + 'static) -> Self {
        self.strategy = Some(Box::new(strategy));
        self
    }

    /// How many candidates are asked for, at least 1; infeasible, failed and repeated ones count.
    /// Default: 300, as in the paper.
    pub fn evaluations(mut self, evaluations: usize) -> Self {
        self.evaluations = evaluations;
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
    /// [`GeneticAlgorithm`] waits for whole generations and searches the same way for any
    /// look-ahead.
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
            ("evaluations", self.evaluations),
            ("workers", self.workers),
            ("look_ahead", self.look_ahead),
        ] {
            if value == 0 {
                return Err(ConfigError::TooSmall { setting, value, least: 1 });
            }
        }
        let strategy = self.strategy.unwrap_or_else(|| Box::new(GeneticAlgorithm::default()));
        let objectives = self.evaluator.objectives();
        let core = AskTell::new(self.variation, strategy, objectives, self.duplicates, self.seed)?;
        Ok(Search {
            core,
            evaluator: self.evaluator,
            evaluations: self.evaluations,
            workers: self.workers,
            look_ahead: self.look_ahead,
            observers: self.observers,
        })
    }
}

impl<G, V, E: Evaluator<G>> fmt::Debug for SearchBuilder<G, V, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchBuilder")
            .field("evaluations", &self.evaluations)
            .field("workers", &self.workers)
            .field("look_ahead", &self.look_ahead)
            .field("duplicates", &self.duplicates)
            .field("seed", &self.seed)
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
