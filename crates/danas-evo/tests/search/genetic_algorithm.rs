//! The genetic algorithm at work.

use std::cell::Cell;
use std::time::Duration;

use danas_evo::rand::Rng;
use danas_evo::{
    Ask, AskTell, Duplicates, Fitness, GeneticAlgorithm, Job, Objective, Outcome, RandomSearch,
    Scalarisation, Scores, Search, Start, StopReason, Strategy, Term, Transform, Variation,
    Verdict,
};

use crate::problem::{Genome, Grid, Judge, Judgement, compromise, two_objectives, zdt1};

/// Genomes that tell their ancestry: new ones are a serial number, a mutation appends one, and a
/// crossover joins its parents by a 0 and appends one.
struct Ancestry {
    serial: Cell<u8>,
}

impl Ancestry {
    fn next(&self) -> u8 {
        self.serial.replace(self.serial.get() + 1)
    }
}

impl Variation<Genome> for Ancestry {
    fn sample(&self, _rng: &mut dyn Rng) -> Genome {
        vec![self.next()]
    }

    fn mutate(&self, parent: &Genome, _rng: &mut dyn Rng) -> Option<Genome> {
        Some(parent.iter().copied().chain([self.next()]).collect())
    }

    fn crossover(&self, left: &Genome, right: &Genome, _rng: &mut dyn Rng) -> Genome {
        left.iter().chain(&[0]).chain(right).copied().chain([self.next()]).collect()
    }
}

type Core = AskTell<Genome, (), Ancestry>;

fn score() -> Scalarisation {
    Scalarisation::new([Term::new("score")])
}

fn ancestry(strategy: GeneticAlgorithm<Genome>) -> Core {
    let objectives = [Objective::maximise("score")];
    let variation = Ancestry { serial: Cell::new(100) };
    AskTell::new(variation, strategy, &objectives, Duplicates::Reuse, 1).unwrap()
}

/// Asks until the strategy waits.
fn generation(core: &mut Core) -> Vec<Job<Genome>> {
    std::iter::from_fn(|| match core.ask() {
        Ask::Evaluate(job) => Some(job),
        Ask::Wait => None,
        other => panic!("{other:?}"),
    })
    .collect()
}

/// Tells a score for each job, `None` for an infeasible one, and commits.
fn tell(core: &mut Core, jobs: &[Job<Genome>], scores: &[Option<f64>]) {
    assert_eq!(jobs.len(), scores.len());
    for (job, score) in jobs.iter().zip(scores) {
        let verdict = match score {
            Some(score) => Verdict::feasible(Scores::new(core.objectives(), [*score]).unwrap(), ()),
            None => Verdict::infeasible("too deep"),
        };
        core.tell(job.index, verdict, Duration::ZERO).unwrap();
        core.commit().unwrap();
    }
}

fn genomes(jobs: &[Job<Genome>]) -> Vec<&[u8]> {
    jobs.iter().map(|job| &job.genome[..]).collect()
}

/// The genomes the mutations were made of.
fn parents(jobs: &[Job<Genome>]) -> Vec<&[u8]> {
    jobs.iter().map(|job| &job.genome[..job.genome.len() - 1]).collect()
}

#[test]
fn ten_and_fifty_eight_times_five_are_three_hundred() {
    let grid = Grid::new(8, 6);
    let objectives = two_objectives();
    for strategy in [
        GeneticAlgorithm::default(),
        GeneticAlgorithm::paper(Scalarisation::new([Term::new("gain")])).build().unwrap(),
    ] {
        let mut core = AskTell::new(grid, strategy, &objectives, Duplicates::Avoid, 3).unwrap();
        let mut sizes = Vec::new();
        while core.asked() < 300 {
            let mut jobs = Vec::new();
            while let Ask::Evaluate(job) = core.ask() {
                jobs.push(job);
            }
            sizes.push(jobs.len());
            for job in jobs {
                core.tell(job.index, compromise(&job.genome, 0).unwrap(), Duration::ZERO).unwrap();
                core.commit().unwrap();
            }
        }
        assert_eq!((sizes[0], sizes.len(), core.asked()), (10, 1 + 58, 300));
        assert!(sizes[1..].iter().all(|size| *size == 5), "{sizes:?}");
    }
}

#[test]
fn the_papers_selection_is_followed_step_by_step() {
    let mut core = ancestry(GeneticAlgorithm::paper(score()).build().unwrap());
    let first = generation(&mut core);
    let serials: Vec<_> = (100..110).map(|serial| vec![serial]).collect();
    assert_eq!(genomes(&first), serials);

    // Neighbours play: 100–101, 102–103, 104–105, 106–107, 108–109; the earlier wins a tie.
    let scores = [1.0, 2.0, 5.0, 4.0, 3.0, 3.0, 0.0, 1.0, 9.0, 8.0];
    tell(&mut core, &first, &scores.map(Some));
    let second = generation(&mut core);
    assert_eq!(parents(&second[..4]), [[101], [102], [104], [107]]);
    let [left, 0, right, _] = second[4].genome[..] else { panic!("{:?}", second[4].genome) };
    let winners = [101, 102, 104, 107, 108];
    assert!(winners.contains(&left) && winners.contains(&right));

    // The winners kept their scores and stand before the offspring: 101 (2) – 102 (5),
    // 104 (3) – 107 (1), 108 (9) – first mutation (10), second (0) – third (6), fourth (4) – the
    // crossover (7), the last of the winners and so not among the four that are mutated.
    tell(&mut core, &second, &[10.0, 0.0, 6.0, 4.0, 7.0].map(Some));
    let third = generation(&mut core);
    let expected: [&[u8]; 4] = [&[102], &[104], &second[0].genome, &second[2].genome];
    assert_eq!(parents(&third[..4]), expected);
    assert!(third[4].genome.contains(&0));
}

