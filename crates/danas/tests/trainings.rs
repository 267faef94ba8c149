//! Whole searches over the bundled recordings, trained by the default engine.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "suite/support/tables.rs"]
mod tables;

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use danas::{
    Config, DataAwareSearch, DataConfig, EngineChoice, JudgedTraining, JudgingConfig, Preset,
    Quantity, default_engine,
    evo::{SuccessiveHalving, Verdict},
    model::{Ended, Keep},
    space::{
        Architecture, AudioGranularity, Bytes, Candidate, Hertz, Representation, parse_layers,
    },
};

use tables::tables;

/// Returns a search over three digits of six speakers, with a few takes each and short trainings.
fn config(evaluations: usize) -> Config {
    let classes = ["0", "1", "2"].map(str::to_owned);
    let mut config = Config::preset(Preset::Words);
    config.data = DataConfig {
        folder: Some(danas_datasets::spoken_digits_folder()),
        classes: classes.to_vec(),
        ..DataConfig::default()
    };
    (config.training.epochs, config.training.steps) = (2, None);
    config.search.limits.clear(); // so that large candidates train, too
    config.search.judging = JudgingConfig::single();
    (config.search.baselines, config.search.halving) = (false, None);
    config.search.evaluations = evaluations;
    config.search.test_seeds = 2;
    config
}

#[test]
fn the_number_of_workers_does_not_change_the_tables() {
    let engines = if cfg!(feature = "torch") { &["native", "torch"][..] } else { &["native"] };
    for engine in engines {
        let engine = engine.parse::<EngineChoice>().unwrap().engine().unwrap();
        let run = |workers| {
            let mut config = config(14);
            config.search.workers = workers;
            tables(&config.prepare(Arc::clone(&engine)).unwrap().run().unwrap())
        };
        let alone = run(1);
        assert_eq!(alone.0.len(), 15);
        let trained = alone.0.iter().filter(|row| row.iter().any(|it| it == engine.name()));
        assert!(trained.count() > 5, "{}", engine.name());
        for workers in [2, 4] {
            assert_eq!(run(workers), alone, "{workers} workers, {}", engine.name());
        }
    }
}

#[test]
fn what_an_engine_or_its_memory_cannot_take_is_infeasible_with_a_reason() {
    let native = || EngineChoice::Native(None).engine().unwrap();
    let rate = Hertz::new(8000).unwrap();
    let refusal = |config: Config, layers| {
        let front_end = config.space.data.front_end();
        let granularity = AudioGranularity::new(rate, Representation::Mfcc, front_end);
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 16).unwrap();
        let trainer = config.prepare(native()).unwrap().trainer().unwrap();
        trainer.train(&Candidate::new(granularity, architecture), 1).unwrap_err().to_string()
    };
    let mut tight = config(1);
    tight.search.training_memory = Bytes(1000);
    let reason = refusal(tight, "4x3R");
    assert!(reason.contains("its training takes") && reason.contains("1000 B allowed"), "{reason}");
    let reason = refusal(config(1), "4x3nR");
    assert!(reason.contains("engine `native` does not support layer 1"), "{reason}");
}

#[test]
fn a_search_learns_to_tell_digits_apart() {
    let mut config = config(6);
    (config.training.epochs, config.training.steps) = (15, None);
    config.search.judging = JudgingConfig::single();
    let report = config.prepare(default_engine()).unwrap().run().unwrap();
    let best = report.front.iter().filter_map(|member| member.test(Quantity::Accuracy));
    let best = best.map(|spread| spread.mean).fold(0.0, f64::max);
    assert!(best > 0.5, "{best} for three digits of an unseen speaker");
}

