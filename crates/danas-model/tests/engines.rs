//! What every engine promises, through the crate's public face.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

mod naive;

#[cfg(feature = "torch")]
use std::thread;
use std::time::{Duration, Instant};

#[cfg(feature = "torch")]
use danas_model::TorchEngine;
use danas_model::{
    Adam, Averaging, Batches, ClassWeights, Ended, Engine, InstructionSet, Keep, Loss, Metrics,
    ModelError, Monitor, NativeEngine, Optimizer, Place, Role, Samples, Scaling, Sgd, TrainConfig,
    TrainedModel, Training, TrainingRecord, Validation, Weights,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::{Array4, ArrayD, Axis, s};

/// Tests of all engines, by the name of the contract that they hold them to.
macro_rules! contract {
    ($($name:ident)*) => {
        mod native {
            use danas_model::NativeEngine;
            $(#[test] fn $name() { super::$name(&NativeEngine::new()); })*
        }
        #[cfg(feature = "torch")]
        mod torch {
            use danas_model::TorchEngine;
            $(#[test] fn $name() { super::$name(&TorchEngine::cpu()); })*
        }
    };
}

contract! {
    a_seed_decides_every_bit
    what_can_be_learned_is_learned
    a_training_that_diverges_says_when
    weights_that_overflow_in_the_last_step_are_a_divergence
    a_model_rebuilt_from_its_parts_predicts_the_same
    predictions_scale_as_the_training_did
    a_large_set_is_predicted_as_its_parts
    features_that_cannot_be_predicted_are_refused
    one_step_follows_the_gradient
    one_step_through_every_kind_of_layer_follows_the_gradient
    probabilities_are_those_of_the_documented_layouts
    probabilities_of_every_kind_of_layer_are_naive
    predictions_of_every_kind_of_layer_are_keras
    moving_statistics_move_and_dropout_changes_a_training
    validation_tells_of_the_weights_after_each_epoch
    validation_changes_nothing_but_the_record
    the_best_weights_are_those_of_the_best_epoch
    patience_ends_a_training_and_the_rest_is_as_before
    a_constant_classifier_ends_early_with_or_without_validation
    a_training_whose_time_is_over_fails
    settings_that_compare_epochs_need_validation
}

/// Layers of every kind, without dropout.
const EVERY_KIND: [&str; 8] = [
    "3x3/2pS 2x2R",
    "2x1x3/1x2S 3x3x1pR",
    "d3x3pS 2x2R",
    "d3x2x3/2S",
    "3x2S max2 2x1S",
    "3x2R avg3/2 gap",
    "3x3nS 2x2/2pnS",
    "d3x3pnS max1x2 gap",
];

fn network(shape: Shape, layers: &str, dense: u32, classes: usize) -> Network {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    Network::new(shape, &architecture, classes).unwrap()
}

/// Reproducible features of mean 0.3 that say nothing about any label.
fn noise(examples: usize, Shape { height, width, channels }: Shape) -> Array4<f32> {
    let mut state = 1_u64;
    Array4::from_shape_simple_fn((examples, height, width, channels), || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 0.7
    })
}

fn labels(examples: usize, classes: usize) -> Vec<usize> {
    (0..examples).map(|example| example * example % 7 % classes).collect()
}

fn config(epochs: usize) -> TrainConfig {
    let mut config = TrainConfig::default();
    config.epochs = epochs;
    config
}

fn train(
    engine: &dyn Engine,
    network: &Network,
    config: &TrainConfig,
    seed: u64,
) -> Result<TrainedModel, ModelError> {
    let features = noise(70, network.input());
    let labels = labels(70, network.classes());
    let samples = Samples::new(features.view(), &labels, network.classes())?;
    engine.train(&Training::new(network, samples, config, seed)?)
}

fn bits(model: &TrainedModel) -> Vec<u32> {
    let values = model.weights().tensors().flat_map(|(_, tensor)| tensor.to_owned());
    values.chain(model.record().loss.iter().copied()).map(f32::to_bits).collect()
}

fn a_seed_decides_every_bit(engine: &dyn Engine) {
    let network = network(Shape::new(39, 8, 1), "2x3R 2x5S", 10, 2);
    for batches in [Batches::Shuffled, Batches::Balanced] {
        let mut config = config(3);
        config.batches = batches;
        let model = |seed| bits(&train(engine, &network, &config, seed).unwrap());
        assert_eq!(model(7), model(7));
        assert_ne!(model(7), model(8));
    }
}

fn what_can_be_learned_is_learned(engine: &dyn Engine) {
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

fn a_training_that_diverges_says_when(engine: &dyn Engine) {
    let network = network(Shape::new(39, 8, 1), "2x3R", 10, 2);
    let mut config = config(5);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e30, momentum: 0.0 });
    let refused = train(engine, &network, &config, 7).unwrap_err();
    assert!(matches!(refused, ModelError::Diverged { epoch: 1 | 2 }), "{refused:?}");
    assert!(refused.is_failed_training());
}

/// One example per epoch and one epoch: the loss before the only step is finite, the weights after
/// it are not.
fn weights_that_overflow_in_the_last_step_are_a_divergence(engine: &dyn Engine) {
    let network = network(Shape::new(8, 8, 1), "2x3R", 10, 2);
    let mut config = config(1);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e300, momentum: 0.0 });
    let features = noise(4, network.input());
    let samples = Samples::new(features.view(), &[0, 1, 0, 1], 2).unwrap();
    let training = Training::new(&network, samples, &config, 7).unwrap();
    let refused = engine.train(&training).unwrap_err();
    assert!(matches!(refused, ModelError::Diverged { epoch: 1 }), "{refused:?}");
}

