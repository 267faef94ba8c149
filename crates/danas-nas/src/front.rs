//! The end of a search: confirms the Pareto front, trains its models, and judges them on the test
//! part.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use danas_data::DataSource;
use danas_evo::{Outcome, Record, StopHandle, Verdict};
use danas_space::{Candidate, Granularity};

use crate::{
    assessment::Assessment,
    baselines::Baseline,
    confirmation,
    deployment::TrainedCandidate,
    error::Error,
    evaluator::{CandidateEvaluator, Judgement},
    experiment::TrainingRun,
    failure::Failure,
    member::FrontMember,
    parallel,
    recommendation::main_quality,
    seeds,
    settings::SearchConfig,
    until::Until,
};

/// Share of the time limit after which confirmations end. The rest is for exported models and
/// tests.
const CONFIRMED_SHARE: f64 = 0.9;

/// Deadlines of the trainings that a search can do without. Exported models are trained after the
/// confirmations and before the tests, without a deadline.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Deadlines {
    /// Deadline of trainings that confirm the front.
    pub(crate) confirming: Option<Instant>,
    /// Deadline of fresh trainings that are judged on the test part.
    pub(crate) testing: Option<Instant>,
}

impl Deadlines {
    /// Returns the deadlines of a search that began at `begin`.
    pub(crate) fn new(begin: Instant, search: &SearchConfig) -> Self {
        let time = search.max_seconds.and_then(|it| Duration::try_from_secs_f64(it).ok());
        let after = |share| time.and_then(|time| begin.checked_add(time.mul_f64(share)));
        Self { confirming: after(CONFIRMED_SHARE), testing: after(1.0) }
    }
}

/// Record of an evaluation in the search.
type Evaluated<G> = Arc<Record<Candidate<G>, Assessment>>;

/// Members of a front, and the best baseline of each kind.
type Judged<G> = (Vec<FrontMember<G>>, Vec<(Baseline, FrontMember<G>)>);

/// Confirms the front of a search and its baselines, and decides which candidates stay on the
/// front. Trains the models to export, and judges them and fresh trainings on the test part.
/// Skips confirmations and fresh trainings after their deadline. Returns `None` if the handle was
/// used: what is not complete then is not worth keeping.
pub(crate) fn judge<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    outcome: &Outcome<Candidate<S::Granularity>, Assessment>,
    config: &SearchConfig,
    deadlines: Deadlines,
    handle: &StopHandle,
) -> Result<Option<Judged<S::Granularity>>, Error> {
    let until = |deadline| Until { deadline, handle: Some(handle) };
    let mut members: Vec<_> = outcome.front.iter().map(FrontMember::untested).collect();
    let baselines = best_baselines(outcome, config);
    let others = baselines.iter().filter(|(_, record)| !is_among(&members, record));
    let others: Vec<_> = others.map(|(_, record)| FrontMember::untested(record)).collect();
    members.extend(others);
    confirmation::confirm(evaluator, &mut members, config, until(deadlines.confirming))?;
    let dropped = confirmation::dropped(evaluator, &members, config)?;
    let is_baseline = |member: &FrontMember<_>| {
        baselines.iter().any(|(_, record)| record.index == member.record.index)
    };
    let mut kept: Vec<(bool, FrontMember<_>)> = dropped.into_iter().zip(members).collect();
    kept.retain(|(is_dropped, member)| !is_dropped || is_baseline(member));
    let (dropped, mut members): (Vec<bool>, Vec<_>) = kept.into_iter().unzip();

    let deployed = parallel::try_map(&members, config.workers, |member| {
        deploy(evaluator, &member.record, until(None))
    })?;
    for (member, deployed) in members.iter_mut().zip(deployed) {
        member.trained = deployed;
    }
    test(evaluator, &mut members, config, until(deadlines.testing))?;
    if handle.is_stopped() {
        return Ok(None);
    }
    let of_baseline = |(baseline, record): &(Baseline, Arc<Record<_, _>>)| {
        let member = members.iter().find(|member| member.record.index == record.index)?;
        Some((*baseline, member.clone()))
    };
    let baselines = baselines.iter().filter_map(of_baseline).collect();
    let front = members.into_iter().zip(dropped).filter(|(_, is_dropped)| !is_dropped);
    Ok(Some((front.map(|(member, _)| member).collect(), baselines)))
}

