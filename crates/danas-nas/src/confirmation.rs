//! The choice of the final front: candidates on the search's front are confirmed by fresh
//! trainings, and those that are dominated or of no use are dropped.

use danas_data::DataSource;
use danas_evo::{Evaluator, dominates};
use danas_space::Granularity;

use crate::{
    assessment::Assessment,
    by_fold::ByFold,
    error::Error,
    evaluator::{CandidateEvaluator, Judgement},
    experiment::TrainingRun,
    member::{FrontMember, judged},
    parallel,
    quantity::Quantity,
    recommendation::{lacks, main_quality, recommend},
    seeds,
    settings::SearchConfig,
    statistics::Odds,
    until::Until,
};

/// The margin by which balanced accuracy must exceed that of guessing.
const GUESSING: f64 = 0.05;

/// The largest advantage in quality over a cheaper member for which a member may still be dropped.
const NOISE: f64 = 0.05;

/// Trains every member again with fresh seeds, in the same way as the search judges candidates. The
/// most accurate members come first, and every member is confirmed once before any is confirmed
/// twice. Confirmations that are incomplete when `until` holds do not count.
pub(crate) fn confirm<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &mut [FrontMember<S::Granularity>],
    config: &SearchConfig,
    until: Until<'_>,
) -> Result<(), Error> {
    let partitions = evaluator.experiment().examples.partitions();
    let accuracy =
        |index: &usize| members[*index].assessment().map_or(0.0, |it| it.quality.accuracy);
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| accuracy(b).total_cmp(&accuracy(a)));
    let rounds = 0..config.judging.confirmations;
    let jobs: Vec<(usize, usize)> =
        rounds.flat_map(|round| order.iter().map(move |&index| (round, index))).collect();
    let span = tracing::debug_span!("confirm", members = members.len()).entered();
    let judgements = parallel::try_map(&jobs, config.workers, |&(round, index)| {
        if until.is_over() {
            return Ok::<_, Error>(None);
        }
        let _span = tracing::debug_span!(parent: &*span, "confirmation", index, round).entered();
        let member = &members[index];
        let seeds = seeds::of_confirmations(member.record.seed).skip(round * partitions.len());
        let runs =
            seeds.zip(&partitions).map(|(seed, &partition)| TrainingRun::whole(seed, partition));
        let runs: Vec<TrainingRun> = runs.collect();
        let judgement = evaluator.judge(member.candidate(), &runs, until)?;
        Ok(Some(judgement).filter(|_| !until.is_over()))
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

/// Returns, for each member, whether it is dropped from the front: because another member dominates
/// it, or, if members were confirmed, because it is of no use.
pub(crate) fn dropped<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &[FrontMember<S::Granularity>],
    config: &SearchConfig,
) -> Result<Vec<bool>, Error> {
    let mut dropped = dominated(evaluator, members)?;
    if config.judging.confirmations > 0 {
        let classes = evaluator.experiment().classes().len();
        drop_useless(members, &mut dropped, config, classes);
    }
    Ok(dropped)
}

/// Returns, for each member, whether another one dominates it by the assessments that they are
/// judged by. Members without an assessment count as dominated.
fn dominated<S: DataSource>(
    evaluator: &CandidateEvaluator<S>,
    members: &[FrontMember<S::Granularity>],
) -> Result<Vec<bool>, Error> {
    let costs = |member: &FrontMember<_>| -> Result<Option<Vec<f64>>, Error> {
        let Some(assessment) = member.judged() else { return Ok(None) };
        let scores = evaluator.scoring().scores(|quantity| assessment.value(quantity))?;
        Ok(Some(scores.costs(evaluator.objectives())))
    };
    let costs = members.iter().map(costs).collect::<Result<Vec<_>, _>>()?;
    let is_dominated = |own: &Option<Vec<f64>>| {
        let own = own.as_ref();
        own.is_none_or(|own| costs.iter().flatten().any(|other| dominates(other, own)))
    };
    Ok(costs.iter().map(is_dominated).collect())
}

/// Drops members that nobody would use: those that are hardly better than guessing, and those that
/// one more fold, such as one more speaker, might well show to be no better than a cheaper member.
/// The recommended member is never dropped. Members whose advantage is only noise would turn out to
/// be dominated on the test part.
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

/// Returns whether the advantages of a better member, one for each fold, may be due to chance: one
/// more fold might well show it to be no better.
fn is_chance(advantages: &ByFold) -> bool {
    advantages.mean() <= NOISE.min(advantages.reach(Odds::Of85))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_advantage_on_every_fold_counts_and_one_on_a_single_fold_does_not() {
        let is_chance = |advantages: &[f64]| is_chance(&ByFold::new(advantages.to_vec(), None));
        assert!(!is_chance(&[0.01, 0.012, 0.008, 0.01, 0.011]));
        assert!(is_chance(&[0.1, -0.02, 0.0, 0.01, -0.01]));
        assert!(!is_chance(&[0.3, -0.02, 0.05, 0.1, -0.01]), "eight points are not given up");
        assert!(is_chance(&[0.0]) && !is_chance(&[0.01]), "one part alone shows no chance");
    }
}
