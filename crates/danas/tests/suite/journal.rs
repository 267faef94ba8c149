//! Lazy searches, and searches that are resumed from a journal.

use std::{fs, ops::ControlFlow, path::Path, sync::Arc};

use danas::{
    Assessment, Config, DataAwareSearch, FrontMember, Preset, Quantity, Report, SearchConfig,
    SearchError, SettingsError, SplitConfig, StrategyConfig,
    evo::{
        Duplicates, GeneticAlgorithmSettings, JournalError, Observer, Outcome, Progress,
        StopHandle, StopReason, TournamentOrder, Verdict, read_journal,
    },
    model::TrainConfig,
    space::Candidate,
};

use crate::support::tables::tables;
use crate::support::{Resolution, Resolutions, Squares, Untrained, space};

fn search(config: SearchConfig) -> DataAwareSearch<Resolutions, &'static Squares> {
    let squares: &Squares = Box::leak(Box::new(Squares::new()));
    DataAwareSearch::new(space(&[8, 12, 16]), squares, Arc::new(Untrained)).settings(config)
}

fn config() -> SearchConfig {
    SearchConfig { evaluations: 60, seed: 5, test_seeds: 2, workers: 2, ..SearchConfig::default() }
}

fn run(config: SearchConfig, path: &Path) -> Report<Resolution> {
    search(config).journal(path).run().unwrap()
}

#[test]
fn a_journal_holds_all_that_a_search_knows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let plain = tables(&search(config()).run().unwrap());
    assert_eq!(tables(&run(config(), &path)), plain);

    // Nothing is trained again for the same tables.
    let lines = |path| fs::read_to_string(path).unwrap().lines().count();
    let before = lines(&path);
    assert_eq!(tables(&run(config(), &path)), plain);
    assert_eq!(lines(&path), before + 2, "a resumption and an end");

    // With half of the journal, only the other half is evaluated again.
    let text = fs::read_to_string(&path).unwrap();
    let half: String = text.lines().take(25).map(|line| format!("{line}\n")).collect();
    fs::write(&path, half).unwrap();
    assert_eq!(tables(&run(config(), &path)), plain);
    let journal = read_journal::<Candidate<Resolution>, Assessment>(&path).unwrap();
    assert!(journal.evaluations.iter().all(|it| it.verdict.is_feasible()));
}

#[test]
fn the_journal_of_another_search_is_refused_by_what_differs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    run(config(), &path);
    let split = SplitConfig { seed: 77, ..SplitConfig::default() };
    let mut training = TrainConfig::default();
    training.epochs += 1;
    let objectives = vec![Quantity::Accuracy, Quantity::ModelSize];
    let strategy = StrategyConfig::Random;
    for (search, culprit) in [
        (search(SearchConfig { seed: 6, ..config() }), "seed"),
        (search(SearchConfig { objectives, ..config() }), "objectives"),
        (search(SearchConfig { strategy, ..config() }), "strategy.kind"),
        (search(SearchConfig { trainings: 2, ..config() }), "trainings"),
        (search(config()).split(split), "split"),
        (search(config()).training(training), "training.epochs"),
        (search(config()).positive("dark"), "averaging"),
    ] {
        match search.journal(&path).run().unwrap_err().error {
            SearchError::Journal(JournalError::OtherSearch { setting, .. }) => {
                assert_eq!(setting, culprit);
            }
            other => panic!("{culprit}: {other}"),
        }
    }
}

#[test]
fn an_interrupted_search_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let plain = tables(&search(config()).run().unwrap());
    let handle = StopHandle::new();
    let interrupt = handle.clone();
    let watch = move |progress: &Progress<'_, _, _>| {
        if progress.evaluations == 20 {
            interrupt.stop();
        }
        ControlFlow::Continue(())
    };
    let report = search(config()).journal(&path).stop_handle(handle).observer(watch).run().unwrap();
    assert_eq!(report.outcome.stop, StopReason::Interrupted);
    assert!(report.is_interrupted && report.recommended.is_none());
    assert!(report.front.iter().all(|member| member.test.is_empty()));
    assert_eq!(tables(&run(config(), &path)), plain);
}

/// Stops a search once its evaluations are complete, and before its front is confirmed.
struct StopAtEnd(StopHandle);

impl<G, D> Observer<G, D> for StopAtEnd {
    fn evaluated(&mut self, _: &Progress<'_, G, D>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _: &Outcome<G, D>) {
        self.0.stop();
    }
}

