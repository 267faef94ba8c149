//! Tests successive halving, which ends evaluations early if they fall behind.

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use danas_evo::{
    Evaluator, Fault, Nsga2, Objective, Outcome, RandomSearch, Scores, Search, SearchBuilder,
    SettingsError, SuccessiveHalving, Task, Verdict,
};

use crate::problem::{Broken, Genome, Grid, Judgement, two_objectives};

/// An evaluator of candidates whose gain is a function of the effort.
struct Growth<F> {
    objectives: [Objective; 2],
    /// Gain of a genome after a share of the effort.
    gain: F,
    /// Effort spent on evaluations so far; a complete one takes 1.
    effort: Mutex<f64>,
}

impl<F: Fn(&Genome, f64) -> f64 + Sync> Growth<F> {
    fn new(gain: F) -> Self {
        Self { objectives: two_objectives(), gain, effort: Mutex::new(0.0) }
    }

    fn scores(&self, genome: &Genome, share: f64) -> Scores {
        let cost: f64 = genome.iter().copied().map(f64::from).sum();
        Scores::new(&self.objectives, [cost, (self.gain)(genome, share)]).unwrap()
    }
}

impl<F: Fn(&Genome, f64) -> f64 + Sync> Evaluator<Genome> for Growth<F> {
    type Detail = ();
    type Error = Broken;

    fn objectives(&self) -> &[Objective] {
        &self.objectives
    }

    fn evaluate(&self, genome: &Genome, task: &Task) -> Judgement {
        thread::sleep(Duration::from_micros(task.seed % 300));
        let mut passed = Vec::new();
        for (rung, share) in task.shares().into_iter().enumerate() {
            let scores = self.scores(genome, share);
            if !task.goes_on(rung, &scores) {
                *self.effort.lock().unwrap() += share;
                return Ok(Verdict::stopped(scores, ()).passed(passed));
            }
            passed.push(scores);
        }
        *self.effort.lock().unwrap() += 1.0;
        Ok(Verdict::feasible(self.scores(genome, 1.0), ()).passed(passed))
    }
}

/// Gains that keep their order: a genome that is ahead at one rung is ahead at every rung.
fn steady(genome: &Genome, share: f64) -> f64 {
    f64::from(genome[0] * 3 + genome[1]) * (1.0 - (-3.0 * share).exp())
}

/// Gains that change their order: some genomes start slowly and catch up later.
fn crossing(genome: &Genome, share: f64) -> f64 {
    f64::from(genome[0] * 3 + genome[1]) * share.powi(i32::from(genome[2]))
}

fn builder<F: Fn(&Genome, f64) -> f64 + Sync>(
    growth: &Growth<F>,
    seed: u64,
) -> SearchBuilder<Genome, Grid, &Growth<F>> {
    Search::builder(Grid::new(4, 6), growth).strategy(Nsga2::default()).evaluations(150).seed(seed)
}

fn course(outcome: &Outcome<Genome, ()>) -> Vec<(Genome, Verdict<()>)> {
    outcome.records.iter().map(|it| (it.genome.clone(), it.verdict.clone())).collect()
}

#[test]
fn where_whoever_is_ahead_stays_ahead_the_front_is_that_of_whole_evaluations() {
    for seed in 0..10 {
        let run = |halving: Option<SuccessiveHalving>| {
            let growth = Growth::new(steady);
            let mut builder = builder(&growth, seed).strategy(RandomSearch);
            if let Some(halving) = halving {
                builder = builder.halving(halving);
            }
            let outcome = builder.build().unwrap().run().unwrap();
            let front: Vec<Genome> = outcome.front.iter().map(|it| it.genome.clone()).collect();
            (front, outcome.counts(), growth.effort.into_inner().unwrap())
        };
        let (front, counts, effort) = run(None);
        assert_eq!((counts.stopped, effort), (0, 150.0));
        for reduction in [2.0, 3.0, 4.0] {
            let (halved, counts, effort) = run(Some(SuccessiveHalving { rungs: 2, reduction }));
            assert_eq!(halved, front, "seed {seed}, reduction {reduction}");
            assert!(counts.stopped > 30, "{counts:?}");
            assert!(effort < 130.0, "{effort}");
        }
    }
}

