//! Which of the best of a search make its front.

use std::time::Instant;

use danas_evo::{Evaluator, dominates};
use danas_space::Granularity;

use crate::{
    Assessment, DataSource, Error, FrontMember, Quantity, SearchConfig,
    evaluator::{CandidateEvaluator, Exam, Judgement},
    parallel,
    recommendation::{judged, lacks, main_quality, recommend},
    seeds,
    statistics::{Odds, mean, reach},
};

/// By how much balanced accuracy must exceed that of guessing.
const GUESSING: f64 = 0.05;

/// The most quality that a member may have ahead of a cheaper one and still be dropped.
const NOISE: f64 = 0.05;

/// Trains every member anew on what candidates are judged by, the most accurate ones first, and all of them once
/// before any of them twice. What is not complete by the deadline does not count.
pub(crate) fn confirm<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &mut [FrontMember<S::Granularity>],
    config: &SearchConfig,
    deadline: Option<Instant>,
) -> Result<(), Error> {
    let lessons = evaluator.examples().lessons();
    let accuracy =
        |index: &usize| members[*index].assessment().map_or(0.0, |it| it.quality.accuracy);
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
    let rounds = 0..config.judging.confirmations;
    let jobs: Vec<(usize, usize)> =
        rounds.flat_map(|round| order.iter().map(move |&index| (round, index))).collect();
    let span = tracing::debug_span!("confirm", members = members.len()).entered();
    let judgements = parallel::try_map(&jobs, config.workers, |&(round, index)| {
        if is_over(deadline) {
            return Ok::<_, Error>(None);
        }
        let _span = tracing::debug_span!(parent: &*span, "confirmation", index, round).entered();
        let member = &members[index];
        let seeds = seeds::of_confirmations(member.record.seed).skip(round * lessons.len());
        let exams = seeds.zip(&lessons).map(|(seed, &lesson)| Exam::whole(seed, lesson));
        let exams: Vec<Exam> = exams.collect();
        let judgement = evaluator.judge(member.candidate(), &exams, deadline)?;
        Ok(Some(judgement).filter(|_| !is_over(deadline)))
    })?;
    for ((_, index), judgement) in jobs.into_iter().zip(judgements) {
        let Some(Judgement::Assessed(assessment, _)) = judgement else { continue };
        let confirmed = &mut members[index].confirmed;
        *confirmed = Some(match confirmed.take() {
            None => *assessment,
            Some(known) => known.joined(*assessment)?,
        });
    }
    Ok(())
}

/// Which members are not on the front: those that others dominate by what judged them, and where they were
/// confirmed, those that are no use.
pub(crate) fn dropped<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &[FrontMember<S::Granularity>],
    config: &SearchConfig,
) -> Result<Vec<bool>, Error> {
    let mut dropped = dominated(evaluator, members)?;
    if config.judging.confirmations > 0 {
        let classes = evaluator.classes().len();
        drop_useless(members, &mut dropped, config, classes);
    }
    Ok(dropped)
}

/// Which members others dominate, by what judged them.
fn dominated<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &[FrontMember<S::Granularity>],
) -> Result<Vec<bool>, Error> {
    let costs = |member: &FrontMember<_>| -> Result<Option<Vec<f64>>, Error> {
        let Some(assessment) = member.judged() else { return Ok(None) };
        let scores = evaluator.scores(|quantity| assessment.value(quantity))?;
        Ok(Some(scores.costs(evaluator.objectives())))
    };
    let costs = members.iter().map(costs).collect::<Result<Vec<_>, _>>()?;
    let is_dominated = |own: &Option<Vec<f64>>| {
        let own = own.as_ref();
        own.is_none_or(|own| costs.iter().flatten().any(|other| dominates(other, own)))
    };
    Ok(costs.iter().map(is_dominated).collect())
}

/// Drops what nobody would take, but for the member to recommend: members that are hardly better than guessing,
/// and those that one more fold, say one more speaker, might well show to be no better than a cheaper member.
/// A front of noise is dominated on the test part.
fn drop_useless<G: Granularity>(
    members: &[FrontMember<G>],
    dropped: &mut [bool],
    config: &SearchConfig,
    classes: usize,
) {
    let quality = main_quality(&config.objectives);
    let value = |it: &Assessment, quantity| it.value(quantity).unwrap_or(f64::NAN);
    let costs: Vec<Quantity> =
        config.objectives.iter().copied().filter(|it| it.is_cost()).collect();
    let is_no_dearer = |one: &Assessment, other: &Assessment| {
        costs.iter().all(|&cost| value(one, cost) <= value(other, cost))
    };
    let mut judged = judged(members);
    judged.retain(|&(index, _)| !dropped[index]);
    let recommended = recommend(judged.clone(), &config.objectives, &config.limits);
    let recommended = recommended.map(|it| it.member);
    judged.sort_by(|(_, a), (_, b)| value(a, quality).total_cmp(&value(b, quality)));
    let mut kept: Vec<&Assessment> = Vec::new();
    for (index, own) in judged {
        let is_guessing = own.quality.balanced_accuracy <= 1.0 / classes as f64 + GUESSING;
        let is_noise = |worse: &&Assessment| {
            is_no_dearer(worse, own) && is_chance(&lacks(worse, own, quality))
        };
        if recommended == Some(index) || !is_guessing && !kept.iter().any(is_noise) {
            kept.push(own);
        } else {
            dropped[index] = true;
        }
    }
}

/// Whether one more fold might well show a better member to be no better, going by its advantage on each fold.
fn is_chance(advantages: &[f64]) -> bool {
    mean(advantages) <= NOISE.min(reach(advantages, Odds::Of85))
}

/// Whether the time is over.
pub(crate) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advantage_on_every_fold_counts_and_one_on_a_single_fold_does_not() {
        assert!(!is_chance(&[0.01, 0.012, 0.008, 0.01, 0.011]));
        assert!(is_chance(&[0.1, -0.02, 0.0, 0.01, -0.01]));
        assert!(!is_chance(&[0.3, -0.02, 0.05, 0.1, -0.01]), "eight points are not given away");
        assert!(is_chance(&[0.0]) && !is_chance(&[0.01]), "a single part tells no chance");
    }
}