#[test]
fn a_search_that_is_interrupted_before_its_tests_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let plain = search(config()).run().unwrap();
    let search = search(config()).journal(&path);
    let observer = StopAtEnd(search.handle());
    let report = search.observer(observer).run().unwrap();
    assert_eq!(report.outcome.stop, StopReason::Budget);
    assert!(report.is_interrupted && report.recommended.is_none());
    assert!(!report.front.is_empty());
    let is_bare = |it: &FrontMember<_>| it.trained.is_none() && it.confirmed.is_none();
    assert!(report.front.iter().all(is_bare));
    assert_eq!(tables(&run(config(), &path)), tables(&plain));
}

#[test]
fn a_search_whose_time_is_over_is_recalled_and_its_front_exported() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let plain = tables(&run(config(), &path)).0;
    let text = fs::read_to_string(&path).unwrap();
    let half: String = text.lines().take(25).map(|line| format!("{line}\n")).collect();
    fs::write(&path, half).unwrap();
    let report = run(SearchConfig { max_seconds: Some(1e-6), ..config() }, &path);
    assert_eq!(report.outcome.stop, StopReason::TimeLimit);
    let evaluations = tables(&report).0;
    assert!(evaluations.len() > 10 && evaluations.len() < plain.len());
    assert_eq!(evaluations, plain[..evaluations.len()]);
    assert!(!report.front.is_empty() && !report.is_interrupted && report.recommended.is_some());
    assert!(report.front.iter().all(|member| member.trained.is_some()));
}

#[test]
fn a_lazy_search_finds_the_same() {
    let strategy = |order| {
        let StrategyConfig::Genetic(paper) = Config::preset(Preset::Paper).search.strategy else {
            panic!("the paper searches by a genetic algorithm")
        };
        StrategyConfig::Genetic(GeneticAlgorithmSettings { tournament_order: order, ..paper })
    };
    let mut skipped = 0;
    for strategy in [
        StrategyConfig::Random,
        strategy(TournamentOrder::Shuffled),
        strategy(TournamentOrder::AsTheyStand),
    ] {
        for duplicates in [Duplicates::Avoid, Duplicates::Reuse] {
            let run = |lazy| {
                let strategy = strategy.clone();
                search(SearchConfig { lazy, strategy, duplicates, ..config() }).run().unwrap()
            };
            let (eager, lazy) = (run(false), run(true));
            assert_eq!(tables(&eager).1, tables(&lazy).1, "the fronts");
            for (eager, lazy) in eager.outcome.records.iter().zip(&lazy.outcome.records) {
                assert_eq!(eager.genome, lazy.genome);
                if matches!(lazy.verdict, Verdict::Skipped { .. }) {
                    skipped += 1;
                } else {
                    assert_eq!(eager.verdict, lazy.verdict);
                }
            }
        }
    }
    assert!(skipped > 0);
}

#[test]
fn a_search_starts_from_the_best_of_another_that_its_space_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal.jsonl");
    let earlier = run(config(), &path);
    let best: Vec<_> = earlier.front.iter().map(|member| member.candidate().clone()).collect();
    let start = |sizes: &[usize]| {
        let squares: &Squares = Box::leak(Box::new(Squares::new()));
        let settings = SearchConfig { seed: 9, start_from: vec![path.clone()], ..config() };
        let search = DataAwareSearch::new(space(sizes), squares, Arc::new(Untrained));
        let report = search.settings(settings).run().unwrap();
        let asked = report.outcome.records.iter().map(|record| record.genome.clone());
        asked.take(best.len()).collect::<Vec<_>>()
    };
    assert_eq!(start(&[8, 12, 16]), best);
    // The space without the resolution of the best candidates.
    let size = best[0].granularity.0;
    assert!(best.iter().all(|candidate| candidate.granularity.0 == size));
    let others: Vec<_> = [8, 12, 16].into_iter().filter(|other| *other != size).collect();
    assert!(start(&others).iter().all(|candidate| candidate.granularity.0 != size));
}

#[test]
fn impossible_times_are_refused() {
    for seconds in [0.0, -1.0, f64::NAN, 1e300] {
        let settings = SearchConfig { max_seconds: Some(seconds), ..config() };
        let refused = search(settings).run().unwrap_err().error;
        let is_named = matches!(refused, SearchError::Settings(SettingsError::MaxSeconds { .. }));
        assert!(is_named, "{seconds}");
    }
}
