//! The two arithmetics of programs.

use std::{fmt::Debug, marker::PhantomData};

use super::{
    float32::FloatLayer,
    int8::{Int8Layer, Int8Mean, Int8Softmax},
};

/// The arithmetic of a [`Program`](super::Program): the type of its values, and the constants that
/// its operations need.
pub trait Arithmetic: Debug + Clone + PartialEq {
    /// Constants of a convolution or dense layer.
    type Layer: Debug + Clone + PartialEq;
    /// Constants of a mean.
    type Mean: Debug + Clone + PartialEq;
    /// Constants of a sigmoid.
    type Sigmoid: Debug + Clone + PartialEq;
    /// Constants of a softmax.
    type Softmax: Debug + Clone + PartialEq;

    /// Size of a value of an activation, in bytes.
    const VALUE_BYTES: u64;

    /// Number of values whose multiples activations begin at, so that they begin on whole words.
    const ALIGNMENT: usize;

    /// Returns the size of the constants of a layer, in bytes.
    fn layer_bytes(layer: &Self::Layer) -> u64;

    /// Returns the size of the constants of a sigmoid, in bytes.
    fn sigmoid_bytes(sigmoid: &Self::Sigmoid) -> u64;
}

/// The arithmetic of 8-bit integers, whose sums have 32 bits. Constants borrow from an
/// [`Int8Model`](crate::Int8Model).
#[derive(Debug, Clone, PartialEq)]
pub struct Int8<'a>(PhantomData<&'a ()>);

/// The arithmetic of 32-bit floats. Constants borrow from a [`FloatModel`](crate::FloatModel).
#[derive(Debug, Clone, PartialEq)]
pub struct Float32<'a>(PhantomData<&'a ()>);

impl<'a> Arithmetic for Int8<'a> {
    type Layer = Int8Layer<'a>;
    type Mean = Int8Mean;
    /// Output for each input from −128 to 127.
    type Sigmoid = [i8; 256];
    type Softmax = Int8Softmax;

    const VALUE_BYTES: u64 = 1;
    const ALIGNMENT: usize = 4;

    fn layer_bytes(layer: &Self::Layer) -> u64 {
        (layer.kernel.len() + 4 * layer.starts.len() + 5 * layer.multipliers.len()) as u64
    }

    fn sigmoid_bytes(sigmoid: &Self::Sigmoid) -> u64 {
        sigmoid.len() as u64
    }
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
