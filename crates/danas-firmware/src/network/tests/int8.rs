//! Compares integers.

use std::collections::HashSet;

use danas_size::{FloatModel, Int8Model, program::Int8};
use danas_space::{Architecture, Network, Shape, parse_layers};

use super::{
    super::NetworkCode,
    compiler::{has, native, program, run},
    random::Random,
};

/// Compares all outputs of compiled models with those of [`Int8Model::run`], on random examples.
fn compare(random: &mut Random, models: &[Int8Model], examples: usize) {
    if !has(&native()) {
        return;
    }
    let codes: Vec<NetworkCode> = models
        .iter()
        .enumerate()
        .map(|(index, model)| NetworkCode::int8(&format!("network{index}"), model).unwrap())
        .collect();
    let (mut inputs, mut expected) = (Vec::new(), Vec::new());
    for model in models {
        for _ in 0..examples {
            let example = random.integers(model.network().input().elements().unwrap());
            expected.push((model.network(), model.run(&example).unwrap()));
            inputs.extend(example.iter().map(|&value| value as u8));
        }
    }
    let outputs = run(&program::<Int8<'_>>(&codes, examples), inputs);
    let mut outputs = outputs.into_iter().map(|byte| byte as i8);
    for (network, expected) in &expected {
        let actual: Vec<i8> = outputs.by_ref().take(expected.len()).collect();
        assert_eq!(&actual, expected, "{network}");
    }
    assert_eq!(outputs.next(), None);
    let distinct: HashSet<&[i8]> = expected.iter().map(|(_, outputs)| &**outputs).collect();
    assert!(distinct.len() * 3 > expected.len(), "only {} of {}", distinct.len(), expected.len());
}

fn model(random: &mut Random, network: &Network) -> Int8Model {
    let weights = random.weights(network);
    let floats = FloatModel::new(network, weights.iter().map(Vec::as_slice)).unwrap();
    random.quantised(&floats)
}

#[test]
fn compiled_networks_compute_the_integers_of_the_model() {
    let mut random = Random::new(1);
    let models: Vec<Int8Model> = (0..70)
        .map(|_| {
            let network = random.network();
            model(&mut random, &network)
        })
        .collect();
    compare(&mut random, &models, 6);
}

/// The sum of so many exponentials has more bits than TensorFlow Lite Micro's softmax expects.
#[test]
fn a_softmax_over_many_classes_computes_the_integers_of_the_model() {
    let mut random = Random::new(2);
    let models: Vec<Int8Model> = [255, 256, 511, 512, 700, 1100, 2047, 2048, 4095]
        .into_iter()
        .map(|classes| {
            let architecture = Architecture::new(parse_layers("gap").unwrap(), 0).unwrap();
            let network = Network::new(Shape::new(2, 2, 12), &architecture, classes).unwrap();
            model(&mut random, &network)
        })
        .collect();
    compare(&mut random, &models, 4);
}
