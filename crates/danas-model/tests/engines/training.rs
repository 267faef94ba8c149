//! Tests of the course of trainings: learning, divergence, validation and early ends.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use danas_model::{
    Adam, Averaging, Checkpoints, Ended, Engine, Epoch, Keep, Metrics, ModelError, Monitor,
    Optimizer, Samples, Scaling, Sgd, TrainConfig, TrainedModel, Training, Validation,
};
use danas_space::{Network, Shape};
use ndarray::{Axis, s};

use crate::setup::{bits, config, labels, network, noise, train};

pub(crate) fn what_can_be_learned_is_learned(engine: &dyn Engine) {
    let network = network(Shape::new(12, 10, 1), "4x3R", 10, 3);
    let labels = labels(150, 3);
    let mut features = noise(150, network.input());
    for (mut example, &label) in features.outer_iter_mut().zip(&labels) {
        example.slice_mut(s![4 * label..4 * label + 4, .., ..]).mapv_inplace(|value| value + 1.5);
    }
    let (seen, unseen) = features.view().split_at(Axis(0), 100);
    let samples = Samples::new(seen, &labels[..100], 3).unwrap();
    let config = config(15);
    let model = engine.train(&Training::new(&network, samples, &config, 1).unwrap()).unwrap();
    let loss = &model.record().loss;
    assert!(loss[14] < loss[0] / 4.0, "{loss:?}");
    let probabilities = engine.predict(&model, unseen).unwrap();
    let metrics = Metrics::new(&labels[100..], probabilities.view()).unwrap();
    assert!(metrics.f1(Averaging::Macro).unwrap() > 0.95, "{:?}", metrics.confusion());
}

pub(crate) fn a_training_that_diverges_says_when(engine: &dyn Engine) {
    let network = network(Shape::new(39, 8, 1), "2x3R", 10, 2);
    let mut config = config(5);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e30, momentum: 0.0 });
    let refused = train(engine, &network, &config, 7).unwrap_err();
    assert!(matches!(refused, ModelError::Diverged { epoch: 1 | 2 }), "{refused:?}");
    assert!(refused.is_failed_training());
}

/// There is one epoch of one step: the loss before this step is finite, but the weights after it
/// are not.
pub(crate) fn weights_that_overflow_in_the_last_step_are_a_divergence(engine: &dyn Engine) {
    let network = network(Shape::new(8, 8, 1), "2x3R", 10, 2);
    let mut config = config(1);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e300, momentum: 0.0 });
    let features = noise(4, network.input());
    let samples = Samples::new(features.view(), &[0, 1, 0, 1], 2).unwrap();
    let training = Training::new(&network, samples, &config, 7).unwrap();
    let refused = engine.train(&training).unwrap_err();
    assert!(matches!(refused, ModelError::Diverged { epoch: 1 }), "{refused:?}");
}

/// Trains on noise, which can only be memorised, and validates on other noise. So the validation
/// loss soon gets worse.
fn train_validated(
    engine: &dyn Engine,
    network: &Network,
    config: &TrainConfig,
) -> Result<TrainedModel, ModelError> {
    train_checked(engine, network, config, None)
}

/// Trains like [`train_validated`], with checkpoints.
fn train_checked(
    engine: &dyn Engine,
    network: &Network,
    config: &TrainConfig,
    checkpoints: Option<Checkpoints<'_>>,
) -> Result<TrainedModel, ModelError> {
    let features = noise(110, network.input());
    let labels = labels(110, network.classes());
    let (seen, unseen) = features.view().split_at(Axis(0), 60);
    let samples = Samples::new(seen, &labels[..60], network.classes())?;
    let validation = Samples::new(unseen, &labels[60..], network.classes())?;
    let training = Training::new(network, samples, config, 7)?.with_validation(validation)?;
    engine.train(&match checkpoints {
        Some(checkpoints) => training.with_checkpoints(checkpoints),
        None => training,
    })
}

/// Returns the loss and accuracy of a model on the validation samples of [`train_validated`].
fn validated(engine: &dyn Engine, model: &TrainedModel) -> (f64, f64) {
    let classes = model.network().classes();
    let features = noise(110, model.network().input());
    let probabilities = engine.predict(model, features.slice(s![60.., .., .., ..])).unwrap();
    let labels = &labels(110, classes)[60..];
    let losses = labels.iter().enumerate().map(|(row, &label)| -probabilities[[row, label]].ln());
    let loss = losses.map(f64::from).sum::<f64>() / 50.0;
    (loss, Metrics::new(labels, probabilities.view()).unwrap().accuracy())
}