fn a_model_rebuilt_from_its_parts_predicts_the_same(engine: &dyn Engine) {
    let network = network(Shape::new(20, 9, 2), "3x3R 4x5S", 7, 3);
    let model = train(engine, &network, &config(2), 7).unwrap();
    let tensors = model.weights().tensors().map(|(_, tensor)| tensor.to_owned()).collect();
    let rebuilt = TrainedModel::new(
        network.clone(),
        Weights::new(&network, tensors).unwrap(),
        model.scaler().cloned(),
        model.record().clone(),
    );
    let features = noise(10, network.input());
    let predict = |model| engine.predict(model, features.view()).unwrap();
    assert_eq!(predict(&model), predict(&rebuilt.unwrap()));
}

fn predictions_scale_as_the_training_did(engine: &dyn Engine) {
    let network = network(Shape::new(20, 9, 1), "3x3R", 7, 3);
    let model = train(engine, &network, &config(1), 7).unwrap();
    let parts = (network.clone(), model.weights().clone(), model.record().clone());
    let unscaled = TrainedModel::new(parts.0, parts.1, None, parts.2).unwrap();
    let features = noise(10, network.input());
    let scaled = model.scaler().unwrap().transform(features.view()).unwrap();
    let probabilities = engine.predict(&model, features.view()).unwrap();
    assert_eq!(probabilities, engine.predict(&unscaled, scaled.view()).unwrap());
    assert_ne!(probabilities, engine.predict(&unscaled, features.view()).unwrap());

    let paper = train(engine, &network, &TrainConfig::paper(), 7).unwrap();
    assert_eq!(paper.scaler(), None);
}

fn a_large_set_is_predicted_as_its_parts(engine: &dyn Engine) {
    let network = network(Shape::new(9, 8, 1), "2x3R", 10, 2);
    let model = train(engine, &network, &config(1), 7).unwrap();
    let features = noise(700, network.input());
    let all = engine.predict(&model, features.view()).unwrap();
    assert_eq!(all.dim(), (700, 2));
    for start in [0, 250, 690] {
        let range = s![start..start + 10, .., .., ..];
        let part = engine.predict(&model, features.slice(range)).unwrap();
        let difference = &part - &all.slice(s![start..start + 10, ..]);
        assert!(difference.iter().all(|difference| difference.abs() < 1e-6), "{difference}");
    }
    let none = engine.predict(&model, features.slice(s![..0, .., .., ..])).unwrap();
    assert_eq!(none.dim(), (0, 2));
}

