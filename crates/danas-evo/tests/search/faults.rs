//! Tests faults, and the results that are kept after them.

use std::cell::RefCell;
use std::error::Error;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Mutex, mpsc};
use std::thread;
use std::time::Duration;

use danas_evo::{
    Fault, Objective, Observer, Outcome, Progress, RandomSearch, Reason, Scores, ScoresError,
    Search, SearchBuilder, SettingsError, StopReason, TellError, Verdict, evaluation_seed,
};

use crate::problem::{
    Broken, Genome, Grid, Judge, Judgement, compromise, feasible, two_objectives,
};

const SEED: u64 = 9;

fn builder<F: Fn(&Genome, u64) -> Judgement + Sync>(
    evaluate: F,
) -> SearchBuilder<Genome, Grid, Judge<F>> {
    Search::builder(Grid::new(4, 4), Judge::new(two_objectives(), evaluate))
        .strategy(RandomSearch)
        .evaluations(40)
        .look_ahead(8)
        .seed(SEED)
}

/// Returns whether `seed` belongs to the evaluation with this ask number.
fn is(seed: u64, index: usize) -> bool {
    seed == evaluation_seed(SEED, index)
}

fn indices(outcome: &Outcome<Genome, ()>) -> Vec<usize> {
    outcome.records.iter().map(|record| record.index).collect()
}

#[test]
fn a_panic_costs_its_candidate_only() {
    let evaluate = |genome: &Genome, seed| {
        assert!(!is(seed, 3), "candidate {genome:?} exploded");
        if is(seed, 4) {
            panic!("plain text");
        }
        compromise(genome, seed)
    };
    let outcome = builder(evaluate).workers(2).build().unwrap().run().unwrap();
    assert_eq!(outcome.records.len(), 40);
    assert_eq!(outcome.counts().failed, 2);
    let exploded = &outcome.records[3].verdict.reason().unwrap().text;
    assert!(
        exploded.starts_with("panicked: candidate [") && exploded.ends_with("exploded"),
        "{exploded}"
    );
    assert_eq!(
        outcome.records[4].verdict,
        Verdict::failed(Reason::new("panic", "panicked: plain text"))
    );
}

#[test]
fn an_error_costs_its_candidate_only() {
    let evaluate = |genome: &Genome, seed| {
        if is(seed, 3) { Err(Broken::DiskFull) } else { compromise(genome, seed) }
    };
    let outcome = builder(evaluate).workers(2).build().unwrap().run().unwrap();
    assert_eq!((outcome.stop, outcome.counts().failed), (StopReason::Budget, 1));
    assert_eq!(
        outcome.records[3].verdict,
        Verdict::failed(Reason::new("error", "the disk is full"))
    );
}

#[test]
fn too_many_errors_in_a_row_end_the_search_and_keep_what_came_before() {
    for workers in [1, 2, 4] {
        let evaluate = |genome: &Genome, seed| {
            thread::sleep(Duration::from_micros(seed % 2000));
            // Three errors in a row are tolerated, four are not. An infeasible candidate in between
            // does not interrupt the row.
            if is(seed, 18) {
                return Ok(Verdict::infeasible("too deep"));
            }
            if [2, 3, 4].iter().chain(&[16, 17, 19, 20, 21]).any(|&index| is(seed, index)) {
                return Err(Broken::DiskFull);
            }
            compromise(genome, seed)
        };
        let search = builder(evaluate).errors_in_a_row(4).workers(workers).build().unwrap();
        let error = search.run().unwrap_err();
        let Fault::Evaluator { index: 20, source: Broken::DiskFull } = error.fault else {
            panic!("{error:?}");
        };
        assert_eq!(indices(&error.outcome), (0..21).collect::<Vec<_>>(), "{workers} workers");
        assert_eq!(error.outcome.stop, StopReason::Fault);
        assert!(!error.outcome.front.is_empty());
        assert_eq!(error.source().unwrap().to_string(), "the disk is full");
        assert_eq!(
            error.to_string(),
            "the search ended after 21 evaluations: candidate 20 could not be evaluated"
        );
    }
}

#[test]
fn too_many_panics_in_a_row_end_the_search() {
    let evaluate = |_: &Genome, _| -> Judgement { panic!("out of luck") };
    let error = builder(evaluate).errors_in_a_row(3).build().unwrap().run().unwrap_err();
    let Fault::Panic { index: 2, text } = &error.fault else { panic!("{error:?}") };
    assert_eq!(text, "out of luck");
}

#[test]
fn an_error_loses_no_finished_work() {
    // The first candidate is still running when the third breaks the machinery. The second is done.
    let (release, wait) = mpsc::channel::<()>();
    let (release, wait) = (Mutex::new(release), Mutex::new(wait));
    let evaluate = move |genome: &Genome, seed| {
        if is(seed, 0) {
            wait.lock().unwrap().recv().unwrap();
        }
        if is(seed, 2) {
            release.lock().unwrap().send(()).unwrap();
            return Err(Broken::DiskFull);
        }
        compromise(genome, seed)
    };
    let search = builder(evaluate).errors_in_a_row(1).workers(2).build().unwrap();
    assert_eq!(indices(&search.run().unwrap_err().outcome), [0, 1, 2]);
}

