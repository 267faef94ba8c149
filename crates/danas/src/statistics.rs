//! What a few measurements say of more of their kind.

use crate::{JudgedTraining, Quantity};

/// The mean of a quantity over the trainings of each fold; over all of them where there are no folds.
pub(crate) fn by_fold(trainings: &[JudgedTraining], quantity: Quantity) -> Vec<f64> {
    let last = trainings.iter().filter_map(|it| it.fold).max();
    let folds = (0..=last.unwrap_or(0)).map(|fold| {
        let of_fold = trainings.iter().filter(|it| it.fold.unwrap_or(0) == fold);
        of_fold.filter_map(|it| it.quality.value(quantity)).collect::<Vec<_>>()
    });
    folds.filter(|values| !values.is_empty()).map(|values| mean(&values)).collect()
}

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The sample standard deviation; 0 for a single value.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / values.len().saturating_sub(1).max(1) as f64).sqrt()
}

/// The standard error of the mean of several values.
pub(crate) fn standard_error(values: &[f64]) -> f64 {
    deviation(values) / (values.len().max(1) as f64).sqrt()
}

/// How far one more value may lie below, or above, the mean of some: with these odds, if all are drawn from
/// one normal distribution.
pub(crate) fn reach(values: &[f64], odds: Odds) -> f64 {
    let n = values.len().max(1);
    odds.student(n - 1) * deviation(values) * (1.0 + 1.0 / n as f64).sqrt()
}

/// Odds of a one-sided bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odds {
    /// 85 of 100.
    Of85,
    /// 95 of 100.
    Of95,
}

impl Odds {
    /// The quantile of Student's distribution of these degrees of freedom.
    fn student(self, degrees: usize) -> f64 {
        const OF_85: [f64; 10] =
            [1.963, 1.386, 1.250, 1.190, 1.156, 1.134, 1.119, 1.108, 1.100, 1.093];
        const OF_95: [f64; 10] =
            [6.314, 2.920, 2.353, 2.132, 2.015, 1.943, 1.895, 1.860, 1.833, 1.812];
        let (first, others) = match self {
            Self::Of85 => (OF_85, 1.06),
            Self::Of95 => (OF_95, 1.7),
        };
        first.get(degrees.saturating_sub(1)).copied().unwrap_or(others)
    }
}

/// The interval of a share that was measured on some examples, `z` standard errors to either side.
///
/// # References
/// E. B. Wilson (1927). Probable inference, the law of succession, and statistical inference.
/// <https://doi.org/10.1080/01621459.1927.10502953>
pub(crate) fn wilson(share: f64, examples: f64, z: f64) -> (f64, f64) {
    if examples <= 0.0 {
        return (0.0, 1.0);
    }
    let scale = 1.0 + z * z / examples;
    let centre = (share + z * z / (2.0 * examples)) / scale;
    let spread = share * (1.0 - share) / examples + z * z / (4.0 * examples * examples);
    let reach = z / scale * spread.sqrt();
    (centre - reach, centre + reach)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilsons_interval_is_that_of_the_tables() {
        // statsmodels 0.14: proportion_confint(8, 10, alpha=0.1, method="wilson")
        let (low, high) = wilson(0.8, 10.0, 1.645);
        assert!((low - 0.5406).abs() < 1e-3 && (high - 0.9308).abs() < 1e-3, "{low} {high}");
        assert_eq!(wilson(0.5, 0.0, 1.0), (0.0, 1.0));
    }

    #[test]
    fn deviations_are_those_of_samples() {
        assert_eq!(deviation(&[1.0, 2.0, 3.0]), 1.0);
        assert_eq!(deviation(&[1.0]), 0.0);
        assert_eq!(standard_error(&[1.0, 2.0, 3.0, 2.0]), deviation(&[1.0, 2.0, 3.0, 2.0]) / 2.0);
        assert_eq!(mean(&[]), 0.0);
    }

    #[test]
    fn one_more_value_may_lie_further_off_than_the_mean() {
        // scipy 1.17: t.ppf([0.85, 0.95], 2) * sqrt(4 / 3)
        assert!((reach(&[1.0, 2.0, 3.0], Odds::Of85) - 1.6007).abs() < 1e-3);
        assert!((reach(&[1.0, 2.0, 3.0], Odds::Of95) - 3.3717).abs() < 1e-3);
        assert_eq!(reach(&[1.0], Odds::Of95), 0.0);
    }
}
