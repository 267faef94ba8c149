//! Constants of programs in 32-bit floats.

use std::marker::PhantomData;

use super::{arithmetic::Arithmetic, layer_counts::LayerCounts};

/// The arithmetic of 32-bit floats. Constants borrow from a [`FloatModel`](crate::FloatModel).
#[derive(Debug, Clone, PartialEq)]
pub struct Float32<'a>(PhantomData<&'a ()>);

/// The constants of a convolution or dense layer in floats.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FloatLayer<'a> {
    /// Kernel, in the layout of the [`Task`](super::Task).
    pub kernel: &'a [f32],
    /// Bias of each output.
    pub bias: &'a [f32],
    /// Whether outputs below 0 become 0.
    pub relu: bool,
}

impl<'a> Arithmetic for Float32<'a> {
    type Layer = FloatLayer<'a>;
    type Mean = ();
    type Sigmoid = ();
    type Softmax = ();

    const VALUE_BYTES: u64 = 4;
    const ALIGNMENT: usize = 1;

    const SIGMOID_BYTES: u64 = 0;

    fn counts(layer: &Self::Layer) -> LayerCounts {
        let outputs = layer.bias.len();
        LayerCounts::new(layer.kernel.len(), outputs, outputs)
    }

    fn bytes_of(counts: LayerCounts) -> u64 {
        4_u64.saturating_mul(counts.weights.saturating_add(counts.outputs) as u64)
    }
}
