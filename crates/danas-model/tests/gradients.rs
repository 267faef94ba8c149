//! Compares gradients of networks of all kinds, on every instruction set, with numerical
//! derivatives of a naive forward pass in double precision.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

#[allow(dead_code, reason = "other tests use the rest")]
mod naive;

use danas_model::{
    ClassWeights, Engine, InstructionSet, Loss, NativeEngine, Optimizer, Samples, Scaling, Sgd,
    TrainConfig, Training, Weights,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::Array4;
use proptest::prelude::*;

/// Returns reproducible features of both signs.
fn noise(examples: usize, Shape { height, width, channels }: Shape, seed: u64) -> Array4<f32> {
    let mut state = seed;
    Array4::from_shape_simple_fn((examples, height, width, channels), || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    })
}

/// Returns the settings for one step of gradient descent with a learning rate of 1.
fn one_step(loss: Loss) -> TrainConfig {
    let mut config = TrainConfig::default();
    config.epochs = 1;
    config.batch_size = 64;
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1.0, momentum: 0.0 });
    config.loss = loss;
    config.class_weights = ClassWeights::Balanced;
    config.scaling = Scaling::None;
    config
}

/// Takes [`one_step`] on every engine and compares it with the derivatives with respect to at most
/// thirty weights of each tensor. Returns whether enough of these derivatives exist.
#[must_use]
fn steps_follow_the_gradient(network: &Network, config: &TrainConfig, seed: u64) -> bool {
    // A full block of sixteen examples, and a partial one.
    let features = noise(19, network.input(), seed);
    let labels: Vec<usize> = (0..19).map(|example| example % 7 % network.classes()).collect();
    let samples = Samples::new(features.view(), &labels, network.classes()).unwrap();
    let training = Training::new(network, samples, config, seed).unwrap();
    let start = Weights::glorot_uniform(network, seed).unwrap();
    let mut weights: naive::Weights =
        start.tensors().map(|(_, tensor)| tensor.iter().map(|&w| w.into()).collect()).collect();
    let expected = naive::loss(network, &weights, &training);

    let (mut gradients, mut kinks) = (vec![], 0);
    for index in 0..weights.len() {
        let stride = weights[index].len().div_ceil(30);
        for position in (0..weights[index].len()).step_by(stride) {
            let before = weights[index][position];
            let mut loss = |offset: f64| {
                weights[index][position] = before + offset;
                let loss = naive::loss(network, &weights, &training);
                weights[index][position] = before;
                loss
            };
            let [far, near] = [1e-5, 1e-7].map(|offset| (loss(offset), loss(-offset), offset));
            let gradient = (far.0 - far.1) / (2.0 * far.2);
            // If a ReLU or a maximum switches here, there is no derivative to compare with.
            let sides = [(near.0 - expected) / near.2, (expected - near.1) / near.2];
            if sides.iter().any(|side| (side - gradient).abs() > 1e-6 * (1.0 + gradient.abs())) {
                kinks += 1;
            } else {
                gradients.push((index, position, gradient));
            }
        }
    }
    if kinks * 5 > gradients.len() {
        return false;
    }
    let largest = gradients.iter().map(|&(.., gradient)| gradient.abs()).fold(0.1, f64::max);
    for engine in engines() {
        let (model, name) = (engine.train(&training).unwrap(), engine.name());
        let actual = f64::from(model.record().loss[0]);
        assert!((actual - expected).abs() < 2e-6 * expected, "{network}: {actual}, not {expected}");
        let after: Vec<_> = model.weights().tensors().collect();
        for &(index, position, gradient) in &gradients {
            let (spec, after) = &after[index];
            let after = after.iter().nth(position).unwrap();
            let error = (weights[index][position] - f64::from(*after) - gradient).abs();
            assert!(
                error < 1e-5 * largest,
                "{network}: {spec}, {position} is off by {error} of {largest} on {name}"
            );
        }
    }
    true
}