/// Returns a network and settings with which it memorises 60 examples in a few epochs.
fn by_heart() -> (Network, TrainConfig) {
    let mut config = config(12);
    config.optimizer = Optimizer::Adam(Adam { learning_rate: 0.01, ..Adam::default() });
    (network(Shape::new(9, 8, 1), "4x3R", 10, 2), config)
}

pub(crate) fn validation_tells_of_the_weights_after_each_epoch(engine: &dyn Engine) {
    let (network, mut config) = by_heart();
    for epochs in [1, 4] {
        config.epochs = epochs;
        let model = train_validated(engine, &network, &config).unwrap();
        let record = model.record();
        assert_eq!((record.validation.len(), record.ended), (epochs, Ended::Completed));
        let (loss, accuracy) = validated(engine, &model);
        let last = record.validation[epochs - 1];
        assert!((f64::from(last.loss) - loss).abs() < 1e-5, "{last:?} is not {loss}");
        assert_eq!(last.accuracy, accuracy as f32);
    }
}

pub(crate) fn validation_changes_nothing_but_the_record(engine: &dyn Engine) {
    let (network, config) = by_heart();
    let with = train_validated(engine, &network, &config).unwrap();
    let features = noise(60, network.input());
    let labels = labels(60, 2);
    let samples = Samples::new(features.view(), &labels, 2).unwrap();
    let without = engine.train(&Training::new(&network, samples, &config, 7).unwrap()).unwrap();
    assert_eq!(bits(&with), bits(&without));
    assert_eq!((&without.record().validation, without.record().best_epoch), (&vec![], None));
}

pub(crate) fn the_best_weights_are_those_of_the_best_epoch(engine: &dyn Engine) {
    let (network, mut config) = by_heart();
    config.keep = Keep::Best;
    for monitor in [Monitor::ValidationLoss, Monitor::ValidationAccuracy] {
        config.monitor = monitor;
        let best = train_validated(engine, &network, &config).unwrap();
        let record = best.record();
        let figure = |it: &Validation| match monitor {
            Monitor::ValidationAccuracy => -it.accuracy,
            _ => it.loss,
        };
        let figures: Vec<f32> = record.validation.iter().map(figure).collect();
        let least = figures.iter().copied().fold(f32::INFINITY, f32::min);
        let first = figures.iter().position(|&figure| figure == least).unwrap();
        assert_eq!((record.best_epoch, record.kept), (Some(first + 1), Keep::Best));
        assert!(first + 1 < config.epochs, "the last epoch is the best: {:?}", record.validation);
        let mut stopped = config.clone();
        (stopped.epochs, stopped.keep) = (first + 1, Keep::Last);
        let stopped = train_validated(engine, &network, &stopped).unwrap();
        assert_eq!(best.weights(), stopped.weights());
    }
}

pub(crate) fn patience_ends_a_training_and_the_rest_is_as_before(engine: &dyn Engine) {
    let (network, mut config) = by_heart();
    let whole = train_validated(engine, &network, &config).unwrap();
    config.patience = Some(3);
    let ended = train_validated(engine, &network, &config).unwrap();
    let (record, whole) = (ended.record(), whole.record());
    assert_eq!(record.ended, Ended::Patience);
    assert_eq!(record.loss.len(), record.best_epoch.unwrap() + 3);
    assert!(record.loss.len() < whole.loss.len(), "{record:?}");
    assert_eq!(record.loss, whole.loss[..record.loss.len()]);
    assert_eq!(record.validation, whole.validation[..record.loss.len()]);
}

/// Each checkpoint sees the model of a training that ends after the same number of epochs.
pub(crate) fn a_checkpoint_sees_what_a_shorter_training_leaves(engine: &dyn Engine) {
    for keep in [Keep::Last, Keep::Best] {
        let (network, mut config) = by_heart();
        config.keep = keep;
        let whole = train_validated(engine, &network, &config).unwrap();
        let epochs = [2, 5, config.epochs];
        let short = epochs.map(|epochs| {
            let mut short = config.clone();
            short.epochs = epochs;
            train_validated(engine, &network, &short).unwrap()
        });
        for stop in [2, 5, usize::MAX] {
            let seen = Mutex::new(Vec::new());
            let goes_on = |model: &TrainedModel| {
                seen.lock().unwrap().push(model.clone());
                model.record().loss.len() < stop
            };
            let checkpoints = Checkpoints::new(&epochs, &goes_on);
            let model = train_checked(engine, &network, &config, Some(checkpoints)).unwrap();
            let seen = seen.lock().unwrap().clone();
            assert_eq!(seen.len(), 2.min(1 + usize::from(stop > 2)));
            for (seen, short) in seen.iter().zip(&short) {
                assert_eq!(seen.weights(), short.weights());
                assert_eq!(seen.scaler(), short.scaler());
                assert_eq!(seen.record().validation, short.record().validation);
            }
            let (ended, last) = match stop {
                usize::MAX => (Ended::Completed, &whole),
                _ => (Ended::Stopped, seen.last().unwrap()),
            };
            assert_eq!((model.record().ended, model.weights()), (ended, last.weights()));
        }
    }
}