#[test]
fn the_infeasible_drop_out_and_their_places_are_filled() {
    let mut core = ancestry(GeneticAlgorithm::paper(score()).build().unwrap());
    let first = generation(&mut core);
    let mut scores = [None; 10];
    scores[3] = Some(1.0);
    scores[7] = Some(2.0);
    tell(&mut core, &first, &scores);

    // Two winners, so eight offspring: six mutations of the winners in turn, and two crossovers.
    let second = generation(&mut core);
    let in_turn: [&[u8]; 6] = [&[103], &[107], &[103], &[107], &[103], &[107]];
    assert_eq!(second.len(), 8);
    assert_eq!(parents(&second[..6]), in_turn);
    assert!(second[6..].iter().all(|job| job.genome.contains(&0)));
}

#[test]
fn without_a_feasible_member_the_population_starts_afresh() {
    let mut core = ancestry(GeneticAlgorithm::default());
    let first = generation(&mut core);
    tell(&mut core, &first, &[None; 10]);
    let second = generation(&mut core);
    let serials: Vec<_> = (110..120).map(|serial| vec![serial]).collect();
    assert_eq!(genomes(&second), serials);
}

#[test]
fn a_space_without_a_feasible_candidate_ends_within_the_budget() {
    let judge = |reason: &'static str| {
        Judge::new(two_objectives(), move |_: &Genome, _| Ok(Verdict::infeasible(reason)))
    };
    let grid = Grid::new(4, 4);
    let outcome = Search::builder(grid, judge("too deep")).evaluations(77).build().unwrap().run();
    let outcome = outcome.unwrap();
    assert_eq!((outcome.stop, outcome.records.len()), (StopReason::Budget, 77));
    assert!(outcome.front.is_empty());
    assert_eq!(outcome.best(&Scalarisation::new([Term::new("gain")])), None);

    let outcome =
        Search::builder(grid, judge("too deep")).evaluations(10_000).build().unwrap().run();
    assert_eq!(outcome.unwrap().stop, StopReason::SpaceExhausted);
}

fn run(
    grid: Grid,
    strategy: impl Strategy<Genome> + 'static,
    evaluate: impl Fn(&Genome, u64) -> Judgement + Sync,
    evaluations: usize,
    seed: u64,
) -> Outcome<Genome, ()> {
    Search::builder(grid, Judge::new(two_objectives(), evaluate))
        .strategy(strategy)
        .evaluations(evaluations)
        .seed(seed)
        .build()
        .unwrap()
        .run()
        .unwrap()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn a_weighted_sum_beats_random_search() {
    // The best of 262,144 genomes: first gene 7, the others 0.
    let grid = Grid::new(6, 8);
    let sum = Scalarisation::new([
        Term::new("gain"),
        Term::new("cost").transform(Transform::Decay { range: 10.0 }).weight(10.0),
    ]);
    let best = |strategy: &dyn Fn() -> Box<dyn Strategy<Genome>>| {
        let best = |seed| {
            let outcome = run(grid, strategy(), compromise, 200, seed);
            let best = outcome.best(&sum).unwrap();
            sum.score(outcome.front.objectives(), best.scores().unwrap()).unwrap()
        };
        median((0..11).map(best).collect())
    };
    let builder = GeneticAlgorithm::builder().start(Start::Random);
    let fitness = Fitness::WeightedSum(sum.clone());
    let genetic = best(&|| Box::new(builder.clone().fitness(fitness.clone()).build().unwrap()));
    let paper = GeneticAlgorithm::paper(sum.clone()).start(Start::Random);
    let faithful = best(&|| Box::new(paper.clone().build().unwrap()));
    let random = best(&|| Box::new(RandomSearch));
    assert!(genetic > random + 1.0, "{genetic} against {random}");
    assert!(faithful > random + 1.0, "{faithful} against {random}");
}

/// The area that a front of (minimised cost, maximised gain) dominates, up to cost 1 and down to
/// `gain`.
fn area(outcome: &Outcome<Genome, ()>, gain: f64) -> f64 {
    let mut points: Vec<_> = outcome
        .front
        .iter()
        .filter_map(|record| record.scores())
        .map(|scores| (scores.values()[0], scores.values()[1].max(gain)))
        .collect();
    points.sort_unstable_by(|l, r| l.0.total_cmp(&r.0));
    let ends = points.iter().skip(1).map(|point| point.0).chain([1.0]);
    points.iter().zip(ends).map(|(point, end)| (end - point.0) * (point.1 - gain)).sum()
}

#[test]
fn pareto_ranks_beat_random_search_on_zdt1() {
    let grid = Grid::new(8, 11);
    let area = |strategy: &dyn Fn() -> Box<dyn Strategy<Genome>>| {
        let area = |seed| {
            area(&run(grid, strategy(), move |genome, _| zdt1(grid, genome), 400, seed), -6.0)
        };
        median((0..11).map(area).collect())
    };
    let genetic = area(&|| {
        let builder = GeneticAlgorithm::builder().population_size(20).start(Start::Random);
        Box::new(builder.build().unwrap())
    });
    let random = area(&|| Box::new(RandomSearch));
    // The true front's area is 6 - 1/3.
    assert!(genetic > random + 0.5, "{genetic} against {random}");
}
