//! Tests when a search ends by itself, and how it is ended.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use danas_evo::{
    Outcome, Progress, RandomSearch, Search, SearchBuilder, StopHandle, StopReason, Verdict,
};

use crate::problem::{Genome, Grid, Judge, Judgement, compromise, feasible, two_objectives};

fn builder<F: Fn(&Genome, u64) -> Judgement + Sync>(
    evaluate: F,
) -> SearchBuilder<Genome, Grid, Judge<F>> {
    Search::builder(Grid::new(4, 4), Judge::new(two_objectives(), evaluate))
        .strategy(RandomSearch)
        .evaluations(60)
        .look_ahead(8)
        .seed(5)
}

fn run<F: Fn(&Genome, u64) -> Judgement + Sync>(
    builder: SearchBuilder<Genome, Grid, Judge<F>>,
) -> Outcome<Genome, ()> {
    builder.build().unwrap().run().unwrap()
}

#[test]
fn the_evaluator_is_run_as_often_as_allowed() {
    let runs = |workers| run(builder(compromise).max_trained(23).workers(workers));
    let outcome = runs(1);
    assert_eq!((outcome.stop, outcome.records.len()), (StopReason::MaxTrained, 23));
    assert_eq!(runs(4).records.len(), 23);
}

#[test]
fn the_time_ends_a_search_between_evaluations() {
    let slowly = |genome: &Genome, seed| {
        thread::sleep(Duration::from_millis(20));
        compromise(genome, seed)
    };
    for workers in [1, 3] {
        let time = Duration::from_millis(110);
        let outcome = run(builder(slowly).max_time(time).workers(workers));
        assert_eq!(outcome.stop, StopReason::TimeLimit);
        let n_records = outcome.records.len();
        assert!((1..60).contains(&n_records), "{n_records}");
        assert!(outcome.uncommitted.is_empty());
    }
}

#[test]
fn a_search_without_time_evaluates_nothing() {
    let outcome = run(builder(compromise).max_time(Duration::ZERO));
    assert_eq!((outcome.stop, outcome.records.len()), (StopReason::TimeLimit, 0));
}

#[test]
fn an_interrupt_waits_for_what_is_in_progress() {
    for workers in [1, 2, 4] {
        let handle = StopHandle::new();
        let interrupt = handle.clone();
        // Evaluations that began after the interrupt, because their workers had just checked it.
        let late = Arc::new(AtomicUsize::new(0));
        let begun = Arc::clone(&late);
        let outcome = run(builder(move |genome: &Genome, seed| {
            begun.fetch_add(usize::from(interrupt.is_stopped()), Ordering::Relaxed);
            // Evaluations that have begun by now are completed.
            if seed == danas_evo::evaluation_seed(5, 12) {
                interrupt.stop();
                thread::sleep(Duration::from_millis(10));
            }
            compromise(genome, seed)
        })
        .stop_handle(handle)
        .workers(workers));
        assert_eq!(outcome.stop, StopReason::Interrupted);
        assert!((13..60).contains(&outcome.records.len()), "{workers} workers");
        assert!(late.load(Ordering::Relaxed) < workers, "{workers} workers");
    }
}

#[test]
fn a_search_ends_when_the_front_does_not_grow() {
    // All scores are the same. Twins enter the front, but do not enlarge the hypervolume.
    let flat = |_: &Genome, _| feasible([1.0, 1.0]);
    let outcome = run(builder(flat).stalled(7));
    assert_eq!((outcome.stop, outcome.records.len()), (StopReason::Stalled, 1 + 7));

    let mut quiet = 0;
    let mut longest = 0;
    let watch = move |progress: &Progress<'_, Genome, ()>| {
        quiet = if progress.on_front { 0 } else { quiet + 1 };
        longest = longest.max(quiet);
        assert!(longest <= 9);
        ControlFlow::Continue(())
    };
    let outcome = run(builder(compromise).stalled(9).observer(watch).workers(3));
    assert_eq!(outcome.stop, StopReason::Stalled);

    // Members beyond a soft limit do not enlarge the hypervolume.
    let beyond = |genome: &Genome, seed| match compromise(genome, seed)? {
        Verdict::Feasible { scores, .. } => Ok(Verdict::feasible(scores.with_penalty(1.0)?, ())),
        other => Ok(other),
    };
    let outcome = run(builder(beyond).stalled(7));
    assert_eq!((outcome.stop, outcome.records.len()), (StopReason::Stalled, 7));

    // Infeasible candidates do not enlarge the hypervolume.
    let outcome = run(builder(|_: &Genome, _| Ok(Verdict::infeasible("no"))).stalled(11));
    assert_eq!((outcome.stop, outcome.records.len()), (StopReason::Stalled, 11));
}
