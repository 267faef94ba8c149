//! The search itself, which combines a space of candidates, a source of data and an engine.

use std::{
    collections::BTreeMap,
    fmt,
    ops::ControlFlow,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use danas_data::{DataSource, Examples, Folds, Split, SplitConfig};
use danas_evo::{
    Evaluator, Fault, Observer, Outcome, ParetoArchive, Progress, Search, SearchError,
    SearchResult, StopHandle, StopReason, best_of_journals, with_causes,
};
use danas_model::{Averaging, Engine, TrainConfig};
use danas_space::{Bytes, Candidate, DataSpace, SearchSpace};
use serde::de::IgnoredAny;

use crate::{
    assessment::Assessment,
    baselines::Baseline,
    error::{Error, SettingsError},
    evaluator::CandidateEvaluator,
    experiment::Experiment,
    front::{self, Deadlines},
    member::{FrontMember, judged},
    quantity::Quantity,
    recommendation::recommend,
    report::{Judging, Report},
    settings::SearchConfig,
    target::Target,
    trainer::Trainer,
    variation::SpaceVariation,
};

/// Share of the time limit for evaluations, if the front is confirmed afterwards.
const SEARCH_SHARE: f64 = 0.75;

/// Share of the time limit after which confirmations end. The rest is for exported models and
/// tests.
const CONFIRMED_SHARE: f64 = 0.9;

/// Observer of a search over granularities `G`; see [`danas_evo::Observer`].
pub type BoxedObserver<G> = Box<dyn Observer<Candidate<G>, Assessment>>;

/// Data aware neural architecture search, ready to run.
///
/// Candidates are trained on the train part of the data and judged on the validation part, or by
/// cross-validation over both. The search itself never uses the test part, which judges the front
/// at the end.
pub struct DataAwareSearch<D: DataSpace, S> {
    space: SearchSpace<D>,
    setup: Setup<S>,
    search: SearchConfig,
    journal: Option<PathBuf>,
    handle: StopHandle,
    observers: Vec<BoxedObserver<D::Granularity>>,
}

/// Data and settings that trainings depend on.
struct Setup<S> {
    source: S,
    engine: Arc<dyn Engine>,
    split: SplitConfig,
    training: TrainConfig,
    positive: Option<String>,
    target: Option<Target>,
    memory: Bytes,
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
    /// file exists, its search is resumed; see [`Search::journal`]. Default: no journal.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// Sets a handle that can end the search from another thread. The search then waits for
    /// trainings that are under way, and does not confirm or test its front. Default: no handle.
    #[must_use]
    pub fn stop_handle(mut self, handle: StopHandle) -> Self {
        self.handle = handle;
        self
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
        Ok(Split::new(split, source.labels(), source.groups(), source.classes())?)
    }

    /// Runs the search, then retrains each member of the front and judges it on the test part.
    ///
    /// # Errors
    /// [`Error`] if settings contradict each other or the data, if data cannot be read, if the
    /// engine or the journal fails, or if no candidate is feasible. A candidate that is infeasible,
    /// or whose training fails, is a result and not an error.
    pub fn run(self) -> Result<Report<D::Granularity>, Error> {
        let Self { space, setup, search, journal, handle, observers } = self;
        setup.check(&search)?;
        if space.augmentation.is_searched() && !setup.is_altered() {
            return Err(SettingsError::NothingToAugment.into());
        }
        let evaluator = CandidateEvaluator::new(setup.experiment(&search)?, &search);
        let settings = journal.map(|path| {
            let space = format!("{space:?}");
            (path, evaluator.settings().into_iter().chain([("space", space)]).collect())
        });
        let begin = Instant::now();
        let span = tracing::debug_span!("search").entered();
        let outcome = evolve(space, &evaluator, &search, settings, handle, observers)?;
        drop(span);
        if outcome.front.is_empty() {
            return Err(no_feasible_candidate(&outcome));
        }
        let judging = Judging::of(&evaluator.experiment().examples);
        if judging.has_few_groups() {
            tracing::warn!(groups = judging.groups, "too few groups to rank candidates");
        }
        if outcome.stop == StopReason::Interrupted {
            let front = outcome.front.iter().map(FrontMember::untested).collect();
            let (baselines, recommended) = (Vec::new(), None);
            return Ok(Report { outcome, front, baselines, recommended, judging });
        }
        let time = search.max_seconds.and_then(|it| Duration::try_from_secs_f64(it).ok());
        let after = |share| time.and_then(|time| begin.checked_add(time.mul_f64(share)));
        let deadlines = Deadlines { confirming: after(CONFIRMED_SHARE), testing: after(1.0) };
        let (front, baselines) = front::judge(&evaluator, &outcome, &search, deadlines)?;
        let recommended = recommend(judged(&front), &search.objectives, &search.limits);
        Ok(Report { outcome, front, baselines, recommended, judging })
    }

    /// Returns a trainer for single candidates, with the data and settings of this search.
    ///
    /// # Errors
    /// [`Error`] if settings contradict each other or the data.
    pub fn trainer(self) -> Result<Trainer<S>, Error> {
        Ok(Trainer::new(self.setup.experiment(&self.search)?))
    }
}

impl<S: DataSource> Setup<S> {
    /// Checks the settings of a search, and whether they ask for a device that is missing.
    fn check(&self, search: &SearchConfig) -> Result<(), SettingsError> {
        if search.trainings == 0 {
            return Err(SettingsError::NoTrainings);
        }
        search.judging.check()?;
        search.limits.iter().try_for_each(|limit| limit.check())?;
        let of_device = Quantity::ALL.iter().copied().filter(|quantity| quantity.needs_device());
        let mut without = of_device.filter(|&it| self.target.is_none() && search.asks_for(it));
        without.next().map_or(Ok(()), |quantity| Err(SettingsError::NoDevice { quantity }))
    }

    /// Returns whether trainings augment their examples.
    fn is_altered(&self) -> bool {
        !self.training.augmentation.is_none() || self.source.versions() > 0
    }

    /// Splits the examples into parts and folds, and checks the settings of trainings.
    fn experiment(self, search: &SearchConfig) -> Result<Experiment<S>, Error> {
        let Self { source, engine, split, training, positive, target, memory } = self;
        if let Some(target) = &target {
            target.device.validate().map_err(SettingsError::from)?;
        }
        training.validate()?;
        let averaging = averaging(source.classes(), positive)?;
        let (labels, groups, classes) = (source.labels(), source.groups(), source.classes());
        let parts = Split::new(&split, labels, groups, classes)?;
        let judging = &search.judging;
        let folds = Folds::new(judging.folds, &parts, &split, labels, groups, classes.len())?;
        if let Some(folds) = &folds {
            tracing::info!(folds = folds.count(), "candidates are judged by cross-validation");
        }
        let refit = judging.refit && training.needs_validation().is_none();
        Ok(Experiment {
            examples: Examples::new(source, parts, folds, refit, memory),
            engine,
            training,
            averaging,
            memory: search.training_memory,
            judges_int8: search.asks_for(Quantity::Int8Accuracy),
            target,
        })
    }
}

/// Runs the evaluations of the search, which do not use the test part.
fn evolve<D, S>(
    space: SearchSpace<D>,
    evaluator: &CandidateEvaluator<S>,
    config: &SearchConfig,
    journal: Option<(PathBuf, Vec<(&str, String)>)>,
    handle: StopHandle,
    observers: Vec<BoxedObserver<D::Granularity>>,
) -> Result<Outcome<Candidate<D::Granularity>, Assessment>, Error>
where
    D: DataSpace,
    S: DataSource<Granularity = D::Granularity>,
{
    let objectives = evaluator.objectives();
    let known: ParetoArchive<Candidate<D::Granularity>, IgnoredAny> =
        best_of_journals(&config.start_from, objectives)?;
    let known = known.iter().map(|record| record.genome.clone());
    let mut first = match config.baselines {
        true => Baseline::candidates(&space, |granularity| {
            evaluator.experiment().has_features(granularity)
        }),
        false => Vec::new(),
    };
    first.extend(known.filter(|candidate| space.contains(candidate)));
    let mut builder = Search::builder(SpaceVariation(space), evaluator)
        .start_with(first)
        .strategy(config.strategy.build().map_err(SettingsError::from)?)
        .evaluations(config.evaluations)
        .workers(config.workers)
        .look_ahead(config.look_ahead)
        .duplicates(config.duplicates)
        .lazy(config.lazy)
        .retries(config.retries)
        .stop_handle(handle)
        .observer(evaluator.models().clone())
        .seed(config.seed);
    if let Some(halving) = &config.halving {
        builder = builder.halving(halving.clone());
    }
    if let Some(trained) = config.max_trained {
        builder = builder.max_trained(trained);
    }
    if let Some(seconds) = config.max_seconds {
        let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero());
        // The rest is for confirmation.
        let share = if config.judging.confirmations > 0 { SEARCH_SHARE } else { 1.0 };
        let time = time.ok_or(SettingsError::MaxSeconds { seconds })?;
        builder = builder.max_time(time.mul_f64(share));
    }
    if let Some(evaluations) = config.stalled {
        builder = builder.stalled(evaluations);
    }
    for observer in observers {
        builder = builder.observer(Forward(observer));
    }
    let mut search = builder.build().map_err(SettingsError::from)?;
    if let Some((path, settings)) = journal {
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
        search = search.journal(path, settings)?;
    }
    let result: SearchResult<Candidate<D::Granularity>, &CandidateEvaluator<S>> = search.run();
    Ok(result?)
}

