//! The Pareto front, judged on data that the search never saw.

use std::sync::Arc;

use danas_evo::{ParetoArchive, Record};
use danas_space::Candidate;

use crate::{
    Assessment, DataSource, Error, Part, Quality, Quantity, TrainedCandidate,
    evaluator::{CandidateEvaluator, Judgement},
    failure::Failure,
    parallel, seeds,
};

/// A member of the Pareto front, trained anew with fresh seeds and judged on the test part.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FrontMember<G> {
    /// Its evaluation in the search, judged on the validation part.
    pub record: Arc<Record<Candidate<G>, Assessment>>,
    /// As the search trained it first, ready for a device; `None` where the search was interrupted, or its
    /// model cannot be quantised. Its figures on the test part are of this one model.
    pub trained: Option<TrainedCandidate<G>>,
    /// On the test part, one for each training that succeeded.
    pub test: Vec<Quality>,
    /// Why the other trainings failed.
    pub failures: Vec<String>,
}

impl<G> FrontMember<G> {
    /// The candidate.
    #[must_use]
    pub fn candidate(&self) -> &Candidate<G> {
        &self.record.genome
    }

    /// What the search knew of it, on the validation part.
    #[must_use]
    pub fn assessment(&self) -> Option<&Assessment> {
        self.record.verdict.detail()
    }

    /// A quantity on the test part over its trainings. `None` for a cost, and where every training
    /// failed.
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
    /// Of some values; `None` without any.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.is_empty() {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 };
        Some(Self { mean, deviation })
    }
}

/// Prepares every member for a device, trains it so many times with fresh seeds and judges each training on
/// the test part; none of it where there are no `tests`.
pub(crate) fn judge<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    front: &ParetoArchive<Candidate<S::Granularity>, Assessment>,
    tests: Option<usize>,
    workers: usize,
) -> Result<Vec<FrontMember<S::Granularity>>, Error> {
    let mut members: Vec<_> = front
        .iter()
        .map(|record| FrontMember {
            record: Arc::clone(record),
            trained: None,
            test: Vec::new(),
            failures: Vec::new(),
        })
        .collect();
    let Some(trainings) = tests else { return Ok(members) };
    let deployed =
        parallel::try_map(&members, workers, |member| deploy(evaluator, &member.record))?;
    for (member, deployed) in members.iter_mut().zip(deployed) {
        member.trained = deployed;
    }
    let jobs: Vec<(usize, u64)> = members
        .iter()
        .enumerate()
        .flat_map(|(index, member)| {
            seeds::of_tests(member.record.seed).take(trainings).map(move |seed| (index, seed))
        })
        .collect();
    let span = tracing::debug_span!("test", members = members.len()).entered();
    let judgements = parallel::try_map(&jobs, workers, |&(index, seed)| {
        let _span = tracing::debug_span!(parent: &*span, "retraining", index).entered();
        evaluator.judge(members[index].candidate(), seed, Part::Test)
    })?;
    for ((index, _), judgement) in jobs.into_iter().zip(judgements) {
        match judgement {
            Judgement::Assessed(assessment, _) => members[index].test.push(assessment.quality),
            Judgement::Infeasible(reason) | Judgement::Failed(reason) => {
                members[index].failures.push(reason);
            }
        }
    }
    Ok(members)
}

/// A member as the search trained it: by its weights, or, where an earlier process had them, by another
/// training with the same seed, which gives the same.
fn deploy<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    record: &Record<Candidate<S::Granularity>, Assessment>,
) -> Result<Option<TrainedCandidate<S::Granularity>>, Error> {
    let candidate = &record.genome;
    let Ok((network, costs)) = evaluator.measure(candidate) else { return Ok(None) };
    let trained = || {
        let model = match evaluator.models().take(record.index) {
            Some(model) => model,
            None => evaluator.fit(&candidate.granularity, &network, record.seed, None)?,
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
