//! Statistics of a few measurements: means, deviations and intervals.

/// Mean and spread of a few measurements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divided by n − 1); 0 for a single value.
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

pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// Returns the sample standard deviation; 0 for a single value.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / values.len().saturating_sub(1).max(1) as f64).sqrt()
}

/// Returns the standard error of the mean.
pub(crate) fn standard_error(values: &[f64]) -> f64 {
    deviation(values) / (values.len().max(1) as f64).sqrt()
}

/// Returns how far below, or above, the mean of `values` one more value may lie: it stays within
/// this distance with probability `odds`, if all values are drawn from the same normal
/// distribution.
pub(crate) fn reach(values: &[f64], odds: Odds) -> f64 {
    let n = values.len().max(1);
    odds.student(n - 1) * deviation(values) * (1.0 + 1.0 / n as f64).sqrt()
}

/// The probability of a one-sided bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Odds {
    /// 85 in 100.
    Of85,
    /// 95 in 100.
    Of95,
}

impl Odds {
    /// Returns the quantile of Student's distribution with this many degrees of freedom.
    pub(crate) fn student(self, degrees: usize) -> f64 {
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

/// Returns Wilson's interval of a share that was measured on this many examples, `z` standard
/// errors to either side.
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
    fn the_spread_is_the_sample_deviation() {
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[0.5]), Some(Spread { mean: 0.5, deviation: 0.0 }));
        assert_eq!(Spread::of(&[1.0, 2.0, 3.0]), Some(Spread { mean: 2.0, deviation: 1.0 }));
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
