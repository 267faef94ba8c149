//! The composition: a space, a source of data and an engine become a search.

use std::{
    collections::BTreeMap,
    fmt,
    ops::ControlFlow,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use danas_evo::{
    Evaluator, Observer, Outcome, ParetoArchive, Progress, Search, SearchResult, StopHandle,
    StopReason, best_of_journals,
};
use danas_model::{Averaging, Engine, TrainConfig};
use danas_space::{Bytes, Candidate, DataSpace, SearchSpace};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use crate::{
    Assessment, Baseline, DataSource, Error, Folds, FrontMember, Quantity, Recommendation,
    SearchConfig, SpaceVariation, Split, SplitConfig, Target, Trainer,
    evaluator::CandidateEvaluator,
    examples::Examples,
    front::{self, Deadlines},
    recommendation::{judged, recommend},
};

/// The share of the time that candidates are evaluated in where the front is confirmed afterwards.
const SEARCH_SHARE: f64 = 0.75;

/// The share of the time by whose end it is confirmed. The rest is for models to export, and for tests.
const CONFIRMED_SHARE: f64 = 0.9;

/// Watches a search over granularities `G`; see [`danas_evo::Observer`].
pub type BoxedObserver<G> = Box<dyn Observer<Candidate<G>, Assessment>>;

/// A data aware search, ready to run.
///
/// The train part of the data trains, the validation part guides the search, and the test part, which
/// the search never sees, reports the front.
pub struct DataAwareSearch<D: DataSpace, S> {
    space: SearchSpace<D>,
    source: S,
    engine: Arc<dyn Engine>,
    split: SplitConfig,
    training: TrainConfig,
    positive: Option<String>,
    search: SearchConfig,
    target: Option<Target>,
    memory: Bytes,
    journal: Option<PathBuf>,
    handle: StopHandle,
    observers: Vec<BoxedObserver<D::Granularity>>,
}

/// What a search found.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Report<G> {
    /// Every evaluation in order, and why the search ended.
    pub outcome: Outcome<Candidate<G>, Assessment>,
    /// The members of the Pareto front, each judged on the test part. Where members are
    /// [confirmed](crate::JudgingConfig::confirmations), those that the search found and that fresh
    /// trainings show to be dominated are not among them.
    pub front: Vec<FrontMember<G>>,
    /// The best of each kind of baseline, whether or not it is on the front.
    pub baselines: Vec<(Baseline, FrontMember<G>)>,
    /// The member to take without a reason to take another; `None` where the search was interrupted.
    pub recommended: Option<Recommendation>,
    /// How the candidates were judged.
    pub judging: Judging,
}

/// How the candidates of a search were judged, and what the data is worth without a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Judging {
    /// The folds of cross-validation; 1 for one validation part.
    pub folds: usize,
    /// The groups, such as speakers, that judged; `None` where the data has none.
    pub groups: Option<usize>,
    /// The accuracy on the test part of always naming the class that is the most frequent elsewhere.
    pub majority_accuracy: f64,
}

impl Judging {
    /// The fewest groups that can rank candidates.
    pub const FEWEST_GROUPS: usize = 3;

    /// Whether so few groups judged that candidates are hardly told apart: what suits one speaker may
    /// suit no other.
    #[must_use]
    pub fn has_few_groups(&self) -> bool {
        self.groups.is_some_and(|groups| groups < Self::FEWEST_GROUPS)
    }
}

impl<G> Report<G> {
    /// The recommended member of the front.
    #[must_use]
    pub fn recommended_member(&self) -> Option<&FrontMember<G>> {
        self.front.get(self.recommended?.member)
    }

    /// The baseline whose exported model is the best on the test part, where it is better than that of
    /// the recommended member.
    #[must_use]
    pub fn beaten_by(&self) -> Option<Baseline> {
        let test = |member: &FrontMember<G>| Some(member.trained.as_ref()?.test.accuracy);
        let own = self.recommended_member().and_then(test)?;
        let baselines = self.baselines.iter();
        let tested = baselines.filter_map(|(baseline, member)| Some((*baseline, test(member)?)));
        let best = tested.max_by(|(_, a), (_, b)| a.total_cmp(b))?;
        (best.1 > own).then_some(best.0)
    }
}