#[test]
fn what_went_wrong_is_tried_again_with_the_same_seed() {
    let attempts = Mutex::new(Vec::new());
    let evaluate = |genome: &Genome, seed| {
        if is(seed, 1) || is(seed, 2) {
            attempts.lock().unwrap().push(seed);
            assert!(!is(seed, 2), "never");
            if attempts.lock().unwrap().iter().filter(|earlier| **earlier == seed).count() < 3 {
                return Err(Broken::DiskFull);
            }
        }
        compromise(genome, seed)
    };
    let outcome = builder(evaluate).retries(2).build().unwrap().run().unwrap();
    assert!(outcome.records[1].verdict.is_feasible());
    assert_eq!(
        outcome.records[2].verdict,
        Verdict::failed(Reason::new("panic", "panicked: never"))
    );
    assert_eq!(attempts.lock().unwrap().len(), 6);
}

#[test]
fn who_takes_too_long_has_failed() {
    let evaluate = |genome: &Genome, seed| {
        if is(seed, 7) {
            thread::sleep(Duration::from_millis(60));
        }
        compromise(genome, seed)
    };
    let limit = Duration::from_millis(50);
    let outcome = builder(evaluate).time_limit(limit).retries(3).build().unwrap().run().unwrap();
    assert_eq!(
        outcome.records[7].verdict,
        Verdict::failed(Reason::new("time_limit", "took longer than the 50ms allowed"))
    );
}

#[test]
fn scores_of_the_wrong_count_are_broken_machinery() {
    let evaluate = |genome: &Genome, seed| {
        if is(seed, 5) {
            let scores = Scores::new(&[Objective::minimise("cost")], [1.0])?;
            return Ok(Verdict::feasible(scores, ()));
        }
        compromise(genome, seed)
    };
    let error = builder(evaluate).workers(2).build().unwrap().run().unwrap_err();
    let Fault::Verdict(TellError::Scores {
        index: 5,
        source: ScoresError::Count { objectives, found },
    }) = &error.fault
    else {
        panic!("{error:?}");
    };
    assert_eq!((objectives.join(" "), *found), ("cost gain".to_owned(), 1));
    assert_eq!(error.outcome.records.len(), 5);
}

#[test]
fn nan_is_refused_by_the_name_of_its_objective() {
    let evaluate = |genome: &Genome, seed| {
        if is(seed, 5) { feasible([1.0, f64::NAN]) } else { compromise(genome, seed) }
    };
    let outcome = builder(evaluate).build().unwrap().run().unwrap();
    assert_eq!(
        outcome.records[5].verdict,
        Verdict::failed(Reason::new("error", "the value of `gain` is NaN, but must be finite"))
    );
}

#[test]
fn an_observer_may_end_the_search() {
    for workers in [1, 4] {
        let stop = |progress: &Progress<'_, _, _>| match progress.record.index {
            10 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        let outcome =
            builder(compromise).workers(workers).observer(stop).build().unwrap().run().unwrap();
        assert_eq!(outcome.stop, StopReason::Observer);
        assert_eq!(indices(&outcome), (0..=10).collect::<Vec<_>>());
        assert!(outcome.uncommitted.iter().all(|record| record.index > 10));
    }
}

#[derive(Clone, Default)]
struct Diary(Rc<RefCell<Vec<String>>>);

impl Observer<Genome, ()> for Diary {
    fn evaluated(&mut self, progress: &Progress<'_, Genome, ()>) -> ControlFlow<()> {
        assert_eq!(progress.budget, 40);
        assert_eq!(progress.evaluations, progress.record.index + 1);
        let held = progress.front.iter().any(|record| record.index == progress.record.index);
        assert_eq!(progress.on_front, held);
        self.0.borrow_mut().push(progress.record.index.to_string());
        ControlFlow::Continue(())
    }

    fn finished(&mut self, outcome: &Outcome<Genome, ()>) {
        self.0.borrow_mut().push(outcome.stop.to_string());
    }
}

#[test]
fn observers_see_every_record_and_the_end() {
    let diary = Diary::default();
    builder(compromise).workers(2).observer(diary.clone()).build().unwrap().run().unwrap();
    let mut expected: Vec<_> = (0..40).map(|index: usize| index.to_string()).collect();
    expected.push("the evaluations are used up".into());
    assert_eq!(*diary.0.borrow(), expected);
}

#[test]
fn observers_see_the_end_after_a_fault_too() {
    let diary = Diary::default();
    let evaluate = |genome: &Genome, seed| {
        if is(seed, 2) { Err(Broken::DiskFull) } else { compromise(genome, seed) }
    };
    let builder = builder(evaluate).errors_in_a_row(1).observer(diary.clone());
    builder.build().unwrap().run().unwrap_err();
    assert_eq!(*diary.0.borrow(), ["0", "1", "2", "the machinery broke"]);
}

#[test]
fn a_panicking_observer_does_not_leave_the_workers_waiting() {
    let observer = |_: &Progress<'_, _, _>| -> ControlFlow<()> { panic!("observer") };
    let search = builder(compromise).workers(2).observer(observer).build().unwrap();
    assert!(catch_unwind(AssertUnwindSafe(|| search.run())).is_err());
}

#[test]
fn counts_of_zero_are_refused_by_name() {
    for (builder, setting) in [
        (builder(compromise).evaluations(0), "evaluations"),
        (builder(compromise).workers(0), "workers"),
        (builder(compromise).look_ahead(0), "look_ahead"),
        (builder(compromise).max_trained(0), "max_trained"),
        (builder(compromise).stalled(0), "stalled"),
        (builder(compromise).errors_in_a_row(0), "errors_in_a_row"),
    ] {
        assert_eq!(
            builder.build().unwrap_err(),
            SettingsError::TooSmall { setting, value: 0, least: 1 }
        );
    }
}

#[test]
fn a_larger_crew_than_work_is_no_harm() {
    let outcome = builder(compromise).evaluations(3).workers(64).build().unwrap().run().unwrap();
    assert_eq!(outcome.records.len(), 3);
}
