//! Model files: intact ones, damaged ones and those of other programs.

#![allow(clippy::unwrap_used, reason = "helpers of tests may panic, like the tests")]

use std::collections::BTreeMap;

use danas_model::{
    Ended, Engine, Keep, NativeEngine, SafetensorsError, Samples, Scaler, TrainConfig,
    TrainedModel, Training, TrainingRecord, Validation, Weights,
};
use danas_space::{Architecture, Network, Shape, parse_layers};
use ndarray::{Array2, Array4};
use proptest::prelude::*;
use serde_json::Value;

type Notes = BTreeMap<String, String>;

/// Returns a model with a scaler and with a record in which no field has its default.
fn model() -> TrainedModel {
    let architecture = Architecture::new(parse_layers("2x3R 3x2S").unwrap(), 5).unwrap();
    let network = Network::new(Shape::new(7, 6, 2), &architecture, 3).unwrap();
    let mean = Array2::from_shape_fn((7, 2), |(row, channel)| row as f32 / 3.0 - channel as f32);
    let scaler = Scaler::new(mean, Array2::from_elem((7, 2), 0.1)).unwrap();
    let mut record = TrainingRecord::new("some engine", u64::MAX, vec![0.1, f32::MIN_POSITIVE]);
    record.validation = vec![Validation { loss: 1.0 / 3.0, accuracy: 0.7 }; 2];
    (record.best_epoch, record.kept, record.ended) = (Some(2), Keep::Best, Ended::Patience);
    let weights = Weights::glorot_uniform(&network, 4).unwrap();
    TrainedModel::new(network, weights, Some(scaler), record).unwrap()
}

fn notes() -> Notes {
    [("classes", "ja \"nein\""), ("ü", "\n\0")].map(|(a, b)| (a.into(), b.into())).into()
}

fn bytes() -> Vec<u8> {
    model().to_safetensors(&notes()).unwrap()
}

fn refused(bytes: &[u8]) -> SafetensorsError {
    TrainedModel::from_safetensors(bytes).unwrap_err()
}

