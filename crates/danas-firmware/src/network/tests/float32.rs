//! Compares floats.

use danas_size::{
    FloatModel,
    program::{Float32, FloatLayer, Operation, Program, Task, Tensor, Window},
};
use danas_space::Network;

use super::{
    super::NetworkCode,
    compiler::{has, native, program, run},
    random::Random,
};

/// Largest relative error of an operation in floats.
const UNIT: f64 = 1.0 / (1 << 24) as f64;

/// An activation as it is computed one operation after the other.
#[derive(Clone)]
struct Activation {
    values: Vec<f32>,
    /// For each value, how far two computations can be apart that add in different orders.
    bounds: Vec<f64>,
}

impl Activation {
    fn push(&mut self, value: f32, bound: f64) {
        self.values.push(value);
        self.bounds.push(bound);
    }
}

/// A sum in floats, with a bound for its error.
///
/// Source: N. Higham (2002), Accuracy and Stability of Numerical Algorithms, section 3.1. In any
/// order, a sum of `n` products differs from the exact one by at most `n u / (1 − n u)` times the
/// sum of their absolute values.
#[derive(Default)]
struct Sum {
    value: f32,
    sizes: f64,
    inherited: f64,
    terms: u32,
}

impl Sum {
    fn add(&mut self, factor: f32, activation: &Activation, index: usize) {
        let (value, bound) = (activation.values[index], activation.bounds[index]);
        let factor_size = f64::from(factor).abs();
        self.value += factor * value;
        self.sizes += factor_size * (f64::from(value).abs() + bound);
        self.inherited += factor_size * bound;
        self.terms += 1;
    }

    /// Returns how far two computations of the sum can be apart.
    fn bound(&self) -> f64 {
        let errors = UNIT * f64::from(self.terms + 2);
        self.inherited + 2.0 * errors / (1.0 - errors) * self.sizes
    }

    /// Adds the bias and applies the activation function.
    fn finish(mut self, layer: &FloatLayer<'_>, output: usize, to: &mut Activation) {
        self.value += layer.bias[output];
        self.sizes += f64::from(layer.bias[output]).abs();
        let value = if layer.relu && self.value < 0.0 { 0.0 } else { self.value };
        to.push(value, self.bound());
    }
}

/// Calls `each` with the position of every value of the input that is under a window, and its place
/// in the window.
fn under(window: &Window, input: &Tensor, y: usize, x: usize, mut each: impl FnMut(usize, usize)) {
    let [rows, columns] = [window.size.height, window.size.width].map(|it| it as usize);
    let [down, across] = [window.stride.height, window.stride.width].map(|it| it as usize);
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        let y = (y * down + row).wrapping_sub(window.margins.top);
        let x = (x * across + column).wrapping_sub(window.margins.left);
        if y < input.shape.height && x < input.shape.width {
            each((y * input.shape.width + x) * input.shape.channels, row * columns + column);
        }
    }
}

