//! The Pareto front, judged on data that the search never saw.

use std::{sync::Arc, time::Instant};

use danas_evo::{Outcome, Record, Verdict};
use danas_space::{Candidate, Granularity};

use crate::{
    Assessment, Baseline, DataSource, Error, Quality, Quantity, SearchConfig, TrainedCandidate,
    evaluator::{CandidateEvaluator, Exam, Judgement},
    failure::Failure,
    naming::{self, is_over},
    parallel,
    recommendation::main_quality,
    seeds,
    statistics::{deviation, mean},
};

/// A member of the Pareto front, trained anew with fresh seeds and judged on the test part.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FrontMember<G> {
    /// Its evaluation in the search.
    pub record: Arc<Record<Candidate<G>, Assessment>>,
    /// Its fresh trainings on the folds, or on the validation part, that named the front; `None` where the
    /// settings ask for none, or the time was over.
    pub confirmed: Option<Assessment>,
    /// The model that is exported, ready for a device; `None` where the search was interrupted, or its
    /// model cannot be quantised. Its figures on the test part are of this one model.
    pub trained: Option<TrainedCandidate<G>>,
    /// On the test part, one for each fresh training that succeeded.
    pub test: Vec<Quality>,
    /// Why the other trainings failed.
    pub failures: Vec<String>,
}

impl<G> FrontMember<G> {
    pub(crate) fn untested(record: &Arc<Record<Candidate<G>, Assessment>>) -> Self {
        let record = Arc::clone(record);
        Self { record, confirmed: None, trained: None, test: Vec::new(), failures: Vec::new() }
    }

    /// The candidate.
    #[must_use]
    pub fn candidate(&self) -> &Candidate<G> {
        &self.record.genome
    }

    /// What the search knew of it, on the validation part or the folds.
    #[must_use]
    pub fn assessment(&self) -> Option<&Assessment> {
        self.record.verdict.detail()
    }

    /// What named the front: its fresh trainings, or without them what the search knew.
    #[must_use]
    pub fn judged(&self) -> Option<&Assessment> {
        self.confirmed.as_ref().or_else(|| self.assessment())
    }

    /// A quantity on the test part over its fresh trainings. `None` for a cost, and where there are none.
    #[must_use]
    pub fn test(&self, quantity: Quantity) -> Option<Spread> {
        let values: Vec<f64> =
            self.test.iter().filter_map(|quality| quality.value(quantity)).collect();
        Spread::of(&values)
    }
}

/// Mean and spread of a few measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// The arithmetic mean.
    pub mean: f64,
    /// The sample standard deviation (divided by n − 1), 0 for a single value.
    pub deviation: f64,
}

impl Spread {
    /// Computes both from some values; `None` without any.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let spread = || Self { mean: mean(values), deviation: deviation(values) };
        (!values.is_empty()).then(spread)
    }
}

/// When the trainings that only sharpen figures end, if they do. The time between the two is for the models that
/// are exported.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Deadlines {
    /// Those that confirm the front.
    pub(crate) confirming: Option<Instant>,
    /// Those on the test part.
    pub(crate) testing: Option<Instant>,
}

/// An evaluation of the search.
type Evaluated<G> = Arc<Record<Candidate<G>, Assessment>>;

/// The members of a front, and the best of each kind of baseline.
type Judged<G> = (Vec<FrontMember<G>>, Vec<(Baseline, FrontMember<G>)>);

/// Judges the best of a search again, names the front by it, makes the models that are exported, and judges
/// them and fresh trainings on the test part. Trainings that only sharpen figures are left out once their
/// deadline is over.
pub(crate) fn judge<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    outcome: &Outcome<Candidate<S::Granularity>, Assessment>,
    config: &SearchConfig,
    deadlines: Deadlines,
) -> Result<Judged<S::Granularity>, Error> {
    let mut members: Vec<_> = outcome.front.iter().map(FrontMember::untested).collect();
    let baselines = best_baselines(outcome, config);
    let others = baselines.iter().filter(|(_, record)| !is_among(&members, record));
    let others: Vec<_> = others.map(|(_, record)| FrontMember::untested(record)).collect();
    members.extend(others);
    naming::confirm(evaluator, &mut members, config, deadlines.confirming)?;
    let dropped = naming::dropped(evaluator, &members, config)?;
    let is_baseline = |member: &FrontMember<_>| {
        baselines.iter().any(|(_, record)| record.index == member.record.index)
    };
    let mut kept: Vec<(bool, FrontMember<_>)> = dropped.into_iter().zip(members).collect();
    kept.retain(|(is_dropped, member)| !is_dropped || is_baseline(member));
    let (dropped, mut members): (Vec<bool>, Vec<_>) = kept.into_iter().unzip();

    let deployed =
        parallel::try_map(&members, config.workers, |member| deploy(evaluator, &member.record))?;
    for (member, deployed) in members.iter_mut().zip(deployed) {
        member.trained = deployed;
    }
    test(evaluator, &mut members, config, deadlines.testing)?;
    let of_baseline = |(baseline, record): &(Baseline, Arc<Record<_, _>>)| {
        let member = members.iter().find(|member| member.record.index == record.index)?;
        Some((*baseline, member.clone()))
    };
    let baselines = baselines.iter().filter_map(of_baseline).collect();
    let front = members.into_iter().zip(dropped).filter(|(_, is_dropped)| !is_dropped);
    Ok((front.map(|(member, _)| member).collect(), baselines))
}

fn is_among<G>(members: &[FrontMember<G>], record: &Record<Candidate<G>, Assessment>) -> bool {
    members.iter().any(|member| member.record.index == record.index)
}

/// The record of the best candidate of each kind of baseline, by the first objective of quality; one that
/// halving ended early only where there is no other.
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

/// Judges fresh trainings of every member on the test part.
fn test<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &mut [FrontMember<S::Granularity>],
    config: &SearchConfig,
    deadline: Option<Instant>,
) -> Result<(), Error> {
    let lesson = evaluator.examples().last_lesson();
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
        if is_over(deadline) {
            return Ok::<_, Error>(None);
        }
        let _span = tracing::debug_span!(parent: &*span, "retraining", index).entered();
        let exams = [Exam::whole(seed, lesson)];
        let judgement = evaluator.judge(members[index].candidate(), &exams, deadline);
        Ok(Some(judgement?).filter(|_| !is_over(deadline)))
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

/// A member's model as it is exported: the one that the search trained, or one with the same seed that
/// learns from all that the last lesson gives.
fn deploy<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    record: &Record<Candidate<S::Granularity>, Assessment>,
) -> Result<Option<TrainedCandidate<S::Granularity>>, Error> {
    let candidate = &record.genome;
    let Ok((network, costs)) = evaluator.measure(candidate) else { return Ok(None) };
    let trained = || {
        let model = match evaluator.models().take(record.index) {
            Some(model) => model,
            None => {
                let lesson = evaluator.examples().last_lesson();
                evaluator.fit(candidate, &network, Exam::whole(record.seed, lesson), None, None)?
            }
        };
        evaluator.deploy(candidate, model, costs)
    };
    match trained() {
        Ok(trained) => Ok(Some(trained)),
        Err::<_, Failure>(failure) => {
            let reason = failure.reason()?;
            tracing::warn!(index = record.index, %candidate, reason, "has no files for a device");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_the_sample_deviation() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[0.5]), Some(Spread { mean: 0.5, deviation: 0.0 }));
        assert_eq!(Spread::of(&[1.0, 2.0, 3.0]), Some(Spread { mean: 2.0, deviation: 1.0 }));
    }
}
