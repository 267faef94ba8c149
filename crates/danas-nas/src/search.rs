//! The search itself, which combines a space of candidates, a source of data and an engine.

use std::{fmt, path::PathBuf, sync::Arc, time::Instant};

use danas_data::{DataSource, Split, SplitConfig};
use danas_evo::{Observer, StopHandle};
use danas_model::{Engine, TrainConfig};
use danas_space::{Bytes, Candidate, DataSpace, SearchSpace};

use crate::{
    assessment::Assessment,
    epoch_observer::CandidateEpoch,
    error::{Error, SettingsError},
    evaluator::CandidateEvaluator,
    evolution::{BoxedObserver, JournalFile, evolve},
    front::{self, Deadlines},
    identity,
    member::{FrontMember, judged},
    recommendation::recommend,
    report::{Judging, Report},
    run_error::RunError,
    settings::SearchConfig,
    setup::Setup,
    target::Target,
    trainer::Trainer,
};

/// Data aware neural architecture search, ready to run.
///
/// Candidates are trained on the train part of the data and judged on the validation part, or by
/// cross-validation over both. The search itself never uses the test part, which judges the front
/// at the end.
pub struct DataAwareSearch<D: DataSpace, S: DataSource> {
    space: SearchSpace<D>,
    setup: Setup<S>,
    search: SearchConfig,
    journal: Option<JournalFile>,
    handle: StopHandle,
    observers: Vec<BoxedObserver<D::Granularity>>,
}