/// Adapter from a boxed observer to an observer.
struct Forward<G>(BoxedObserver<G>);

impl<G> Observer<Candidate<G>, Assessment> for Forward<G> {
    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        self.0.evaluated(progress)
    }

    fn finished(&mut self, outcome: &Outcome<Candidate<G>, Assessment>) {
        self.0.finished(outcome);
    }
}

impl<G> From<SearchError<Candidate<G>, Assessment, Error>> for Error {
    fn from(error: SearchError<Candidate<G>, Assessment, Error>) -> Self {
        let finished = error.outcome.records.len();
        match error.fault {
            Fault::Evaluator { index, source } => {
                Self::Evaluation { index, finished, source: Box::new(source) }
            }
            Fault::Journal(error) => Self::Journal(error),
            other => Self::Machinery { finished, reason: with_causes(&other) },
        }
    }
}

fn averaging(classes: &[String], positive: Option<String>) -> Result<Averaging, SettingsError> {
    let Some(class) = positive else { return Ok(Averaging::Macro) };
    match classes.iter().position(|known| *known == class) {
        Some(index) => Ok(Averaging::Positive(index)),
        None => Err(SettingsError::UnknownPositive { class, known: classes.to_vec() }),
    }
}

fn no_feasible_candidate<G>(outcome: &Outcome<Candidate<G>, Assessment>) -> Error {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &outcome.records {
        if let Some(reason) = record.verdict.reason() {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let reason = reasons.into_iter().max_by_key(|&(_, count)| count).map_or("", |(text, _)| text);
    Error::NoFeasibleCandidate { evaluated: outcome.records.len(), reason: reason.to_owned() }
}

impl<D: DataSpace, S> fmt::Debug for DataAwareSearch<D, S> {
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
