//! Which member of a front to take, and what to expect of it.

use danas_space::Granularity;

use crate::{Assessment, FrontMember, Limit, Quantity};

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
        let folds = by_fold(assessment, Quantity::Accuracy);
        let accuracy = mean(&folds);
        let (low, high) = match folds.as_slice() {
            [] | [_] => wilson(accuracy, assessment.quality.confusion.counts().sum() as f64),
            _ => {
                let n = folds.len() as f64;
                let reach = student(folds.len() - 1) * deviation(&folds) * (1.0 + 1.0 / n).sqrt();
                (accuracy - reach, accuracy + reach)
            }
        };
        Self { accuracy, low: low.max(0.0), high: high.min(1.0) }
    }
}

/// The recommended one of some members that were judged, within all limits if one is; `None` without any.
pub(crate) fn recommend<G: Granularity>(
    front: &[FrontMember<G>],
    objectives: &[Quantity],
    limits: &[Limit],
) -> Option<Recommendation> {
    let quality = main_quality(objectives);
    let cost = objectives.iter().copied().find(|it| it.is_cost()).unwrap_or(Quantity::ModelSize);
    let value = |assessment: &Assessment, quantity| assessment.value(quantity).unwrap_or(f64::NAN);
    let mut judged: Vec<(usize, &Assessment)> = front
        .iter()
        .enumerate()
        .filter_map(|(index, member)| Some((index, member.judged()?)))
        .collect();
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

/// The first objective of quality.
pub(crate) fn main_quality(objectives: &[Quantity]) -> Quantity {
    objectives.iter().copied().find(|it| !it.is_cost()).unwrap_or(Quantity::Accuracy)
}

/// Whether one member is as good as a better one, as far as the folds can tell.
pub(crate) fn is_as_good(one: &Assessment, best: &Assessment, quality: Quantity) -> bool {
    let pairs = by_fold(best, quality).into_iter().zip(by_fold(one, quality));
    let lacks: Vec<f64> = pairs.map(|(best, one)| best - one).collect();
    let lack = mean(&lacks);
    lack <= 0.0 || lack <= TOLERANCE.min(deviation(&lacks) / (lacks.len() as f64).sqrt())
}

/// The mean of a quantity over the trainings of each fold; over all of them where there are no folds.
fn by_fold(assessment: &Assessment, quantity: Quantity) -> Vec<f64> {
    let last = assessment.trainings.iter().filter_map(|it| it.fold).max();
    let folds = (0..=last.unwrap_or(0)).map(|fold| {
        let of_fold = assessment.trainings.iter().filter(|it| it.fold.unwrap_or(0) == fold);
        of_fold.filter_map(|it| it.quality.value(quantity)).collect::<Vec<_>>()
    });
    folds.filter(|values| !values.is_empty()).map(|values| mean(&values)).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The sample standard deviation; 0 for a single value.
fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / values.len().saturating_sub(1).max(1) as f64).sqrt()
}

/// The 95 % quantile of Student's distribution.
fn student(degrees: usize) -> f64 {
    const FIRST: [f64; 10] = [6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812];
    FIRST.get(degrees.saturating_sub(1)).copied().unwrap_or(1.7)
}

/// The interval that holds a share in 90 of 100 cases.
///
/// # References
/// E. B. Wilson (1927). Probable inference, the law of succession, and statistical inference.
/// <https://doi.org/10.1080/01621459.1927.10502953>
fn wilson(share: f64, examples: f64) -> (f64, f64) {
    const Z: f64 = 1.645;
    if examples <= 0.0 {
        return (0.0, 1.0);
    }
    let scale = 1.0 + Z * Z / examples;
    let centre = (share + Z * Z / (2.0 * examples)) / scale;
    let spread = share * (1.0 - share) / examples + Z * Z / (4.0 * examples * examples);
    let reach = Z / scale * spread.sqrt();
    (centre - reach, centre + reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_the_tables() {
        // statsmodels 0.14: proportion_confint(8, 10, alpha=0.1, method="wilson")
        let (low, high) = wilson(0.8, 10.0);
        assert!((low - 0.5406).abs() < 1e-3 && (high - 0.9308).abs() < 1e-3, "{low} {high}");
        assert_eq!(wilson(0.5, 0.0), (0.0, 1.0));
    }

    #[test]
    fn deviations_are_those_of_samples() {
        assert_eq!(deviation(&[1.0, 2.0, 3.0]), 1.0);
        assert_eq!(deviation(&[1.0]), 0.0);
        assert_eq!(mean(&[]), 0.0);
    }
}
