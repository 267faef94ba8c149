//! Constants of programs in 8-bit integers.

use std::marker::PhantomData;

use super::{arithmetic::Arithmetic, layer_counts::LayerCounts};
use crate::inference::Multiplier;

/// The arithmetic of 8-bit integers, whose sums have 32 bits. Constants borrow from an
/// [`Int8Model`](crate::Int8Model).
#[derive(Debug, Clone, PartialEq)]
pub struct Int8<'a>(PhantomData<&'a ()>);

/// The constants of a convolution or dense layer in integers.
///
/// An output is `clamp(multiplier(bias + Σ kernel · (input − input_zero)) + output_zero)`, with sums
/// that wrap around at 32 bits.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Int8Layer<'a> {
    /// Kernel, in the layout of the [`Task`](super::Task).
    pub kernel: &'a [i8],
    /// Bias of each output.
    pub bias: &'a [i32],
    /// Factors from sums to outputs: one for each output, or a single one if the kernel has a single
    /// scale.
    pub multipliers: &'a [Multiplier],
    /// Integer that stands for 0 in the input.
    pub input_zero: i8,
    /// Integer that stands for 0 in the output.
    pub output_zero: i8,
    /// Smallest and largest integer of the output. After a ReLU, the smallest is `output_zero`.
    pub limits: [i8; 2],
}

/// The constants of a mean of integers.
///
/// An output is `clamp(multiplier(start + Σ input) + output_zero)`, between −128 and 127.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Int8Mean {
    /// The zero points of all summed integers, subtracted from 0.
    pub start: i32,
    /// Factor from the sum to the output, which includes the division.
    pub multiplier: Multiplier,
    /// Integer that stands for 0 in the output.
    pub output_zero: i8,
}

/// The constants of a softmax over integers. Its output has a scale of 1/256 and a zero point of
/// −128.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Int8Softmax {
    /// Factor from the difference of two inputs to a number with 5 bits before the binary point.
    pub multiplier: Multiplier,
    /// Largest distance from the largest input at which an exponential is not taken to be 0.
    pub radius: i32,
}

impl<'a> Arithmetic for Int8<'a> {
    type Layer = Int8Layer<'a>;
    type Mean = Int8Mean;
    /// Output for each input from −128 to 127.
    type Sigmoid = [i8; 256];
    type Softmax = Int8Softmax;

    const VALUE_BYTES: u64 = 1;
    const ALIGNMENT: usize = 4;

    const SIGMOID_BYTES: u64 = 256;

    fn counts(layer: &Self::Layer) -> LayerCounts {
        LayerCounts::new(layer.kernel.len(), layer.bias.len(), layer.multipliers.len())
    }

    fn bytes_of(counts: LayerCounts) -> u64 {
        let LayerCounts { weights, outputs, scales } = counts;
        let small = 4_u64.saturating_mul(outputs as u64).saturating_add(5 * scales as u64);
        small.saturating_add(weights as u64)
    }
}
