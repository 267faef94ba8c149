//! Which member of a front to take, and what to expect of it.

use crate::{
    Assessment, FrontMember, Limit, Quantity,
    statistics::{Odds, by_fold, mean, reach, standard_error, wilson},
};

/// The quantile of the normal distribution that 95 of 100 values lie below.
const Z: f64 = 1.645;

/// The most quality that a cheaper member may lack and still be recommended.
const TOLERANCE: f64 = 0.01;

/// The member of a front that a user takes who has no reason to take another.
///
/// The cheapest of those as good as the best: whose lack of quality over the same folds is at most one
/// standard error of that difference, and at most one point. Quality and cost are the first objectives
/// of their kinds.
///
/// # References
/// L. Breiman, J. Friedman, R. Olshen and C. Stone (1984). Classification and Regression Trees, section
/// 3.4.3: the one standard error rule.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Recommendation {
    /// The index of the member in [`Report::front`](crate::Report::front).
    pub member: usize,
    /// What to expect of its accuracy on new data.
    pub expected: Expectation,
}

/// What accuracy to expect on data of a group that nobody has heard, such as a new speaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    /// The mean over the folds.
    pub accuracy: f64,
    /// Accuracy is above this in 95 of 100 cases, if new groups vary as those of the folds do.
    pub low: f64,
    /// Accuracy is below this in 95 of 100 cases.
    pub high: f64,
}

impl Expectation {
    /// The prediction interval of one more fold by Student's distribution; for a single validation part,
    /// Wilson's interval of a share.
    pub(crate) fn of(assessment: &Assessment) -> Self {
        let folds = by_fold(&assessment.trainings, Quantity::Accuracy);
        let accuracy = mean(&folds);
        let (low, high) = match folds.as_slice() {
            [] | [_] => wilson(accuracy, assessment.quality.examples(), Z),
            _ => {
                let reach = reach(&folds, Odds::Of95);
                (accuracy - reach, accuracy + reach)
            }
        };
        Self { accuracy, low: low.max(0.0), high: high.min(1.0) }
    }
}

/// The recommended one of some members that were judged, by their places, within all limits if one is; `None`
/// without any.
pub(crate) fn recommend(
    mut judged: Vec<(usize, &Assessment)>,
    objectives: &[Quantity],
    limits: &[Limit],
) -> Option<Recommendation> {
    let quality = main_quality(objectives);
    let cost = objectives.iter().copied().find(|it| it.is_cost()).unwrap_or(Quantity::ModelSize);
    let value = |assessment: &Assessment, quantity| assessment.value(quantity).unwrap_or(f64::NAN);
    let is_within = |assessment: &Assessment| {
        limits.iter().all(|limit| limit.excess(value(assessment, limit.quantity)) == 0.0)
    };
    if judged.iter().any(|(_, assessment)| is_within(assessment)) {
        judged.retain(|(_, assessment)| is_within(assessment));
    }
    let (_, best) = judged.iter().max_by(|(_, a), (_, b)| {
        value(a, quality)
            .total_cmp(&value(b, quality))
            .then(value(b, cost).total_cmp(&value(a, cost)))
    })?;
    let as_good = judged.iter().filter(|(_, it)| is_as_good(it, best, quality));
    let (member, assessment) =
        as_good.min_by(|(_, a), (_, b)| value(a, cost).total_cmp(&value(b, cost)))?;
    Some(Recommendation { member: *member, expected: Expectation::of(assessment) })
}

/// What named some members, by their places.
pub(crate) fn judged<G>(members: &[FrontMember<G>]) -> Vec<(usize, &Assessment)> {
    let members = members.iter().enumerate();
    members.filter_map(|(index, member)| Some((index, member.judged()?))).collect()
}

/// The first objective of quality, as each training has it: accuracy for its lower bound.
pub(crate) fn main_quality(objectives: &[Quantity]) -> Quantity {
    match objectives.iter().copied().find(|it| !it.is_cost()) {
        None | Some(Quantity::AccuracyLowerBound) => Quantity::Accuracy,
        Some(quality) => quality,
    }
}

/// Whether one member is as good as a better one, as far as the folds can tell: it lacks at most one standard
/// error of their difference, and at most a point.
fn is_as_good(one: &Assessment, best: &Assessment, quality: Quantity) -> bool {
    let lacks = lacks(one, best, quality);
    mean(&lacks) <= TOLERANCE.min(standard_error(&lacks))
}

/// What one member lacks of the quality of another one, fold by fold.
pub(crate) fn lacks(one: &Assessment, other: &Assessment, quality: Quantity) -> Vec<f64> {
    let by_fold = |it: &Assessment| by_fold(&it.trainings, quality);
    by_fold(other).into_iter().zip(by_fold(one)).map(|(other, one)| other - one).collect()
}
