//! Tests that the evaluations which a lazy search skips change nothing.

use std::sync::Mutex;

use danas_evo::{
    BayesianOptimisation, Duplicates, Fitness, GeneticAlgorithm, GeneticAlgorithmSettings,
    Objective, Outcome, Parents, Prospect, RandomSearch, Record, Scalarisation, Scores, Search,
    Term, TournamentOrder, Transform, Verdict,
};
use proptest::prelude::*;

use crate::problem::{Genome, Grid, Judge, Judgement};

/// A made-up training, with a size that is known in advance and two qualities between 0 and 1 that
/// are not. Some candidates break a limit, diverge, or are known in advance to be infeasible.
#[derive(Debug, Clone, Copy)]
struct Problem {
    /// Number that makes one problem differ from another.
    salt: u64,
    /// Number of levels of a quality. With fewer levels, more candidates are perfect.
    levels: u64,
    /// Number of candidates in a hundred that are known in advance to be infeasible.
    infeasible: u64,
    /// Number of candidates in a hundred that the evaluation finds infeasible.
    refused: u64,
    /// Number of candidates in a hundred whose evaluation diverges.
    diverging: u64,
}

fn objectives() -> [Objective; 3] {
    [Objective::maximise("accuracy"), Objective::maximise("recall"), Objective::minimise("size")]
}

