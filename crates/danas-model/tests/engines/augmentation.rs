//! Tests of trainings on altered copies of their examples.

use danas_model::{
    Adam, Averaging, Edge, Engine, Metrics, ModelError, Optimizer, Samples, Scaler, Scaling, Sgd,
    TrainConfig, Training,
};
use danas_space::Shape;
use ndarray::{Array4, Axis, concatenate, s};

use crate::setup::{bits, config, labels, network, noise, train};

fn altered(epochs: usize) -> TrainConfig {
    let mut config = config(epochs);
    config.augmentation.time_shift = 0.25;
    config.augmentation.time_masks = 1;
    config.augmentation.frequency_masks = 1;
    config.augmentation.mix_up = 0.5;
    config
}

pub(crate) fn a_seed_decides_every_bit_of_an_altered_training(engine: &dyn Engine) {
    let network = network(Shape::new(39, 8, 1), "2x3R 2x5S", 10, 2);
    let model = |config: &TrainConfig, seed| bits(&train(engine, &network, config, seed).unwrap());
    let plain = model(&config(3), 7);
    assert_eq!(model(&altered(3), 7), model(&altered(3), 7));
    assert_ne!(model(&altered(3), 7), model(&altered(3), 8));
    assert_ne!(model(&altered(3), 7), plain);
}

/// An epoch on altered examples equals an epoch on their copies, in any batches. Nothing is mixed
/// here, because a mixture has two labels.
pub(crate) fn engines_learn_from_the_copies_that_the_training_tells(engine: &dyn Engine) {
    let network = network(Shape::new(12, 9, 2), "2x3R 2x2S", 10, 2);
    let (features, labels) = (noise(70, network.input()), labels(70, 2));
    let samples = Samples::new(features.view(), &labels, 2).unwrap();
    let mut config = altered(1);
    config.augmentation.mix_up = 0.0;
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 0.1, momentum: 0.0 });
    let training = Training::new(&network, samples, &config, 3).unwrap();
    let scaler = Scaler::fit(features.view()).unwrap();
    let copies = training.epoch_examples(0, Some(&scaler)).unwrap();
    let model = engine.train(&training).unwrap();

    // Restore the examples' order, so that a plain training visits them in the same way.
    let mut ordered = Array4::zeros(features.raw_dim());
    for (copy, &example) in copies.features.outer_iter().zip(&copies.order) {
        ordered.index_axis_mut(Axis(0), example).assign(&copy);
    }
    let (augmentation, scaling) = (TrainConfig::default().augmentation, Scaling::None);
    (config.augmentation, config.scaling) = (augmentation, scaling);
    let samples = Samples::new(ordered.view(), &labels, 2).unwrap();
    let plain = engine.train(&Training::new(&network, samples, &config, 3).unwrap()).unwrap();
    let pairs = model.weights().slices().zip(plain.weights().slices());
    for (altered, plain) in pairs.flat_map(|(altered, plain)| altered.iter().zip(plain)) {
        assert!((altered - plain).abs() < 1e-6, "{altered} is not {plain}");
    }
}

pub(crate) fn the_examples_of_the_next_epoch_are_altered_otherwise(engine: &dyn Engine) {
    let network = network(Shape::new(12, 9, 2), "2x3R", 10, 2);
    let (features, labels) = (noise(20, network.input()), labels(20, 2));
    let samples = Samples::new(features.view(), &labels, 2).unwrap();
    // With negligible steps, only the examples change from one epoch to the next.
    let mut config = altered(3);
    config.optimizer = Optimizer::Sgd(Sgd { learning_rate: 1e-30, momentum: 0.0 });
    let loss = |config: &TrainConfig| {
        let training = Training::new(&network, samples, config, 3).unwrap();
        engine.train(&training).unwrap().record().loss.clone()
    };
    let [first, second, third] = loss(&config)[..] else { unreachable!("three epochs") };
    assert!((first - second).abs() > 1e-4 && (second - third).abs() > 1e-4);
    config.augmentation = TrainConfig::default().augmentation;
    let plain = loss(&config);
    assert!((plain[0] - plain[1]).abs() < 1e-6, "{plain:?}");
}