#[test]
fn a_late_bloomer_is_lost() {
    let growth = Growth::new(crossing);
    let bloomer = vec![5, 5, 5, 0];
    let halving = SuccessiveHalving { rungs: 1, reduction: 4.0 };
    let outcome = builder(&growth, 1)
        .strategy(RandomSearch)
        .look_ahead(1)
        .start_with([vec![2, 5, 0, 0], bloomer.clone()])
        .halving(halving)
        .build()
        .unwrap()
        .run()
        .unwrap();
    assert_eq!(outcome.records[1].genome, bloomer);
    // At the rung its gain is 20 · (1/4)⁵ against 11, at a higher cost.
    assert!(matches!(outcome.records[1].verdict, Verdict::Stopped { .. }));
    assert!(outcome.records[1].scores().is_some());
    assert!(outcome.front.iter().all(|it| it.index != 1 && it.verdict.is_feasible()));
}

#[test]
fn the_number_of_workers_changes_nothing() {
    for seed in 0..3 {
        let run = |workers| {
            let growth = Growth::new(crossing);
            let builder = builder(&growth, seed).halving(SuccessiveHalving::default());
            course(&builder.workers(workers).build().unwrap().run().unwrap())
        };
        let alone = run(1);
        assert!(alone.iter().any(|(_, verdict)| matches!(verdict, Verdict::Stopped { .. })));
        assert_eq!(run(4), alone);
        assert_eq!(run(16), alone);
    }
}

#[cfg(feature = "journal")]
mod with_a_journal {
    use std::ops::ControlFlow;

    use danas_evo::{JournalError, Progress};

    use super::*;

    #[test]
    fn a_journal_knows_what_was_reached() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let growth = Growth::new(crossing);
        let begin = || builder(&growth, 4).workers(3).halving(SuccessiveHalving::default());
        let whole = begin().build().unwrap().run().unwrap();
        for stop in [40, 90] {
            let search = begin().observer(move |progress: &Progress<'_, Genome, ()>| {
                if progress.evaluations == stop {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            search.build().unwrap().journal(&path, []).unwrap().run().unwrap();
        }
        let resumed = begin().build().unwrap().journal(&path, []).unwrap().run().unwrap();
        assert_eq!(course(&resumed), course(&whole));

        let other = SuccessiveHalving { reduction: 2.0, ..SuccessiveHalving::default() };
        for (other, culprit) in
            [(begin().halving(other), "halving.reduction"), (builder(&growth, 4), "halving")]
        {
            let refused = other.build().unwrap().journal(&path, []).map(|_| ()).unwrap_err();
            let JournalError::OtherSearch { setting, .. } = refused else { panic!("{refused}") };
            assert_eq!(setting, culprit);
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let growth = Growth::new(steady);
    let refused = builder(&growth, 0).halving(SuccessiveHalving { rungs: 0, reduction: 2.0 });
    let refused = refused.build().map(|_| ()).unwrap_err();
    assert!(matches!(refused, SettingsError::TooSmall { setting: "rungs", .. }), "{refused}");

    struct Stray([Objective; 2]);
    impl Evaluator<Genome> for Stray {
        type Detail = ();
        type Error = Broken;

        fn objectives(&self) -> &[Objective] {
            &self.0
        }

        fn evaluate(&self, _: &Genome, _: &Task) -> Judgement {
            let scores = Scores::new(&self.0, [1.0, 1.0])?;
            let stray = Scores::new(&self.0[..1], [1.0])?;
            Ok(Verdict::feasible(scores, ()).passed(vec![stray]))
        }
    }
    let search = Search::builder(Grid::new(2, 2), Stray(two_objectives()));
    let refused = search.build().unwrap().run().unwrap_err();
    assert!(matches!(refused.fault, Fault::Verdict(_)), "{refused:?}");
}
