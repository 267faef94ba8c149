//! Compares the memory of programs with the arena of TensorFlow Lite Micro.

#![expect(clippy::unwrap_used, reason = "a broken fixture must fail its test")]

use danas_size::{
    ActivationScales, Affine, Arena, Converter, DeployedFormat, FloatModel, Platform, Profile,
    program::{Arithmetic, Counted, Float32, Int8, Program},
};
use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};

fn network(input: Shape, layers: &str, dense: u32, classes: usize) -> Network {
    let architecture = Architecture::new(parse_layers(layers).unwrap(), dense).unwrap();
    Network::new(input, &architecture, classes).unwrap()
}

/// Returns memory and constants, and checks that each operation reads what the one before wrote.
fn figures<A: Arithmetic>(program: &Program<A>) -> [Bytes; 2] {
    let mut span = program.input;
    for operation in &program.operations {
        assert_eq!(operation.input.span, span);
        span = operation.output.span;
        for tensor in [operation.input, operation.output] {
            assert_eq!(tensor.shape.elements(), Some(tensor.span.values));
            assert!(tensor.span.range().end <= program.values);
        }
    }
    assert_eq!(program.output, span);
    [program.memory(), program.constants()]
}

/// Returns memory and constants in integers and in floats.
fn of(network: &Network) -> [[Bytes; 2]; 2] {
    let weights: Vec<Vec<f32>> =
        network.weights().iter().map(|tensor| vec![0.5; tensor.values()]).collect();
    let model = FloatModel::new(network, weights.iter().map(Vec::as_slice)).unwrap();
    let affine = Affine { scale: 0.1, zero_point: 0 };
    let scales = (1..99).find_map(|count| ActivationScales::new(network, vec![affine; count]).ok());
    let scales = scales.unwrap();
    for profile in Profile::ALL {
        let mut converter = Converter::default();
        converter.profile = profile;
        let int8 = converter.quantise(&model, &scales).unwrap();
        let outline = Program::<Counted<Int8<'_>>>::outline(network, profile);
        assert_eq!(figures(&int8.program()), figures(&outline), "{network}");
        let outline = Program::<Counted<Float32<'_>>>::outline(network, profile);
        assert_eq!(figures(&model.program()), figures(&outline), "{network}");
    }
    let int8 = Converter::default().quantise(&model, &scales).unwrap();
    [figures(&int8.program()), figures(&model.program())]
}

#[test]
fn activations_never_take_more_memory_than_in_the_arena() {
    for layers in [
        "flatten",
        "gap",
        "2x3R 2x5S",
        "8x3R max2 16x3R max2",
        "d8x3R avg2 d4x3pS gap",
        "64x10x4/2pR d64x3pR d64x3pR gap",
        "max2 8x3R 3x1R avg2",
    ] {
        for dense in [0, 10] {
            let network = network(Shape::new(39, 16, 2), layers, dense, 3);
            let formats = [DeployedFormat::Int8, DeployedFormat::Float32];
            for (format, [memory, _]) in formats.into_iter().zip(of(&network)) {
                let arena = Arena::of(&network, format, Platform::REFERENCE).unwrap();
                assert!(memory <= arena.head, "{network}: {memory} and {arena:?}");
            }
        }
    }
}

#[test]
fn memory_and_constants_are_those_of_a_count_by_hand() {
    // The convolution reads 48 values and writes 48; pooling works in place.
    let [int8, float32] = of(&network(Shape::new(6, 8, 1), "2x3S max2", 4, 3));
    // Each filter has a scale, even if all are equal; a dense layer has one.
    let (weights, biases, scales) = (18 + 4 * 12 + 3 * 4, 2 + 4 + 3, 2 + 1 + 1);
    assert_eq!(int8, [Bytes(96), Bytes(weights + 4 * biases + 5 * scales + 256)]);
    assert_eq!(float32, [Bytes(4 * 96), Bytes(4 * (weights + biases))]);
}
