//! Fitting of kernels, by the maximum of the posterior.

use super::cholesky::{Cholesky, dot};
use super::kernel::{Kernel, affinity};
use super::points::Points;

/// Number of steps of a fit.
const STEPS: usize = 25;

/// Standard deviation of the prior, a normal distribution over the logarithms of weights, shares
/// and noise. The mean for weights and shares is −ln *n* for *n* genes, so that genomes that differ
/// in all genes have a distance of 1.
const SPREAD: f64 = 2.0;
const NOISE_MEAN: f64 = -6.0;

/// Bounds of the logarithms.
const BOUNDS: (f64, f64) = (-8.0, 3.0);

impl Kernel {
    /// Returns the kernel at the mean of the prior.
    pub(super) fn prior(n_genes: usize) -> Self {
        let share = 1.0 / n_genes.max(1) as f64;
        let shares = vec![share; n_genes];
        Self { weights: shares.clone(), shares, noise: libm::exp(NOISE_MEAN) }
    }

    /// Returns the logarithms of weights, shares and noise.
    fn logs(&self) -> Vec<f64> {
        let values = self.weights.iter().chain(&self.shares).chain([&self.noise]);
        values.map(|value| libm::log(*value)).collect()
    }

    fn from_logs(logs: &[f64]) -> Self {
        let mut values = logs.iter().map(|log| libm::exp(*log));
        let n_genes = logs.len() / 2;
        Self {
            weights: values.by_ref().take(n_genes).collect(),
            shares: values.by_ref().take(n_genes).collect(),
            noise: values.next().unwrap_or(1.0),
        }
    }

    /// Maximises the posterior by resilient propagation. Each parameter has its own step size,
    /// which grows while the slope keeps its sign and shrinks when the sign changes.
    ///
    /// # References
    /// C. Igel and M. Hüsken (2000). Improving the Rprop learning algorithm (iRprop⁻).
    pub(super) fn fit(&mut self, points: &Points, targets: &[f64]) {
        let mut logs = self.logs();
        let mut steps = vec![0.3_f64; logs.len()];
        let mut slopes_before = vec![0.0_f64; logs.len()];
        let mut best: Option<(f64, Self)> = None;
        let mut tried = self.clone();
        for _ in 0..STEPS {
            let Some((loss, slopes)) = tried.loss_with_slopes(points, targets) else { break };
            if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                best = Some((loss, tried));
            }
            let parameters = logs.iter_mut().zip(&mut steps).zip(&mut slopes_before);
            for (((log, step), before), slope) in parameters.zip(slopes) {
                let turn = slope * *before;
                if turn < 0.0 {
                    *step *= 0.5;
                    *before = 0.0;
                    continue;
                }
                if turn > 0.0 {
                    *step = (*step * 1.2).min(1.5);
                }
                *before = slope;
                if slope != 0.0 {
                    *log = (*log - step.copysign(slope)).clamp(BOUNDS.0, BOUNDS.1);
                }
            }
            tried = Self::from_logs(&logs);
        }
        if let Some((_, best)) = best {
            *self = best;
        }
    }

    /// Returns the negative logarithm of the posterior density, up to a constant, with the process
    /// variance that maximises the likelihood. Returns `None` if the covariances are numerically
    /// singular.
    pub(super) fn loss(&self, points: &Points, targets: &[f64]) -> Option<f64> {
        Some(Evidence::new(self, points, targets)?.loss + self.negative_log_prior().0)
    }

    /// Returns the [`loss`](Self::loss) and its derivatives with respect to the logarithms of
    /// weights, shares and noise.
    fn loss_with_slopes(&self, points: &Points, targets: &[f64]) -> Option<(f64, Vec<f64>)> {
        let evidence = Evidence::new(self, points, targets)?;
        let (negative_log_prior, prior_slopes) = self.negative_log_prior();
        let n_genes = self.weights.len();
        let inverse = evidence.factor.inverse();
        let mut weights = vec![0.0; n_genes];
        let mut shares = vec![0.0; n_genes];
        let mut trace = 0.0;
        for (i, differences) in points.differences().enumerate() {
            let residual = |j: usize| {
                inverse[i][j] - evidence.solved[i] * evidence.solved[j] / evidence.variance
            };
            trace += residual(i) / 2.0;
            for (j, differences) in differences.chunks_exact(n_genes.max(1)).enumerate() {
                let residual = residual(j);
                let weighted = residual * evidence.slopes[i][j];
                let slopes = weights.iter_mut().zip(&mut shares);
                for ((weight, share), difference) in slopes.zip(differences) {
                    *weight += weighted * difference;
                    *share += residual * affinity(*difference);
                }
            }
        }
        shares.iter_mut().for_each(|share| *share += trace);
        let values = self.weights.iter().chain(&self.shares).chain([&self.noise]);
        let slopes = weights.iter().chain(&shares).chain([&trace]).zip(values);
        let slopes = slopes.zip(prior_slopes).map(|((slope, value), prior)| slope * value + prior);
        Some((evidence.loss + negative_log_prior, slopes.collect()))
    }

    /// Returns the negative logarithm of the prior, up to a constant, and its derivatives with
    /// respect to the logarithms.
    fn negative_log_prior(&self) -> (f64, Vec<f64>) {
        let gene_mean = -libm::log(self.weights.len().max(1) as f64);
        let genes = 2 * self.weights.len();
        let distance = |(place, log): (usize, f64)| {
            (log - if place < genes { gene_mean } else { NOISE_MEAN }) / SPREAD
        };
        let distances: Vec<f64> = self.logs().into_iter().enumerate().map(distance).collect();
        let slopes = distances.iter().map(|distance| distance / SPREAD).collect();
        (dot(&distances, &distances) / 2.0, slopes)
    }
}

