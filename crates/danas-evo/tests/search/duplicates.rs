//! Tests candidates that come up more than once, and spaces that run out of candidates.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use danas_evo::{
    Ask, AskTell, Duplicates, GeneticAlgorithm, GeneticAlgorithmSettings, Outcome, RandomSearch,
    Scalarisation, Search, StopReason, Strategy, Term, Verdict,
};

use crate::problem::{Climb, Genome, Grid, Judge, Stubborn, compromise, two_objectives};

fn run(
    grid: Grid,
    strategy: impl Strategy<Genome> + 'static,
    evaluations: usize,
) -> Outcome<Genome, ()> {
    Search::builder(grid, Judge::new(two_objectives(), compromise))
        .strategy(strategy)
        .evaluations(evaluations)
        .workers(2)
        .seed(2)
        .build()
        .unwrap()
        .run()
        .unwrap()
}

fn distinct(outcome: &Outcome<Genome, ()>) -> usize {
    outcome.records.iter().map(|record| &record.genome).collect::<HashSet<_>>().len()
}

#[test]
fn no_genome_is_evaluated_twice() {
    let grid = Grid::new(4, 4);
    for outcome in [
        run(grid, GeneticAlgorithm::default(), 200),
        run(grid, RandomSearch, 200),
        run(grid, Climb::new(), 200),
        run(grid, Stubborn(vec![1, 2, 3, 0]), 200),
    ] {
        assert_eq!(outcome.stop, StopReason::Budget);
        assert_eq!(outcome.records.len(), 200);
        assert_eq!(distinct(&outcome), 200);
        assert_eq!(outcome.counts().repeats, 0);
    }
}

#[test]
fn a_repeated_proposal_is_replaced_by_a_genome_near_it() {
    let outcome = run(Grid::new(12, 6), Stubborn(vec![3; 12]), 10);
    for record in &outcome.records[1..] {
        let changed = record.genome.iter().filter(|gene| **gene != 3).count();
        assert_eq!(changed, 1, "{:?}", record.genome);
    }
}

#[test]
fn a_tiny_space_is_searched_to_the_end() {
    let grid = Grid::new(3, 3);
    for outcome in [
        run(grid, GeneticAlgorithm::default(), 1000),
        run(grid, RandomSearch, 1000),
        run(grid, Stubborn(vec![0, 0, 0]), 1000),
    ] {
        assert_eq!(outcome.stop, StopReason::SpaceExhausted);
        assert_eq!(outcome.records.len(), grid.size());
        assert_eq!(distinct(&outcome), grid.size());
    }
}

#[test]
fn a_tiny_space_of_unknown_size_ends_when_nothing_new_is_found() {
    let grid = Grid::new(3, 3);
    let outcome = run(grid.uncounted(), GeneticAlgorithm::default(), 1000);
    assert_eq!(outcome.stop, StopReason::NothingNew);
    assert_eq!(distinct(&outcome), grid.size());
}

#[test]
fn a_one_point_space_ends_after_its_point() {
    let point = Grid::new(2, 1);
    for (grid, stop) in
        [(point, StopReason::SpaceExhausted), (point.uncounted(), StopReason::NothingNew)]
    {
        for outcome in [run(grid, GeneticAlgorithm::default(), 20), run(grid, RandomSearch, 20)] {
            assert_eq!(outcome.stop, stop);
            assert_eq!(outcome.records.len(), 1);
            assert_eq!(outcome.front.len(), 1);
        }
    }
}

#[test]
fn a_repeat_takes_the_verdict_over_and_counts() {
    let evaluated = AtomicUsize::new(0);
    let judge = Judge::new(two_objectives(), |genome: &Genome, seed| {
        evaluated.fetch_add(1, Ordering::Relaxed);
        compromise(genome, seed)
    });
    let gain = Scalarisation::new([Term::new("gain"), Term::new("cost").weight(-0.5)]);
    let outcome = Search::builder(Grid::new(2, 3), judge)
        .strategy(GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(gain)).unwrap())
        .duplicates(Duplicates::Reuse)
        .evaluations(60)
        .workers(2)
        .build()
        .unwrap()
        .run()
        .unwrap();

    assert_eq!(outcome.records.len(), 60);
    assert_eq!(outcome.stop, StopReason::Budget);
    let counts = outcome.counts();
    assert!(counts.repeats > 50, "a space of nine has to repeat, {counts:?}");
    assert_eq!(counts.repeats, 60 - evaluated.into_inner());
    for record in &outcome.records {
        let Some(original) = record.repeats else { continue };
        let original = &outcome.records[original];
        assert_eq!(original.repeats, None);
        assert_eq!(record.genome, original.genome);
        assert_eq!((&record.verdict, record.seed), (&original.verdict, original.seed));
        assert_eq!(record.elapsed, Duration::ZERO);
    }
    assert!(outcome.front.iter().all(|record| record.repeats.is_none()));
}

#[test]
fn a_repeat_of_a_running_candidate_waits_for_it() {
    let stubborn = Stubborn(vec![1, 1]);
    let objectives = two_objectives();
    let mut search =
        AskTell::new(Grid::new(2, 3), stubborn, &objectives, Duplicates::Reuse, 0).unwrap();
    let Ask::Evaluate(job) = search.ask() else { panic!("nothing to evaluate") };
    assert_eq!(search.ask(), Ask::Repeat { index: 1, original: 0 });
    assert_eq!(search.commit(), None);
    search.tell(job.index, Verdict::<()>::infeasible("too large"), Duration::from_secs(9)).unwrap();
    assert_eq!(search.commit().unwrap().repeats, None);
    let repeat = search.commit().unwrap();
    assert_eq!((repeat.repeats, repeat.verdict.reason()), (Some(0), Some(&"too large".into())));
    assert_eq!(search.commit(), None);
}
