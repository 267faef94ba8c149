//! Programs in 8-bit integers.

use super::{
    Program,
    int8::{Int8, Int8Layer, Int8Mean, Int8Softmax},
    outline::{Constants, program},
};
use crate::{
    inference::{Logistic, Multiplier, Softmax},
    quantisation::Int8Model,
    steps::Step,
};

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
        let multipliers = layer.multipliers.as_slice();
        // Outputs that share a scale share a factor.
        let factors = layer.kernel.scales.len().min(multipliers.len());
        Int8Layer {
            kernel: &layer.kernel.values,
            bias: &layer.bias,
            multipliers: &multipliers[..factors],
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
