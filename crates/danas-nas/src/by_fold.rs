//! A figure of a candidate fold by fold, and how uncertain its mean is.

use crate::statistics::{Odds, deviation, mean, reach, standard_error};

/// Values of a figure, one for each fold that judged it.
///
/// Folds of one division hold out different examples and count as independent, as usual. If the
/// examples are divided several times, the divisions hold out the same examples, so that further
/// ones add less and less. The variance of the mean is then `(1 / n + 1 / (k - 1)) s²`, for the
/// sample variance `s²` over all `n` folds and `k` folds in each division, where `1 / (k - 1)` is
/// the ratio of the examples that a fold holds out to those that it trains on. It therefore never
/// falls below `s² / (k - 1)`, however many divisions there are.
///
/// # References
/// - C. Nadeau and Y. Bengio (2003). Inference for the generalization error.
///   <https://doi.org/10.1023/A:1024068626366>
/// - R. Bouckaert and E. Frank (2004). Evaluating the replicability of significance tests for
///   comparing learning algorithms. <https://doi.org/10.1007/978-3-540-24775-3_3> They use it for
///   repeated cross-validation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ByFold {
    values: Vec<f64>,
    /// Number of folds of each division, if there are several divisions.
    folds_per_repeat: Option<usize>,
}

impl ByFold {
    pub(crate) const fn new(values: Vec<f64>, folds_per_repeat: Option<usize>) -> Self {
        Self { values, folds_per_repeat }
    }

    /// Returns the values, in the order of the folds.
    pub(crate) fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the differences to the values of another candidate on the same folds.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        let pairs = self.values.iter().zip(&other.values);
        Self::new(pairs.map(|(own, other)| own - other).collect(), self.folds_per_repeat)
    }

    pub(crate) fn mean(&self) -> f64 {
        mean(&self.values)
    }

    /// Returns the standard error of the mean.
    pub(crate) fn standard_error(&self) -> f64 {
        match self.folds_per_repeat {
            None => standard_error(&self.values),
            Some(folds) => deviation(&self.values) * self.variance_share(folds).sqrt(),
        }
    }

    /// Returns how far below, or above, the mean one more fold may lie with these `odds`: the bound
    /// of a prediction interval by Student's distribution. Several divisions have the degrees of
    /// freedom of one, because they hold out the same groups.
    pub(crate) fn reach(&self, odds: Odds) -> f64 {
        match self.folds_per_repeat {
            None => reach(&self.values, odds),
            Some(folds) => {
                let degrees = self.values.len().min(folds).saturating_sub(1);
                let share = 1.0 + self.variance_share(folds);
                odds.student(degrees) * deviation(&self.values) * share.sqrt()
            }
        }
    }

    /// Returns the variance of the mean as a share of the variance of the values.
    fn variance_share(&self, folds: usize) -> f64 {
        1.0 / self.values.len().max(1) as f64 + 1.0 / folds.saturating_sub(1).max(1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [f64; 6] = [0.7, 0.8, 0.9, 0.75, 0.8, 0.85];

    #[test]
    fn one_division_is_the_usual_statistic() {
        let once = ByFold::new(VALUES.to_vec(), None);
        assert_eq!(once.standard_error(), standard_error(&VALUES));
        assert_eq!(once.reach(Odds::Of95), reach(&VALUES, Odds::Of95));
    }

    #[test]
    fn two_divisions_have_the_corrected_variance() {
        // Two divisions into three folds: √(1 / 6 + 1 / 2) = √(2 / 3), and two degrees of freedom.
        let twice = ByFold::new(VALUES.to_vec(), Some(3));
        let deviation = 0.005_f64.sqrt();
        assert!((twice.standard_error() - deviation * (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let reach = 2.920 * deviation * (5.0_f64 / 3.0).sqrt();
        assert!((twice.reach(Odds::Of95) - reach).abs() < 1e-12);
    }

    #[test]
    fn repeating_the_same_folds_does_not_make_them_certain() {
        let of = |repeats| ByFold::new([0.7, 0.8, 0.9].repeat(repeats), Some(3));
        let once = ByFold::new(vec![0.7, 0.8, 0.9], None);
        for repeats in [2, 10, 1000] {
            assert!(of(repeats).standard_error() > 0.9 * once.standard_error());
            assert!(of(repeats).reach(Odds::Of95) > 0.8 * once.reach(Odds::Of95));
        }
    }

    #[test]
    fn differences_are_those_on_the_same_folds() {
        let [one, other] = [vec![0.9, 0.8], vec![0.7, 0.9]].map(|it| ByFold::new(it, Some(2)));
        let lacks = one.minus(&other);
        assert!((lacks.values()[0] - 0.2).abs() < 1e-12 && (lacks.values()[1] + 0.1).abs() < 1e-12);
        assert_eq!(lacks.folds_per_repeat, Some(2));
    }
}
