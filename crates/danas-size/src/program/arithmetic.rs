//! The arithmetic of a program.

use std::fmt::Debug;

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
