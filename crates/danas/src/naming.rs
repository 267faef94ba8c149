//! Which of the best of a search make its front.

use std::time::Instant;

use danas_evo::{Evaluator, dominates};
use danas_space::Granularity;

use crate::{
    DataSource, Error, FrontMember, Quantity, SearchConfig,
    evaluator::{CandidateEvaluator, Exam, Judgement},
    parallel,
    recommendation::{is_as_good, main_quality},
    seeds,
};

/// By how much balanced accuracy must exceed that of guessing.
const GUESSING: f64 = 0.05;

/// Trains every member anew on what candidates are judged by, the most accurate ones first.
pub(crate) fn confirm<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &mut [FrontMember<S::Granularity>],
    config: &SearchConfig,
    deadline: Option<Instant>,
) -> Result<(), Error> {
    let lessons = evaluator.examples().lessons();
    let trainings = config.judging.confirmations * lessons.len();
    if trainings == 0 {
        return Ok(());
    }
    let accuracy =
        |index: &usize| members[*index].assessment().map_or(0.0, |it| it.quality.accuracy);
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
    let span = tracing::debug_span!("confirm", members = members.len()).entered();
    let judgements = parallel::try_map(&order, config.workers, |&index| {
        if is_over(deadline) {
            return Ok(None);
        }
        let _span = tracing::debug_span!(parent: &*span, "confirmation", index).entered();
        let member = &members[index];
        let seeds = seeds::of_confirmations(member.record.seed);
        let exams = seeds.zip(lessons.iter().cycle()).take(trainings);
        let exams: Vec<Exam> = exams.map(|(seed, &lesson)| Exam { seed, lesson }).collect();
        evaluator.judge(member.candidate(), &exams).map(Some)
    })?;
    for (index, judgement) in order.into_iter().zip(judgements) {
        if let Some(Judgement::Assessed(assessment, _)) = judgement {
            members[index].confirmed = Some(*assessment);
        }
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
        drop_useless(members, &mut dropped, &config.objectives, classes);
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

/// Drops what nobody would take: members that are hardly better than guessing, and those whose quality exceeds
/// that of a cheaper member by no more than the folds can tell. A front of noise is dominated on the test part.
fn drop_useless<G: Granularity>(
    members: &[FrontMember<G>],
    dropped: &mut [bool],
    objectives: &[Quantity],
    classes: usize,
) {
    let quality = main_quality(objectives);
    let value = |index: usize, quantity| members[index].judged()?.value(quantity);
    let costs: Vec<Quantity> = objectives.iter().copied().filter(|it| it.is_cost()).collect();
    let no_dearer =
        |one: usize, other: usize| costs.iter().all(|&cost| value(one, cost) <= value(other, cost));
    let best = (0..members.len()).filter_map(|index| value(index, quality)).fold(0.0, f64::max);
    for index in 0..members.len() {
        let Some(own) = members[index].judged().filter(|_| !dropped[index]) else { continue };
        let is_guessing = own.quality.balanced_accuracy <= 1.0 / classes as f64 + GUESSING
            && value(index, quality).is_some_and(|own| own < best);
        let is_noise = (0..members.len()).filter(|&other| other != index).any(|other| {
            members[other].judged().is_some_and(|rival| {
                !dropped[other]
                    && no_dearer(other, index)
                    && value(other, quality) < value(index, quality)
                    && is_as_good(rival, own, quality)
            })
        });
        dropped[index] = is_guessing || is_noise;
    }
}

/// Whether the time is over.
pub(crate) fn is_over(deadline: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| Instant::now() >= deadline)
}