/// The terms of the likelihood.
struct Evidence {
    factor: Cholesky,
    /// *K⁻¹ y*, for the covariances *K* and the targets *y*.
    solved: Vec<f64>,
    /// Variance of the process that maximises the likelihood.
    variance: f64,
    /// Derivatives of the covariances with respect to *r²*.
    slopes: Vec<Vec<f64>>,
    /// Negative logarithm of the likelihood, up to a constant.
    loss: f64,
}

impl Evidence {
    fn new(kernel: &Kernel, points: &Points, targets: &[f64]) -> Option<Self> {
        let n_genes = kernel.weights.len().max(1);
        let mut slopes = Vec::with_capacity(targets.len());
        let rows = points.differences().map(|differences| {
            let pairs = differences.chunks_exact(n_genes);
            let (mut row, of_row): (Vec<_>, Vec<_>) =
                pairs.map(|differences| kernel.covariance(differences)).unzip();
            slopes.push(of_row);
            row.push(kernel.variance() + kernel.noise);
            row
        });
        let factor = Cholesky::of(rows)?;
        let mut solved = targets.to_vec();
        factor.solve_lower(&mut solved);
        factor.solve_upper(&mut solved);
        let n = targets.len() as f64;
        let variance = (dot(targets, &solved) / n).max(1e-12);
        let loss = n / 2.0 * libm::log(variance) + factor.half_log_determinant();
        Some(Self { factor, solved, variance, slopes, loss })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gene::Gene;

    /// Returns points of two numbers and a category, and targets that depend only on the first
    /// number.
    fn wave() -> (Points, Vec<f64>) {
        let mut points = Points::default();
        let mut targets = Vec::new();
        for i in 0..24_u32 {
            let [first, second] = [5, 7].map(|step| f64::from(step * i % 24) / 24.0);
            points.push(vec![Gene::Number(first), Gene::Number(second), Gene::Category(i % 3)]);
            targets.push((6.0 * first).sin());
        }
        (points, targets)
    }

    #[test]
    fn slopes_are_those_of_the_loss() {
        let (points, targets) = wave();
        let kernel =
            Kernel { weights: vec![1.0, 0.3, 0.5], shares: vec![0.2, 0.1, 0.4], noise: 0.02 };
        let (_, slopes) = kernel.loss_with_slopes(&points, &targets).unwrap();
        let step = 1e-5;
        for (parameter, slope) in slopes.into_iter().enumerate() {
            let at = |sign: f64| {
                let mut kernel = kernel.clone();
                let values = kernel.weights.iter_mut().chain(&mut kernel.shares);
                let value = values.chain([&mut kernel.noise]).nth(parameter);
                *value.unwrap() *= (sign * step).exp();
                kernel.loss(&points, &targets).unwrap()
            };
            let expected = (at(1.0) - at(-1.0)) / (2.0 * step);
            assert!((slope - expected).abs() < 1e-5 * expected.abs().max(1.0));
        }
    }

    #[test]
    fn a_fit_finds_the_gene_that_matters() {
        let (points, targets) = wave();
        let mut kernel = Kernel::prior(3);
        kernel.fit(&points, &targets);
        let matters = |gene: usize| kernel.weights[gene] + kernel.shares[gene];
        assert!(matters(0) > 20.0 * matters(1), "{kernel:?}");
        assert!(matters(0) > 20.0 * matters(2), "{kernel:?}");
    }
}
