//! The arithmetic of a program.

use std::fmt::Debug;

use super::layer_counts::LayerCounts;

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

    /// Size of the constants of a sigmoid, in bytes.
    const SIGMOID_BYTES: u64;

    /// Counts the constants of a layer.
    fn counts(layer: &Self::Layer) -> LayerCounts;

    /// Returns the size of the constants of a layer, in bytes.
    fn bytes_of(counts: LayerCounts) -> u64;
}