fn is_among<G>(members: &[FrontMember<G>], record: &Record<Candidate<G>, Assessment>) -> bool {
    members.iter().any(|member| member.record.index == record.index)
}

/// Returns the record of the best candidate of each kind of baseline, by the first objective of
/// quality. A candidate that was stopped early counts only if no candidate of its kind was judged
/// to the end.
fn best_baselines<G: Granularity>(
    outcome: &Outcome<Candidate<G>, Assessment>,
    config: &SearchConfig,
) -> Vec<(Baseline, Evaluated<G>)> {
    if !config.baselines {
        return Vec::new();
    }
    let quality = main_quality(&config.objectives);
    let value =
        |record: &Record<_, Assessment>| record.verdict.detail().and_then(|it| it.value(quality));
    let best = |baseline| {
        let records = outcome.records.iter();
        let own = records.filter(|it| Baseline::of(&it.genome.architecture) == Some(baseline));
        let judged = own.filter_map(|record| Some((value(record)?, record)));
        let best = judged.max_by(|(a, one), (b, other)| {
            let is_whole = |it: &Record<_, _>| matches!(it.verdict, Verdict::Feasible { .. });
            let by_length = is_whole(one).cmp(&is_whole(other));
            by_length.then(a.total_cmp(b)).then(other.index.cmp(&one.index))
        });
        best.map(|(_, record)| (baseline, Arc::clone(record)))
    };
    Baseline::ALL.into_iter().filter_map(best).collect()
}

/// Trains every member again with fresh seeds, and judges these trainings on the test part.
fn test<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &mut [FrontMember<S::Granularity>],
    config: &SearchConfig,
    until: Until<'_>,
) -> Result<(), Error> {
    let partition = evaluator.experiment().examples.final_partition();
    let jobs: Vec<(usize, u64)> = members
        .iter()
        .enumerate()
        .flat_map(|(index, member)| {
            let seeds = seeds::of_tests(member.record.seed).take(config.test_seeds);
            seeds.map(move |seed| (index, seed))
        })
        .collect();
    let span = tracing::debug_span!("test", members = members.len()).entered();
    let judgements = parallel::try_map(&jobs, config.workers, |&(index, seed)| {
        if until.is_over() {
            return Ok::<_, Error>(None);
        }
        let _span = tracing::debug_span!(parent: &*span, "retraining", index).entered();
        let runs = [TrainingRun::whole(seed, partition)];
        let judgement = evaluator.judge(members[index].candidate(), &runs, until);
        Ok(Some(judgement?).filter(|_| !until.is_over()))
    })?;
    for ((index, _), judgement) in jobs.into_iter().zip(judgements) {
        match judgement {
            Some(Judgement::Assessed(assessment, _)) => {
                members[index].test.push(assessment.quality);
            }
            Some(Judgement::Infeasible(reason) | Judgement::Failed(reason)) => {
                members[index].failures.push(reason);
            }
            None => {}
        }
    }
    Ok(())
}

/// Prepares a member's model for export. This is the model that the search trained, if it was kept.
/// Otherwise, a model is trained with the same seed on the final partition. Returns `None` if this
/// fails for a reason that concerns the candidate alone.
fn deploy<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    record: &Record<Candidate<S::Granularity>, Assessment>,
    until: Until<'_>,
) -> Result<Option<TrainedCandidate<S::Granularity>>, Error> {
    let candidate = &record.genome;
    if until.is_over() {
        return Ok(None);
    }
    let Ok((network, costs)) = evaluator.experiment().measure(candidate) else { return Ok(None) };
    let trained = || {
        let model = match evaluator.models().take(record.index) {
            Some(model) => model,
            None => {
                let partition = evaluator.experiment().examples.final_partition();
                evaluator.experiment().fit(
                    candidate,
                    &network,
                    TrainingRun::whole(record.seed, partition),
                    None,
                    until,
                )?
            }
        };
        evaluator.experiment().deploy(candidate, model, costs)
    };
    match trained() {
        Ok(trained) => Ok(Some(trained)),
        Err(_) if until.is_over() => Ok(None),
        Err::<_, Failure>(failure) => {
            let reason = failure.reason()?;
            tracing::warn!(index = record.index, %candidate, %reason, "cannot export a model");
            Ok(None)
        }
    }
}
