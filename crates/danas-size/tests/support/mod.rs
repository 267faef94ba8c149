//! Reads converted models, and takes their weights and scales out of them.

use std::{fs, path::Path};

use danas_size::{
    ActivationScales, Affine, TfliteFile,
    reader::{Operator, Tensor},
};
use danas_space::{Architecture, Network, Role, Shape, parse_layers};

/// Returns the file of a converted model.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    fs::read(folder.join(format!("{name}.tflite"))).unwrap()
}

pub(crate) fn network(input: Shape, layers: &str, dense_width: u32, classes: usize) -> Network {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense_width).unwrap();
    Network::new(input, &architecture, classes).unwrap()
}

pub(crate) fn small() -> Network {
    network(Shape::new(39, 8, 1), "2x3R 2x5S", 10, 2)
}

/// Returns a network with every kind of layer.
pub(crate) fn kinds() -> Network {
    let layers = "d8x3/2pnR 8x1x3S max2x1 drop25 8x3pnR avg2/1 gap";
    network(Shape::new(12, 10, 2), layers, 5, 3)
}

/// Returns a network for logistic regression, with neither layers nor a hidden dense layer.
pub(crate) fn regression() -> Network {
    network(Shape::new(12, 10, 3), "flatten", 0, 3)
}

/// Returns a network with kernels of the whole height, and without a hidden dense layer.
pub(crate) fn pooled() -> Network {
    network(Shape::new(12, 10, 2), "8xHx3R 8xHx3S gap", 0, 3)
}

/// Returns the operators that have weights: convolutions (also depthwise ones) and dense layers.
fn layers<'a>(file: &TfliteFile<'a>) -> Vec<Operator<'a>> {
    let operators = file.subgraph(0).unwrap().operators();
    let has_weights = |operator: &Operator<'_>| operator.inputs().count() == 3;
    operators.filter(has_weights).collect()
}

fn input<'a>(operator: &Operator<'a>, index: usize) -> Tensor<'a> {
    operator.inputs().nth(index).flatten().unwrap()
}

/// Returns kernels and biases in the order of use. Separable convolutions have those of both parts.
pub(crate) fn weights(file: &[u8]) -> Vec<Vec<f32>> {
    let file = TfliteFile::read(file).unwrap();
    let floats = |tensor: Tensor<'_>| {
        let (values, rest) = tensor.data().as_chunks::<4>();
        assert!(rest.is_empty());
        values.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    };
    layers(&file).iter().flat_map(|it| [input(it, 1), input(it, 2)].map(floats)).collect()
}

/// Returns the tensors of a network that has the weights of a file. In the file, normalisations are
/// folded into other weights, so those of the network are chosen to change nothing.
pub(crate) fn tensors(file: &[u8], network: &Network) -> Vec<Vec<f32>> {
    let mut weights = weights(file).into_iter();
    let specs = network.weights().into_iter();
    let tensors = specs.map(|tensor| match tensor.role {
        Role::Depthwise => {
            let kernel = weights.next().unwrap();
            assert!(weights.next().unwrap().iter().all(|&bias| bias == 0.0));
            kernel
        }
        Role::Kernel | Role::Pointwise | Role::Bias => weights.next().unwrap(),
        Role::Scale => vec![1.0; tensor.values()],
        Role::Offset | Role::Mean => vec![0.0; tensor.values()],
        Role::Variance => vec![1.0 - 1e-3; tensor.values()],
    });
    tensors.collect()
}

/// Returns the scales and zero points of the input and of each calibrated output.
pub(crate) fn scales(file: &[u8], network: &Network) -> ActivationScales {
    let file = TfliteFile::read(file).unwrap();
    let graph = file.subgraph(0).unwrap();
    let is_scaled = |operator: &Operator<'_>| {
        operator.inputs().count() == 3 || operator.name().to_string() == "MEAN"
    };
    let outputs = graph.operators().filter(is_scaled).map(|it| it.outputs().next().flatten());
    let affine = |tensor: Tensor<'_>| Affine {
        scale: tensor.scales().next().unwrap(),
        zero_point: tensor.zero_points().next().unwrap().try_into().unwrap(),
    };
    let all = graph.inputs().chain(outputs.map(Option::unwrap)).map(affine).collect();
    ActivationScales::new(network, all).unwrap()
}