fn engines() -> Vec<Box<dyn Engine>> {
    let native = InstructionSet::ALL.into_iter().filter_map(|set| NativeEngine::with(set).ok());
    let native = native.map(|engine| Box::new(engine) as Box<dyn Engine>);
    #[cfg(feature = "torch")]
    let native = native.chain([Box::new(danas_model::TorchEngine::cpu()) as Box<dyn Engine>]);
    native.collect()
}

fn network(shape: Shape, layers: &str, dense: u32, classes: usize) -> Option<Network> {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    Network::new(shape, &architecture, classes).ok()
}

#[test]
fn a_step_follows_the_gradient_through_every_kind_of_layer() {
    for (shape, layers) in [
        (Shape::new(7, 6, 2), "3x3S 2x2R"),
        (Shape::new(9, 13, 1), "5x3R 4x5S"),
        (Shape::new(4, 9, 1), "3x1R 2x1x5S"),
        (Shape::new(9, 8, 1), "3x3/2S 2x2/1x2R"),
        (Shape::new(7, 8, 2), "3x3pS 2x4pR 2x1S"),
        (Shape::new(8, 9, 1), "4x5/2pS 3x3/3x2pS"),
        (Shape::new(6, 7, 3), "d4x3S d3x2/2pR"),
        (Shape::new(8, 9, 2), "3x2S max2 2x2S"),
        (Shape::new(9, 9, 1), "3x3R max3/2 avg2x1"),
        (Shape::new(9, 8, 1), "avg2/3 4x2S gap"),
        (Shape::new(8, 7, 2), "max3/1 3x3pR max2 gap"),
        (Shape::new(8, 7, 2), "drop20 3x3/2pR drop50 d4x3pS max2 drop30"),
        (Shape::new(9, 8, 1), "4x3S drop40 avg2 drop10 2x2R gap drop25"),
        (Shape::new(8, 7, 2), "3xHx3S avgHx2 gap"),
        (Shape::new(8, 7, 2), "4xHx3/Hx1pS 3x1x3S"),
        (Shape::new(5, 7, 2), "flatten"),
        (Shape::new(5, 7, 2), "gap"),
    ] {
        for loss in [Loss::CategoricalCrossEntropy, Loss::MeanSquaredError] {
            for dense in [5, 0] {
                let network = network(shape, layers, dense, 3).unwrap();
                assert!(steps_follow_the_gradient(&network, &one_step(loss), 5), "{network}");
            }
        }
    }
}

/// A dense layer over the features is logistic regression, whose gradient is known in closed form.
/// There are more features than are read at once.
#[test]
fn a_step_of_logistic_regression_is_that_of_its_formula() {
    let network = network(Shape::new(70, 90, 2), "flatten", 0, 3).unwrap();
    let mut config = TrainConfig::default();
    (config.epochs, config.batch_size) = (1, 64);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1.0, momentum: 0.0 });
    config.class_weights = ClassWeights::Uniform;
    config.scaling = Scaling::None;
    let features = noise(19, network.input(), 3);
    let labels: Vec<usize> = (0..19).map(|example| example % 3).collect();
    let samples = Samples::new(features.view(), &labels, 3).unwrap();
    let training = Training::new(&network, samples, &config, 3).unwrap();
    let start = Weights::glorot_uniform(&network, 3).unwrap();
    let before: naive::Weights =
        start.slices().map(|values| values.iter().map(|&value| value.into()).collect()).collect();
    let probabilities = naive::probabilities(&network, &before, features.view());
    for engine in engines() {
        let model = engine.train(&training).unwrap();
        let after: Vec<&[f32]> = model.weights().slices().collect();
        let size = features.len() / 19;
        for (class, example) in [(0, 0), (1, 5000), (2, size - 1)] {
            let of = |n: usize, value: f64| {
                let wanted = f64::from(u8::from(labels[n] == class));
                (probabilities[n][class] - wanted) * value / 19.0
            };
            let values = features.as_slice().unwrap().chunks(size);
            let gradient: f64 =
                values.enumerate().map(|(n, values)| of(n, values[example].into())).sum();
            let place = class * size + example;
            let step = before[0][place] - f64::from(after[0][place]);
            assert!((step - gradient).abs() < 1e-6, "{}: {step}, not {gradient}", engine.name());
            let gradient: f64 = (0..19).map(|n| of(n, 1.0)).sum();
            let step = before[1][class] - f64::from(after[1][class]);
            assert!((step - gradient).abs() < 1e-6, "{}: {step}, not {gradient}", engine.name());
        }
    }
}

