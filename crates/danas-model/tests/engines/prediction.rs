//! Tests of predictions, and of features that are refused.

use danas_model::{Engine, ModelError, TrainConfig, TrainedModel, Weights};
use danas_space::Shape;
use ndarray::{Array4, s};

use crate::setup::{config, network, noise, train};

pub(crate) fn a_model_rebuilt_from_its_parts_predicts_the_same(engine: &dyn Engine) {
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

pub(crate) fn predictions_scale_as_the_training_did(engine: &dyn Engine) {
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

pub(crate) fn a_large_set_is_predicted_as_its_parts(engine: &dyn Engine) {
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

pub(crate) fn features_that_cannot_be_predicted_are_refused(engine: &dyn Engine) {
    let network = network(Shape::new(9, 8, 1), "2x3R", 10, 2);
    let model = train(engine, &network, &config(1), 7).unwrap();
    let refused = engine.predict(&model, Array4::zeros((2, 8, 9, 1)).view()).unwrap_err();
    assert_eq!(refused.to_string(), "the features have shape 8x9x1, but the network reads 9x8x1");
    let mut features = Array4::zeros((2, 9, 8, 1));
    features[[1, 2, 3, 0]] = f32::NAN;
    let refused = engine.predict(&model, features.view()).unwrap_err();
    assert!(matches!(refused, ModelError::NotFinite { example: 1, .. }), "{refused}");
}
