//! Networks, features and trainings that tests share.

use danas_model::{
    Adam, Cosine, Engine, Initialisation, ModelError, Optimizer, Samples, Schedule, TrainConfig,
    TrainedModel, Training,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::Array4;

pub(crate) fn network(shape: Shape, layers: &str, dense: u32, classes: usize) -> Network {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    Network::new(shape, &architecture, classes).unwrap()
}

/// Returns reproducible features with mean 0.3 that contain no information about any label.
pub(crate) fn noise(examples: usize, Shape { height, width, channels }: Shape) -> Array4<f32> {
    let mut state = 1_u64;
    Array4::from_shape_simple_fn((examples, height, width, channels), || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 0.7
    })
}

pub(crate) fn labels(examples: usize, classes: usize) -> Vec<usize> {
    (0..examples).map(|example| example * example % 7 % classes).collect()
}

pub(crate) fn config(epochs: usize) -> TrainConfig {
    let mut config = TrainConfig::default();
    config.epochs = epochs;
    config
}

/// Sets every option of the training recipe.
pub(crate) fn recipe(config: &mut TrainConfig) {
    config.steps = Some(8);
    config.optimizer = Optimizer::Adam(Adam { weight_decay: 0.1, ..Adam::default() });
    config.schedule = Schedule::Cosine(Cosine { warmup: 0.25, floor: 0.1 });
    (config.label_smoothing, config.head_dropout) = (0.1, 0.25);
    config.initialisation = Initialisation::He;
    config.weight_average = Some(0.9);
}

pub(crate) fn train(
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

pub(crate) fn bits(model: &TrainedModel) -> Vec<u32> {
    let values = model.weights().tensors().flat_map(|(_, tensor)| tensor.to_owned());
    values.chain(model.record().loss.iter().copied()).map(f32::to_bits).collect()
}