/// Steps that are too small to change a prediction leave a network that predicts one class for all.
pub(crate) fn a_constant_classifier_ends_early_with_or_without_validation(engine: &dyn Engine) {
    let network = network(Shape::new(9, 8, 1), "2x3S", 10, 2);
    let mut config = config(5);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e-9, momentum: 0.0 });
    config.scaling = Scaling::None;
    config.constant_epochs = Some(2);
    let with = train_validated(engine, &network, &config).unwrap();
    let without = train(engine, &network, &config, 7).unwrap();
    for model in [with, without] {
        assert_eq!((model.record().ended, model.record().loss.len()), (Ended::Constant, 2));
    }
    let (network, mut config) = by_heart();
    config.constant_epochs = Some(4);
    let learned = train(engine, &network, &config, 7).unwrap();
    assert_eq!(learned.record().ended, Ended::Completed);
}

pub(crate) fn a_training_whose_time_is_over_fails(engine: &dyn Engine) {
    let (network, mut config) = by_heart();
    let features = noise(4, network.input());
    let samples = Samples::new(features.view(), &[0, 1, 0, 1], 2).unwrap();
    let over = Training::new(&network, samples, &config, 7).unwrap().with_deadline(Instant::now());
    let refused = engine.train(&over).unwrap_err();
    assert!(matches!(refused, ModelError::OutOfTime) && refused.is_failed_training());
    config.time_limit = Some(Duration::from_nanos(1));
    let over = Training::new(&network, samples, &config, 7).unwrap();
    assert!(matches!(engine.train(&over), Err(ModelError::OutOfTime)));
    config.time_limit = Some(Duration::MAX);
    let endless = Training::new(&network, samples, &config, 7).unwrap();
    assert_eq!(engine.train(&endless).unwrap().record().ended, Ended::Completed);
}

pub(crate) fn every_epoch_is_observed_and_a_condition_ends_a_training(engine: &dyn Engine) {
    let (network, config) = by_heart();
    let features = noise(4, network.input());
    let samples = Samples::new(features.view(), &[0, 1, 0, 1], 2).unwrap();
    let plain = Training::new(&network, samples, &config, 7).unwrap();
    let plain = plain.with_validation(samples).unwrap();
    let seen = Mutex::new(Vec::new());
    let observer = |epoch: &Epoch| seen.lock().unwrap().push(*epoch);
    let model = engine.train(&plain.with_observer(&observer)).unwrap();
    assert_eq!(model, engine.train(&plain).unwrap(), "an observer changes nothing");
    let record = model.record();
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.iter().map(|it| it.loss).collect::<Vec<_>>(), record.loss);
    assert!(seen.iter().map(|it| it.validation.unwrap()).eq(record.validation.iter().copied()));
    assert!((1..).zip(&seen).all(|(number, it)| it.number == number && it.of == seen.len()));

    let seen = AtomicUsize::new(0);
    let observer = |_: &Epoch| {
        seen.fetch_add(1, Ordering::Relaxed);
    };
    let stop = || seen.load(Ordering::Relaxed) == 2;
    let stopped = engine.train(&plain.with_observer(&observer).with_stop(&stop)).unwrap();
    assert_eq!(stopped.record().ended, Ended::TimeLimit);
    assert_eq!(stopped.record().loss, record.loss[..2]);
}

pub(crate) fn settings_that_compare_epochs_need_validation(engine: &dyn Engine) {
    let (network, config) = by_heart();
    let (mut patience, mut keep) = (config.clone(), config);
    patience.patience = Some(1);
    keep.keep = Keep::Best;
    for (config, name) in [(patience, "patience"), (keep, "keep")] {
        let refused = train(engine, &network, &config, 7).unwrap_err();
        let message = format!(
            "`{name}` needs validation samples, but the training has none; \
             add some or remove the setting"
        );
        assert_eq!(refused.to_string(), message);
        assert!(!refused.is_failed_training());
    }
}
