//! Tests of the training recipe: budgets, schedules, decay, smoothing, averages and dropout.

use danas_model::{
    Adam, Cosine, Ended, Engine, Initialisation, Keep, Optimizer, Place, Role, Samples, Schedule,
    Sgd, TrainConfig, TrainedModel, Training, Weights,
};
use danas_space::{Network, Shape};
use ndarray::Axis;

use crate::setup::{bits, config, labels, network, noise, recipe, train};

fn small() -> Network {
    network(Shape::new(9, 8, 1), "4x3R", 10, 3)
}

/// Trains on 70 examples, in epochs of three steps, and validates on 30 others.
fn validated(engine: &dyn Engine, config: &TrainConfig) -> TrainedModel {
    let network = small();
    let (features, labels) = (noise(100, network.input()), labels(100, 3));
    let (seen, unseen) = features.view().split_at(Axis(0), 70);
    let samples = Samples::new(seen, &labels[..70], 3).unwrap();
    let validation = Samples::new(unseen, &labels[70..], 3).unwrap();
    let training = Training::new(&network, samples, config, 7).unwrap();
    engine.train(&training.with_validation(validation).unwrap()).unwrap()
}

fn flat(weights: &Weights) -> Vec<f64> {
    weights.slices().flatten().map(|&value| value.into()).collect()
}

/// Returns the largest difference between weights.
fn difference(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

pub(crate) fn a_budget_of_steps_ends_with_exactly_that_step(engine: &dyn Engine) {
    let network = small();
    let trained = |steps, epochs| {
        let mut config = config(epochs);
        config.steps = steps;
        train(engine, &network, &config, 7).unwrap()
    };
    // An epoch of 70 examples takes three steps.
    let (by_steps, by_epochs) = (trained(Some(6), 1), trained(None, 2));
    assert_eq!(bits(&by_steps), bits(&by_epochs));
    let (longer, short) = (trained(Some(7), 1), trained(Some(1), 9));
    assert_eq!((longer.record().loss.len(), short.record().loss.len()), (3, 1));
    assert_eq!(longer.record().loss[..2], by_epochs.record().loss[..]);
    assert_ne!(longer.weights(), by_epochs.weights());
    assert_eq!((longer.record().ended, short.record().ended), (Ended::Completed, Ended::Completed));
}

pub(crate) fn an_epoch_cut_short_is_validated_as_all_others(engine: &dyn Engine) {
    let mut config = config(1);
    (config.steps, config.keep) = (Some(7), Keep::Best);
    let model = validated(engine, &config);
    assert_eq!((model.record().loss.len(), model.record().validation.len()), (3, 3));
}

/// With plain gradient descent, a step is proportional to its share of the learning rate.
pub(crate) fn steps_follow_the_schedule(engine: &dyn Engine) {
    let network = small();
    let trained = |steps: usize, schedule, learning_rate| {
        let mut config = config(1);
        (config.steps, config.schedule) = (Some(steps), schedule);
        config.optimizer = Optimizer::Sgd(Sgd { learning_rate, momentum: 0.0 });
        flat(train(engine, &network, &config, 7).unwrap().weights())
    };
    let start = flat(&Weights::glorot_uniform(&network, 7).unwrap());
    let warm = Schedule::Cosine(Cosine { warmup: 0.75, floor: 0.0 });
    // Without a warm-up, the first step has the whole learning rate.
    assert_eq!(trained(1, Schedule::Cosine(Cosine { warmup: 0.0, floor: 0.5 }), 0.1), {
        trained(1, Schedule::Constant, 0.1)
    });
    let two = Schedule::Cosine(Cosine { warmup: 0.5, floor: 0.0 });
    let (moved, still) = (trained(2, two, 0.1), trained(2, two, 1e-12));
    assert!(difference(&moved, &start) > 1e-4 && difference(&still, &start) < 1e-9);
    assert_ne!(trained(4, warm, 0.1), trained(4, Schedule::Constant, 0.1));
}

/// A step with weight decay differs from one without by a share of each kernel, and by nothing
/// else.
pub(crate) fn kernels_decay_and_nothing_else(engine: &dyn Engine) {
    let network = network(Shape::new(9, 8, 1), "4x3R d3x3pR", 10, 3);
    let trained = |weight_decay| {
        let mut config = config(1);
        let adam = Adam { learning_rate: 0.01, weight_decay, ..Adam::default() };
        (config.optimizer, config.steps) = (Optimizer::Adam(adam), Some(1));
        train(engine, &network, &config, 7).unwrap()
    };
    let (plain, decayed) = (trained(0.0), trained(2.0));
    let start = Weights::glorot_uniform(&network, 7).unwrap();
    for (((spec, plain), (_, decayed)), (_, start)) in
        plain.weights().tensors().zip(decayed.weights().tensors()).zip(start.tensors())
    {
        let kernel = matches!(spec.role, Role::Kernel | Role::Depthwise | Role::Pointwise);
        let share = if kernel { 0.02 } else { 0.0 };
        for ((plain, decayed), start) in plain.iter().zip(decayed).zip(start) {
            let lost = plain - decayed;
            assert!((lost - share * start).abs() < 1e-6, "{spec}: {lost} of {start}");
        }
    }
}

/// The expected average is over the weights after each step, which shorter trainings give.
pub(crate) fn averaged_weights_are_the_average_of_the_steps(engine: &dyn Engine) {
    let network = small();
    let mut config = config(1);
    let trained = |steps, average| {
        let mut config = config.clone();
        (config.steps, config.weight_average) = (Some(steps), average);
        train(engine, &network, &config, 7).unwrap()
    };
    let mut expected = vec![0.0; flat(trained(1, None).weights()).len()];
    for step in 1..=5 {
        let share = 0.7_f64.powi(5 - step) * 0.3 / (1.0 - 0.7_f64.powi(5));
        let weights = flat(trained(step as usize, None).weights());
        expected.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += share * weight);
    }
    let averaged = trained(5, Some(0.7));
    assert!(difference(&flat(averaged.weights()), &expected) < 1e-6);
    assert_eq!(averaged.record().loss, trained(5, None).record().loss);
    assert_eq!(trained(1, Some(0.7)).weights(), trained(1, None).weights());
    // The weights that are validated are the weights that are kept.
    (config.epochs, config.weight_average, config.keep) = (6, Some(0.9), Keep::Best);
    config.optimizer = Optimizer::Adam(Adam { learning_rate: 0.02, ..Adam::default() });
    let best = validated(engine, &config);
    (config.epochs, config.keep) = (best.record().best_epoch.unwrap(), Keep::Last);
    let last = validated(engine, &config);
    assert_eq!(best.weights(), last.weights());
    let unseen = noise(100, network.input());
    let probabilities = engine.predict(&last, unseen.view().split_at(Axis(0), 70).1).unwrap();
    let labels = &labels(100, 3)[70..];
    let loss = labels.iter().enumerate().map(|(row, &label)| -probabilities[[row, label]].ln());
    let (loss, told) = (loss.sum::<f32>() / 30.0, last.record().validation.last().unwrap().loss);
    assert!((loss - told).abs() < 1e-5, "{told} is not {loss}");
}