fn features_that_cannot_be_predicted_are_refused(engine: &dyn Engine) {
    let network = network(Shape::new(9, 8, 1), "2x3R", 10, 2);
    let model = train(engine, &network, &config(1), 7).unwrap();
    let refused = engine.predict(&model, Array4::zeros((2, 8, 9, 1)).view()).unwrap_err();
    assert_eq!(refused.to_string(), "the features are 8x9x1, but the network reads 9x8x1");
    let mut features = Array4::zeros((2, 9, 8, 1));
    features[[1, 2, 3, 0]] = f32::NAN;
    let refused = engine.predict(&model, features.view()).unwrap_err();
    assert!(matches!(refused, ModelError::NotFinite { example: 1, .. }), "{refused}");
}

/// What an engine gave, unless it refuses a kind of layer: only the native one may.
fn known<T>(result: Result<T, ModelError>) -> Option<T> {
    match result {
        Err(ModelError::Unsupported { engine: "native", .. }) => None,
        result => Some(result.unwrap()),
    }
}

/// Weights in double precision.
fn exact(weights: &Weights) -> naive::Weights {
    weights.slices().map(|values| values.iter().map(|&value| value.into()).collect()).collect()
}

fn one_step_follows_the_gradient(engine: &dyn Engine) {
    for (loss, batches) in [
        (Loss::CategoricalCrossEntropy, Batches::Shuffled),
        (Loss::MeanSquaredError, Batches::Shuffled),
        (Loss::CategoricalCrossEntropy, Batches::Balanced),
    ] {
        let network = network(Shape::new(7, 6, 2), "3x3S 2x2R", 5, 3);
        assert!(
            step_follows_the_gradient(engine, &network, loss, batches),
            "the paper's layers are refused"
        );
    }
}

fn one_step_through_every_kind_of_layer_follows_the_gradient(engine: &dyn Engine) {
    for layers in EVERY_KIND {
        let network = network(Shape::new(7, 6, 2), layers, 5, 3);
        step_follows_the_gradient(
            engine,
            &network,
            Loss::CategoricalCrossEntropy,
            Batches::Shuffled,
        );
    }
}

/// The oracle is the numerical derivative of a naive network in double precision. `false` for a
/// network that the engine refuses.
fn step_follows_the_gradient(
    engine: &dyn Engine,
    network: &Network,
    loss: Loss,
    batches: Batches,
) -> bool {
    let mut config = config(1);
    config.batches = batches;
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1.0, momentum: 0.0 });
    config.loss = loss;
    config.class_weights = ClassWeights::Balanced;
    config.scaling = Scaling::None;
    let features = noise(9, network.input());
    let labels = [0, 0, 0, 0, 1, 1, 2, 0, 1];
    let samples = Samples::new(features.view(), &labels, 3).unwrap();
    let training = Training::new(network, samples, &config, 5).unwrap();
    let Some(model) = known(engine.train(&training)) else { return false };
    let start = Weights::glorot_uniform(network, 5).unwrap();
    let oracle = |weights: &naive::Weights| naive::loss(network, weights, &training);
    let mut weights = exact(&start);
    let expected = oracle(&weights);
    let actual = f64::from(model.record().loss[0]);
    assert!((actual - expected).abs() < 1e-6 * expected, "{network}: {actual} is not {expected}");

    let (mut largest, mut error) = (0.0_f64, 0.0_f64);
    for (index, (spec, before)) in start.tensors().enumerate() {
        if !spec.role.is_trained() {
            continue;
        }
        let after = model.weights().tensor(spec.place, spec.role).unwrap();
        for (position, (before, after)) in before.iter().zip(after).enumerate() {
            let mut at = |offset| {
                weights[index][position] = f64::from(*before) + offset;
                let loss = oracle(&weights);
                weights[index][position] = f64::from(*before);
                loss
            };
            let gradient = (at(1e-5) - at(-1e-5)) / 2e-5;
            let step = f64::from(*before) - f64::from(*after);
            largest = largest.max(gradient.abs());
            error = error.max((step - gradient).abs());
        }
    }
    assert!(
        largest > 0.01 && error < 2e-6,
        "{network}, {loss:?}, {batches:?}: off by {error} of {largest}"
    );
    true
}