impl Problem {
    fn random(self, genome: &Genome, what: u64) -> u64 {
        let mix = |hash: u64, value: u64| {
            let hash = (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^ (hash >> 29)
        };
        let start = mix(self.salt, what);
        mix(genome.iter().fold(start, |hash, &gene| mix(hash, u64::from(gene))), 1)
    }

    fn size(genome: &Genome) -> f64 {
        genome.iter().map(|&gene| f64::from(gene)).sum::<f64>().mul_add(10.0, 5.0)
    }

    fn prospect(self, genome: &Genome) -> Prospect {
        if self.random(genome, 1) % 100 < self.infeasible {
            return Prospect::Infeasible { reason: "too deep".into() };
        }
        let best = Scores::new(&objectives(), [1.0, 1.0, Self::size(genome)]).unwrap();
        Prospect::Bounded { best }
    }

    fn evaluate(self, genome: &Genome) -> Judgement {
        if self.random(genome, 2) % 100 < self.diverging {
            return Ok(Verdict::failed("diverged"));
        }
        if self.random(genome, 3) % 100 < self.refused {
            return Ok(Verdict::infeasible("too bad"));
        }
        let quality = |what| {
            let level = self.random(genome, what) % self.levels;
            level as f64 / (self.levels - 1) as f64
        };
        let values = [quality(4), quality(5), Self::size(genome)];
        Ok(Verdict::feasible(Scores::new(&objectives(), values)?, ()))
    }
}

#[derive(Debug, Clone, Copy)]
enum Course {
    Random,
    Bayesian,
    Genetic { order: TournamentOrder, population: usize, weighted: bool },
}

impl Course {
    fn strategy(self) -> Box<dyn danas_evo::Strategy<Genome>> {
        let (order, population, weighted) = match self {
            Self::Random => return Box::new(RandomSearch),
            Self::Bayesian => return Box::new(BayesianOptimisation::default()),
            Self::Genetic { order, population, weighted } => (order, population, weighted),
        };
        let sum = Scalarisation::new([
            Term::new("accuracy"),
            Term::new("recall"),
            Term::new("size").transform(Transform::Decay { range: 100.0 }),
        ]);
        let fitness = if weighted { Fitness::WeightedSum(sum) } else { Fitness::ParetoRank };
        let settings = GeneticAlgorithmSettings {
            population_size: population,
            parents: Parents::Any,
            tournament_order: order,
            fitness,
            ..Default::default()
        };
        Box::new(GeneticAlgorithm::new(settings).unwrap())
    }
}

/// Runs a search. Returns the outcome and how often the evaluator was run.
fn search(
    problem: Problem,
    course: Course,
    duplicates: Duplicates,
    lazy: bool,
    workers: usize,
    seed: u64,
) -> (Outcome<Genome, ()>, usize) {
    let runs = Mutex::new(0);
    let evaluate = |genome: &Genome, _| {
        *runs.lock().unwrap() += 1;
        problem.evaluate(genome)
    };
    let judge = Judge::new(objectives(), evaluate).foretold(move |genome| problem.prospect(genome));
    let outcome = Search::builder(Grid::new(4, 5), judge)
        .strategy(course.strategy())
        .duplicates(duplicates)
        .evaluations(150)
        .lazy(lazy)
        .workers(workers)
        .seed(seed)
        .build()
        .unwrap()
        .run()
        .unwrap();
    let runs = *runs.lock().unwrap();
    (outcome, runs)
}

fn skipped(record: &Record<Genome, ()>) -> bool {
    matches!(record.verdict, Verdict::Skipped { .. })
}

fn assert_same(eager: &Outcome<Genome, ()>, lazy: &Outcome<Genome, ()>) {
    assert_eq!(eager.records.len(), lazy.records.len());
    assert_eq!(eager.stop, lazy.stop);
    for (eager, lazy) in eager.records.iter().zip(&lazy.records) {
        assert_eq!(
            (eager.index, &eager.genome, eager.seed, eager.repeats),
            (lazy.index, &lazy.genome, lazy.seed, lazy.repeats),
        );
        assert!(!skipped(eager));
        if !skipped(lazy) {
            assert_eq!(eager.verdict, lazy.verdict, "evaluation {}", eager.index);
        }
    }
    let front = |outcome: &Outcome<Genome, ()>| -> Vec<_> {
        outcome.front.iter().map(|record| (record.index, record.verdict.clone())).collect()
    };
    assert_eq!(front(eager), front(lazy));
}

fn problems() -> impl Strategy<Value = Problem> {
    (any::<u64>(), 2_u64..9, 0_u64..30, 0_u64..30, 0_u64..30).prop_map(
        |(salt, levels, infeasible, refused, diverging)| Problem {
            salt,
            levels,
            infeasible,
            refused,
            diverging,
        },
    )
}

fn courses() -> impl Strategy<Value = Course> {
    let order = prop_oneof![Just(TournamentOrder::Shuffled), Just(TournamentOrder::AsTheyStand)];
    prop_oneof![
        1 => Just(Course::Random),
        1 => Just(Course::Bayesian),
        6 => (order, 2_usize..16, prop::bool::weighted(0.8)).prop_map(
            |(order, population, weighted)| Course::Genetic { order, population, weighted }
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_lazy_search_takes_the_course_of_an_eager_one(
        problem in problems(),
        course in courses(),
        reuse in any::<bool>(),
        workers in 1_usize..4,
        seed in any::<u64>(),
    ) {
        let duplicates = if reuse { Duplicates::Reuse } else { Duplicates::Avoid };
        let (eager, all) = search(problem, course, duplicates, false, 1, seed);
        let (lazy, some) = search(problem, course, duplicates, true, workers, seed);
        assert_same(&eager, &lazy);
        let counts = lazy.counts();
        prop_assert!(some <= all);
        if duplicates == Duplicates::Avoid {
            prop_assert_eq!(all - some, counts.skipped);
        }
        // The same evaluations are skipped for any number of workers.
        let (again, _) = search(problem, course, duplicates, true, 1, seed);
        prop_assert_eq!(
            lazy.records.iter().map(|it| it.verdict.clone()).collect::<Vec<_>>(),
            again.records.iter().map(|it| it.verdict.clone()).collect::<Vec<_>>()
        );
    }
}

#[test]
fn much_is_left_out_where_somebody_is_perfect() {
    let problem = Problem { salt: 1, levels: 2, infeasible: 5, refused: 0, diverging: 0 };
    for (course, at_least) in [
        (Course::Random, 100),
        (Course::Bayesian, 30),
        (genetic(TournamentOrder::Shuffled, true), 30),
    ] {
        let (outcome, runs) = search(problem, course, Duplicates::Avoid, true, 2, 3);
        let counts = outcome.counts();
        assert_eq!(counts.evaluations, 150);
        assert!(counts.skipped >= at_least, "{course:?}: {counts:?}");
        assert_eq!(runs, 150 - counts.skipped - counts.infeasible);
        let reason =
            outcome.records.iter().find_map(|it| it.verdict.reason().filter(|_| skipped(it)));
        let reason = reason.unwrap();
        assert_eq!(reason.kind, "dominated");
        assert!(reason.text.ends_with("dominates the best this candidate could achieve"));
    }
}

#[test]
fn every_outcome_matters_to_pareto_ranks() {
    let problem = Problem { salt: 1, levels: 2, infeasible: 0, refused: 0, diverging: 0 };
    let course = genetic(TournamentOrder::Shuffled, false);
    let (outcome, runs) = search(problem, course, Duplicates::Avoid, true, 2, 3);
    assert_eq!((outcome.counts().skipped, runs), (0, 150));
}

fn genetic(order: TournamentOrder, weighted: bool) -> Course {
    Course::Genetic { order, population: 10, weighted }
}
