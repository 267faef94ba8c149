//! The recommended member of a front, and the accuracy to expect of it.

use crate::{
    assessment::Assessment,
    by_fold::ByFold,
    limit::Limit,
    quantity::Quantity,
    statistics::{Odds, wilson},
};

/// 95 % quantile of the standard normal distribution.
const Z: f64 = 1.645;

/// The largest loss of quality for which a cheaper member is still recommended.
const TOLERANCE: f64 = 0.01;

/// The member of a front to use, unless there is a reason to prefer another one.
///
/// It is the cheapest of the members that are as good as the best one. A member is as good if its
/// mean loss of quality over the same folds is at most one standard error of that loss, and at most
/// one percentage point. With several [repeats](crate::JudgingConfig::repeats), the standard error
/// allows for folds that overlap. Quality and cost are the first objective of each kind. Members
/// within all limits come before all others.
///
/// # References
/// L. Breiman, J. Friedman, R. Olshen and C. Stone (1984). Classification and Regression Trees,
/// section 3.4.3: the one standard error rule.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Recommendation {
    /// The index of the member in [`Report::front`](crate::Report::front).
    pub member: usize,
    /// The accuracy to expect of it on new data.
    pub expected: Expectation,
}

/// The accuracy to expect on data of a new group, such as an unknown speaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    /// Mean over the folds, or the accuracy on a single validation part.
    pub accuracy: f64,
    /// Lower end: accuracy is above it in 95 of 100 cases, if new groups vary as those of the folds
    /// do.
    pub low: f64,
    /// Upper end: accuracy is below it in 95 of 100 cases.
    pub high: f64,
}

impl Expectation {
    /// Computes the expected accuracy and its interval. With folds, this is the prediction interval
    /// of one more fold by Student's distribution, which [`ByFold`] corrects for folds that overlap.
    /// With a single validation part, it is Wilson's interval of a share.
    pub(crate) fn of(assessment: &Assessment) -> Self {
        let folds = assessment.by_fold(Quantity::Accuracy);
        let accuracy = folds.mean();
        let (low, high) = match folds.values() {
            [] | [_] => wilson(accuracy, assessment.quality.examples(), Z),
            _ => {
                let reach = folds.reach(Odds::Of95);
                (accuracy - reach, accuracy + reach)
            }
        };
        Self { accuracy, low: low.max(0.0), high: high.min(1.0) }
    }
}

/// Recommends one of the `judged` members, each of which is given with its index. If any member is
/// within all limits, only such members are considered. Returns `None` if there are no members.
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

/// Returns the first quality among the objectives, or accuracy if there is none. The lower bound of
/// accuracy counts as accuracy, because members are compared fold by fold.
pub(crate) fn main_quality(objectives: &[Quantity]) -> Quantity {
    match objectives.iter().copied().find(|it| !it.is_cost()) {
        None | Some(Quantity::AccuracyLowerBound) => Quantity::Accuracy,
        Some(quality) => quality,
    }
}

/// Returns whether a member is as good as the best one, as far as the folds can tell: its mean loss
/// is at most one standard error of that loss, and at most one percentage point.
fn is_as_good(one: &Assessment, best: &Assessment, quality: Quantity) -> bool {
    let lacks = lacks(one, best, quality);
    lacks.mean() <= TOLERANCE.min(lacks.standard_error())
}

/// Returns the loss of quality of one member compared with another, fold by fold.
pub(crate) fn lacks(one: &Assessment, other: &Assessment, quality: Quantity) -> ByFold {
    other.by_fold(quality).minus(&one.by_fold(quality))
}