fn probabilities_are_those_of_the_documented_layouts(engine: &dyn Engine) {
    let network = network(Shape::new(9, 7, 2), "3x3S 2x2R", 5, 3);
    assert!(probabilities_are_naive(engine, &network), "the paper's layers are refused");
}

fn probabilities_of_every_kind_of_layer_are_naive(engine: &dyn Engine) {
    for layers in EVERY_KIND {
        probabilities_are_naive(engine, &network(Shape::new(9, 7, 2), layers, 5, 3));
    }
}

/// The oracle is a naive network in double precision. `false` for a network that the engine refuses.
fn probabilities_are_naive(engine: &dyn Engine, network: &Network) -> bool {
    let Some(model) = known(train(engine, network, &TrainConfig::paper(), 3)) else { return false };
    let features = noise(4, network.input());
    let actual = engine.predict(&model, features.view()).unwrap();
    let expected = naive::probabilities(network, &exact(model.weights()), features.view());
    let error = |(&actual, expected): (&f32, f64)| (f64::from(actual) - expected).abs();
    let largest = actual.iter().zip(expected.into_iter().flatten()).map(error).fold(0.0, f64::max);
    assert!(largest < 1e-6, "{network}: off by {largest}");
    let bias = model.weights().tensor(Place::Output, Role::Bias).unwrap();
    assert!(bias.iter().any(|&bias| bias != 0.0), "the training changed nothing");
    true
}

/// The figures are Keras': see `keras_reference.py`.
fn predictions_of_every_kind_of_layer_are_keras(engine: &dyn Engine) {
    let input = Shape::new(9, 8, 2);
    let wave = |frequency: f64| (0..).map(move |index| (frequency * f64::from(index)).sin() as f32);
    let mut values = wave(0.37).map(|value| 2.0 * value);
    let features = Array4::from_shape_simple_fn((2, 9, 8, 2), || values.next().unwrap());
    for (layers, expected) in [
        (
            "3x3/2pR 2x1x3/1x2S",
            [0.217_091_2, 0.398_102_5, 0.384_806_4, 0.115_194_4, 0.520_479_8, 0.364_325_8],
        ),
        (
            "3x4pR 2x2x3/3pS",
            [0.133_274_3, 0.690_655_4, 0.176_070_3, 0.096_012, 0.791_653_8, 0.112_334_2],
        ),
        (
            "d4x3pR d3x3/2pS",
            [0.374_130_1, 0.301_014_1, 0.324_855_8, 0.375_742_4, 0.301_436_5, 0.322_821_1],
        ),
        (
            "4x3R max2 2x2R avg2x1",
            [0.113_610_8, 0.585_655_8, 0.300_733_3, 0.159_860_7, 0.413_737_2, 0.426_402],
        ),
        (
            "3x2R max3/2 avg1x2/1",
            [0.150_834_4, 0.497_062_5, 0.352_103_2, 0.163_277_1, 0.474_665_5, 0.362_057_4],
        ),
        (
            "4x3pnR d3x2nS gap drop25",
            [0.228_874, 0.579_506_5, 0.191_619_6, 0.228_912_8, 0.579_410_4, 0.191_676_8],
        ),
    ] {
        let network = network(input, layers, 4, 3);
        let mut values = wave(0.7).map(|value| 0.5 * value);
        let tensors = network.weights().into_iter().map(|spec| {
            let mut next = || match spec.role {
                Role::Variance => 0.5 + values.next().unwrap().abs(),
                _ => values.next().unwrap(),
            };
            ArrayD::from_shape_simple_fn(spec.shape, &mut next)
        });
        let weights = Weights::new(&network, tensors.collect()).unwrap();
        let record = TrainingRecord::new("keras", 0, vec![]);
        let model = TrainedModel::new(network, weights, None, record).unwrap();
        let Some(actual) = known(engine.predict(&model, features.view())) else { continue };
        for (actual, expected) in actual.iter().zip(expected) {
            assert!((actual - expected).abs() < 1e-6, "{layers}: {actual} is not {expected}");
        }
    }
}

