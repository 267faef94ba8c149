//! Folds, confirmations, the recommended member, and the models that are exported.

use std::{collections::BTreeSet, ops::ControlFlow, sync::Arc};

use danas::{
    DataAwareSearch, FoldCount, JudgingConfig, Part, Quantity, Report, SearchConfig, Split,
    SplitConfig,
    evo::{SuccessiveHalving, Verdict},
    write_recommended,
};

use crate::support::{Resolution, Squares, Untrained, space};

/// Runs a search with twenty evaluations, in which every random stream is seeded.
fn run(judging: JudgingConfig, change: impl FnOnce(&mut SearchConfig)) -> Report<Resolution> {
    let squares: &'static Squares = Box::leak(Box::new(Squares::new()));
    let mut config = SearchConfig { evaluations: 20, seed: 5, test_seeds: 2, ..Default::default() };
    config.judging = judging;
    change(&mut config);
    let search = DataAwareSearch::new(space(&[8, 12, 16]), squares, Arc::new(Untrained));
    search.settings(config).run().unwrap()
}

fn folds(count: usize) -> JudgingConfig {
    JudgingConfig { folds: FoldCount::Fixed(count), ..Default::default() }
}

fn repeated(count: usize, repeats: usize) -> JudgingConfig {
    JudgingConfig { repeats, ..folds(count) }
}

#[test]
fn small_data_is_judged_by_folds_unless_told_otherwise() {
    assert_eq!(run(JudgingConfig::default(), |_| ()).judging.folds, 5);
    assert_eq!(run(folds(3), |_| ()).judging.folds, 3);
    assert_eq!(run(JudgingConfig::single(), |_| ()).judging.folds, 1);
}

#[test]
fn every_fold_judges_a_candidate_once_for_each_training() {
    let report = run(folds(4), |config| config.trainings = 2);
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let folds: Vec<_> = assessment.trainings.iter().filter_map(|it| it.fold).collect();
        assert_eq!(folds, [0, 1, 2, 3, 0, 1, 2, 3]);
        let seeds: BTreeSet<u64> = assessment.trainings.iter().map(|it| it.record.seed).collect();
        assert_eq!(seeds.len(), 8, "each training has a seed of its own");
        let examples: usize = assessment.quality.confusion.counts().sum();
        assert_eq!(examples, 2 * 48, "48 of 60 examples are outside the test part");
    }
}

#[test]
fn every_division_judges_a_candidate() {
    let report = run(repeated(4, 3), |_| ());
    assert_eq!((report.judging.folds, report.judging.repeats), (4, 3));
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let folds: Vec<_> = assessment.trainings.iter().filter_map(|it| it.fold).collect();
        assert_eq!(folds, (0..12).collect::<Vec<_>>());
        let seeds: BTreeSet<u64> = assessment.trainings.iter().map(|it| it.record.seed).collect();
        assert_eq!(seeds.len(), 12, "each training has a seed of its own");
        let examples: usize = assessment.quality.confusion.counts().sum();
        assert_eq!(examples, 3 * 48, "48 of 60 examples are outside the test part");
        let mean = assessment.trainings.iter().map(|it| it.quality.accuracy).sum::<f64>() / 12.0;
        assert!((assessment.quality.accuracy - mean).abs() < 1e-12);
    }
    for member in &report.front {
        assert_eq!(member.confirmed.as_ref().unwrap().trainings.len(), 2 * 12);
        assert!(member.trained.as_ref().unwrap().validation.is_none(), "it learned from all");
    }
    let mut text = Vec::new();
    write_recommended(&mut text, &report).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!((&json["folds"], &json["repeats"]), (&4.into(), &3.into()));
}

#[test]
fn the_first_division_is_that_of_a_search_without_repeats() {
    let accuracies = |judging| {
        let report = run(judging, |config| config.strategy = danas::StrategyConfig::Random);
        let of = |it: &danas::Assessment| {
            it.trainings[..4].iter().map(|it| it.quality.accuracy).collect::<Vec<f64>>()
        };
        let records = report.outcome.records.iter();
        records.map(|it| it.verdict.detail().map(of)).collect::<Vec<_>>()
    };
    assert_eq!(accuracies(folds(4)), accuracies(repeated(4, 2)));
}

#[test]
fn repeats_without_folds_are_refused() {
    let refused = |judging| {
        let squares: &'static Squares = Box::leak(Box::new(Squares::new()));
        let search = DataAwareSearch::new(space(&[8]), squares, Arc::new(Untrained));
        let settings = SearchConfig { judging, ..SearchConfig::default() };
        search.settings(settings).run().unwrap_err().to_string()
    };
    assert!(refused(repeated(1, 2)).contains("`search.judging.repeats` is 2"));
    assert!(refused(repeated(4, 0)).contains("`search.judging.repeats` is 0"));
    let error = refused(repeated(48, 2));
    assert!(error.contains("only 1 different division of 48 examples"), "{error}");
}

