//! Benchmarks of the overhead of a search, without its evaluations.

#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, criterion_group, criterion_main};
use danas::evo::{
    AgingEvolution, Ask, AskTell, BayesianOptimisation, Duplicates, Gene, GeneticAlgorithm, Nsga2,
    Objective, RandomSearch, ReferencePoint, Scores, Strategy, Variation, Verdict, hypervolume,
    non_dominated_sort,
    rand::{Rng, RngExt},
};
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};

/// Three numbers.
type Genome = [u32; 3];

struct Numbers;

impl Variation<Genome> for Numbers {
    fn sample(&self, rng: &mut dyn Rng) -> Genome {
        rng.random()
    }

    fn mutate(&self, parent: &Genome, rng: &mut dyn Rng) -> Option<Genome> {
        let mut child = *parent;
        child[rng.random_range(0..3)] ^= rng.random_range(1..=u32::MAX);
        Some(child)
    }

    fn genes(&self, genome: &Genome) -> Option<Vec<Gene>> {
        Some(genome.map(|gene| Gene::Number(f64::from(gene) / f64::from(u32::MAX))).to_vec())
    }

    fn crossover(&self, left: &Genome, right: &Genome, rng: &mut dyn Rng) -> Genome {
        [0, 1, 2].map(|gene| if rng.random() { left[gene] } else { right[gene] })
    }
}

type Core = AskTell<Genome, (), Numbers>;

/// Evaluates `n` candidates, none of which dominates another: all of them are on the front.
fn evaluate(core: &mut Core, n: usize) {
    for _ in 0..n {
        let Ask::Evaluate(job) = core.ask() else { continue };
        let numbers = job.genome.map(f64::from);
        let sum: f64 = numbers.iter().sum();
        let scores = Scores::new(core.objectives(), numbers.map(|number| number / sum));
        let verdict = Verdict::feasible(scores.expect("finite"), ());
        core.tell(job.index, verdict, Duration::ZERO).expect("asked for");
        core.commit();
    }
}

/// Benchmarks asking for, telling and committing a candidate, with ten thousand members in the
/// archive.
fn strategies(criterion: &mut Criterion) {
    const ARCHIVE: usize = 10_000;
    const ROUND: u64 = 1000;
    type Begin = fn() -> Box<dyn Strategy<Genome>>;
    let strategies: [(&str, Begin); 4] = [
        ("random", || Box::new(RandomSearch)),
        ("genetic", || Box::new(GeneticAlgorithm::default())),
        ("aging evolution", || Box::new(AgingEvolution::default())),
        ("NSGA-II", || Box::new(Nsga2::default())),
    ];
    let objectives = ["a", "b", "c"].map(Objective::minimise);
    let mut group = criterion.benchmark_group("ask and tell at 10000 members, 3 objectives");
    group.sample_size(10).measurement_time(Duration::from_millis(500));
    for (name, begin) in strategies {
        group.bench_function(name, |bencher| {
            // Works in rounds, so that the size of the archive hardly changes.
            bencher.iter_custom(|iterations| {
                let mut elapsed = Duration::ZERO;
                for round in (0..iterations).step_by(ROUND as usize) {
                    let core = AskTell::new(Numbers, begin(), &objectives, Duplicates::Avoid, 1);
                    let mut core = core.expect("legal");
                    evaluate(&mut core, ARCHIVE);
                    let start = Instant::now();
                    evaluate(&mut core, ROUND.min(iterations - round) as usize);
                    elapsed += start.elapsed();
                }
                elapsed
            });
        });
    }
    group.finish();
}

/// Benchmarks 300 candidates of Bayesian optimisation, including the fits of its model.
fn bayesian(criterion: &mut Criterion) {
    let objectives = ["a", "b"].map(Objective::minimise);
    let mut group = criterion.benchmark_group("300 candidates asked for and told, 2 objectives");
    group.sample_size(10);
    group.bench_function("Bayesian optimisation", |bencher| {
        bencher.iter(|| {
            let strategy = BayesianOptimisation::default();
            let core = AskTell::new(Numbers, strategy, &objectives, Duplicates::Avoid, 1);
            let mut core = core.expect("legal");
            for _ in 0..300 {
                let Ask::Evaluate(job) = core.ask() else { continue };
                let [x, y, z] = job.genome.map(|gene| f64::from(gene) / f64::from(u32::MAX));
                let scores = Scores::new(&objectives, [x + z, (1.0 - x) * (1.0 - x) + y + z]);
                let verdict = Verdict::feasible(scores.expect("finite"), ());
                core.tell(job.index, verdict, Duration::ZERO).expect("asked for");
                core.commit();
            }
        });
    });
    group.finish();
}

/// Returns `n` cost vectors, none of which dominates another.
fn front(n: usize, n_costs: usize) -> Vec<Vec<f64>> {
    let mut costs = cloud(n, n_costs);
    for costs in &mut costs {
        let norm = costs.iter().map(|cost| cost * cost).sum::<f64>().sqrt();
        costs.iter_mut().for_each(|cost| *cost /= norm);
    }
    costs
}

/// Returns `n` cost vectors, many of which are dominated.
fn cloud(n: usize, n_costs: usize) -> Vec<Vec<f64>> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    (0..n).map(|_| (0..n_costs).map(|_| rng.random()).collect()).collect()
}

fn sorting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("non-dominated sorting");
    for n_costs in [2, 3, 5] {
        for n in [200, 2000] {
            for (name, costs) in [("cloud", cloud(n, n_costs)), ("front", front(n, n_costs))] {
                group.bench_function(format!("{name}, {n} vectors of {n_costs}"), |bencher| {
                    bencher.iter(|| non_dominated_sort(black_box(&costs)));
                });
            }
        }
    }
    group.finish();
}

fn volumes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hypervolume");
    group.sample_size(10);
    for (n_costs, sizes) in
        [(2, [100, 10_000]), (3, [100, 10_000]), (4, [100, 500]), (5, [50, 200])]
    {
        let reference = ReferencePoint::new(vec![1.1; n_costs]).expect("finite");
        for n in sizes {
            let costs = front(n, n_costs);
            group.bench_function(format!("{n} vectors of {n_costs}"), |bencher| {
                bencher.iter(|| hypervolume(black_box(&costs), &reference));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, strategies, bayesian, sorting, volumes);
criterion_main!(benches);