/// Batch normalisation is told apart from a layer without: its moving statistics move.
fn moving_statistics_move_and_dropout_changes_a_training(engine: &dyn Engine) {
    let input = Shape::new(9, 8, 1);
    let trained = |layers| known(train(engine, &network(input, layers, 10, 2), &config(2), 7));
    if let Some(model) = trained("2x3nR") {
        for role in [Role::Mean, Role::Variance] {
            let start = f32::from(u8::from(role == Role::Variance));
            let values = model.weights().tensor(Place::Layer(0), role).unwrap();
            assert!(values.iter().all(|&value| value != start), "{role:?}: {values}");
        }
    }
    if let (Some(with), Some(without)) = (trained("2x3R drop50"), trained("2x3R drop1")) {
        assert_ne!(with.record().loss, without.record().loss);
        assert_eq!(bits(&with), bits(&trained("2x3R drop50").unwrap()));
    }
}

/// Noise to learn by heart, and other noise to validate with: it soon gets worse.
fn train_validated(
    engine: &dyn Engine,
    network: &Network,
    config: &TrainConfig,
) -> Result<TrainedModel, ModelError> {
    let features = noise(110, network.input());
    let labels = labels(110, network.classes());
    let (seen, unseen) = features.view().split_at(Axis(0), 60);
    let samples = Samples::new(seen, &labels[..60], network.classes())?;
    let validation = Samples::new(unseen, &labels[60..], network.classes())?;
    let training = Training::new(network, samples, config, 7)?.with_validation(validation)?;
    engine.train(&training)
}

/// Loss and accuracy of a model on the validation samples of [`train_validated`].
fn validated(engine: &dyn Engine, model: &TrainedModel) -> (f64, f64) {
    let classes = model.network().classes();
    let features = noise(110, model.network().input());
    let probabilities = engine.predict(model, features.slice(s![60.., .., .., ..])).unwrap();
    let labels = &labels(110, classes)[60..];
    let losses = labels.iter().enumerate().map(|(row, &label)| -probabilities[[row, label]].ln());
    let loss = losses.map(f64::from).sum::<f64>() / 50.0;
    (loss, Metrics::new(labels, probabilities.view()).unwrap().accuracy())
}

/// A network that learns 60 examples by heart in a few epochs, and how.
fn by_heart() -> (Network, TrainConfig) {
    let mut config = config(12);
    config.optimizer = Optimizer::Adam(Adam { learning_rate: 0.01, ..Adam::default() });
    (network(Shape::new(9, 8, 1), "4x3R", 10, 2), config)
}

