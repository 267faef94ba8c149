//! Reference values from Keras, for the tests of all engines. `tests/keras_reference.py` and
//! `tests/keras_recipe.py` compute them.

use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::Array4;

use crate::{
    config::{Adam, ClassWeights, Cosine, Loss, Optimizer, Schedule, Sgd, TrainConfig},
    engine::Training,
    samples::Samples,
};

/// Gradients of three steps from [`START`]. Those of the second weight are close to Adam's ε, where
/// PyTorch's own Adam takes different steps.
pub(crate) const GRADIENTS: [[f32; 2]; 3] = [[0.1, -1e-6], [-0.3, 2e-6], [0.2, 1e-6]];

/// Weights before the first step.
pub(crate) const START: [f32; 2] = [1.0, -2.0];

/// Settings for which Keras' own rounding is negligible.
const ADAM: Adam =
    Adam { learning_rate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, weight_decay: 0.0 };

/// Schedule that [`scheduled_paths`] follow.
pub(crate) const SCHEDULE: Schedule = Schedule::Cosine(Cosine { warmup: 0.34, floor: 0.1 });

/// Returns optimizers for use with [`SCHEDULE`], each with the weights after each step.
pub(crate) fn scheduled_paths() -> [(Optimizer, [[f64; 2]; 3]); 2] {
    let adam = Adam { weight_decay: 0.5, ..ADAM };
    let sgd = Sgd { learning_rate: 0.1, momentum: 0.9 };
    [
        (
            Optimizer::Adam(adam),
            [[1.0, -2.0], [1.022_287_846, -2.000_043_631], [0.983_469_605, -2.000_072_241]],
        ),
        (
            Optimizer::Sgd(sgd),
            [[1.0, -2.0], [1.029_999_971, -2.000_000_238], [1.046_000_004, -2.000_000_477]],
        ),
    ]
}

/// Returns optimizers, each with the weights after each step. The first weight belongs to a kernel;
/// the second does not decay.
pub(crate) fn paths() -> [(Optimizer, [[f64; 2]; 3]); 4] {
    let decayed = Adam { weight_decay: 0.5, ..ADAM };
    let sgd = Sgd { learning_rate: 0.1, momentum: 0.9 };
    [
        (
            Optimizer::Adam(decayed),
            [
                [0.853_065_312, -1.999_968_410],
                [0.882_699_847, -2.000_011_921],
                [0.819_100_559, -2.000_063_896],
            ],
        ),
        (
            Optimizer::Adam(Adam::default()),
            [
                [0.999_000_013, -1.999_759_793],
                [0.999_494_195, -1.999_911_427],
                [0.999_475_420, -2.000_138_044],
            ],
        ),
        (
            Optimizer::Adam(ADAM),
            [
                [0.903_065_324, -1.999_968_410],
                [0.975_353_122, -2.000_011_921],
                [0.955_888_808, -2.000_063_896],
            ],
        ),
        (
            Optimizer::Sgd(sgd),
            [
                [0.990_000_010, -1.999_999_881],
                [1.011_000_037, -2.0],
                [1.009_900_093, -2.000_000_238],
            ],
        ),
    ]
}

/// Asserts that weights equal Keras' to within an ulp of −2.
pub(crate) fn assert_close(actual: &[f32], expected: [f64; 2]) {
    for (actual, expected) in actual.iter().zip(expected) {
        let error = (f64::from(*actual) - expected).abs();
        assert!(error < 2.5e-7, "{actual} is not {expected}");
    }
}

/// Logits of two examples, which belong to classes 0 and 2.
pub(crate) const LOGITS: [[f32; 3]; 2] = [[0.3, -1.2, 2.0], [1.5, 0.1, -0.4]];

/// Losses of [`LOGITS`]: kind of loss, label smoothing, and the loss of each example.
const SMOOTHED: [(Loss, f64, [f64; 2]); 6] = [
    (Loss::CategoricalCrossEntropy, 0.0, [1.901_671_2, 2.233_729_6]),
    (Loss::CategoricalCrossEntropy, 0.1, [1.895_004_4, 2.153_729_7]),
    (Loss::CategoricalCrossEntropy, 0.5, [1.868_337_9, 1.833_729_7]),
    (Loss::MeanSquaredError, 0.0, [0.464_283_9, 0.447_142_2]),
    (Loss::MeanSquaredError, 0.1, [0.409_794, 0.389_839_6]),
    (Loss::MeanSquaredError, 0.5, [0.236_279_1, 0.205_073_8]),
];

/// Asserts that `loss` returns Keras' loss of each example of [`LOGITS`], with and without label
/// smoothing.
pub(crate) fn assert_losses(loss: impl Fn(&Training<'_>, usize) -> f64) {
    let architecture = Architecture::new(parse_layers("1x1R").unwrap(), 1).unwrap();
    let network = Network::new(Shape::new(1, 1, 1), &architecture, 3).unwrap();
    let features = Array4::zeros((2, 1, 1, 1));
    let samples = Samples::new(features.view(), &[0, 2], 3).unwrap();
    for (kind, label_smoothing, expected) in SMOOTHED {
        let class_weights = ClassWeights::Uniform;
        let config =
            TrainConfig { loss: kind, label_smoothing, class_weights, ..TrainConfig::default() };
        let training = Training::new(&network, samples, &config, 0).unwrap();
        for (example, expected) in expected.into_iter().enumerate() {
            let actual = loss(&training, example);
            assert!((actual - expected).abs() < 5e-7, "{actual} is not {expected}");
        }
    }
}
