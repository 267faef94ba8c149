//! Test functions with known fronts, and operators for real numbers.

use std::f64::consts::{FRAC_PI_2, PI};

use danas_evo::rand::{Rng, RngExt};
use danas_evo::{Objective, Variation};

/// Bits of numbers from 0 to 1, one for each variable, which are scaled to its range. A float could
/// not be hashed and compared for equality.
pub(crate) type Point = Vec<u64>;

/// A function from several real variables to several costs.
///
/// # References
/// - E. Zitzler, K. Deb and L. Thiele (2000). Comparison of multiobjective evolutionary algorithms:
///   empirical results. <https://doi.org/10.1162/106365600568202>
/// - K. Deb, L. Thiele, M. Laumanns and E. Zitzler (2005). Scalable test problems for evolutionary
///   multiobjective optimization. <https://doi.org/10.1007/1-84628-137-7_6>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Zdt1,
    Zdt2,
    Zdt3,
    Zdt4,
    Zdt6,
    /// The only function with three costs.
    Dtlz2,
}

impl Function {
    pub(crate) const ALL: [Self; 6] =
        [Self::Zdt1, Self::Zdt2, Self::Zdt3, Self::Zdt4, Self::Zdt6, Self::Dtlz2];

    /// Returns the hypervolumes that pymoo 0.6.2 reaches (`pymoo.py`), with 1.1 in every cost as
    /// the reference: the median of 11 seeds, the least and the largest.
    pub(crate) fn pymoo(self) -> [f64; 3] {
        match self {
            Self::Zdt1 => [0.86966, 0.86919, 0.86992],
            Self::Zdt2 => [0.53638, 0.53578, 0.53668],
            Self::Zdt3 => [1.32760, 1.32732, 1.32803],
            Self::Zdt4 => [0.86672, 0.85920, 0.86969],
            Self::Zdt6 => [0.49316, 0.49222, 0.49681],
            Self::Dtlz2 => [0.69974, 0.69001, 0.71316],
        }
    }

    pub(crate) fn n_variables(self) -> usize {
        match self {
            Self::Zdt1 | Self::Zdt2 | Self::Zdt3 => 30,
            Self::Zdt4 | Self::Zdt6 | Self::Dtlz2 => 10,
        }
    }

    pub(crate) fn objectives(self) -> Vec<Objective> {
        let n_costs = if self == Self::Dtlz2 { 3 } else { 2 };
        (1..=n_costs).map(|n| Objective::minimise(format!("f{n}"))).collect()
    }

    pub(crate) fn costs(self, point: &Point) -> Vec<f64> {
        let x: Vec<f64> = point.iter().copied().map(f64::from_bits).collect();
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (first, rest) = (x[0], &x[1..]);
        let linear = 1.0 + 9.0 * mean(rest);
        match self {
            Self::Zdt1 => vec![first, linear * (1.0 - (first / linear).sqrt())],
            Self::Zdt2 => vec![first, linear * (1.0 - (first / linear).powi(2))],
            Self::Zdt3 => {
                let ratio = first / linear;
                let wave = ratio * (10.0 * PI * first).sin();
                vec![first, linear * (1.0 - ratio.sqrt() - wave)]
            }
            Self::Zdt4 => {
                let hills = rest
                    .iter()
                    .map(|x| 10.0 * x - 5.0)
                    .map(|x| x * x - 10.0 * (4.0 * PI * x).cos());
                let g = 1.0 + 10.0 * rest.len() as f64 + hills.sum::<f64>();
                vec![first, g * (1.0 - (first / g).sqrt())]
            }
            Self::Zdt6 => {
                let f1 = 1.0 - (-4.0 * first).exp() * (6.0 * PI * first).sin().powi(6);
                let g = 1.0 + 9.0 * mean(rest).powf(0.25);
                vec![f1, g * (1.0 - (f1 / g).powi(2))]
            }
            Self::Dtlz2 => {
                let radius = 1.0 + x[2..].iter().map(|x| (x - 0.5).powi(2)).sum::<f64>();
                let [(sin_a, cos_a), (sin_b, cos_b)] =
                    [x[0], x[1]].map(|x| (x * FRAC_PI_2).sin_cos());
                vec![radius * cos_a * cos_b, radius * cos_a * sin_b, radius * sin_a]
            }
        }
    }
}

/// Simulated binary crossover with one child, and polynomial mutation, for variables from 0 to 1.
///
/// # References
/// K. Deb and R. Agrawal (1995). Simulated binary crossover for continuous search space. Complex
/// Systems 9. <https://www.complex-systems.com/abstracts/v09_i02_a02/>
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reals {
    pub(crate) n_variables: usize,
}

/// Distribution indices of crossover and mutation.
const CROSSOVER_INDEX: f64 = 15.0;
const MUTATION_INDEX: f64 = 20.0;

impl Variation<Point> for Reals {
    fn sample(&self, rng: &mut dyn Rng) -> Point {
        (0..self.n_variables).map(|_| rng.random::<f64>().to_bits()).collect()
    }

    fn mutate(&self, parent: &Point, rng: &mut dyn Rng) -> Option<Point> {
        let mut child = parent.clone();
        while child == *parent {
            for x in &mut child {
                if rng.random_range(0..self.n_variables) == 0 {
                    *x = polynomial_mutation(f64::from_bits(*x), rng).to_bits();
                }
            }
        }
        Some(child)
    }

    fn crossover(&self, left: &Point, right: &Point, rng: &mut dyn Rng) -> Point {
        left.iter()
            .zip(right)
            .map(|(l, r)| {
                if l == r || rng.random() {
                    return *l;
                }
                simulated_binary(f64::from_bits(*l), f64::from_bits(*r), rng).to_bits()
            })
            .collect()
    }
}

fn polynomial_mutation(x: f64, rng: &mut dyn Rng) -> f64 {
    let power = MUTATION_INDEX + 1.0;
    let u: f64 = rng.random();
    let step = if u < 0.5 {
        (2.0 * u + (1.0 - 2.0 * u) * (1.0 - x).powf(power)).powf(1.0 / power) - 1.0
    } else {
        1.0 - (2.0 * (1.0 - u) + (2.0 * u - 1.0) * x.powf(power)).powf(1.0 / power)
    };
    (x + step).clamp(0.0, 1.0)
}

/// Returns one of the two children, which are spread about both parents within the bounds.
fn simulated_binary(left: f64, right: f64, rng: &mut dyn Rng) -> f64 {
    let (low, high) = (left.min(right), left.max(right));
    let power = CROSSOVER_INDEX + 1.0;
    let upper: bool = rng.random();
    let margin = if upper { 1.0 - high } else { low };
    let alpha = 2.0 - (1.0 + 2.0 * margin / (high - low)).powf(-power);
    let u = alpha * rng.random::<f64>();
    let spread = (if u <= 1.0 { u } else { 1.0 / (2.0 - u) }).powf(1.0 / power);
    let half = spread * (high - low) / 2.0;
    let middle = (low + high) / 2.0;
    (if upper { middle + half } else { middle - half }).clamp(0.0, 1.0)
}
