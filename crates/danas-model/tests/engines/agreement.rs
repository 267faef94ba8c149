//! Tests that engines agree with a naive network in double precision, and with Keras.

use danas_model::{
    Batches, ClassWeights, Engine, Loss, ModelError, NativeEngine, Optimizer, Place, Role, Samples,
    Scaling, Sgd, TrainConfig, TrainedModel, Training, TrainingRecord, Weights,
};
use danas_space::{Network, Shape};
use ndarray::{Array4, ArrayD};

use crate::{
    naive,
    setup::{bits, config, network, noise, train},
};

/// Layers of every kind, without dropout.
const EVERY_KIND: [&str; 10] = [
    "3x3/2pS 2x2R",
    "2x1x3/1x2S 3x3x1pR",
    "d3x3pS 2x2R",
    "d3x2x3/2S",
    "3x2S max2 2x1S",
    "3x2R avg3/2 gap",
    "3x3nS 2x2/2pnS",
    "d3x3pnS max1x2 gap",
    "3xHx3S avgHx2",
    "flatten",
];

/// Widths of the hidden dense layer; 0 for none.
const DENSE: [u32; 2] = [5, 0];

/// Returns the result of an engine, or `None` if it refuses a kind of layer. Only the native engine
/// may.
fn known<T>(result: Result<T, ModelError>) -> Option<T> {
    match result {
        Err(ModelError::Unsupported { engine: "native", .. }) => None,
        result => Some(result.unwrap()),
    }
}

/// Returns weights in double precision.
fn exact(weights: &Weights) -> naive::Weights {
    weights.slices().map(|values| values.iter().map(|&value| value.into()).collect()).collect()
}

pub(crate) fn one_step_follows_the_gradient(engine: &dyn Engine) {
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

pub(crate) fn one_step_through_every_kind_of_layer_follows_the_gradient(engine: &dyn Engine) {
    for layers in EVERY_KIND {
        for dense in DENSE {
            let network = network(Shape::new(7, 6, 2), layers, dense, 3);
            step_follows_the_gradient(
                engine,
                &network,
                Loss::CategoricalCrossEntropy,
                Batches::Shuffled,
            );
        }
    }
}

/// The oracle is the numerical derivative of a naive network in double precision. Returns `false`
/// for a network that the engine refuses.
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

pub(crate) fn probabilities_are_those_of_the_documented_layouts(engine: &dyn Engine) {
    let network = network(Shape::new(9, 7, 2), "3x3S 2x2R", 5, 3);
    assert!(probabilities_are_naive(engine, &network), "the paper's layers are refused");
}

pub(crate) fn probabilities_of_every_kind_of_layer_are_naive(engine: &dyn Engine) {
    for layers in EVERY_KIND {
        for dense in DENSE {
            probabilities_are_naive(engine, &network(Shape::new(9, 7, 2), layers, dense, 3));
        }
    }
}

/// The oracle is a naive network in double precision. Returns `false` for a network that the engine
/// refuses.
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

/// The expected values are Keras' and come from `keras_reference.py`.
pub(crate) fn predictions_of_every_kind_of_layer_are_keras(engine: &dyn Engine) {
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

/// A layer with batch normalisation differs from one without: its moving statistics change.
pub(crate) fn moving_statistics_move_and_dropout_changes_a_training(engine: &dyn Engine) {
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

#[test]
fn a_layer_that_the_native_engine_does_not_know_fails_its_candidate() {
    let network = network(Shape::new(9, 8, 1), "2x3R 2x3nR", 10, 2);
    let refused = train(&NativeEngine::new(), &network, &config(1), 7).unwrap_err();
    assert_eq!(refused.to_string(), "engine `native` does not support layer 2, `2x3nR`");
    assert!(refused.is_failed_training());
}
