//! Convolutions and dense layers over any kind of number.

use danas_space::{Shape, ShapedLayer};
use multiversion::multiversion;

use crate::known::convolution;

/// What values, and the weights that they are multiplied with, are made of.
pub(super) trait Number: Copy + Default {
    type Weight: Copy;

    /// With the product of `weight` and `value` added.
    fn plus(self, weight: Self::Weight, value: Self) -> Self;

    fn sum(self, other: Self) -> Self;
}

impl Number for f32 {
    type Weight = Self;

    fn plus(self, weight: Self, value: Self) -> Self {
        self + weight * value
    }

    fn sum(self, other: Self) -> Self {
        self + other
    }
}

/// Integers of 8 bits, less their zero points, and sums of their products, which wrap around where
/// they overflow as they do on a device.
impl Number for i32 {
    type Weight = i8;

    fn plus(self, weight: i8, value: Self) -> Self {
        self.wrapping_add(value.wrapping_mul(weight.into()))
    }

    fn sum(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

/// Lanes of the sums of a dense layer.
const LANES: usize = 16;

/// Feature maps of one example, one after the other: `[channels, height, width]`, so that a row of a
/// map is computed at once.
#[derive(Debug, Clone)]
pub(super) struct Maps<N> {
    shape: Shape,
    values: Vec<N>,
}

impl<N: Number> Maps<N> {
    /// From an example in the order `[height, width, channels]`.
    pub(super) fn from_example(shape: Shape, example: impl Iterator<Item = N>) -> Self {
        let area = shape.height * shape.width;
        let mut values = vec![N::default(); area * shape.channels];
        for (index, value) in example.enumerate().take(values.len()) {
            values[index % shape.channels * area + index / shape.channels] = value;
        }
        Self { shape, values }
    }

    pub(super) fn values(&self) -> &[N] {
        &self.values
    }

    pub(super) fn map(&mut self, mut change: impl FnMut(usize, N) -> N) {
        let area = self.shape.height * self.shape.width;
        for (channel, map) in self.values.chunks_exact_mut(area).enumerate() {
            map.iter_mut().for_each(|value| *value = change(channel, *value));
        }
    }

    /// In the order `[height, width, channels]`.
    pub(super) fn flattened(&self) -> Vec<N> {
        let area = self.shape.height * self.shape.width;
        let channels = self.shape.channels;
        (0..self.values.len())
            .map(|index| self.values[index % channels * area + index / channels])
            .collect()
    }

    /// The sums of a convolution of stride 1 without padding, of a kernel
    /// `[filters, height, width, channels]`.
    pub(super) fn convolved(&self, layer: &ShapedLayer, kernel: &[N::Weight], bias: &[N]) -> Self {
        let side = convolution(layer.layer).map_or(0, |conv| conv.kernel.height) as usize;
        let values = convolve(&self.values, layer.input, layer.output, side, kernel, bias);
        Self { shape: layer.output, values }
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn convolve<N: Number>(
    maps: &[N],
    input: Shape,
    output: Shape,
    side: usize,
    kernel: &[N::Weight],
    bias: &[N],
) -> Vec<N> {
    let mut values = Vec::with_capacity(output.height * output.width * output.channels);
    let mut sums = vec![N::default(); output.width];
    let window = side * side * input.channels;
    for (weights, &bias) in kernel.chunks_exact(window).zip(bias) {
        for y in 0..output.height {
            sums.fill(bias);
            for (row, weights) in weights.chunks_exact(side * input.channels).enumerate() {
                for (position, &weight) in weights.iter().enumerate() {
                    let (x, channel) = (position / input.channels, position % input.channels);
                    let start = (channel * input.height + y + row) * input.width + x;
                    let values = &maps[start..start + output.width];
                    sums.iter_mut()
                        .zip(values)
                        .for_each(|(sum, &value)| *sum = sum.plus(weight, value));
                }
            }
            values.extend_from_slice(&sums);
        }
    }
    values
}

/// The sums of a dense layer, of a kernel `[outputs, inputs]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
pub(super) fn dense<N: Number>(inputs: &[N], kernel: &[N::Weight], bias: &[N]) -> Vec<N> {
    let rows = kernel.chunks_exact(inputs.len().max(1));
    rows.zip(bias)
        .map(|(weights, &bias)| {
            // Several sums side by side, as the compiler may not reorder those of floats.
            let mut sums = [N::default(); LANES];
            let (blocks, rest) = inputs.as_chunks::<LANES>();
            let (weight_blocks, weight_rest) = weights.as_chunks::<LANES>();
            for (values, weights) in blocks.iter().zip(weight_blocks) {
                for ((sum, &value), &weight) in sums.iter_mut().zip(values).zip(weights) {
                    *sum = sum.plus(weight, value);
                }
            }
            let rest = rest.iter().zip(weight_rest);
            let rest = rest.fold(bias, |sum, (&value, &weight)| sum.plus(weight, value));
            sums.into_iter().fold(rest, N::sum)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use danas_space::{Activation, Layer};

    use super::*;

    #[test]
    fn a_convolution_slides_its_kernel_over_all_channels() {
        let layer = ShapedLayer {
            layer: Layer::conv2d(1, 2, Activation::Relu),
            input: Shape::new(2, 3, 2),
            output: Shape::new(1, 2, 1),
        };
        // [height, width, channels]: the second channel is a hundred times the first.
        let example = [1, 100, 2, 200, 3, 300, 4, 400, 5, 500, 6, 600];
        let maps = Maps::from_example(layer.input, example.into_iter());
        assert_eq!(maps.flattened(), example);
        let kernel = [1_i8, 0, 0, 1, 2, 0, 0, 0]; // [1, 2, 2, 2]
        let convolved = maps.convolved(&layer, &kernel, &[7]);
        assert_eq!(convolved.values(), [7 + 1 + 200 + 2 * 4, 7 + 2 + 300 + 2 * 5]);
    }

    #[test]
    fn a_dense_layer_sums_every_input_once() {
        let inputs: Vec<f32> = (0_u8..37).map(f32::from).collect();
        let kernel = [vec![1.0; 37], vec![-2.0; 37]].concat();
        assert_eq!(dense(&inputs, &kernel, &[0.5, 0.0]), [666.5, -1332.0]);
    }

    #[test]
    fn sums_of_integers_wrap_around() {
        assert_eq!(i32::MAX.plus(1, 1), i32::MIN);
    }
}
