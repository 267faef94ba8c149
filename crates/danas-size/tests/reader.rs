//! Reads files that TensorFlow's converter wrote, and damaged ones.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

use std::{fs, path::Path};

use danas_size::{
    TfliteFile,
    reader::{ElementType, Subgraph},
};
use danas_space::{Architecture, Network, Shape, parse_layers};

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::read(folder.join(format!("{name}.tflite"))).unwrap()
}

fn network(input: Shape, layers: &str, dense: u32, classes: usize) -> Network {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    Network::new(input, &architecture, classes).unwrap()
}

/// Returns the operators of a graph as `NAME version shape`.
fn operators(graph: Subgraph<'_>) -> Vec<String> {
    let operators = graph.operators().map(|operator| {
        let shape: Vec<u32> = operator.outputs().flatten().flat_map(|out| out.shape()).collect();
        format!("{} {} {shape:?}", operator.name(), operator.version())
    });
    operators.collect()
}

#[test]
fn operators_of_tensorflow_2_12_are_told() {
    let bytes = fixture("two_classes");
    let file = TfliteFile::read(&bytes).unwrap();
    assert_eq!(file.description(), Some("MLIR Converted."));
    assert_eq!(file.subgraphs().len(), 1);
    let graph = file.subgraph(0).unwrap();
    let expected = [
        "CONV_2D 1 [1, 35, 11, 4]",
        "CONV_2D 1 [1, 31, 7, 2]",
        "CONV_2D 1 [1, 29, 5, 2]",
        "CONV_2D 1 [1, 25, 1, 4]",
        "LOGISTIC 1 [1, 25, 1, 4]",
        "RESHAPE 1 [1, 100]",
        "FULLY_CONNECTED 1 [1, 10]",
        "FULLY_CONNECTED 1 [1, 2]",
        "SOFTMAX 1 [1, 2]",
    ];
    assert_eq!(operators(graph), expected);
    let input = graph.inputs().next().unwrap();
    assert_eq!(input.name(), "serving_default_conv2d_input:0");
    assert_eq!(input.shape_signature().collect::<Vec<_>>(), [-1, 39, 15, 1]);
    let names: Vec<&str> = file.metadata().map(|entry| entry.name).collect();
    assert_eq!(names, ["min_runtime_version", "CONVERSION_METADATA"]);
    let signature = file.signatures().next().unwrap();
    assert_eq!((signature.key(), signature.subgraph()), ("serving_default", Some(graph)));
    assert_eq!(signature.inputs().next(), Some(("conv2d_input", input)));
}

#[test]
fn operators_of_tensorflow_2_21_are_told() {
    let bytes = fixture("tf2.21_int8");
    let file = TfliteFile::read(&bytes).unwrap();
    let expected = [
        "CONV_2D 3 [1, 37, 6, 2]",
        "CONV_2D 3 [1, 33, 2, 2]",
        "LOGISTIC 2 [1, 33, 2, 2]",
        "SHAPE 1 [4]",
        "STRIDED_SLICE 1 []",
        "PACK 1 [2]",
        "RESHAPE 1 [1, 132]",
        "FULLY_CONNECTED 4 [1, 10]",
        "FULLY_CONNECTED 4 [1, 2]",
        "SOFTMAX 2 [1, 2]",
    ];
    assert_eq!(operators(file.subgraph(0).unwrap()), expected);
}

#[test]
fn weights_and_biases_are_the_networks_parameters() {
    let two_classes = network(Shape::new(39, 15, 1), "4x5R 2x5R 2x3R 4x5S", 10, 2);
    let ten_classes = network(Shape::new(16, 12, 2), "4x3S 1x1R 1x1S 4x5R", 12, 10);
    for (name, network) in [("two_classes", two_classes), ("ten_classes", ten_classes)] {
        let bytes = fixture(name);
        let sizes = TfliteFile::read(&bytes).unwrap().sizes();
        let reshape = 8; // two integers
        assert_eq!(sizes.constants.get(), 4 * network.parameters() + reshape, "{name}");
        assert_eq!(sizes.file.get(), bytes.len() as u64);
        let parts = sizes.constants.get() + sizes.metadata.get() + sizes.structure.get();
        assert_eq!(parts, sizes.file.get());
    }
}

#[test]
fn each_filter_of_int8_weights_has_its_scale() {
    for name in ["tf2.12_int8", "tf2.21_int8"] {
        let bytes = fixture(name);
        let file = TfliteFile::read(&bytes).unwrap();
        let graph = file.subgraph(0).unwrap();
        let first = graph.operators().next().unwrap();
        let [input, weights, bias] = first.inputs().flatten().collect::<Vec<_>>()[..] else {
            panic!("a convolution has three inputs")
        };
        assert_eq!(weights.element(), ElementType::Int8);
        assert_eq!(weights.shape().collect::<Vec<_>>(), [2, 3, 3, 1]);
        assert_eq!(weights.data().len(), 18);
        assert_eq!((weights.scales().len(), weights.quantized_dimension()), (2, 0));
        assert!(weights.zero_points().all(|zero_point| zero_point == 0));
        assert_eq!((bias.element(), bias.data().len()), (ElementType::Int32, 8));
        // The scale of a bias is that of the input times that of the weights.
        let step = input.scales().next().unwrap();
        for (bias, weights) in bias.scales().zip(weights.scales()) {
            assert!((bias / (step * weights) - 1.0).abs() < 1e-6, "{bias} {step} {weights}");
        }
        assert_eq!(graph.tensor_named(weights.name()), Some(weights));
    }
}

/// Reads everything in a file, so that the tests notice any panic.
fn tell(file: &TfliteFile<'_>) -> usize {
    let graphs = file.subgraphs().map(|graph| {
        let tensors = graph.tensors().map(|tensor| {
            let numbers = tensor.scales().len() + tensor.zero_points().len();
            tensor.name().len() + tensor.data().len() + tensor.shape().len() + numbers
        });
        tensors.sum::<usize>() + operators(graph).len()
    });
    let metadata = file.metadata().map(|entry| entry.name.len() + entry.data.len());
    let signatures = file.signatures().map(|signature| signature.inputs().count());
    graphs.sum::<usize>() + metadata.sum::<usize>() + signatures.sum::<usize>()
}

#[test]
fn a_truncated_file_is_refused() {
    for name in ["tf2.12_dynamic", "tf2.21_float32"] {
        let bytes = fixture(name);
        assert!(tell(&TfliteFile::read(&bytes).unwrap()) > 0);
        let read = (0..bytes.len())
            .filter(|&length| TfliteFile::read(&bytes[..length]).is_ok_and(|file| tell(&file) > 0));
        assert_eq!(read.count(), 0, "{name}");
    }
}

#[test]
fn a_damaged_byte_is_refused_or_told() {
    let bytes = fixture("tf2.12_dynamic");
    let mut damaged = bytes.clone();
    let mut refused = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        for other in [0, 1, 127, 128, 255, byte ^ 4, byte.wrapping_add(1)] {
            damaged[at] = other;
            match TfliteFile::read(&damaged) {
                Ok(file) => assert!(tell(&file) > 0),
                Err(error) => {
                    refused += 1;
                    assert!(!error.to_string().is_empty());
                }
            }
        }
        damaged[at] = byte;
    }
    assert!(refused > bytes.len(), "only {refused} damaged files are refused");
}
