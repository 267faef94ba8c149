//! A transform of costs that makes them easier for a Gaussian process to describe.

/// An increasing function from a cost to a *warped* cost.
///
/// Costs are centred at their median and scaled by the distance between their quartiles. They then
/// go through the power transform of Yeo and Johnson (2000), and are standardised. This way, a few
/// candidates that learn nothing do not hide the differences between good candidates.
///
/// # References
/// I.-K. Yeo and R. Johnson (2000). A new family of power transformations to improve normality or
/// symmetry. <https://doi.org/10.1093/biomet/87.4.954>
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Warp {
    centre: f64,
    scale: f64,
    power: f64,
    mean: f64,
    deviation: f64,
}

impl Warp {
    /// Creates the warp with the exponent `power` for these costs, which must not be empty.
    pub(super) fn new(costs: &[f64], power: f64) -> Self {
        let mut sorted = costs.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| sorted[(share * (sorted.len() - 1) as f64).round() as usize];
        let centre = quantile(0.5);
        let extent = sorted[sorted.len() - 1] - sorted[0];
        let quartiles = quantile(0.75) - quantile(0.25);
        // The quartiles may be equal, since half of the costs may be the same.
        let scale = (quartiles / 1.35).max(extent / 50.0);
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let robust = costs.iter().map(|cost| forward((cost - centre) / scale, power));
        let (mean, deviation) = moments(robust);
        Self { centre, scale, power, mean, deviation }
    }

    /// Returns the sum of the logarithms of the slopes at these costs, up to a constant that is the
    /// same for every exponent. It is the contribution of the warp to the likelihood.
    pub(super) fn log_slopes(&self, costs: &[f64]) -> f64 {
        let slope = |cost: &f64| {
            let robust = (cost - self.centre) / self.scale;
            (self.power - 1.0) * libm::log1p(robust.abs()).copysign(robust)
        };
        costs.iter().map(slope).sum::<f64>() - costs.len() as f64 * libm::log(self.deviation)
    }

    /// Returns the warped costs.
    pub(super) fn all(&self, costs: &[f64]) -> Vec<f64> {
        costs.iter().map(|cost| self.warp(*cost)).collect()
    }

    /// Returns the warped cost.
    pub(super) fn warp(&self, cost: f64) -> f64 {
        let robust = (cost - self.centre) / self.scale;
        (forward(robust, self.power) - self.mean) / self.deviation
    }
}

/// Returns the mean and the standard deviation. The latter is never 0.
fn moments(values: impl ExactSizeIterator<Item = f64> + Clone) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.clone().sum::<f64>() / n;
    let variance = values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
    (mean, if variance > 0.0 { variance.sqrt() } else { 1.0 })
}

/// Applies the transform of Yeo and Johnson.
fn forward(value: f64, power: f64) -> f64 {
    if value >= 0.0 { box_cox(value, power) } else { -box_cox(-value, 2.0 - power) }
}

/// Returns ((1 + *x*)^*p* − 1) / *p* for *x* ≥ 0, or its limit ln(1 + *x*) for *p* = 0.
fn box_cox(value: f64, power: f64) -> f64 {
    let log = libm::log1p(value);
    if power == 0.0 { log } else { libm::expm1(power * log) / power }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_the_warp() {
        let costs: Vec<f64> = (0..40).map(|i| 1.1_f64.powi(i) - 3.0).collect();
        for power in [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0] {
            let warp = Warp::new(&costs, power);
            let slope = |cost: f64| (warp.warp(cost + 1e-6) - warp.warp(cost - 1e-6)) / 2e-6;
            // The scale is the same for every power, so `log_slopes` leaves it out.
            let logs: f64 = costs.iter().map(|cost| (slope(*cost) * warp.scale).ln()).sum();
            assert!((warp.log_slopes(&costs) - logs).abs() < 1e-4, "{power}");
        }
    }

    #[test]
    fn outliers_come_closer() {
        let mut costs: Vec<f64> = (0..30).map(|i| f64::from(i) / 30.0).collect();
        costs.extend([20.0, 21.0]);
        let warp = Warp::new(&costs, 0.3);
        let [low, high, outlier] = [0.0, 1.0, 20.0].map(|cost| warp.warp(cost));
        assert!(outlier - high < 4.0 * (high - low), "{low} {high} {outlier}");
    }

    #[test]
    fn equal_costs_stay_finite() {
        let warp = Warp::new(&[3.0; 5], -0.5);
        assert_eq!(warp.warp(3.0), 0.0);
        assert!(warp.warp(4.0).is_finite());
    }
}