/// A mark shows the class. It is in the middle of training examples, and elsewhere in test
/// examples.
pub(crate) fn shifts_teach_what_is_shifted(engine: &dyn Engine) {
    let network = network(Shape::new(4, 16, 1), "4x4x3R", 8, 2);
    let marked = |count, column: fn(usize) -> usize| {
        let mut features = noise(count, network.input());
        for (example, mut it) in features.outer_iter_mut().enumerate() {
            let (row, column) = (2 * (example % 2), column(example));
            it.slice_mut(s![row..row + 2, column..column + 2, ..]).mapv_inplace(|it| it + 3.0);
        }
        (features, (0..count).map(|example| example % 2).collect::<Vec<_>>())
    };
    let (seen, unseen) = (marked(60, |_| 7), marked(60, |example| 1 + example * 7 % 13));
    let accuracy = |edge, shift| {
        let mut config = config(60);
        config.batch_size = 8;
        config.optimizer = Optimizer::Adam(Adam { learning_rate: 0.01, ..Adam::default() });
        (config.augmentation.time_shift, config.augmentation.edge) = (shift, edge);
        let samples = Samples::new(seen.0.view(), &seen.1, 2).unwrap();
        let model = engine.train(&Training::new(&network, samples, &config, 1).unwrap()).unwrap();
        let probabilities = engine.predict(&model, unseen.0.view()).unwrap();
        let metrics = Metrics::new(&unseen.1, probabilities.view()).unwrap();
        assert_eq!(metrics.recall(Averaging::Macro).unwrap(), metrics.accuracy());
        metrics.accuracy()
    };
    let plain = accuracy(Edge::Repeat, 0.0);
    for edge in [Edge::Repeat, Edge::Wrap] {
        let shifted = accuracy(edge, 0.45);
        assert!(shifted > plain + 0.1 && shifted > 0.9, "{edge:?}: {shifted}, not {plain}");
    }
}

/// Versions that equal the examples change nothing but the draws. Other versions are learned from.
pub(crate) fn every_version_is_learned_from(engine: &dyn Engine) {
    let network = network(Shape::new(12, 9, 2), "2x3R", 10, 2);
    let (features, labels) = (noise(40, network.input()), labels(40, 2));
    let samples = Samples::new(features.view(), &labels, 2).unwrap();
    let config = config(2);
    let training = Training::new(&network, samples, &config, 3).unwrap();
    let alike = concatenate![Axis(0), features, features, features];
    let same = engine.train(&training.with_versions(alike.view()).unwrap()).unwrap();
    let plain = engine.train(&training).unwrap();
    if engine.name().starts_with("native") {
        assert_eq!(bits(&same), bits(&plain));
    }
    // libtorch uses another formula for the loss of mixtures, which rounds differently.
    for (same, plain) in same.weights().slices().zip(plain.weights().slices()) {
        assert!(same.iter().zip(plain).all(|(same, plain)| (same - plain).abs() < 1e-6));
    }

    let others = concatenate![Axis(0), &features + 100.0, &features + 200.0];
    let altered = training.with_versions(others.view()).unwrap();
    let [first, second] = [0, 1].map(|epoch| altered.epoch_examples(epoch, None).unwrap());
    assert_ne!(first.features, second.features);
    let mut counts = [0; 3];
    for (copy, &example) in first.features.outer_iter().zip(&first.order) {
        let offset = copy[[0, 0, 0]] - features[[example, 0, 0, 0]];
        let version = (offset / 100.0).round();
        assert!((offset - 100.0 * version).abs() < 1e-3);
        counts[version as usize] += 1;
    }
    assert!(counts.iter().all(|&count| count > 4), "{counts:?}");
    let model = engine.train(&altered).unwrap();
    assert_ne!(bits(&model), bits(&same));
    assert_eq!(bits(&model), bits(&engine.train(&altered).unwrap()));
}

#[test]
fn versions_that_do_not_fit_are_refused() {
    let network = network(Shape::new(12, 9, 2), "2x3R", 10, 2);
    let (features, labels) = (noise(4, network.input()), labels(4, 2));
    let samples = Samples::new(features.view(), &labels, 2).unwrap();
    let config = config(1);
    let training = Training::new(&network, samples, &config, 3).unwrap();
    let odd = noise(6, network.input());
    let refused = training.with_versions(odd.view()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "6 altered versions cannot be divided equally among 4 examples"
    );
    let narrow = noise(4, Shape::new(12, 8, 2));
    let refused = training.with_versions(narrow.view()).unwrap_err();
    assert!(matches!(refused, ModelError::FeatureShape { .. }));
    let mut broken = features.clone();
    broken[[3, 0, 0, 0]] = f32::NAN;
    let refused = training.with_versions(broken.view()).unwrap_err();
    assert!(matches!(refused, ModelError::NotFinite { example: 3, .. }));
}
