//! Compares integer models with TensorFlow Lite Micro, and runs them with extreme numbers.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

mod support;

use std::path::Path;

use danas_size::{
    ActivationScales, Affine, Calibration, ConversionError, Converter, FloatModel, Int8Model,
    Profile, TfliteFile,
};
use danas_space::{Network, Role, Shape};
use proptest::prelude::*;

use support::{fixture, kinds, network, pooled, regression, scales, small, tensors};

/// Returns the model of a fixture, made again from its weights and scales.
fn model(name: &str, network: &Network, profile: Profile) -> Int8Model {
    let weights = tensors(&fixture(&format!("{name}_float32")), network);
    let floats = FloatModel::new(network, weights.iter().map(Vec::as_slice)).unwrap();
    let mut converter = Converter::default();
    converter.profile = profile;
    let scales = scales(&fixture(&format!("{name}_int8")), network);
    converter.quantise(&floats, &scales).unwrap()
}

/// Returns an example drawn by a linear congruential generator. Its contrast grows with the seed.
fn example(seed: u64, values: usize) -> Vec<i8> {
    let mut state = seed;
    let draw = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let value = (state >> 56) as u8 as i8;
        (i32::from(value) * seed as i32).div_euclid(8) as i8
    };
    std::iter::repeat_with(draw).take(values).collect()
}

#[test]
fn outputs_are_those_of_tensorflow_lite_micro() {
    let models = [
        ("tf2.12", small(), Profile::Tf2_12),
        ("tf2.21", small(), Profile::Tf2_21),
        ("kinds_tf2.12", kinds(), Profile::Tf2_12),
        ("kinds_tf2.21", kinds(), Profile::Tf2_21),
        ("regression_tf2.12", regression(), Profile::Tf2_12),
        ("regression_tf2.21", regression(), Profile::Tf2_21),
        ("pooled_tf2.12", pooled(), Profile::Tf2_12),
        ("pooled_tf2.21", pooled(), Profile::Tf2_21),
    ];
    let models = models
        .map(|(name, network, profile)| (format!("{name}_int8"), model(name, &network, profile)));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tflm.csv");
    let rows = csv::Reader::from_path(path).unwrap().into_deserialize();
    let rows: Vec<(String, u64, String)> = rows.collect::<Result<_, _>>().unwrap();
    assert_eq!(rows.len(), 64);
    let mut distinct = std::collections::HashSet::new();
    for (name, seed, outputs) in rows {
        let (_, model) = models.iter().find(|(known, _)| *known == name).unwrap();
        let expected: Vec<i8> = outputs.split(' ').map(|value| value.parse().unwrap()).collect();
        let example = example(seed, model.network().input().elements().unwrap());
        assert_eq!(model.run(&example).unwrap(), expected, "{name}, example {seed}");
        distinct.insert(expected);
    }
    assert!(distinct.len() > 16, "the examples hardly differ: {distinct:?}");
}

/// Returns weights of a network that are all equal apart from their signs.
fn alike(network: &Network, value: f32) -> Vec<Vec<f32>> {
    let specs = network.weights().into_iter();
    let values = specs.map(|tensor| {
        let is_negative = |index| index % 3 == 0 && tensor.role != Role::Variance;
        let signed = |index| if is_negative(index) { -value } else { value };
        (0..tensor.values()).map(signed).collect()
    });
    values.collect()
}

/// Returns the number of activation scales of a network.
fn scale_count(network: &Network) -> usize {
    let refused = ActivationScales::new(network, Vec::new());
    let Err(ConversionError::ScaleCount { expected, .. }) = refused else { unreachable!() };
    expected
}

const EXTREMES: [f32; 8] = [0.0, 1e-45, f32::MIN_POSITIVE, 1e-9, 1.0, 1e9, 1e30, f32::MAX];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_the_numbers_a_model_runs_and_its_file_is_sound_or_it_is_refused(
        weight in prop::sample::select(EXTREMES.to_vec()),
        value in prop::sample::select(EXTREMES.to_vec()),
        scales in prop::collection::vec(prop::sample::select(EXTREMES.to_vec()), 8),
        is_calibrated in prop::bool::ANY,
        classes in prop::sample::select(vec![1, 2, 4095]),
        profile in prop::sample::select(Profile::ALL.to_vec()),
        layers in prop::sample::select(
            vec!["1x3R", "d2x3/2pnS avg2/1 gap", "max2 2x1x2nR gap", "2xHx2R gap", "flatten"]
        ),
        dense in prop::sample::select(vec![0, 3]),
    ) {
        let network = network(Shape::new(4, 5, 1), layers, dense, classes);
        let weights = alike(&network, weight);
        let Ok(floats) = FloatModel::new(&network, weights.iter().map(Vec::as_slice)) else {
            prop_assert!(layers.contains('n') && weight > 1e9, "only a normalisation overflows");
            return Ok(());
        };
        let example = vec![value; 20];
        let scales = if is_calibrated {
            let mut calibration = Calibration::new(&floats);
            match calibration.observe(&example) {
                Ok(()) => calibration.scales(),
                Err(error) => Err(error),
            }
        } else {
            let affine = |scale| Affine { scale, zero_point: 3 };
            let scales = scales.into_iter().map(affine).take(scale_count(&network));
            ActivationScales::new(&network, scales.collect())
        };
        let mut converter = Converter::default();
        converter.profile = profile;
        let Ok(int8) = scales.and_then(|scales| converter.quantise(&floats, &scales)) else {
            return Ok(());
        };
        let outputs = int8.predict(&example).unwrap();
        prop_assert_eq!(outputs.len(), classes);
        let file = int8.write().unwrap();
        let file = TfliteFile::read(&file).unwrap();
        for tensor in file.subgraph(0).unwrap().tensors() {
            let mut scales = tensor.scales();
            prop_assert!(scales.all(|it| it.is_normal() && it > 0.0), "{}", tensor.name());
        }
    }
}

#[test]
fn a_softmax_over_too_many_classes_is_refused() {
    for classes in [4095, 4096, 8192] {
        let network = network(Shape::new(3, 3, 1), "1x3R", 1, classes);
        let weights = alike(&network, 0.25);
        let floats = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
        let affine = Affine { scale: 0.1, zero_point: 0 };
        let scales = ActivationScales::new(&network, vec![affine; 4]).unwrap();
        let int8 = Converter::default().quantise(&floats, &scales);
        match int8 {
            Ok(int8) => {
                assert_eq!(classes, 4095);
                assert_eq!(int8.predict(&[0.0; 9]).unwrap().len(), classes);
            }
            Err(error) => {
                assert!(matches!(error, ConversionError::TooManyClasses { .. }), "{error}");
                assert!(classes > 4095);
            }
        }
    }
}
