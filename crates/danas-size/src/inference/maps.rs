//! Convolutions, poolings and dense layers over floats or integers.

use danas_space::{Pool, Shape};
use multiversion::multiversion;

use crate::steps::Convolution;

/// A type of values, and of the weights that they are multiplied by.
pub(super) trait Number: Copy + Default {
    type Weight: Copy;

    /// Returns `self` plus the product of `weight` and `value`.
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

/// 8-bit integers without their zero points, and sums of their products. Sums wrap around on
/// overflow, as they do on a device.
impl Number for i32 {
    type Weight = i8;

    fn plus(self, weight: i8, value: Self) -> Self {
        self.wrapping_add(value.wrapping_mul(weight.into()))
    }

    fn sum(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
}

/// Number of sums that a dense layer computes side by side.
const LANES: usize = 16;

/// Feature maps of one example, in the order `[channels, height, width]`. In this order, a whole
/// row of a map can be computed at once.
#[derive(Debug, Clone)]
pub(super) struct Maps<N> {
    shape: Shape,
    values: Vec<N>,
}

impl<N: Number> Maps<N> {
    /// Returns the maps of an example in the order `[height, width, channels]`.
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

    pub(super) fn into_values(self) -> Vec<N> {
        self.values
    }

    /// Returns the maps with each value changed. `change` gets the channel and the value.
    pub(super) fn map(mut self, mut change: impl FnMut(usize, N) -> N) -> Self {
        let area = self.shape.height * self.shape.width;
        for (channel, map) in self.values.chunks_exact_mut(area).enumerate() {
            map.iter_mut().for_each(|value| *value = change(channel, *value));
        }
        self
    }

    /// Returns all values in one row, in the order `[height, width, channels]`.
    pub(super) fn flattened(&self) -> Self {
        let area = self.shape.height * self.shape.width;
        let channels = self.shape.channels;
        let values = (0..self.values.len())
            .map(|index| self.values[index % channels * area + index / channels]);
        Self::flat(values.collect())
    }

    /// Returns one value for each channel, which `of` computes from the channel's map.
    pub(super) fn reduced(&self, of: impl FnMut(&[N]) -> N) -> Self {
        let area = self.shape.height * self.shape.width;
        Self::flat(self.values.chunks_exact(area.max(1)).map(of).collect())
    }

    /// Returns the sums of a dense layer over flat maps, with a kernel `[outputs, inputs]`.
    pub(super) fn dense(&self, kernel: &[N::Weight], bias: &[N]) -> Self {
        Self::flat(dense(&self.values, kernel, bias))
    }

    fn flat(values: Vec<N>) -> Self {
        Self { shape: Shape { height: 1, width: 1, channels: values.len() }, values }
    }

    /// Returns one value for each window, which `of` computes from the window's values.
    pub(super) fn pooled(
        &self,
        pool: &Pool,
        output: Shape,
        of: impl Fn(&mut dyn Iterator<Item = N>) -> N,
    ) -> Self {
        let Shape { height, width, .. } = self.shape;
        // A window fits into its input.
        let [rows, columns] = [pool.size.height, pool.size.width].map(|side| side as usize);
        let [down, across] = [pool.stride.height, pool.stride.width].map(|side| side as usize);
        let mut values = Vec::with_capacity(output.height * output.width * output.channels);
        for map in self.values.chunks_exact((height * width).max(1)) {
            for y in 0..output.height {
                for x in 0..output.width {
                    let (top, left) = (y * down, x * across);
                    let rows = (top..top + rows).map(|row| &map[row * width..][..width]);
                    values.push(of(&mut rows.flat_map(|row| &row[left..left + columns]).copied()));
                }
            }
        }
        Self { shape: output, values }
    }