impl<D, S> DataAwareSearch<D, S>
where
    D: DataSpace,
    S: DataSource<Granularity = D::Granularity>,
{
    /// Creates a search of `space` over the examples of `source` with default settings.
    #[must_use]
    pub fn new(space: SearchSpace<D>, source: S, engine: Arc<dyn Engine>) -> Self {
        let setup = Setup {
            source,
            engine,
            split: SplitConfig::default(),
            training: TrainConfig::default(),
            positive: None,
            target: None,
            memory: Bytes(4_000_000_000),
            observer: None,
        };
        Self {
            space,
            setup,
            search: SearchConfig::default(),
            journal: None,
            handle: StopHandle::new(),
            observers: Vec::new(),
        }
    }

    /// Sets how the examples are split. Default: 60 % train, 20 % validation, 20 % test.
    #[must_use]
    pub fn split(mut self, split: SplitConfig) -> Self {
        self.setup.split = split;
        self
    }

    /// Sets how candidates are trained. Default: [`TrainConfig::default`].
    #[must_use]
    pub fn training(mut self, training: TrainConfig) -> Self {
        self.setup.training = training;
        self
    }

    /// Sets the positive class, for which precision, recall, F1 score and ROC AUC are computed.
    /// Default: none; these figures are the mean over all classes.
    #[must_use]
    pub fn positive(mut self, class: impl Into<String>) -> Self {
        self.setup.positive = Some(class.into());
        self
    }

    /// Sets the strategy, budget, objectives and limits. Default: [`SearchConfig::default`].
    #[must_use]
    pub fn settings(mut self, search: SearchConfig) -> Self {
        self.search = search;
        self
    }

    /// Sets the device that candidates must fit, including their input buffer and preprocessing.
    /// Candidates that do not fit are infeasible. Default: no device.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.setup.target = Some(target);
        self
    }

    /// Sets the memory budget for the features of all candidates. Default: 4 GB.
    ///
    /// If the budget is used up, the least recently used features are dropped. A candidate whose
    /// own features exceed the budget is infeasible. Features that a training is using are freed
    /// when it ends. Until then, several workers together can exceed the budget.
    #[must_use]
    pub fn feature_memory(mut self, budget: Bytes) -> Self {
        self.setup.memory = budget;
        self
    }

    /// Sets the file of the journal, to which each result is written as soon as it is known. If the
    /// file exists, its search is resumed; see
    /// [`danas_evo::Search::journal`]. Default: no journal.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(JournalFile { path: path.into(), is_new: false });
        self
    }

    /// Sets the file of the journal, as [`journal`](Self::journal) does, but discards what the file
    /// contains. This happens only once everything else has been checked, and not if the file is in
    /// use.
    #[must_use]
    pub fn new_journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(JournalFile { path: path.into(), is_new: true });
        self
    }

    /// Sets a handle that can stop the search from another thread, at any stage. Evaluations that
    /// are under way are completed. Trainings that confirm or test the front end at once. Started
    /// again with its journal, the search continues. Default: a handle of its own, see
    /// [`handle`](Self::handle).
    #[must_use]
    pub fn stop_handle(mut self, handle: StopHandle) -> Self {
        self.handle = handle;
        self
    }

    /// Returns a handle that can stop the search from another thread.
    #[must_use]
    pub fn handle(&self) -> StopHandle {
        self.handle.clone()
    }

    /// Adds an observer. It is called after each evaluation, in the order of the evaluations, and
    /// can stop the search.
    #[must_use]
    pub fn observer(
        mut self,
        observer: impl Observer<Candidate<D::Granularity>, Assessment> + 'static,
    ) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// Sets the observer of the epochs of all trainings. Workers call it from their threads, in no
    /// particular order. Default: none.
    #[must_use]
    pub fn epoch_observer(
        mut self,
        observer: impl Fn(&CandidateEpoch<'_, D::Granularity>) + Send + Sync + 'static,
    ) -> Self {
        self.setup.observer = Some(Arc::new(observer));
        self
    }

    /// Returns the source of the data.
    #[must_use]
    pub const fn source(&self) -> &S {
        &self.setup.source
    }

    /// Returns the split of the examples that the search uses when it [runs](Self::run).
    ///
    /// # Errors
    /// [`Error::Split`] if the data cannot be split with these settings.
    pub fn parts(&self) -> Result<Split, Error> {
        let Setup { source, split, .. } = &self.setup;
        Ok(Split::of(split, source)?)
    }

    /// Runs the search, then retrains each member of the front and judges it on the test part.
    ///
    /// A candidate that is infeasible, or whose training fails, is a result and not an error. So is
    /// a search without a feasible candidate: its front is empty.
    ///
    /// # Errors
    /// [`RunError`] if settings contradict each other or the data, if data cannot be read, or if the
    /// engine or the journal fails. It contains what was found before.
    pub fn run(self) -> Result<Report<D::Granularity>, RunError<D::Granularity>> {
        let Self { space, setup, search, journal, handle, observers } = self;
        let evaluator = evaluator(&space, setup, &search)?;
        let journal = match journal {
            Some(file) => Some((file, identity::of(&space, &evaluator)?)),
            None => None,
        };
        let begin = Instant::now();
        let span = tracing::debug_span!("search").entered();
        let outcome = evolve(space, &evaluator, &search, journal, handle.clone(), observers)?;
        drop(span);
        let judging = Judging::of(&evaluator.experiment().examples);
        if judging.has_few_groups() {
            tracing::warn!(groups = judging.groups, "too few groups to rank candidates");
        }
        let deadlines = Deadlines::new(begin, &search);
        let named = match front::judge(&evaluator, &outcome, &search, deadlines, &handle) {
            Ok(named) => named,
            Err(error) => return Err(RunError { error, outcome: Some(Box::new(outcome)) }),
        };
        let is_interrupted = named.is_none();
        let (front, baselines) = named.unwrap_or_else(|| {
            (outcome.front.iter().map(FrontMember::untested).collect(), Vec::new())
        });
        let recommended = (!is_interrupted)
            .then(|| recommend(judged(&front), &search.objectives, &search.limits))
            .flatten();
        Ok(Report { outcome, is_interrupted, front, baselines, recommended, judging })
    }

    /// Returns a trainer for single candidates, with the data and settings of this search.
    ///
    /// # Errors
    /// [`Error`] if settings contradict each other or the data.
    pub fn trainer(self) -> Result<Trainer<S>, Error> {
        Ok(Trainer::new(evaluator(&self.space, self.setup, &self.search)?))
    }
}

/// Checks the settings of a search, splits its examples, and returns its evaluator.
fn evaluator<D, S>(
    space: &SearchSpace<D>,
    setup: Setup<S>,
    search: &SearchConfig,
) -> Result<CandidateEvaluator<S>, Error>
where
    D: DataSpace,
    S: DataSource<Granularity = D::Granularity>,
{
    setup.check(search)?;
    if let Some(axis) = space.data.axes().into_iter().find(|axis| axis.len == 0) {
        return Err(SettingsError::EmptyAxis { axis: axis.name }.into());
    }
    if space.augmentation.is_searched() && !setup.is_altered() {
        return Err(SettingsError::NothingToAugment.into());
    }
    Ok(CandidateEvaluator::new(setup.experiment(search)?, search))
}

impl<D: DataSpace, S: DataSource> fmt::Debug for DataAwareSearch<D, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataAwareSearch")
            .field("engine", &self.setup.engine)
            .field("split", &self.setup.split)
            .field("training", &self.setup.training)
            .field("positive", &self.setup.positive)
            .field("target", &self.setup.target)
            .field("memory", &self.setup.memory)
            .field("search", &self.search)
            .field("journal", &self.journal)
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