fn step(operation: &Operation<Float32<'_>>, from: &Activation) -> Activation {
    let Operation { task, input, output, .. } = operation;
    let mut to = Activation { values: Vec::new(), bounds: Vec::new() };
    let channels = input.shape.channels;
    let pixels = (0..output.shape.height)
        .flat_map(|y| (0..output.shape.width).map(move |x| (y, x)))
        .flat_map(|(y, x)| (0..output.shape.channels).map(move |channel| (y, x, channel)));
    match task {
        Task::Convolution(window, layer) => {
            let area = layer.kernel.len() / output.shape.channels / channels;
            for (y, x, filter) in pixels {
                let mut sum = Sum::default();
                under(window, input, y, x, |position, place| {
                    for channel in 0..channels {
                        let weight = layer.kernel[(filter * area + place) * channels + channel];
                        sum.add(weight, from, position + channel);
                    }
                });
                sum.finish(layer, filter, &mut to);
            }
        }
        Task::Depthwise(window, layer) => {
            for (y, x, channel) in pixels {
                let mut sum = Sum::default();
                under(window, input, y, x, |position, place| {
                    sum.add(layer.kernel[place * channels + channel], from, position + channel);
                });
                sum.finish(layer, channel, &mut to);
            }
        }
        Task::Dense(layer) => {
            for (output, weights) in layer.kernel.chunks(from.values.len()).enumerate() {
                let mut sum = Sum::default();
                weights.iter().enumerate().for_each(|(index, &it)| sum.add(it, from, index));
                sum.finish(layer, output, &mut to);
            }
        }
        Task::MaxPool(window) => {
            for (y, x, channel) in pixels {
                let (mut largest, mut bound) = (f32::NEG_INFINITY, 0.0_f64);
                under(window, input, y, x, |position, _| {
                    largest = largest.max(from.values[position + channel]);
                    bound = bound.max(from.bounds[position + channel]);
                });
                to.push(largest, bound);
            }
        }
        Task::AveragePool(window) => {
            for (y, x, channel) in pixels {
                let mut sum = Sum::default();
                under(window, input, y, x, |position, _| sum.add(1.0, from, position + channel));
                let count = window.size.area() as f32;
                to.push(sum.value / count, sum.bound() / f64::from(count));
            }
        }
        Task::Mean(()) => {
            for channel in 0..channels {
                let mut sum = Sum::default();
                let values = (channel..from.values.len()).step_by(channels);
                values.for_each(|index| sum.add(1.0, from, index));
                let count = sum.terms as f32;
                to.push(sum.value / count, sum.bound() / f64::from(count));
            }
        }
        Task::Sigmoid(()) => {
            for (&value, bound) in from.values.iter().zip(&from.bounds) {
                // The slope is 1/4 at most; the exponential, the sum and the quotient are rounded.
                to.push(1.0 / (1.0 + (-value).exp()), bound / 4.0 + 8.0 * UNIT);
            }
        }
        Task::Softmax(()) => {
            let largest = from.values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let powers: Vec<f32> = from.values.iter().map(|it| (it - largest).exp()).collect();
            let sum: f32 = powers.iter().sum();
            let worst = from.bounds.iter().copied().fold(0.0, f64::max);
            for (power, value) in powers.iter().zip(&from.values) {
                let distance = f64::from(largest - value);
                let roundings = (powers.len() as f64 + 8.0 + distance) * 2.0 * UNIT;
                let ratio = (2.0 * worst).exp_m1() + roundings;
                let probability = power / sum;
                to.push(probability, f64::from(probability) * ratio + f64::from(f32::MIN_POSITIVE));
            }
        }
    }
    to
}

/// Returns the probabilities of a program, computed in the order of TensorFlow Lite Micro's
/// reference kernels.
fn in_order(program: &Program<Float32<'_>>, example: &[f32]) -> Activation {
    let input = Activation { values: example.to_vec(), bounds: vec![0.0; example.len()] };
    program.operations.iter().fold(input, |activation, operation| step(operation, &activation))
}

#[test]
fn compiled_networks_compute_the_floats_of_the_model() {
    if !has(&native()) {
        return;
    }
    let mut random = Random::new(3);
    let networks: Vec<Network> = (0..50).map(|_| random.network()).collect();
    let weights: Vec<Vec<Vec<f32>>> = networks.iter().map(|it| random.weights(it)).collect();
    let models: Vec<FloatModel<'_>> = networks
        .iter()
        .zip(&weights)
        .map(|(network, weights)| {
            FloatModel::new(network, weights.iter().map(Vec::as_slice)).unwrap()
        })
        .collect();
    let codes: Vec<NetworkCode> = models
        .iter()
        .enumerate()
        .map(|(index, model)| NetworkCode::float32(&format!("network{index}"), model).unwrap())
        .collect();
    let (mut inputs, mut expected) = (Vec::new(), Vec::new());
    for model in &models {
        for _ in 0..4 {
            let example = random.floats(model.network().input().elements().unwrap());
            let program = model.program();
            let predicted = model.predict(&example).unwrap();
            expected.push((model.network(), in_order(&program, &example), predicted));
            inputs.extend(example.iter().flat_map(|value| value.to_ne_bytes()));
        }
    }
    let outputs = run(&program::<Float32<'_>>(&codes, 4), inputs);
    let mut outputs = outputs.as_chunks::<4>().0.iter().map(|&bytes| f32::from_ne_bytes(bytes));
    let (mut wide, mut count) = (0, 0);
    for (network, expected, predicted) in &expected {
        let actual: Vec<f32> = outputs.by_ref().take(predicted.len()).collect();
        assert_eq!(actual, expected.values, "{network}");
        for ((&one, &other), &bound) in actual.iter().zip(predicted).zip(&expected.bounds) {
            let difference = f64::from(one - other).abs();
            assert!(difference <= bound, "{network}: {one} and {other} differ by {difference}");
            wide += usize::from(bound > 1e-3);
            count += 1;
        }
    }
    assert_eq!(outputs.next(), None);
    assert!(20 * wide < count, "{wide} of {count} bounds tell little");
}
