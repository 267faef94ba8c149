//! Compares written files with those that TensorFlow's converter wrote for the same weights.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

mod support;

use danas_size::{Converter, FloatModel, NumberFormat, Profile};
use danas_space::Shape;

use support::{fixture, kinds, network, pooled, regression, scales, small, tensors};

/// Clears the fingerprint of the model, 24 bytes before the version, which TensorFlow 2.21 writes.
fn without_fingerprint(mut file: Vec<u8>) -> Vec<u8> {
    if let Some(version) = file.windows(6).position(|bytes| bytes == b"2.21.0") {
        file[version - 24..version - 16].fill(0);
    }
    file
}

fn converter(profile: Profile) -> Converter {
    let mut converter = Converter::default();
    converter.profile = profile;
    converter
}

#[test]
fn float32_files_are_the_converters_byte_for_byte() {
    let files = [
        (small(), Profile::Tf2_12, "tf2.12_float32"),
        (small(), Profile::Tf2_21, "tf2.21_float32"),
        (kinds(), Profile::Tf2_12, "kinds_tf2.12_float32"),
        (kinds(), Profile::Tf2_21, "kinds_tf2.21_float32"),
        (regression(), Profile::Tf2_12, "regression_tf2.12_float32"),
        (regression(), Profile::Tf2_21, "regression_tf2.21_float32"),
        (pooled(), Profile::Tf2_12, "pooled_tf2.12_float32"),
        (pooled(), Profile::Tf2_21, "pooled_tf2.21_float32"),
        (
            network(Shape::new(39, 15, 1), "4x5R 2x5R 2x3R 4x5S", 10, 2),
            Profile::Tf2_12,
            "two_classes",
        ),
        (
            network(Shape::new(16, 12, 2), "4x3S 1x1R 1x1S 4x5R", 12, 10),
            Profile::Tf2_12,
            "ten_classes",
        ),
    ];
    for (network, profile, name) in files {
        let converted = fixture(name);
        let weights = tensors(&converted, &network);
        let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
        let written = converter(profile).write_float32(&model).unwrap();
        assert!(written == without_fingerprint(converted), "{name}");
    }
}

/// The weights are those before quantisation, and the activation scales are those that the
/// converter chose.
#[test]
fn quantised_files_are_the_converters_byte_for_byte() {
    let files = [
        (small(), Profile::Tf2_12, "tf2.12"),
        (small(), Profile::Tf2_21, "tf2.21"),
        (kinds(), Profile::Tf2_12, "kinds_tf2.12"),
        (kinds(), Profile::Tf2_21, "kinds_tf2.21"),
        (regression(), Profile::Tf2_12, "regression_tf2.12"),
        (regression(), Profile::Tf2_21, "regression_tf2.21"),
        (pooled(), Profile::Tf2_12, "pooled_tf2.12"),
        (pooled(), Profile::Tf2_21, "pooled_tf2.21"),
    ];
    for (network, profile, name) in files {
        let [float32, dynamic, int8] =
            ["float32", "dynamic", "int8"].map(|format| fixture(&format!("{name}_{format}")));
        let weights = tensors(&float32, &network);
        let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
        let converter = converter(profile);
        let written = converter.write_dynamic_range(&model).unwrap();
        assert!(written == without_fingerprint(dynamic), "{name}, dynamic range");
        let written =
            converter.quantise(&model, &scales(&int8, &network)).unwrap().write().unwrap();
        assert!(written == without_fingerprint(int8), "{name}, int8");
    }
}

#[test]
fn written_files_read_back_with_their_weights() {
    let network = network(Shape::new(20, 17, 3), "4x3S 6x2R", 12, 7);
    let lengths = [4 * 27, 4, 6 * 16, 6, 12 * 17 * 14 * 6, 12, 7 * 12, 7];
    let weights = lengths.map(|length| (0..length).map(|index| (index as f32).sin()).collect());
    let weights: [Vec<f32>; 8] = weights;
    let model = FloatModel::new(&network, weights.iter().map(Vec::as_slice)).unwrap();
    for profile in Profile::ALL {
        let file = converter(profile).write_float32(&model).unwrap();
        assert_eq!(support::weights(&file), weights);
        let size = converter(profile).with_format(NumberFormat::Float32).model_size(&network);
        assert_eq!(file.len() as u64, size.unwrap().get());
    }
}