    /// Returns the sums of a convolution with a kernel `[filters, height, width, channels]`, or of
    /// a depthwise convolution with a kernel `[height, width, channels]`.
    pub(super) fn convolved(
        &self,
        convolution: &Convolution,
        output: Shape,
        kernel: &[N::Weight],
        bias: &[N],
    ) -> Self {
        let window = Window::new(convolution, self.shape, output);
        let mut values = Vec::with_capacity(output.height * output.width * output.channels);
        if convolution.is_depthwise() {
            let channels = self.shape.channels.max(1);
            let maps = self.values.chunks_exact((self.values.len() / channels).max(1));
            for ((channel, map), &bias) in maps.enumerate().zip(bias) {
                let weights = kernel.iter().skip(channel).step_by(channels);
                let weights: Vec<N::Weight> = weights.copied().collect();
                convolve(map, &window, &weights, bias, &mut values);
            }
        } else {
            let length = (kernel.len() / bias.len().max(1)).max(1);
            for (weights, &bias) in kernel.chunks_exact(length).zip(bias) {
                convolve(&self.values, &window, weights, bias, &mut values);
            }
        }
        Self { shape: output, values }
    }
}

/// The geometry of a convolution.
#[derive(Debug, Clone, Copy)]
struct Window {
    input: Shape,
    output: Shape,
    /// Size of the kernel: height and width. The next fields have the same order.
    kernel: [usize; 2],
    stride: [usize; 2],
    /// Numbers of zeros above and to the left of the input.
    margin: [usize; 2],
}

impl Window {
    fn new(convolution: &Convolution, input: Shape, output: Shape) -> Self {
        let [kernel, stride] = [convolution.kernel, convolution.stride]
            .map(|it| [it.height, it.width].map(|side| side as usize));
        let margin = [convolution.margins.top, convolution.margins.left];
        Self { input, output, kernel, stride, margin }
    }