#[test]
fn integers_lose_at_most_two_points_of_accuracy() {
    let mut config = config(1);
    config.data.classes.clear(); // all ten digits
    (config.training.epochs, config.training.steps) = (15, None);
    let front_end = config.space.data.front_end();
    let rate = Hertz::new(8000).unwrap();
    let granularity = AudioGranularity::new(rate, Representation::Mfcc, front_end);
    let trainer = config.prepare(default_engine()).unwrap().trainer().unwrap();
    // Accuracies over three trainings of two networks, on validation and test: 1680 judgements.
    let (mut float32, mut int8, mut parts) = (0.0, 0.0, 0.0);
    for layers in ["4x3R 4x3R", "4x5S 8x3R"] {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), 16).unwrap();
        let candidate = Candidate::new(granularity, architecture);
        for seed in 0..3 {
            let trained = trainer.train(&candidate, seed).unwrap();
            for quality in trained.validation.iter().chain([&trained.test]) {
                float32 += quality.accuracy;
                int8 += quality.int8_accuracy.unwrap();
                parts += 1.0;
            }
        }
    }
    let (float32, int8) = (float32 / parts, int8 / parts);
    assert!(float32 > 0.3, "{float32}");
    assert!((float32 - int8).abs() <= 0.02, "{float32} in floats, {int8} in integers");
}

#[test]
fn trainings_that_fall_behind_end_at_a_rung() {
    let run = |workers| {
        let mut config = config(30);
        (config.training.epochs, config.training.steps) = (6, None);
        config.search.objectives = vec![Quantity::Accuracy, Quantity::TotalSize];
        config.search.look_ahead = 4;
        (config.search.trainings, config.search.workers) = (2, workers);
        config.search.halving = Some(SuccessiveHalving { rungs: 2, reduction: 3.0 });
        config.prepare(default_engine()).unwrap().run().unwrap()
    };
    let report = run(1);
    assert_eq!(tables(&report), tables(&run(3)));
    let mut stopped = 0;
    for verdict in report.outcome.records.iter().map(|it| &it.verdict) {
        let Some(assessment) = verdict.detail() else { continue };
        let trainings: Vec<_> = assessment.trainings.iter().map(|it| &it.record).collect();
        if let Verdict::Stopped { .. } = verdict {
            stopped += 1;
            let [record] = trainings[..] else { panic!("{trainings:?}") };
            // A ninth and a third of six epochs.
            let rung = [1, 2].iter().position(|&epochs| epochs == record.loss.len());
            assert_eq!(
                (verdict.rungs().count(), record.ended),
                (rung.unwrap() + 1, Ended::Stopped)
            );
        } else {
            assert_eq!(verdict.rungs().count(), 2);
            assert!(
                trainings.iter().all(|it| it.ended == Ended::Completed) && trainings.len() == 2
            );
        }
    }
    assert!((5..30).contains(&stopped), "{stopped}");
    assert_eq!(report.outcome.counts().stopped, stopped);
}

#[test]
fn trainings_end_early_and_keep_the_best_epoch_by_the_validation_part() {
    let run = |workers| {
        let mut config = config(8);
        (config.training.epochs, config.training.steps) = (6, None);
        config.training.keep = Keep::Best;
        (config.training.patience, config.training.constant_epochs) = (Some(1), Some(2));
        (config.search.trainings, config.search.workers) = (2, workers);
        config.prepare(default_engine()).unwrap().run().unwrap()
    };
    let report = run(1);
    assert_eq!(tables(&report), tables(&run(2)));
    let mut ended = HashSet::new();
    for assessment in report.outcome.records.iter().filter_map(|it| it.verdict.detail()) {
        for JudgedTraining { record, quality, .. } in &assessment.trainings {
            let best = record.best_epoch.unwrap();
            let accuracy = f64::from(record.validation[best - 1].accuracy);
            assert!((quality.accuracy - accuracy).abs() < 1e-6);
            ended.insert(record.ended);
        }
    }
    assert!(ended.contains(&Ended::Patience) || ended.contains(&Ended::Constant), "{ended:?}");
}