#[test]
fn a_journal_knows_how_often_the_examples_were_divided() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal.jsonl");
    let run = |judging| {
        let squares: &'static Squares = Box::leak(Box::new(Squares::new()));
        let search = DataAwareSearch::new(space(&[8, 12]), squares, Arc::new(Untrained));
        let settings = SearchConfig { evaluations: 8, judging, ..SearchConfig::default() };
        search.settings(settings).journal(&journal).run()
    };
    let scores = |report: Report<Resolution>| -> Vec<_> {
        report.outcome.records.iter().map(|it| it.scores().cloned()).collect()
    };
    let first = scores(run(repeated(4, 2)).unwrap());
    let length =
        std::fs::read_to_string(&journal).unwrap().matches("\"folds_per_repeat\":4").count();
    assert!(length > 0);
    assert_eq!(scores(run(repeated(4, 2)).unwrap()), first);
    let resumed = std::fs::read_to_string(&journal).unwrap();
    assert_eq!(resumed.matches("\"folds_per_repeat\":4").count(), length, "nothing is repeated");
    for judging in [folds(4), repeated(4, 3)] {
        let refused = run(judging).unwrap_err().to_string();
        assert!(refused.contains("`repeats`"), "{refused}");
    }
}

#[test]
fn the_test_part_is_never_seen_by_the_search() {
    let squares: &'static Squares = Box::leak(Box::new(Squares::new()));
    let mut config = SearchConfig { evaluations: 20, seed: 5, ..Default::default() };
    config.judging = folds(4);
    let search = DataAwareSearch::new(space(&[8, 12]), squares, Arc::new(Untrained));
    let labels: Vec<usize> = (0..60).map(|example| example % 2).collect();
    let classes = ["dark", "bright"].map(str::to_owned);
    let split = Split::new(&SplitConfig::default(), &labels, None, &classes).unwrap();
    let test: BTreeSet<usize> = split.part(Part::Test).iter().copied().collect();
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let observed = Arc::clone(&seen);
    let observer = Observed { squares, seen: observed };
    search.settings(config).observer(observer).run().unwrap();
    let seen = seen.lock().unwrap();
    assert!(!seen.is_empty() && seen.iter().all(|example| !test.contains(example)));
}

/// Records which examples were asked for by the end of the search proper.
struct Observed {
    squares: &'static Squares,
    seen: Arc<std::sync::Mutex<Vec<usize>>>,
}

impl<G, D> danas::evo::Observer<G, D> for Observed {
    fn evaluated(&mut self, _: &danas::evo::Progress<'_, G, D>) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _: &danas::evo::Outcome<G, D>) {
        self.seen.lock().unwrap().clone_from(&self.squares.asked_for.lock().unwrap());
    }
}

#[test]
fn candidates_that_fall_behind_cost_one_fold() {
    let report = run(folds(4), |config| {
        config.evaluations = 60;
        config.halving = Some(SuccessiveHalving { rungs: 1, reduction: 4.0 });
    });
    let stopped = report.outcome.records.iter().filter_map(|record| match &record.verdict {
        Verdict::Stopped { detail, .. } => Some(detail.trainings.len()),
        _ => None,
    });
    let stopped: Vec<usize> = stopped.collect();
    assert!(!stopped.is_empty() && stopped.iter().all(|&trainings| trainings == 1), "{stopped:?}");
    let feasible = report.outcome.records.iter().filter(|it| it.verdict.is_feasible());
    let mut trainings = feasible.filter_map(|it| Some(it.verdict.detail()?.trainings.len()));
    assert!(trainings.all(|trainings| trainings == 4));
}

#[test]
fn rungs_lie_between_the_trainings_of_all_divisions() {
    let report = run(repeated(4, 2), |config| {
        config.evaluations = 60;
        config.halving = Some(SuccessiveHalving { rungs: 2, reduction: 2.0 });
    });
    let trainings = |is_stopped| -> BTreeSet<usize> {
        let records = report.outcome.records.iter().filter_map(|it| match &it.verdict {
            Verdict::Stopped { detail, .. } if is_stopped => Some(detail.trainings.len()),
            Verdict::Feasible { detail, .. } if !is_stopped => Some(detail.trainings.len()),
            _ => None,
        });
        records.collect()
    };
    // After a quarter and a half of eight trainings.
    assert!(trainings(true).is_subset(&[2, 4].into()) && !trainings(true).is_empty());
    assert_eq!(trainings(false), [8].into());
}

#[test]
fn members_are_confirmed_by_fresh_seeds_and_none_is_dominated() {
    let report = run(folds(4), |_| ());
    let value = |member: &danas::FrontMember<_>, quantity| member.judged().unwrap().value(quantity);
    for member in &report.front {
        let confirmed = member.confirmed.as_ref().expect("there was time");
        let known = member.assessment().unwrap();
        let seeds = |it: &danas::Assessment| -> BTreeSet<u64> {
            it.trainings.iter().map(|it| it.record.seed).collect()
        };
        assert!(seeds(confirmed).is_disjoint(&seeds(known)));
        assert_eq!(confirmed.trainings.len(), 2 * 4);
        let objectives = [Quantity::Accuracy, Quantity::Precision, Quantity::Recall];
        let dominates = report.front.iter().any(|other| {
            let better = |quantity| value(other, quantity) > value(member, quantity);
            objectives.into_iter().all(better)
                && value(other, Quantity::ModelSize) < value(member, Quantity::ModelSize)
        });
        assert!(!dominates, "{}", member.candidate());
    }
    let unconfirmed = run(JudgingConfig::single(), |_| ());
    assert_eq!(unconfirmed.front.len(), unconfirmed.outcome.front.len());
    assert!(unconfirmed.front.iter().all(|member| member.confirmed.is_none()));
}