pub(crate) fn a_training_starts_from_its_initialisation(engine: &dyn Engine) {
    let network = small();
    let mut config = config(1);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e-12, momentum: 0.0 });
    config.initialisation = Initialisation::He;
    let model = train(engine, &network, &config, 7).unwrap();
    let start = Weights::initial(&network, Initialisation::He, 7).unwrap();
    assert!(difference(&flat(model.weights()), &flat(&start)) < 1e-9);
    let glorot = Weights::glorot_uniform(&network, 7).unwrap();
    assert_ne!(start.tensor(Place::Dense, Role::Kernel), glorot.tensor(Place::Dense, Role::Kernel));
}

/// Predictions and validations use no dropout.
pub(crate) fn dropout_of_the_head_is_of_training_alone(engine: &dyn Engine) {
    let mut config = config(2);
    config.head_dropout = 0.5;
    let with = validated(engine, &config);
    assert_eq!(bits(&with), bits(&validated(engine, &config)));
    config.head_dropout = 0.0;
    let without = validated(engine, &config);
    assert_ne!(with.record().loss, without.record().loss);
    assert_eq!(with.network(), without.network());
    let features = noise(100, with.network().input());
    let probabilities = engine.predict(&with, features.view().split_at(Axis(0), 70).1).unwrap();
    let labels = &labels(100, 3)[70..];
    let loss = labels.iter().enumerate().map(|(row, &label)| -probabilities[[row, label]].ln());
    let (loss, told) = (loss.sum::<f32>() / 30.0, with.record().validation[1].loss);
    assert!((loss - told).abs() < 1e-5, "{told} is not {loss}");
}

/// Both engines take the same steps, except for rounding.
#[cfg(feature = "torch")]
#[test]
fn engines_agree_on_a_whole_recipe() {
    use danas_model::{Loss, NativeEngine, TorchEngine};

    let network = network(Shape::new(12, 10, 2), "4x3R drop20 d5x3pR max2", 10, 3);
    let mut config = config(1);
    recipe(&mut config);
    for loss in [Loss::CategoricalCrossEntropy, Loss::MeanSquaredError] {
        config.loss = loss;
        let native = train(&NativeEngine::new(), &network, &config, 7).unwrap();
        let torch = train(&TorchEngine::cpu(), &network, &config, 7).unwrap();
        for (native, torch) in native.record().loss.iter().zip(&torch.record().loss) {
            assert!((native - torch).abs() < 1e-5, "{native} is not {torch}");
        }
        assert!(difference(&flat(native.weights()), &flat(torch.weights())) < 1e-4);
    }
}

pub(crate) fn every_setting_together_learns(engine: &dyn Engine) {
    let mut config = config(1);
    recipe(&mut config);
    (config.steps, config.label_smoothing) = (Some(300), 0.0);
    let record = validated(engine, &config);
    let loss = &record.record().loss;
    assert!(loss[99] < 0.8 * loss[0], "{loss:?}");
}