#[test]
fn a_step_follows_the_gradient_of_smoothed_labels_and_of_a_head_with_dropout() {
    for (layers, smoothing, head_dropout) in [
        ("3x3S 2x2R", 0.1, 0.0),
        ("3x3S 2x2R", 0.0, 0.3),
        ("d3x3pR max2 gap", 0.3, 0.5),
        ("3x3pR drop30", 0.2, 0.2),
    ] {
        for loss in [Loss::CategoricalCrossEntropy, Loss::MeanSquaredError] {
            let mut config = one_step(loss);
            (config.label_smoothing, config.head_dropout) = (smoothing, head_dropout);
            let network = network(Shape::new(7, 6, 2), layers, 5, 3).unwrap();
            assert!(steps_follow_the_gradient(&network, &config, 5), "{network}");
        }
    }
}

#[test]
fn a_step_follows_the_gradient_of_altered_and_mixed_examples() {
    let network = network(Shape::new(7, 9, 2), "3x3S 2x2R", 5, 3).unwrap();
    for loss in [Loss::CategoricalCrossEntropy, Loss::MeanSquaredError] {
        let mut config = one_step(loss);
        config.label_smoothing = 0.1;
        config.augmentation.time_shift = 0.3;
        config.augmentation.time_masks = 1;
        config.augmentation.time_mask = 0.3;
        config.augmentation.frequency_masks = 1;
        config.augmentation.frequency_mask = 0.3;
        config.augmentation.mix_up = 0.7;
        config.augmentation.mix_up_alpha = 1.0;
        assert!(steps_follow_the_gradient(&network, &config, 5), "{loss:?}");
    }
}

/// Generates a layer of any kind that every engine can train.
fn layer() -> impl Strategy<Value = String> {
    let extent = (1_u32..4, 1_u32..6).prop_map(|(height, width)| format!("{height}x{width}"));
    let options = (1_u32..3, 1_u32..3, prop::bool::ANY, prop::bool::ANY).prop_map(
        |(down, across, same, relu)| {
            let (same, activation) = (if same { "p" } else { "" }, if relu { "R" } else { "S" });
            format!("/{down}x{across}{same}{activation}")
        },
    );
    let convolution = (prop::bool::ANY, 1_u32..8, extent, options).prop_map(
        |(separable, filters, kernel, options)| {
            let kind = if separable { "d" } else { "" };
            format!("{kind}{filters}x{kernel}{options}")
        },
    );
    let pool = (prop::bool::ANY, 1_u32..4, 1_u32..4).prop_map(|(max, size, stride)| {
        format!("{}{size}/{stride}", if max { "max" } else { "avg" })
    });
    let dropout = (1_u32..70).prop_map(|percent| format!("drop{percent}"));
    prop_oneof![6 => convolution, 2 => pool, 1 => dropout]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_step_follows_the_gradient_of_random_networks(
        (height, width, channels) in (1_usize..9, 1_usize..12, 1_usize..4),
        layers in prop::collection::vec(layer(), 0..4),
        (dense, classes) in (0_u32..13, 2_usize..5),
        seed in 0_u64..1000,
    ) {
        let shape = Shape::new(height, width, channels);
        let layers = if layers.is_empty() { "flatten".to_owned() } else { layers.join(" ") };
        let Some(network) = network(shape, &layers, dense, classes) else {
            return Ok(());
        };
        let config = one_step(Loss::CategoricalCrossEntropy);
        prop_assume!(steps_follow_the_gradient(&network, &config, seed));
    }
}