#[test]
fn a_lower_bound_of_accuracy_can_be_the_objective() {
    let objectives = vec![Quantity::AccuracyLowerBound, Quantity::ModelSize];
    let report = run(folds(4), |config| config.objectives = objectives);
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let accuracies: Vec<f64> =
            assessment.trainings.iter().map(|it| it.quality.accuracy).collect();
        let mean = accuracies.iter().sum::<f64>() / 4.0;
        let squares: f64 = accuracies.iter().map(|it| (it - mean).powi(2)).sum();
        let bound = (mean - (squares / 3.0).sqrt() / 2.0).max(0.0);
        assert!((record.scores().unwrap().values()[0] - bound).abs() < 1e-12);
    }
    // Nadeau and Bengio (2003): the variance of the mean is (1 / 8 + 1 / 3) s².
    let report = run(repeated(4, 2), |config| {
        config.objectives = vec![Quantity::AccuracyLowerBound, Quantity::ModelSize];
    });
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        let spread = assessment.spread(Quantity::Accuracy).unwrap();
        let error = spread.deviation * (1.0_f64 / 8.0 + 1.0 / 3.0).sqrt();
        let bound = (spread.mean - error).max(0.0);
        assert!((record.scores().unwrap().values()[0] - bound).abs() < 1e-12);
    }
    // statsmodels 0.14: proportion_confint(count, 12, alpha=2 * norm.sf(1), method="wilson")[0]
    let report = run(JudgingConfig::single(), |config| {
        config.objectives = vec![Quantity::AccuracyLowerBound, Quantity::ModelSize];
    });
    let bounds = [(6.0 / 12.0, 0.361_325), (1.0, 12.0 / 13.0)];
    let mut seen = 0;
    for assessment in report.outcome.records.iter().filter_map(|it| it.verdict.detail()) {
        let accuracy = assessment.quality.accuracy;
        let known = bounds.iter().find(|(of, _)| (of - accuracy).abs() < 1e-9);
        let Some((_, bound)) = known else { continue };
        let own = assessment.value(Quantity::AccuracyLowerBound).unwrap();
        assert!((own - bound).abs() < 1e-5, "{own} of {accuracy}");
        seen += 1;
    }
    assert!(seen > 0);
    assert!(report.recommended.is_some());
}

#[test]
fn the_number_of_workers_changes_neither_front_nor_recommendation() {
    let told = |workers, repeats| {
        let report = run(repeated(3, repeats), |config| config.workers = workers);
        let mut text = Vec::new();
        write_recommended(&mut text, &report).unwrap();
        let front = report.front.iter().map(|member| member.record.index);
        (front.collect::<Vec<_>>(), String::from_utf8(text).unwrap())
    };
    for repeats in [1, 2] {
        let alone = told(1, repeats);
        assert_eq!(alone, told(1, repeats));
        assert_eq!(alone, told(4, repeats));
        assert_eq!(alone.1.contains("repeats"), repeats > 1);
    }
}

#[test]
fn the_recommended_member_is_told_with_the_figures_of_its_files() {
    let report = run(folds(4), |_| ());
    let member = report.recommended_member().expect("the search was not interrupted");
    let mut text = Vec::new();
    write_recommended(&mut text, &report).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let trained = member.trained.as_ref().unwrap();
    assert_eq!(json["evaluation"], member.record.index);
    assert_eq!(json["test_accuracy_float32"], trained.test.accuracy);
    assert_eq!(json["test_accuracy_int8"], trained.test.int8_accuracy.unwrap());
    assert_eq!(json["majority_accuracy"], 0.5);
    let [low, expected, high] = ["expected_low", "expected_accuracy", "expected_high"]
        .map(|key| json[key].as_f64().unwrap());
    assert!(0.0 <= low && low <= expected && expected <= high && high <= 1.0);
    let best = report.front.iter().filter_map(|it| it.judged()?.value(Quantity::Accuracy));
    assert!(best.fold(0.0, f64::max) - expected <= 0.01 + 1e-12, "at most a point is given away");
}

#[test]
fn exported_models_learn_from_the_validation_part_unless_told_otherwise() {
    let report = run(folds(4), |_| ());
    let validated = |report: &Report<Resolution>| -> Vec<bool> {
        let trained = report.front.iter().filter_map(|it| it.trained.as_ref());
        trained.map(|it| it.validation.is_some()).collect()
    };
    assert!(!validated(&report).is_empty() && !validated(&report).contains(&true));
    let report = run(JudgingConfig::single(), |_| ());
    assert!(!validated(&report).is_empty() && !validated(&report).contains(&false));
}
