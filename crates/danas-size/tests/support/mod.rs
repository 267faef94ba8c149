//! Converted models, taken apart.

use std::{fs, path::Path};

use danas_size::{
    ActivationScales, Affine, TfliteFile,
    reader::{Operator, Tensor},
};
use danas_space::{Architecture, Network, Shape, parse_layers};

/// A converted model.
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

/// Convolutions and dense layers.
fn layers<'a>(file: &TfliteFile<'a>) -> Vec<Operator<'a>> {
    let operators = file.subgraph(0).unwrap().operators();
    let has_weights = |operator: &Operator<'_>| operator.inputs().count() == 3;
    operators.filter(has_weights).collect()
}

fn input<'a>(operator: &Operator<'a>, index: usize) -> Tensor<'a> {
    operator.inputs().nth(index).flatten().unwrap()
}

/// Kernels and biases in the order of use.
pub(crate) fn weights(file: &[u8]) -> Vec<Vec<f32>> {
    let file = TfliteFile::read(file).unwrap();
    let floats = |tensor: Tensor<'_>| {
        let (values, rest) = tensor.data().as_chunks::<4>();
        assert!(rest.is_empty());
        values.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
    };
    layers(&file).iter().flat_map(|it| [input(it, 1), input(it, 2)].map(floats)).collect()
}

/// The integers of the input and of each layer's output.
pub(crate) fn scales(file: &[u8], network: &Network) -> ActivationScales {
    let file = TfliteFile::read(file).unwrap();
    let layers = layers(&file);
    let outputs = layers.iter().map(|layer| layer.outputs().next().flatten().unwrap());
    let affine = |tensor: Tensor<'_>| Affine {
        scale: tensor.scales().next().unwrap(),
        zero_point: tensor.zero_points().next().unwrap().try_into().unwrap(),
    };
    let all = [input(&layers[0], 0)].into_iter().chain(outputs).map(affine).collect();
    ActivationScales::new(network, all).unwrap()
}
