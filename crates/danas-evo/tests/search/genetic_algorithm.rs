//! Tests the genetic algorithm in whole searches.

use std::time::Duration;

use danas_evo::{
    Ask, AskTell, Duplicates, Fitness, GeneticAlgorithm, GeneticAlgorithmSettings, Job,
    RandomSearch, Scalarisation, Search, Start, StopReason, Strategy, Term, Transform, Verdict,
};

use crate::ancestry::{Core, ancestry, ask, genomes, parents, tell};
use crate::problem::{Genome, Grid, Judge, compromise, median, run, two_objectives};

fn score() -> Scalarisation {
    Scalarisation::new([Term::new("score")])
}

/// Asks for candidates until the strategy waits.
fn generation(core: &mut Core) -> Vec<Job<Genome>> {
    std::iter::from_fn(|| ask(core)).collect()
}

#[test]
fn ten_and_fifty_eight_times_five_are_three_hundred() {
    let grid = Grid::new(8, 6);
    let objectives = two_objectives();
    for strategy in [
        GeneticAlgorithm::default(),
        GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(Scalarisation::new([Term::new(
            "gain",
        )])))
        .unwrap(),
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
    let mut core =
        ancestry(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(score())).unwrap());
    let first = generation(&mut core);
    let serials: Vec<_> = (100..110).map(|serial| vec![serial]).collect();
    assert_eq!(genomes(&first), serials);

    // Neighbours play: 100–101, 102–103, 104–105, 106–107, 108–109. The earlier wins a tie.
    let scores = [1.0, 2.0, 5.0, 4.0, 3.0, 3.0, 0.0, 1.0, 9.0, 8.0];
    tell(&mut core, &first, &scores.map(Some));
    let second = generation(&mut core);
    assert_eq!(parents(&second[..4]), [[101], [102], [104], [107]]);
    let [left, 0, right, _] = second[4].genome[..] else { panic!("{:?}", second[4].genome) };
    let winners = [101, 102, 104, 107, 108];
    assert!(winners.contains(&left) && winners.contains(&right));

    // The winners kept their scores and stand before the offspring. The tournaments are 101 (2) –
    // 102 (5), 104 (3) – 107 (1), 108 (9) – first mutation (10), second (0) – third (6), fourth (4)
    // – the crossover (7). The crossover is the last of the winners, so it is not among the four
    // that are mutated.
    tell(&mut core, &second, &[10.0, 0.0, 6.0, 4.0, 7.0].map(Some));
    let third = generation(&mut core);
    let expected: [&[u8]; 4] = [&[102], &[104], &second[0].genome, &second[2].genome];
    assert_eq!(parents(&third[..4]), expected);
    assert!(third[4].genome.contains(&0));
}

#[test]
fn the_infeasible_drop_out_and_their_places_are_filled() {
    let mut core =
        ancestry(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(score())).unwrap());
    let first = generation(&mut core);
    let mut scores = [None; 10];
    scores[3] = Some(1.0);
    scores[7] = Some(2.0);
    tell(&mut core, &first, &scores);

    // Two winners leave room for eight offspring: six mutations of the winners in turn, and two
    // crossovers.
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

#[test]
fn a_weighted_sum_beats_random_search() {
    // The best of 262,144 genomes has 7 as its first gene and 0 as the others.
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
    let start = Start::Random;
    let fitness = Fitness::WeightedSum(sum.clone());
    let settings = GeneticAlgorithmSettings { start, fitness, ..Default::default() };
    let genetic = best(&|| Box::new(GeneticAlgorithm::new(settings.clone()).unwrap()));
    let paper = GeneticAlgorithmSettings { start, ..GeneticAlgorithmSettings::paper(sum.clone()) };
    let faithful = best(&|| Box::new(GeneticAlgorithm::new(paper.clone()).unwrap()));
    let random = best(&|| Box::new(RandomSearch));
    assert!(genetic > random + 1.0, "{genetic} against {random}");
    assert!(faithful > random + 1.0, "{faithful} against {random}");
}