fn validation_tells_of_the_weights_after_each_epoch(engine: &dyn Engine) {
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

fn validation_changes_nothing_but_the_record(engine: &dyn Engine) {
    let (network, config) = by_heart();
    let with = train_validated(engine, &network, &config).unwrap();
    let features = noise(60, network.input());
    let labels = labels(60, 2);
    let samples = Samples::new(features.view(), &labels, 2).unwrap();
    let without = engine.train(&Training::new(&network, samples, &config, 7).unwrap()).unwrap();
    assert_eq!(bits(&with), bits(&without));
    assert_eq!((&without.record().validation, without.record().best_epoch), (&vec![], None));
}

fn the_best_weights_are_those_of_the_best_epoch(engine: &dyn Engine) {
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

fn patience_ends_a_training_and_the_rest_is_as_before(engine: &dyn Engine) {
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

/// Steps that are too small to change a prediction leave the first class of all.
fn a_constant_classifier_ends_early_with_or_without_validation(engine: &dyn Engine) {
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

fn a_training_whose_time_is_over_fails(engine: &dyn Engine) {
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

fn settings_that_compare_epochs_need_validation(engine: &dyn Engine) {
    let (network, config) = by_heart();
    let (mut patience, mut keep) = (config.clone(), config);
    patience.patience = Some(1);
    keep.keep = Keep::Best;
    for (config, name) in [(patience, "patience"), (keep, "keep")] {
        let refused = train(engine, &network, &config, 7).unwrap_err();
        let message = format!("{name} needs validation samples, but the training has none");
        assert_eq!(refused.to_string(), message);
        assert!(!refused.is_failed_training());
    }
}

#[cfg(feature = "torch")]
/// The networks are large enough for libtorch to share its operations among threads if it were
/// free to, and another part of the process asks it to do so all the time.
#[test]
fn trainings_side_by_side_are_as_if_alone() {
    let jobs = [
        ("8x3R 8x3S", Shape::new(80, 59, 1)),
        ("2x3R 2x5S", Shape::new(39, 8, 1)),
        ("16x5S 4x3R", Shape::new(60, 40, 1)),
        ("4x5R 2x5S 2x5R", Shape::new(39, 15, 1)),
    ];
    let result = |(layers, shape): (&str, Shape)| {
        bits(&train(&TorchEngine::cpu(), &network(shape, layers, 10, 2), &config(2), 7).unwrap())
    };
    let alone = jobs.map(result);
    tch::set_num_threads(4); // what threads that are new to libtorch begin with
    thread::scope(|scope| {
        let trainings: Vec<_> =
            jobs.iter().chain(&jobs).map(|&job| scope.spawn(move || result(job))).collect();
        let options = (tch::Kind::Float, tch::Device::Cpu);
        let matrix = tch::Tensor::ones([300, 300], options);
        while trainings.iter().any(|training| !training.is_finished()) {
            tch::set_num_threads(4);
            let _ = matrix.matmul(&matrix);
            tch::manual_seed(3);
            let _ = tch::Tensor::rand([10], options);
            tch::set_num_threads(1);
        }
        for (training, alone) in trainings.into_iter().zip(alone.iter().cycle()) {
            assert!(training.join().unwrap() == *alone, "a training was disturbed");
        }
    });
}

#[test]
fn the_native_engine_gives_the_same_bits_on_avx2_and_avx512() {
    let trained = [InstructionSet::Avx2, InstructionSet::Avx512].map(|set| {
        let engine = NativeEngine::with(set).ok()?;
        let layers = "4x3R d5x3/2pS max2 2x3pR";
        let network = network(Shape::new(19, 25, 2), layers, 10, 3);
        Some(bits(&train(&engine, &network, &config(3), 7).unwrap()))
    });
    if let [Some(avx2), Some(avx512)] = trained {
        assert!(avx2 == avx512);
    }
}

#[test]
fn a_layer_that_the_native_engine_does_not_know_fails_its_candidate() {
    let network = network(Shape::new(9, 8, 1), "2x3R drop25", 10, 2);
    let refused = train(&NativeEngine::new(), &network, &config(1), 7).unwrap_err();
    assert_eq!(refused.to_string(), "engine native does not support layer 2, drop25");
    assert!(refused.is_failed_training());
}