impl<D, S> DataAwareSearch<D, S>
where
    D: DataSpace,
    S: DataSource<Granularity = D::Granularity>,
{
    /// A search of `space` over the examples of `source`, with default settings throughout.
    #[must_use]
    pub fn new(space: SearchSpace<D>, source: S, engine: Arc<dyn Engine>) -> Self {
        Self {
            space,
            source,
            engine,
            split: SplitConfig::default(),
            training: TrainConfig::default(),
            positive: None,
            search: SearchConfig::default(),
            target: None,
            memory: Bytes(4_000_000_000),
            journal: None,
            handle: StopHandle::new(),
            observers: Vec::new(),
        }
    }

    /// How the examples are divided. Default: 60 % train, 20 % validate, 20 % test.
    #[must_use]
    pub fn split(mut self, split: SplitConfig) -> Self {
        self.split = split;
        self
    }

    /// How each candidate is trained. Default: [`TrainConfig::default`].
    #[must_use]
    pub fn training(mut self, training: TrainConfig) -> Self {
        self.training = training;
        self
    }

    /// The class whose precision, recall, F1 and ROC-AUC count. Default: none, the mean over all classes.
    #[must_use]
    pub fn positive(mut self, class: impl Into<String>) -> Self {
        self.positive = Some(class.into());
        self
    }

    /// Strategy, budget, objectives and limits. Default: [`SearchConfig::default`].
    #[must_use]
    pub fn settings(mut self, search: SearchConfig) -> Self {
        self.search = search;
        self
    }

    /// The device that candidates must fit, with their input buffer and preprocessing; those that do
    /// not are infeasible. Default: none.
    #[must_use]
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// What the features of all candidates may take in memory. Default: 4 GB.
    ///
    /// Those unused for longest make room for others. A candidate whose own features would take
    /// more is infeasible. Features that a training is using are freed when it ends, so that
    /// several workers can hold more for as long.
    #[must_use]
    pub fn feature_memory(mut self, budget: Bytes) -> Self {
        self.memory = budget;
        self
    }

    /// Writes each result to a journal as soon as it is known. Where the file holds the journal of
    /// this search already, whose process ended or died, it is gone on with: see
    /// [`Search::journal`]. Default: none.
    #[must_use]
    pub fn journal(mut self, path: impl Into<PathBuf>) -> Self {
        self.journal = Some(path.into());
        self
    }

    /// What ends the search from another thread. Trainings that have begun are waited for, and the
    /// front is not tested. Default: nothing does.
    #[must_use]
    pub fn stop_handle(mut self, handle: StopHandle) -> Self {
        self.handle = handle;
        self
    }

    /// Adds an observer, called after each evaluation, in order. It can stop the search.
    #[must_use]
    pub fn observer(
        mut self,
        observer: impl Observer<Candidate<D::Granularity>, Assessment> + 'static,
    ) -> Self {
        self.observers.push(Box::new(observer));
        self
    }

    /// The data.
    #[must_use]
    pub const fn source(&self) -> &S {
        &self.source
    }

    /// Which examples train, validate and test: the split with which the search [runs](Self::run).
    ///
    /// # Errors
    /// [`Error::Split`] for data that cannot be split so.
    pub fn parts(&self) -> Result<Split, Error> {
        let Self { source, split, .. } = self;
        Ok(Split::new(split, source.labels(), source.groups(), source.classes())?)
    }

    /// Searches, then trains each member of the front anew and judges it on the test part.
    ///
    /// # Errors
    /// [`Error`] for settings that do not fit each other or the data, for data or machinery that
    /// breaks, and where no candidate was feasible. Candidates that are infeasible, or whose
    /// training fails, are results.
    pub fn run(self) -> Result<Report<D::Granularity>, Error> {
        let Self { space, source, engine, split, training, positive, search, .. } = self;
        let Self { target, memory, journal, handle, observers, .. } = self;
        if search.trainings == 0 {
            return Err(Error::NoTrainings);
        }
        search.judging.check()?;
        search.limits.iter().try_for_each(|limit| limit.check())?;
        let of_device = Quantity::ALL.into_iter().filter(|quantity| quantity.needs_device());
        let mut homeless = of_device.filter(|&it| target.is_none() && search.asks_for(it));
        if let Some(quantity) = homeless.next() {
            return Err(Error::NoDevice { quantity });
        }
        let is_altered = !training.augmentation.is_none() || source.versions() > 0;
        if space.augmentation.is_searched() && !is_altered {
            return Err(Error::NothingToAugment);
        }
        let evaluator = evaluator(source, engine, split, training, positive, &search, memory)?;
        let evaluator = evaluator.on(target)?;
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
        let judging = evaluator.examples().judging();
        if judging.has_few_groups() {
            tracing::warn!(groups = judging.groups, "too few groups judge candidates to rank them");
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

    /// Trains single candidates on the data of this search, with its settings.
    ///
    /// # Errors
    /// [`Error`] for settings that do not fit each other or the data.
    pub fn trainer(self) -> Result<Trainer<S>, Error> {
        let Self { source, engine, split, training, positive, search, .. } = self;
        let Self { target, memory, .. } = self;
        let evaluator = evaluator(source, engine, split, training, positive, &search, memory)?;
        Ok(Trainer::new(evaluator.on(target)?))
    }
}

/// What trains and judges candidates: the settings of a search joined with its data.
fn evaluator<S: DataSource>(
    source: S,
    engine: Arc<dyn Engine>,
    split: SplitConfig,
    training: TrainConfig,
    positive: Option<String>,
    search: &SearchConfig,
    memory: Bytes,
) -> Result<CandidateEvaluator<S>, Error> {
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
    let examples = Examples::new(source, parts, folds, refit, memory);
    Ok(CandidateEvaluator::new(examples, engine, training, averaging, search))
}

/// The search proper: sees no test part.
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
        true => Baseline::candidates(&space, |granularity| evaluator.has_features(granularity)),
        false => Vec::new(),
    };
    first.extend(known.filter(|candidate| space.contains(candidate)));
    let mut builder = Search::builder(SpaceVariation(space), evaluator)
        .start_with(first)
        .strategy(config.strategy.build()?)
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
        builder = builder.runs(trained);
    }
    if let Some(seconds) = config.max_seconds {
        let time = Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero());
        // What is left is for judging the best of them again.
        let share = if config.judging.confirmations > 0 { SEARCH_SHARE } else { 1.0 };
        let time = time.ok_or(Error::MaxSeconds { seconds })?;
        builder = builder.wall_time(time.mul_f64(share));
    }
    if let Some(evaluations) = config.stalled {
        builder = builder.stalled(evaluations);
    }
    for observer in observers {
        builder = builder.observer(Forward(observer));
    }
    let mut search = builder.build()?;
    if let Some((path, settings)) = journal {
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
        search = search.journal(path, settings)?;
    }
    let result: SearchResult<Candidate<D::Granularity>, &CandidateEvaluator<S>> = search.run();
    Ok(result?)
}

/// A boxed observer as an observer.
struct Forward<G>(BoxedObserver<G>);

impl<G> Observer<Candidate<G>, Assessment> for Forward<G> {
    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        self.0.evaluated(progress)
    }

    fn finished(&mut self, outcome: &Outcome<Candidate<G>, Assessment>) {
        self.0.finished(outcome);
    }
}

fn averaging(classes: &[String], positive: Option<String>) -> Result<Averaging, Error> {
    let Some(class) = positive else { return Ok(Averaging::Macro) };
    match classes.iter().position(|known| *known == class) {
        Some(index) => Ok(Averaging::Positive(index)),
        None => Err(Error::UnknownPositive { class, known: classes.to_vec() }),
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
            .field("engine", &self.engine)
            .field("split", &self.split)
            .field("training", &self.training)
            .field("positive", &self.positive)
            .field("search", &self.search)
            .field("target", &self.target)
            .field("memory", &self.memory)
            .field("journal", &self.journal)
            .field("observers", &self.observers.len())
            .finish_non_exhaustive()
    }
}
