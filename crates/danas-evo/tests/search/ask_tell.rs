//! Tests the search without an evaluator.

use std::time::Duration;

use danas_evo::{
    Ask, AskTell, Context, Duplicates, GeneticAlgorithm, GeneticAlgorithmSettings, Job, Objective,
    RandomSearch, Scalarisation, Scores, ScoresError, SettingsError, StopReason, Strategy,
    TellError, Term, Trial, Verdict,
};

use crate::problem::{Genome, Grid, compromise, two_objectives};

type Core = AskTell<Genome, (), Grid>;

fn core(strategy: impl Strategy<Genome> + 'static) -> Core {
    AskTell::new(Grid::new(4, 4), strategy, &two_objectives(), Duplicates::Avoid, 4).unwrap()
}

fn job(core: &mut Core) -> Job<Genome> {
    match core.ask() {
        Ask::Evaluate(job) => job,
        other => panic!("{other:?}"),
    }
}

fn tell(core: &mut Core, job: &Job<Genome>) {
    core.tell(job.index, compromise(&job.genome, job.seed).unwrap(), Duration::ZERO).unwrap();
}

#[test]
fn results_told_in_any_order_are_committed_in_ask_order() {
    let mut core = core(RandomSearch);
    let jobs: Vec<_> = (0..4).map(|_| job(&mut core)).collect();
    tell(&mut core, &jobs[2]);
    tell(&mut core, &jobs[1]);
    assert_eq!(core.commit(), None);
    tell(&mut core, &jobs[0]);
    for expected in 0..3 {
        assert_eq!(core.commit().unwrap().index, expected);
    }
    assert_eq!(core.commit(), None);
    assert_eq!((core.asked(), core.outstanding(), core.records().len()), (4, 1, 3));
}

#[test]
fn a_result_nobody_waits_for_is_refused() {
    let mut core = core(RandomSearch);
    let first = job(&mut core);
    tell(&mut core, &first);
    let verdict = || Verdict::failed("late");
    for index in [0, 1] {
        let refused = core.tell(index, verdict(), Duration::ZERO);
        assert_eq!(refused, Err(TellError::Unexpected { index }));
    }
    core.commit().unwrap();
    let refused = core.tell(0, verdict(), Duration::ZERO);
    assert_eq!(refused, Err(TellError::Unexpected { index: 0 }));
}

#[test]
fn scores_of_other_objectives_are_refused_and_may_be_corrected() {
    let mut core = core(RandomSearch);
    let first = job(&mut core);
    let scores = Scores::new(&[Objective::minimise("cost")], [1.0]).unwrap();
    let refused = core.tell(0, Verdict::feasible(scores, ()), Duration::ZERO).unwrap_err();
    let TellError::Scores { index: 0, source: ScoresError::Count { objectives, found: 1 } } =
        refused
    else {
        panic!("{refused}");
    };
    assert_eq!(objectives, ["cost", "gain"]);
    tell(&mut core, &first);
    assert_eq!(core.commit().unwrap().index, 0);
}

#[test]
fn what_was_told_but_not_committed_is_kept_at_the_end() {
    let mut core = core(RandomSearch);
    let jobs: Vec<_> = (0..4).map(|_| job(&mut core)).collect();
    for told in [0, 1, 3] {
        tell(&mut core, &jobs[told]);
    }
    core.commit().unwrap();
    let outcome = core.finish(StopReason::Observer);
    assert_eq!(outcome.records.len(), 1);
    let kept: Vec<_> = outcome.uncommitted.iter().map(|record| record.index).collect();
    assert_eq!(kept, [1, 3]);
    assert_eq!(outcome.uncommitted[1].genome, jobs[3].genome);
}

#[test]
fn a_strategy_that_waits_for_nothing_is_done() {
    struct Once(bool);
    impl Strategy<Genome> for Once {
        fn ask(&mut self, context: &mut Context<'_, Genome>) -> Option<Genome> {
            (!std::mem::replace(&mut self.0, true)).then(|| context.sample())
        }
        fn tell(&mut self, _trial: &Trial<'_, Genome>) {}
    }
    let mut core = core(Once(false));
    let only = job(&mut core);
    assert_eq!(core.ask(), Ask::Wait);
    tell(&mut core, &only);
    core.commit().unwrap();
    assert_eq!(core.ask(), Ask::Over(StopReason::StrategyDone));
    assert_eq!(core.ask(), Ask::Over(StopReason::StrategyDone));
}

#[test]
fn objectives_must_be_there_and_have_their_own_names() {
    let begin = |objectives: &[Objective]| {
        AskTell::<_, (), _>::new(Grid::new(2, 2), RandomSearch, objectives, Duplicates::Avoid, 0)
            .unwrap_err()
    };
    assert_eq!(begin(&[]), SettingsError::NoObjectives);
    let twins = [Objective::minimise("size"), Objective::maximise("size")];
    assert_eq!(begin(&twins), SettingsError::DuplicateObjective { name: "size".into() });
}

#[test]
fn a_strategy_that_names_no_objective_is_refused() {
    let strategy =
        GeneticAlgorithm::new(GeneticAlgorithmSettings::paper(Scalarisation::new([Term::new(
            "accuracy",
        )])))
        .unwrap();
    let error = AskTell::<_, (), _>::new(
        Grid::new(2, 2),
        strategy,
        &two_objectives(),
        Duplicates::Avoid,
        0,
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "no objective is called `accuracy`; use one of: cost, gain");
}