    /// Returns at which positions in a row the column `place` of the kernel lies over the input.
    fn overlap(&self, place: usize) -> Overlap {
        let [_, stride] = self.stride;
        let [_, margin] = self.margin;
        let first = margin.saturating_sub(place).div_ceil(stride);
        let end = (self.input.width + margin).saturating_sub(place).div_ceil(stride);
        let count = end.min(self.output.width).saturating_sub(first);
        Overlap { first, count, column: (first * stride + place).saturating_sub(margin) }
    }
}

/// Positions in a row at which a column of a kernel lies over the input.
struct Overlap {
    /// First position.
    first: usize,
    /// Number of positions.
    count: usize,
    /// Column of the input at the first position.
    column: usize,
}

/// Appends the map of one filter to `values`. Its weights are `[height, width, channels]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn convolve<N: Number>(
    maps: &[N],
    window: &Window,
    weights: &[N::Weight],
    bias: N,
    values: &mut Vec<N>,
) {
    let Window { input, output, kernel: [rows, columns], stride: [down, across], margin } = *window;
    let channels = (weights.len() / (rows * columns).max(1)).max(1);
    let mut sums = vec![N::default(); output.width];
    for y in 0..output.height {
        sums.fill(bias);
        for (row, weights) in weights.chunks_exact(columns * channels).enumerate() {
            let Some(row) = (y * down + row).checked_sub(margin[0]) else { continue };
            if row >= input.height {
                break;
            }
            for (place, weights) in weights.chunks_exact(channels).enumerate() {
                let Overlap { first, count, column } = window.overlap(place);
                let sums = &mut sums[first.min(output.width)..][..count];
                for (channel, &weight) in weights.iter().enumerate() {
                    let values = &maps[(channel * input.height + row) * input.width..];
                    let values = &values[..input.width][column.min(input.width)..];
                    if across == 1 {
                        sums.iter_mut()
                            .zip(values)
                            .for_each(|(sum, &value)| *sum = sum.plus(weight, value));
                    } else {
                        sums.iter_mut()
                            .zip(values.iter().step_by(across))
                            .for_each(|(sum, &value)| *sum = sum.plus(weight, value));
                    }
                }
            }
        }
        values.extend_from_slice(&sums);
    }
}

/// Returns the sums of a dense layer with a kernel `[outputs, inputs]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn dense<N: Number>(inputs: &[N], kernel: &[N::Weight], bias: &[N]) -> Vec<N> {
    let rows = kernel.chunks_exact(inputs.len().max(1));
    rows.zip(bias)
        .map(|(weights, &bias)| {
            // Several sums side by side, since the compiler may not reorder a sum of floats.
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
    use danas_space::{Architecture, Network, parse_layers};

    use super::*;
    use crate::steps::steps;

    /// Returns the sums of the first layer of a network.
    fn convolved(
        input: Shape,
        layer: &str,
        example: &[i32],
        kernel: &[i8],
        bias: &[i32],
    ) -> Vec<i32> {
        let architecture = Architecture::new(parse_layers(layer).unwrap(), 1).unwrap();
        let step = steps(&Network::new(input, &architecture, 1).unwrap())[0];
        let maps = Maps::from_example(input, example.iter().copied());
        maps.convolved(step.convolution().unwrap(), step.output, kernel, bias).values
    }

    // [height, width, channels]: the second channel is a hundred times the first.
    const EXAMPLE: [i32; 12] = [1, 100, 2, 200, 3, 300, 4, 400, 5, 500, 6, 600];
    const INPUT: Shape = Shape::new(2, 3, 2);

    #[test]
    fn a_convolution_slides_its_kernel_over_all_channels() {
        assert_eq!(Maps::from_example(INPUT, EXAMPLE.into_iter()).flattened().values, EXAMPLE);
        let kernel = [1_i8, 0, 0, 1, 2, 0, 0, 0]; // [1, 2, 2, 2]
        let sums = convolved(INPUT, "1x2R", &EXAMPLE, &kernel, &[7]);
        assert_eq!(sums, [7 + 1 + 200 + 2 * 4, 7 + 2 + 300 + 2 * 5]);
    }

    #[test]
    fn a_depthwise_convolution_keeps_channels_apart() {
        let kernel = [1_i8, 2, 0, 1, 0, 0, 1, 0]; // [1, 2, 2, 2]
        let sums = convolved(INPUT, "d1x2R", &EXAMPLE, &kernel, &[7, 8]);
        assert_eq!(sums, [7 + 1 + 5, 7 + 2 + 6, 8 + 2 * 100 + 200, 8 + 2 * 200 + 300]);
    }

    /// Compares kernels, strides and paddings with the definition of a convolution.
    #[test]
    fn strides_and_margins_are_those_of_the_definition() {
        for (height, width) in [(1, 1), (4, 5), (6, 3)] {
            let input = Shape::new(height, width, 1);
            let example: Vec<i32> = (1..).take(height * width).collect();
            for kernel in [(1, 1), (2, 3), (3, 2), (1, 5), (4, 4)] {
                for stride in [(1, 1), (2, 1), (1, 3), (3, 2)] {
                    for padding in ["", "p"] {
                        let (rows, columns) = kernel;
                        if padding.is_empty() && (rows > height || columns > width) {
                            continue;
                        }
                        let out = |size: usize, kernel: usize, stride: usize| match padding {
                            "" => ((size - kernel) / stride + 1, 0),
                            _ => {
                                let out = size.div_ceil(stride);
                                (out, ((out - 1) * stride + kernel).saturating_sub(size) / 2)
                            }
                        };
                        let (down, top) = out(height, rows, stride.0);
                        let (across, left) = out(width, columns, stride.1);
                        let weights: Vec<i8> = (1..).take(rows * columns).collect();
                        let at = |y: usize, x: usize, row: usize, column: usize| {
                            let y = (y * stride.0 + row).checked_sub(top).filter(|&y| y < height);
                            let x =
                                (x * stride.1 + column).checked_sub(left).filter(|&x| x < width);
                            y.zip(x).map_or(0, |(y, x)| example[y * width + x])
                        };
                        let mut expected = Vec::new();
                        for (y, x) in (0..down).flat_map(|y| (0..across).map(move |x| (y, x))) {
                            let places =
                                (0..rows).flat_map(|row| (0..columns).map(move |it| (row, it)));
                            let products = places.zip(&weights).map(|((row, column), &weight)| {
                                at(y, x, row, column) * i32::from(weight)
                            });
                            expected.push(products.sum::<i32>());
                        }
                        let layer =
                            format!("1x{rows}x{columns}/{}x{}{padding}R", stride.0, stride.1);
                        let sums = convolved(input, &layer, &example, &weights, &[0]);
                        assert_eq!(sums, expected, "{input} {layer}");
                    }
                }
            }
        }
    }

    #[test]
    fn pooling_takes_each_window_of_each_channel() {
        let maps = Maps::from_example(INPUT, EXAMPLE.into_iter());
        let pool = |text: &str, output| {
            let Ok(danas_space::Layer::Pool(pool)) = text.parse() else { unreachable!() };
            maps.pooled(&pool, output, |window| window.sum()).values
        };
        assert_eq!(pool("max2x1", Shape::new(1, 3, 2)), [5, 7, 9, 500, 700, 900]);
        assert_eq!(pool("avg1x2/1", Shape::new(2, 2, 2)), [3, 5, 9, 11, 300, 500, 900, 1100]);
        assert_eq!(pool("max1/2", Shape::new(1, 2, 2)), [1, 3, 100, 300]);
        assert_eq!(maps.reduced(|map| map.iter().sum()).values, [21, 2100]);
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
