//! Tests that the same seed gives the same search.

use std::thread;
use std::time::Duration;

use danas_evo::{
    AgingEvolution, BayesianOptimisation, Duplicates, GeneticAlgorithm, GeneticAlgorithmSettings,
    Nsga2, Nsga2Settings, Outcome, RandomSearch, Record, Scalarisation, Search, Strategy, Term,
    Verdict, evaluation_seed,
};

use crate::problem::{Broken, Climb, Genome, Grid, Judge, Judgement, compromise, two_objectives};

/// Judges some genomes infeasible, fails others, panics on others, and gives the rest noisy scores.
fn mixed(genome: &Genome, seed: u64) -> Judgement {
    match genome.iter().map(|gene| u64::from(*gene)).sum::<u64>() % 7 {
        0 => Ok(Verdict::infeasible("divisible by seven")),
        1 => Ok(Verdict::failed("diverged")),
        2 => panic!("sum {:?}", genome),
        _ => crate::problem::feasible([f64::from(genome[1]), (seed % 1000) as f64]),
    }
}

/// Runs a search whose evaluations take times that depend on the genome and the number of workers.
fn run(
    strategy: Box<dyn Strategy<Genome>>,
    duplicates: Duplicates,
    workers: usize,
    look_ahead: usize,
    seed: u64,
) -> Outcome<Genome, ()> {
    let judge = Judge::new(two_objectives(), move |genome: &Genome, seed| {
        let jitter = (seed ^ (workers as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 7;
        thread::sleep(Duration::from_micros(jitter % 1500));
        mixed(genome, seed)
    });
    Search::builder(Grid::new(4, 4), judge)
        .strategy(strategy)
        .evaluations(120)
        .workers(workers)
        .look_ahead(look_ahead)
        .duplicates(duplicates)
        .seed(seed)
        .build()
        .unwrap()
        .run()
        .unwrap()
}

/// Returns the records without their times.
fn course(outcome: &Outcome<Genome, ()>) -> Vec<Record<Genome, ()>> {
    let mut records: Vec<_> = outcome.records.iter().map(|record| Record::clone(record)).collect();
    for record in &mut records {
        record.elapsed = Duration::ZERO;
    }
    records
}

type Begin = fn() -> Box<dyn Strategy<Genome>>;

fn strategies() -> [Begin; 8] {
    [
        || Box::new(GeneticAlgorithm::default()),
        || {
            let gain = Scalarisation::new([Term::new("gain")]);
            Box::new(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(gain)).unwrap())
        },
        || Box::new(Nsga2::default()),
        || {
            let settings = Nsga2Settings { offspring_size: 20, ..Default::default() };
            Box::new(Nsga2::new(settings).unwrap())
        },
        || Box::new(AgingEvolution::default()),
        || Box::new(RandomSearch),
        || Box::new(Climb::new()),
        || Box::new(BayesianOptimisation::default()),
    ]
}

#[test]
fn the_number_of_workers_does_not_matter() {
    for strategy in strategies() {
        for duplicates in [Duplicates::Avoid, Duplicates::Reuse] {
            for look_ahead in [1, 6] {
                let one = run(strategy(), duplicates, 1, look_ahead, 5);
                assert_eq!(one.records.len(), 120);
                for workers in [2, 4] {
                    let many = run(strategy(), duplicates, workers, look_ahead, 5);
                    assert_eq!(course(&one), course(&many), "{workers} workers");
                    let front = |outcome: &Outcome<_, _>| -> Vec<_> {
                        outcome.front.iter().map(|record| record.index).collect()
                    };
                    assert_eq!(front(&one), front(&many));
                }
            }
        }
    }
}

#[test]
fn the_seed_matters() {
    for strategy in strategies() {
        let course = |seed| course(&run(strategy(), Duplicates::Avoid, 2, 4, seed));
        assert_ne!(course(1), course(2));
    }
}

#[test]
fn the_look_ahead_matters_only_to_strategies_that_do_not_wait() {
    let [genetic, _, steady, _, aging, random, climb, bayesian] = strategies();
    let course =
        |strategy: Begin, look_ahead| course(&run(strategy(), Duplicates::Avoid, 2, look_ahead, 3));
    assert_eq!(course(genetic, 1), course(genetic, 32));
    assert_eq!(course(random, 1), course(random, 32));
    for eager in [steady, aging, climb, bayesian] {
        assert_ne!(course(eager, 1), course(eager, 32));
    }
}

#[test]
fn every_evaluation_has_its_own_seed() {
    let judge = Judge::new(two_objectives(), |genome: &Genome, seed| {
        let Verdict::Feasible { scores, .. } = compromise(genome, seed)? else {
            return Err(Broken::DiskFull);
        };
        Ok(Verdict::feasible(scores.with_penalty((seed % 1000) as f64)?, ()))
    });
    let search = Search::builder(Grid::new(4, 4), judge).evaluations(50).seed(11).build().unwrap();
    for record in search.run().unwrap().records {
        assert_eq!(record.seed, evaluation_seed(11, record.index));
        assert_eq!(record.scores().unwrap().penalty(), (record.seed % 1000) as f64);
    }
}
