//! Programs in 32-bit floats.

use super::{
    Program,
    float32::{Float32, FloatLayer},
    outline::{Constants, program},
};
use crate::{float_model::FloatModel, steps::Step};

impl FloatModel<'_> {
    /// Returns the computation of one inference.
    ///
    /// [`predict`](Self::predict) computes the same, with sums in another order. TensorFlow Lite
    /// Micro's reference kernels add products in the order `[height, width, channels]` to 0, and
    /// then the bias.
    #[must_use]
    pub fn program(&self) -> Program<Float32<'_>> {
        program(self.network().input(), self.steps(), self)
    }
}

impl<'a> Constants<Float32<'a>> for &'a FloatModel<'_> {
    fn layer(&self, step: &Step, index: usize) -> FloatLayer<'a> {
        let weights = &self.weights()[index];
        FloatLayer { kernel: &weights.kernel, bias: &weights.bias, relu: step.has_relu() }
    }

    fn mean(&self, _: &Step) {}

    fn sigmoid(&self, _: &Step) {}

    fn softmax(&self, _: &Step) {}
}
