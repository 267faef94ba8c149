//! Tests what a search finds that is resumed after its time was over, or after a fault.

use std::thread;
use std::time::Duration;

use danas_evo::{
    AgingEvolution, AgingEvolutionSettings, BayesianOptimisation, BayesianOptimisationSettings,
    Fault, GeneticAlgorithm, GeneticAlgorithmSettings, Nsga2, Nsga2Settings, Objective,
    RandomSearch, Scores, Search, SearchBuilder, StopReason, Strategy, Verdict, evaluation_seed,
};

use crate::journal::{
    EVALUATIONS, SEED, builder, evaluate, folder, run, settings, timeless, verdicts,
};
use crate::problem::{Broken, Genome, Grid, Judge, Judgement, compromise, two_objectives};

#[test]
fn time_adds_up_over_runs() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    let slowly = |genome: &Genome, seed| {
        thread::sleep(Duration::from_millis(5));
        evaluate(genome, seed)
    };
    let limited = |workers| {
        let builder = builder(slowly).max_time(Duration::from_millis(40)).workers(workers);
        builder.build().unwrap().journal(&path, settings("grid")).unwrap().run().unwrap()
    };
    let first = limited(1);
    assert_eq!(first.stop, StopReason::TimeLimit);
    let known = timeless(&path);
    assert!(first.records.len() > 2 && known.len() >= first.records.len());
    // What is known is recalled, although the time is over. Nothing is evaluated.
    for workers in [1, 4] {
        let again = limited(workers);
        assert_eq!(again.stop, StopReason::TimeLimit, "{workers} workers");
        assert_eq!(verdicts(&again)[..first.records.len()], verdicts(&first));
        assert_eq!(timeless(&path), known);
    }
    assert_eq!(
        verdicts(&run(&path, 1)),
        verdicts(&builder(evaluate).build().unwrap().run().unwrap())
    );
}

#[test]
fn what_a_broken_machinery_said_is_asked_again() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    let broken = |genome: &Genome, seed| {
        if (30..EVALUATIONS).any(|index| seed == evaluation_seed(SEED, index)) {
            return Err(Broken::DiskFull);
        }
        compromise(genome, seed)
    };
    let search = builder(broken).errors_in_a_row(3).build().unwrap();
    let error = search.journal(&path, settings("grid")).unwrap().run().unwrap_err();
    assert!(matches!(error.fault, Fault::Evaluator { index: 32, .. }), "{error:?}");
    assert_eq!(timeless(&path).len(), 30);

    let whole = builder(compromise).build().unwrap().run().unwrap();
    let search = builder(compromise).build().unwrap();
    let outcome = search.journal(&path, settings("grid")).unwrap().run().unwrap();
    assert_eq!(verdicts(&outcome), verdicts(&whole));
}

type MakeStrategy = fn() -> Box<dyn Strategy<Genome>>;

/// After a fault that heals, a resumed search ends as if there had been none, for strategies that
/// wait for results and for those that do not.
#[test]
fn a_search_resumes_after_a_fault_that_heals() {
    let strategies: [MakeStrategy; 5] = [
        || Box::new(RandomSearch),
        || {
            Box::new(
                Nsga2::new(Nsga2Settings { population_size: 8, ..Default::default() }).unwrap(),
            )
        },
        || {
            Box::new(
                AgingEvolution::new(AgingEvolutionSettings {
                    population_size: 8,
                    ..Default::default()
                })
                .unwrap(),
            )
        },
        || Box::new(GeneticAlgorithm::new(GeneticAlgorithmSettings::default()).unwrap()),
        || Box::new(BayesianOptimisation::new(BayesianOptimisationSettings::default()).unwrap()),
    ];
    for (number, strategy) in strategies.into_iter().enumerate() {
        let whole = plain(compromise, strategy).build().unwrap().run().unwrap();
        for workers in 1..=4 {
            let folder = folder();
            let path = folder.path().join("journal.jsonl");
            let broken = |genome: &Genome, seed| {
                if (20..EVALUATIONS).any(|index| seed == evaluation_seed(SEED, index)) {
                    return Err(Broken::DiskFull);
                }
                compromise(genome, seed)
            };
            let search = plain(broken, strategy).workers(workers).errors_in_a_row(6);
            let search = search.build().unwrap().journal(&path, settings("grid")).unwrap();
            let error = search.run().unwrap_err();
            assert!(matches!(error.fault, Fault::Evaluator { .. }), "{error:?}");
            let search = plain(compromise, strategy).workers(workers).build().unwrap();
            let healed = search.journal(&path, settings("grid")).unwrap().run().unwrap();
            assert_eq!(verdicts(&healed), verdicts(&whole), "strategy {number}, {workers} workers");
        }
    }
}

fn plain<F: Fn(&Genome, u64) -> Judgement + Sync>(
    evaluate: F,
    strategy: MakeStrategy,
) -> SearchBuilder<Genome, Grid, Judge<F>> {
    Search::builder(Grid::new(4, 6), Judge::new(two_objectives(), evaluate))
        .strategy(strategy())
        .evaluations(EVALUATIONS)
        .seed(SEED)
}

#[test]
fn a_result_that_is_refused_is_not_in_the_journal() {
    let folder = folder();
    let path = folder.path().join("journal.jsonl");
    let too_many = |_: &Genome, _| {
        let objectives = [two_objectives().as_slice(), &[Objective::minimise("third")]].concat();
        Ok(Verdict::feasible(Scores::new(&objectives, [1.0, 2.0, 3.0])?, ()))
    };
    let search = builder(too_many).build().unwrap();
    let error = search.journal(&path, settings("grid")).unwrap().run().unwrap_err();
    assert!(matches!(error.fault, Fault::Verdict(_)), "{error:?}");
    assert!(timeless(&path).is_empty());
    assert_eq!(
        verdicts(&run(&path, 2)),
        verdicts(&builder(evaluate).build().unwrap().run().unwrap())
    );
}