/// Returns the file with an edited header; offsets and digest are unchanged.
fn with_header(edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    let bytes = bytes();
    let (length, rest) = bytes.split_first_chunk().unwrap();
    let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
    let mut header: Value = serde_json::from_slice(header).unwrap();
    edit(&mut header);
    let header = header.to_string();
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// Returns the file with an edited description; the digest is unchanged.
fn with_description(edit: impl FnOnce(&mut Value)) -> Vec<u8> {
    with_header(|header| {
        let entry = &mut header["__metadata__"]["danas"];
        let mut sealed: Value = serde_json::from_str(entry.as_str().unwrap()).unwrap();
        edit(&mut sealed["model"]);
        *entry = sealed.to_string().into();
    })
}

#[test]
fn a_model_comes_back_as_it_was() {
    assert_eq!(TrainedModel::from_safetensors(&bytes()).unwrap(), (model(), notes()));
    assert_eq!(bytes(), bytes());

    let whole = model();
    let parts = (whole.network().clone(), whole.weights().clone(), whole.record().clone());
    let unscaled = TrainedModel::new(parts.0, parts.1, None, parts.2).unwrap();
    let bytes = unscaled.to_safetensors(&Notes::new()).unwrap();
    assert_eq!(TrainedModel::from_safetensors(&bytes).unwrap(), (unscaled, Notes::new()));
}

#[test]
fn every_kind_of_layer_comes_back() {
    for (layers, dense) in [
        ("4x3pnR d6x3/2pR max2 drop25 3x1x2S avg2x1 gap", 7),
        ("8xHx3R gap", 0),
        ("flatten", 7),
        ("flatten", 0),
    ] {
        let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
        let network = Network::new(Shape::new(16, 12, 2), &architecture, 3).unwrap();
        let weights = Weights::glorot_uniform(&network, 4).unwrap();
        let record = TrainingRecord::new("some engine", 1, vec![]);
        let model = TrainedModel::new(network, weights, None, record).unwrap();
        let bytes = model.to_safetensors(&Notes::new()).unwrap();
        assert_eq!(TrainedModel::from_safetensors(&bytes).unwrap(), (model, Notes::new()));
    }
}

#[test]
fn a_record_that_could_not_be_read_is_not_written() {
    let whole = model();
    let record = TrainingRecord::new("some engine", 1, vec![f32::NAN]);
    let parts = (whole.network().clone(), whole.weights().clone());
    let model = TrainedModel::new(parts.0, parts.1, None, record).unwrap();
    let refused = model.to_safetensors(&Notes::new()).unwrap_err();
    assert!(matches!(refused, SafetensorsError::Description(_)));
}

#[test]
fn a_loaded_model_predicts_the_same() {
    let features = Array4::from_shape_fn((12, 7, 6, 2), |(example, row, column, _)| {
        ((example * 7 + row * 5 + column * 3) % 11) as f32
    });
    let labels: Vec<usize> = (0..12).map(|example| example % 3).collect();
    let samples = Samples::new(features.view(), &labels, 3).unwrap();
    let (engine, network) = (NativeEngine::default(), model().network().clone());
    let mut config = TrainConfig::default();
    config.epochs = 2;
    let trained = engine.train(&Training::new(&network, samples, &config, 7).unwrap()).unwrap();
    let bytes = trained.to_safetensors(&Notes::new()).unwrap();
    let (loaded, _) = TrainedModel::from_safetensors(&bytes).unwrap();
    let predict = |model| engine.predict(model, features.view()).unwrap();
    assert_eq!(predict(&loaded), predict(&trained));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// A header may be padded with other white space, and the last digit of a number may become
    /// another one that is read as the same number. No other change goes undetected.
    #[test]
    fn a_changed_byte_is_refused(position in any::<prop::sample::Index>(), change in 1_u8..) {
        let mut bytes = bytes();
        let position = position.index(bytes.len());
        bytes[position] ^= change;
        if let Ok(read) = TrainedModel::from_safetensors(&bytes) {
            let byte = bytes[position];
            prop_assert!(byte.is_ascii_whitespace() || byte.is_ascii_digit());
            prop_assert_eq!(read, (model(), notes()));
        }
    }

    #[test]
    fn a_truncated_file_is_refused(length in any::<prop::sample::Index>()) {
        let bytes = bytes();
        prop_assert!(TrainedModel::from_safetensors(&bytes[..length.index(bytes.len())]).is_err());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), header in any::<bool>()) {
        let mut bytes = bytes;
        if header && bytes.len() >= 8 {
            let length = bytes.len() as u64 - 8;
            bytes[..8].copy_from_slice(&length.to_le_bytes());
        }
        prop_assert!(TrainedModel::from_safetensors(&bytes).is_err());
    }
}

#[test]
fn a_longer_file_is_refused() {
    assert!(matches!(refused(&[bytes(), vec![0]].concat()), SafetensorsError::Format(_)));
}

#[test]
fn a_weight_that_is_not_finite_is_refused_by_its_tensor() {
    // The last tensor by name is the scaler's mean, after its deviation and output.kernel.
    for (before_end, message) in [
        (
            4,
            "the scaler's mean of row 6, channel 1 is NaN: \
             means must be finite, deviations finite and positive",
        ),
        (
            2 * 7 * 4 + 4,
            "the scaler's deviation of row 6, channel 1 is NaN: \
             means must be finite, deviations finite and positive",
        ),
        (2 * 2 * 7 * 4 + 4, "tensor `output.kernel` contains NaN: all weights must be finite"),
    ] {
        let mut bytes = bytes();
        let start = bytes.len() - before_end;
        bytes[start..start + 4].copy_from_slice(&f32::NAN.to_le_bytes());
        assert_eq!(refused(&bytes).to_string(), message);
    }
}