#[test]
fn every_epoch_is_observed_and_a_search_stops_at_any_of_them() {
    let config = || {
        let mut config = config(3);
        config.search.judging.confirmations = 1;
        // With more workers, other trainings could still finish an epoch.
        config.search.workers = 1;
        config
    };
    // Runs the search, and stops it at an epoch, counted over all of its trainings.
    let run = |stop_at: usize| {
        let search = config().prepare(default_engine()).unwrap();
        let (handle, epochs) = (search.handle(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&epochs);
        let search = search.epoch_observer(move |it| {
            assert!((1..=2).contains(&it.epoch.number) && it.epoch.of == 2);
            if count.fetch_add(1, Ordering::Relaxed) + 1 == stop_at {
                handle.stop();
            }
        });
        (search.run().unwrap(), epochs.load(Ordering::Relaxed))
    };
    let (whole, epochs) = run(usize::MAX);
    let assessments = || whole.outcome.records.iter().filter_map(|it| it.verdict.detail());
    let trained: usize =
        assessments().flat_map(|it| &it.trainings).map(|it| it.record.loss.len()).sum();
    // The rest are confirmations, exported models and tests.
    assert!(!whole.is_interrupted && trained > 0 && epochs > 2 * trained, "{epochs} {trained}");
    for stop_at in [1, trained + 1, (trained + epochs) / 2, epochs - 1] {
        let (report, seen) = run(stop_at);
        assert!(report.is_interrupted && report.recommended.is_none(), "{stop_at} of {epochs}");
        assert!(report.front.iter().all(|member| member.trained.is_none()));
        // Evaluations that are under way are completed; all other trainings end at once.
        assert!(seen < epochs && (stop_at < trained || seen == stop_at), "{seen}, {stop_at}");
    }
}

#[test]
fn a_training_without_time_fails_its_candidate_and_says_so() {
    let mut config = config(2);
    config.training.time_limit = Some(Duration::from_nanos(1));
    let report = config.prepare(default_engine()).unwrap().run().unwrap();
    assert!(report.front.is_empty() && report.recommended.is_none());
    let [out_of_time] = &report.outcome.reasons()[..] else { unreachable!("one kind of reason") };
    assert_eq!((out_of_time.count, out_of_time.example.kind.as_str()), (2, "out_of_time"));
    assert_eq!(out_of_time.example.text, "the training ran out of time in its first epoch");
}

#[test]
fn a_diverging_training_fails_its_candidate_and_not_the_search() {
    let mut config = config(4);
    let sgd = toml::from_str("optimizer = { kind = 'sgd', learning_rate = 1e30 }").unwrap();
    let training: danas::model::TrainConfig = sgd;
    config.training.optimizer = training.optimizer;
    let source = config.data.open([]).unwrap();
    let report = DataAwareSearch::new(config.space, source, default_engine())
        .training(config.training)
        .settings(config.search)
        .run()
        .unwrap();
    let [diverged] = &report.outcome.reasons()[..] else { unreachable!("one kind of reason") };
    assert_eq!((diverged.count, diverged.example.kind.as_str()), (4, "diverged"));
    assert!(report.front.is_empty() && diverged.example.text.contains("epoch"));
}

#[test]
fn a_search_may_train_in_part_what_it_confirms_in_full() {
    let mut config = config(4);
    config.training.epochs = 3;
    config.search.judging = JudgingConfig::default();
    (config.search.judging.effort, config.search.judging.confirmations) = (0.5, 1);
    let search = config.prepare(default_engine()).unwrap();
    let trainer = config.prepare(default_engine()).unwrap().trainer().unwrap();
    let report = search.run().unwrap();
    let epochs = |it: &JudgedTraining| it.record.loss.len();
    for record in &report.outcome.records {
        let Some(assessment) = record.verdict.detail() else { continue };
        assert!(assessment.trainings.iter().all(|training| epochs(training) == 2));
    }
    for member in &report.front {
        let confirmed = member.confirmed.as_ref().unwrap();
        assert!(confirmed.trainings.iter().all(|training| epochs(training) == 3));
        let exported = member.trained.as_ref().unwrap();
        assert_eq!(exported.model.record().loss.len(), 3);
        let again = trainer.train(member.candidate(), member.record.seed).unwrap();
        assert_eq!(again.model.weights(), exported.model.weights());
    }
}

#[test]
fn an_effort_that_names_no_front_is_refused() {
    for (effort, confirmations, culprit) in [
        (0.0, 1, "`search.judging.effort` is 0,"),
        (1.5, 1, "`search.judging.effort` is 1.5,"),
        (f64::NAN, 1, "`search.judging.effort` is NaN,"),
        (0.5, 0, "`search.judging.confirmations` to at least 1"),
    ] {
        let mut config = config(4);
        (config.search.judging.effort, config.search.judging.confirmations) =
            (effort, confirmations);
        let refused = config.prepare(default_engine()).unwrap().run().unwrap_err().to_string();
        assert!(refused.contains(culprit), "{refused}");
    }
}
