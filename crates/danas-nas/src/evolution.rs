//! The evaluations of a search, which a strategy of `danas-evo` chooses.

use std::{ops::ControlFlow, path::PathBuf, time::Duration};

use danas_data::DataSource;
use danas_evo::{
    Evaluator, Fault, Observer, Outcome, ParetoArchive, Progress, Search, SearchError,
    SearchResult, StopHandle, best_of_journals,
};
use danas_space::{Candidate, DataSpace, SearchSpace};
use serde::de::IgnoredAny;

use crate::{
    assessment::Assessment,
    baselines::Baseline,
    error::{Error, SettingsError},
    evaluator::CandidateEvaluator,
    run_error::RunError,
    settings::SearchConfig,
    variation::SpaceVariation,
};

/// Share of the time limit for evaluations, if the front is confirmed afterwards.
const SEARCH_SHARE: f64 = 0.75;

/// Observer of a search over granularities `G`; see [`danas_evo::Observer`].
pub type BoxedObserver<G> = Box<dyn Observer<Candidate<G>, Assessment>>;

/// File of a search's journal.
#[derive(Debug)]
pub(crate) struct JournalFile {
    pub(crate) path: PathBuf,
    /// Whether what the file contains is discarded.
    pub(crate) is_new: bool,
}

/// Evaluations over granularities `G`, or what ended them early.
type Evolved<G> = Result<Outcome<Candidate<G>, Assessment>, RunError<G>>;

/// Runs the evaluations of the search, which do not use the test part.
pub(crate) fn evolve<D, S>(
    space: SearchSpace<D>,
    evaluator: &CandidateEvaluator<S>,
    config: &SearchConfig,
    journal: Option<(JournalFile, Vec<(&str, String)>)>,
    handle: StopHandle,
    observers: Vec<BoxedObserver<D::Granularity>>,
) -> Evolved<D::Granularity>
where
    D: DataSpace,
    S: DataSource<Granularity = D::Granularity>,
{
    let objectives = evaluator.objectives();
    let known: ParetoArchive<Candidate<D::Granularity>, IgnoredAny> =
        best_of_journals(&config.start_from, objectives).map_err(Error::from)?;
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
        .strategy(config.strategy.build().map_err(invalid)?)
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
        let time = time.ok_or(Error::from(SettingsError::MaxSeconds { seconds }))?;
        builder = builder.max_time(time.mul_f64(share));
    }
    if let Some(evaluations) = config.stalled {
        builder = builder.stalled(evaluations);
    }
    for observer in observers {
        builder = builder.observer(Forward(observer));
    }
    let mut search = builder.build().map_err(invalid)?;
    if let Some((JournalFile { path, is_new }, settings)) = journal {
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value));
        let opened = match is_new {
            true => search.new_journal(path, settings),
            false => search.journal(path, settings),
        };
        search = opened.map_err(Error::from)?;
    }
    let result: SearchResult<Candidate<D::Granularity>, &CandidateEvaluator<S>> = search.run();
    Ok(result?)
}

fn invalid(error: danas_evo::SettingsError) -> Error {
    SettingsError::from(error).into()
}

/// Adapter from a boxed observer to an observer.
struct Forward<G>(BoxedObserver<G>);

impl<G> Observer<Candidate<G>, Assessment> for Forward<G> {
    fn begun(&mut self) {
        self.0.begun();
    }

    fn evaluated(&mut self, progress: &Progress<'_, Candidate<G>, Assessment>) -> ControlFlow<()> {
        self.0.evaluated(progress)
    }

    fn finished(&mut self, outcome: &Outcome<Candidate<G>, Assessment>) {
        self.0.finished(outcome);
    }
}

impl<G> From<SearchError<Candidate<G>, Assessment, Error>> for RunError<G> {
    fn from(failed: SearchError<Candidate<G>, Assessment, Error>) -> Self {
        let finished = failed.outcome.records.len();
        let error = match failed.fault {
            Fault::Evaluator { index, source } => {
                Error::Evaluation { index, finished, source: Box::new(source) }
            }
            Fault::Journal(error) => Error::Journal(error),
            other => Error::Machinery { finished, source: Box::new(other) },
        };
        Self { error, outcome: Some(failed.outcome) }
    }
}