#[test]
fn a_finite_weight_that_was_changed_is_refused() {
    let mut bytes = bytes();
    let start = bytes.len() - 200;
    bytes[start] ^= 1;
    assert!(matches!(refused(&bytes), SafetensorsError::Digest));
    let renamed = with_description(|model| model["notes"]["classes"] = "nein".into());
    assert!(matches!(refused(&renamed), SafetensorsError::Digest));
}

#[test]
fn files_of_others_are_refused() {
    let foreign = with_header(|header| header["__metadata__"] = Value::Null);
    assert!(matches!(refused(&foreign), SafetensorsError::Foreign));
    let foreign = with_header(|header| {
        header["__metadata__"] = serde_json::json!({ "format": "pt" });
    });
    assert!(matches!(refused(&foreign), SafetensorsError::Foreign));
    let later = with_description(|model| *model = serde_json::json!({ "version": 2 }));
    assert!(matches!(refused(&later), SafetensorsError::Version { actual: 2, supported: 1 }));
}

#[test]
fn a_description_of_another_network_is_refused_by_the_tensor() {
    for (key, value, message) in [
        (
            "layers",
            "4x3R 3x2S".into(),
            "tensor `layer1.kernel` has shape [2, 3, 3, 2], but the network needs [4, 3, 3, 2]",
        ),
        (
            "layers",
            "2x3R".into(),
            "tensor `dense.kernel` has shape [5, 36], but the network needs [5, 40]",
        ),
        ("layers", "2x3R 3x2S 1x1R".into(), "the file does not contain the tensor `layer3.kernel`"),
        (
            "classes",
            2.into(),
            "tensor `output.kernel` has shape [3, 5], but the network needs [2, 5]",
        ),
        ("layers", "2x3Q".into(), "the layers of the model in the file are invalid"),
        ("layers", "2x9R".into(), "the network of the model in the file is infeasible"),
        ("classes", 0.into(), "the network of the model in the file is infeasible"),
        ("dense_width", "five".into(), "the description of the model is invalid"),
        ("more", 1.into(), "the description of the model is invalid"),
    ] {
        let bytes = with_description(|model| model[key] = value);
        assert_eq!(refused(&bytes).to_string(), message, "{key}");
    }
}

#[test]
fn tensors_that_the_network_does_not_have_are_refused_by_name() {
    let renamed = |from: &str, to: &str| {
        with_header(|header| {
            let tensor = header.as_object_mut().unwrap().remove(from).unwrap();
            header[to] = tensor;
        })
    };
    let error = refused(&renamed("scaler.mean", "scaler.median"));
    assert_eq!(error.to_string(), "the file does not contain the tensor `scaler.mean`");
    let error = refused(&renamed("dense.bias", "dense.offset"));
    assert_eq!(error.to_string(), "the file does not contain the tensor `dense.bias`");
    // An empty tensor takes no bytes, so the offsets stay valid.
    let more = with_header(|header| {
        let end = header["scaler.mean"]["data_offsets"][1].clone();
        header["momentum"] =
            serde_json::json!({ "dtype": "F32", "shape": [0], "data_offsets": [end, end] });
    });
    let message = "the file contains a tensor `momentum`, which its network does not have";
    assert_eq!(refused(&more).to_string(), message);
    let integers = with_header(|header| header["layer1.bias"]["dtype"] = "I32".into());
    assert_eq!(
        refused(&integers).to_string(),
        "tensor `layer1.bias` has type I32, but must have type F32"
    );
}

/// The ends of these eight tensors, plus the header before them, overflow 64 bits.
#[test]
fn tensors_beyond_all_memory_are_refused() {
    let size = (1_u64 << 61) - 1;
    let tensor = |index| {
        let (start, end) = (index * size, (index + 1) * size);
        format!(r#""{index}":{{"dtype":"U8","shape":[{size}],"data_offsets":[{start},{end}]}}"#)
    };
    let header = format!("{{{}}}", (0..8).map(tensor).collect::<Vec<_>>().join(","));
    let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat();
    assert!(matches!(refused(&bytes), SafetensorsError::Format(_)));
}
