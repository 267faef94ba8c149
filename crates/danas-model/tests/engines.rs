//! What every engine promises, through the crate's public face.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

mod oracle;

#[cfg(feature = "torch")]
use std::thread;

#[cfg(feature = "torch")]
use danas_model::TorchEngine;
use danas_model::{
    Averaging, Engine, InstructionSet, Metrics, ModelError, NativeEngine, Optimizer, Place, Role,
    Samples, Sgd, TrainConfig, TrainedModel, Training, Weights,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::{Array2, Array4, Axis, s};

/// Tests of all engines, by the name of the contract that they hold them to.
macro_rules! contract {
    ($($name:ident)*) => {
        mod native {
            use super::NativeEngine;
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
    probabilities_are_those_of_the_documented_layouts
}

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
    let model = |seed| bits(&train(engine, &network, &config(3), seed).unwrap());
    assert_eq!(model(7), model(7));
    assert_ne!(model(7), model(8));
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

fn probabilities_are_those_of_the_documented_layouts(engine: &dyn Engine) {
    let network = network(Shape::new(9, 7, 2), "3x3S 2x2R", 5, 3);
    let model = train(engine, &network, &TrainConfig::paper(), 3).unwrap();
    let features = noise(4, network.input());
    let actual = engine.predict(&model, features.view()).unwrap();
    let weights: Vec<Vec<f64>> = model
        .weights()
        .tensors()
        .map(|(_, tensor)| tensor.iter().map(|&weight| weight.into()).collect())
        .collect();
    let expected: Vec<f32> = features
        .outer_iter()
        .flat_map(|example| oracle::probabilities(&network, &weights, example))
        .map(|probability| probability as f32)
        .collect();
    let expected = Array2::from_shape_vec((4, 3), expected).unwrap();
    let difference = (&actual - &expected).mapv(f32::abs);
    assert!(difference.iter().all(|&difference| difference < 1e-6), "{actual} is not {expected}");
    let bias = model.weights().tensor(Place::Output, Role::Bias).unwrap();
    assert!(bias.iter().any(|&bias| bias != 0.0), "the training changed nothing");
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
