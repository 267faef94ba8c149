//! Constants of programs in 32-bit floats.

use std::marker::PhantomData;

use super::arithmetic::Arithmetic;

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

    fn layer_bytes(layer: &Self::Layer) -> u64 {
        4 * (layer.kernel.len() + layer.bias.len()) as u64
    }

    fn sigmoid_bytes((): &Self::Sigmoid) -> u64 {
        0
    }
}
