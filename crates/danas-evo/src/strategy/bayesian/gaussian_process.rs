//! A Gaussian process, which predicts the outcome of a genome from the outcomes of others.

use super::cholesky::{Cholesky, dot};
use super::improvement::Posterior;
use super::kernel::Kernel;
use super::points::Points;

/// A Gaussian process of mean 0, conditioned on the outcomes at some points.
#[derive(Debug, Clone)]
pub(super) struct GaussianProcess {
    kernel: Kernel,
    factor: Cholesky,
    targets: Vec<f64>,
    /// *K⁻¹ y*, for the covariances *K* and the outcomes *y*.
    solved: Vec<f64>,
    /// Variance of the process that maximises the likelihood.
    variance: f64,
}

impl GaussianProcess {
    /// Conditions a process on outcomes, one for each point. Returns `None` if the covariances are
    /// numerically singular.
    pub(super) fn new(kernel: Kernel, points: &Points, targets: Vec<f64>) -> Option<Self> {
        let n = targets.len().max(1) as f64;
        let (factor, solved) = (Cholesky::default(), Vec::new());
        let mut process = Self { kernel, factor, targets, solved, variance: 1.0 };
        for differences in points.differences() {
            process.grow(differences)?;
        }
        process.condition();
        process.variance = (dot(&process.targets, &process.solved) / n).max(1e-12);
        Some(process)
    }

    /// Adds a point with its posterior mean as its outcome, and returns that mean. Returns `None`
    /// if the covariances are numerically singular with it.
    pub(super) fn push_believed(&mut self, differences: &[f64]) -> Option<f64> {
        let Posterior { mean, .. } = self.predict(differences);
        self.grow(differences)?;
        self.targets.push(mean);
        self.condition();
        Some(mean)
    }

    fn grow(&mut self, differences: &[f64]) -> Option<()> {
        let mut row = self.kernel.covariances(differences);
        row.push(self.kernel.variance() + self.kernel.noise);
        self.factor.push(row)
    }

    fn condition(&mut self) {
        self.solved.clone_from(&self.targets);
        self.factor.solve_lower(&mut self.solved);
        self.factor.solve_upper(&mut self.solved);
    }

    /// Returns the posterior of a genome's outcome, without noise. `differences` are the squared
    /// distances of its genes to those of each point.
    pub(super) fn predict(&self, differences: &[f64]) -> Posterior {
        let mut covariances = self.kernel.covariances(differences);
        let mean = dot(&covariances, &self.solved);
        self.factor.solve_lower(&mut covariances);
        let left = (self.kernel.variance() - dot(&covariances, &covariances)).max(1e-9);
        Posterior { mean, deviation: (self.variance * left).sqrt() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gene::Gene;

    #[test]
    fn certainty_comes_with_closeness() {
        let mut points = Points::default();
        for place in [0.0, 0.2, 0.4] {
            points.push(vec![Gene::Number(place)]);
        }
        let kernel = Kernel { weights: vec![30.0], shares: vec![1e-3], noise: 1e-4 };
        let process = GaussianProcess::new(kernel, &points, vec![-1.0, 0.0, 1.0]).unwrap();
        let at = |place| process.predict(&points.differences_to(&[Gene::Number(place)]));
        assert!((at(0.2).mean).abs() < 1e-3 && (at(0.4).mean - 1.0).abs() < 1e-2);
        assert!(at(0.3).mean > 0.3 && at(0.3).mean < 1.0);
        assert!(at(0.2).deviation < at(0.3).deviation && at(0.3).deviation < at(0.9).deviation);
    }
}
