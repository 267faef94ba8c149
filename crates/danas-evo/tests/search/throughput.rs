//! Tests how busy a look-ahead keeps the workers, in simulated time.

use std::collections::VecDeque;
use std::f64::consts::TAU;
use std::time::Duration;

use danas_evo::rand::{Rng, RngExt, SeedableRng};
use danas_evo::{Ask, AskTell, Duplicates, Job, RandomSearch};
use rand_chacha::ChaCha8Rng;

use crate::problem::{Genome, Grid, compromise, two_objectives};

/// Draws the exponential of a normal number with mean 0 and standard deviation 1. Source: G. E. P.
/// Box and M. E. Muller (1958), <https://doi.org/10.1214/aoms/1177706645>.
fn lognormal(rng: &mut dyn Rng) -> f64 {
    let (radius, angle): (f64, f64) = (rng.random(), rng.random());
    ((-2.0 * (1.0 - radius).ln()).sqrt() * (TAU * angle).cos()).exp()
}

/// Returns the evaluations per unit of time. As in a search, workers begin jobs in ask order, and
/// candidates are asked for after each commit.
fn throughput(workers: usize, look_ahead: usize, seed: u64) -> f64 {
    const EVALUATIONS: usize = 1000;
    let grid = Grid::new(8, 8);
    let objectives = two_objectives();
    let mut core =
        AskTell::<_, (), _>::new(grid, RandomSearch, &objectives, Duplicates::Avoid, seed).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut waiting: VecDeque<Job<Genome>> = VecDeque::new();
    let mut running: Vec<(f64, Job<Genome>)> = Vec::new();
    let mut now = 0.0;
    loop {
        while core.commit().is_some() {}
        while core.asked() < EVALUATIONS && core.outstanding() < look_ahead {
            let Ask::Evaluate(job) = core.ask() else { panic!("the space is large enough") };
            waiting.push_back(job);
        }
        while running.len() < workers {
            let Some(job) = waiting.pop_front() else { break };
            running.push((now + lognormal(&mut rng), job));
        }
        let next = (0..running.len()).min_by(|&i, &j| running[i].0.total_cmp(&running[j].0));
        let Some(next) = next else { break };
        let (end, job) = running.swap_remove(next);
        now = end;
        let verdict = compromise(&job.genome, job.seed).unwrap();
        core.tell(job.index, verdict, Duration::ZERO).unwrap();
    }
    assert_eq!(core.records().len(), EVALUATIONS);
    EVALUATIONS as f64 / now
}

#[test]
fn four_workers_are_busy_with_a_look_ahead_of_sixteen() {
    let speedup = |look_ahead| {
        let ratio = |seed| throughput(4, look_ahead, seed) / throughput(1, look_ahead, seed);
        (0..20).map(ratio).sum::<f64>() / 20.0
    };
    let (none, some) = (speedup(4), speedup(16));
    assert!(some >= 3.5, "{some}");
    // The look-ahead makes the difference.
    assert!(none < 3.0, "{none}");
}
