//! The model of all genomes' outcomes, and the acquisition value of evaluating one.

use super::gaussian_process::GaussianProcess;
use super::history::History;
use super::improvement::{Posterior, Region};
use super::kernel::Kernel;
use super::points::{Points, differences};
use super::warp::Warp;
use crate::{crowding::crowding_distances, gene::Gene};

/// Distance of the reference point beyond the worst costs, relative to their extent.
const MARGIN: f64 = 0.3;

/// The fitted parameters, which stay in use until the next fit.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    objectives: Vec<Shape>,
    limits: Option<Kernel>,
}

/// The fitted parameters of one objective.
#[derive(Debug, Clone)]
struct Shape {
    /// Exponent of the objective's warp.
    power: f64,
    kernel: Kernel,
}

/// The posterior, given a history and the candidates that are being evaluated.
#[derive(Debug)]
pub(super) struct Model<'a> {
    history: &'a History,
    pending: Vec<Vec<Gene>>,
    objectives: Vec<GaussianProcess>,
    region: Region,
    limits: Option<Limits>,
}

/// The posterior of whether genomes keep the limits.
#[derive(Debug)]
struct Limits {
    process: GaussianProcess,
    /// Mean of the labels, which are 1 for candidates within the limits and −1 for the others.
    mean: f64,
}

impl Fit {
    /// Fits the parameters to a longer history, starting from the last fit.
    pub(super) fn update(&mut self, history: &History) {
        let columns = history.columns();
        let prior = || Kernel::prior(history.n_genes());
        self.objectives.resize_with(columns.len(), || Shape { power: 1.0, kernel: prior() });
        for (column, shape) in columns.iter().zip(&mut self.objectives) {
            shape.update(column, &history.points);
        }
        if history.within.contains(&false) {
            let (labels, _) = labels(history);
            self.limits.get_or_insert_with(prior).fit(&history.judged, &labels);
        }
    }
}

impl Shape {
    /// Chooses the exponent that maximises the likelihood of the costs with the present kernel,
    /// then fits the kernel.
    fn update(&mut self, column: &[f64], points: &Points) {
        let likelihood = |power: f64| {
            let warp = Warp::new(column, power);
            Some(warp.log_slopes(column) - self.kernel.loss(points, &warp.all(column))?)
        };
        let powers = (-4..=12).map(|step| f64::from(step) / 4.0);
        let likeliest = powers
            .filter_map(|power| Some((likelihood(power)?, power)))
            .max_by(|l, r| l.0.total_cmp(&r.0));
        if let Some((_, power)) = likeliest {
            self.power = power;
        }
        self.kernel.fit(points, &Warp::new(column, self.power).all(column));
    }
}

impl<'a> Model<'a> {
    /// Conditions the model on a history. Candidates that are being evaluated count as if their
    /// outcome were their posterior mean. Returns `None` if the covariances are numerically
    /// singular.
    pub(super) fn new(fit: &Fit, history: &'a History, pending: Vec<Vec<Gene>>) -> Option<Self> {
        let mut objectives = Vec::new();
        let mut warps = Vec::new();
        let mut reference = Vec::new();
        for (column, shape) in history.columns().iter().zip(&fit.objectives) {
            let warp = Warp::new(column, shape.power);
            let targets = warp.all(column);
            let least = targets.iter().copied().fold(f64::INFINITY, f64::min);
            let largest = targets.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            reference.push(largest + MARGIN * (largest - least).max(f64::EPSILON));
            objectives.push(GaussianProcess::new(shape.kernel.clone(), &history.points, targets)?);
            warps.push(warp);
        }
        let warped = |costs: &[f64]| -> Vec<f64> {
            warps.iter().zip(costs).map(|(warp, cost)| warp.warp(*cost)).collect()
        };
        let mut front: Vec<Vec<f64>> = history.front().map(warped).collect();
        for (place, genes) in pending.iter().enumerate() {
            let mut differences_to = history.points.differences_to(genes);
            differences_to.extend(differences(&pending[..place], genes, history.n_genes()));
            let believed =
                objectives.iter_mut().map(|process| process.push_believed(&differences_to));
            front.push(believed.collect::<Option<_>>()?);
        }
        let front = most_isolated(front, objectives.len());
        let front: Vec<&[f64]> = front.iter().map(Vec::as_slice).collect();
        let region = Region::new(&front, &reference);
        let limits = fit.limits.clone().and_then(|kernel| {
            let (labels, mean) = labels(history);
            let process = GaussianProcess::new(kernel, &history.judged, labels)?;
            Some(Limits { process, mean })
        });
        Some(Self { history, pending, objectives, region, limits })
    }

    /// Returns the acquisition value of a genome: its expected hypervolume improvement over warped
    /// costs, times the probability that it is within the limits.
    pub(super) fn acquisition_value(&self, genes: &[Gene]) -> f64 {
        let mut differences_to = self.history.points.differences_to(genes);
        differences_to.extend(differences(&self.pending, genes, self.history.n_genes()));
        let posteriors = self.objectives.iter().map(|process| process.predict(&differences_to));
        let improvement = self.region.expected(&posteriors.collect::<Vec<_>>());
        improvement
            * self.limits.as_ref().map_or(1.0, |limits| {
                limits.probability(&self.history.judged.differences_to(genes))
            })
    }
}

impl Limits {
    fn probability(&self, differences_to: &[f64]) -> f64 {
        let Posterior { mean, deviation } = self.process.predict(differences_to);
        Posterior { mean: self.mean + mean, deviation: deviation.max(0.1) }.is_positive()
    }
}

/// Returns the labels of the judged candidates with their mean subtracted, and that mean.
fn labels(history: &History) -> (Vec<f64>, f64) {
    let mut labels: Vec<f64> =
        history.within.iter().map(|within| if *within { 1.0 } else { -1.0 }).collect();
    let mean = labels.iter().sum::<f64>() / labels.len().max(1) as f64;
    labels.iter_mut().for_each(|label| *label -= mean);
    (labels, mean)
}

/// Returns the most isolated members of a front, as many as can be divided into boxes in little
/// time.
fn most_isolated(front: Vec<Vec<f64>>, n_objectives: usize) -> Vec<Vec<f64>> {
    let most = match n_objectives {
        0..=2 => 1000,
        3 => 150,
        4 => 40,
        _ => 15,
    };
    if front.len() <= most {
        return front;
    }
    let distances = crowding_distances(&front);
    let mut ranked: Vec<_> = distances.into_iter().zip(front).collect();
    ranked.sort_by(|l, r| r.0.total_cmp(&l.0));
    ranked.into_iter().take(most).map(|(_, costs)| costs).collect()
}
