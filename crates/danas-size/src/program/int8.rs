//! Programs in 8-bit integers.

use super::{
    Program,
    arithmetic::Int8,
    outline::{Constants, program},
};
use crate::{
    inference::{Logistic, Multiplier, Softmax},
    quantisation::Int8Model,
    steps::Step,
};

/// The constants of a convolution or dense layer in integers.
///
/// An output is `clamp(multiplier(bias + Σ kernel · (input − input_zero)) + output_zero)`, with sums
/// that wrap around at 32 bits. `starts` are the same sums without the products that contain the
/// inputs: if no position is outside the input, an output is
/// `clamp(multiplier(start + Σ kernel · input) + output_zero)`. A position outside counts as
/// `input_zero`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Int8Layer<'a> {
    /// Kernel, in the layout of the [`Task`](super::Task).
    pub kernel: &'a [i8],
    /// Bias of each output.
    pub bias: &'a [i32],
    /// For each output, `bias − input_zero · Σ kernel`.
    pub starts: Vec<i32>,
    /// Factors from sums to outputs: one for each output, or a single one for all.
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

impl Int8Model {
    /// Returns the computation of one inference, with the integers of [`run`](Self::run).
    #[must_use]
    pub fn program(&self) -> Program<Int8<'_>> {
        program(self.network().input(), self.steps(), self)
    }
}

impl<'a> Constants<Int8<'a>> for &'a Int8Model {
    fn layer(&self, step: &Step, index: usize) -> Int8Layer<'a> {
        let layer = &self.layers()[index];
        let [input_zero, output_zero] =
            [step.from, step.to].map(|flow| self.affine(flow).zero_point);
        let kernel = layer.kernel.values.as_slice();
        let mut starts = layer.bias.clone();
        let outputs = starts.len();
        let window = (kernel.len() / outputs.max(1)).max(1);
        let is_depthwise = step.convolution().is_some_and(|it| it.is_depthwise());
        for (index, &weight) in kernel.iter().enumerate() {
            let output = if is_depthwise { index % outputs } else { index / window };
            let product = i32::from(weight) * i32::from(input_zero);
            starts[output] = starts[output].wrapping_sub(product);
        }
        let multipliers = layer.multipliers.as_slice();
        let is_one = multipliers.windows(2).all(|pair| pair[0] == pair[1]);
        Int8Layer {
            kernel,
            bias: &layer.bias,
            starts,
            multipliers: if is_one { &multipliers[..1.min(outputs)] } else { multipliers },
            input_zero,
            output_zero,
            limits: [if step.has_relu() { output_zero } else { i8::MIN }, i8::MAX],
        }
    }

    fn mean(&self, step: &Step) -> Int8Mean {
        let (from, to) = (self.affine(step.from), self.affine(step.to));
        let area = step.input.height * step.input.width;
        let zeros = i32::from(from.zero_point).wrapping_mul(area as i32);
        Int8Mean {
            start: zeros.wrapping_neg(),
            multiplier: Multiplier::of_mean(from.scale, to.scale, area),
            output_zero: to.zero_point,
        }
    }

    fn sigmoid(&self, step: &Step) -> [i8; 256] {
        let from = self.affine(step.from);
        let sigmoid = Logistic::new(from.scale);
        std::array::from_fn(|index| {
            let input = i32::from(i8::MIN) + index as i32;
            sigmoid.apply(input - i32::from(from.zero_point)) as i8
        })
    }

    fn softmax(&self, step: &Step) -> Int8Softmax {
        let softmax = Softmax::new(self.affine(step.from).scale);
        Int8Softmax { multiplier: softmax.rescale, radius: softmax.radius }
    }
}
