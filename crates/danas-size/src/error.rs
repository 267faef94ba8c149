//! Why a model has no size, or cannot be written.

use std::fmt;

use danas_space::{Bytes, Layer, Network, TensorSpec};

/// A network that no TensorFlow Lite file can hold, or none that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SizeError {
    /// A model beyond the 2 GiB that a flatbuffer can address.
    #[error(
        "{network}: a model of at least {at_least} exceeds the {} that a flatbuffer holds",
        Self::LIMIT
    )]
    TooLarge {
        /// The network.
        network: Box<Network>,
        /// What its weights alone, or its file, would take.
        at_least: Bytes,
    },
    /// A layer of a kind that the converter's files are not known for.
    #[error("layer {layer}: {kind} is not known to the converter yet")]
    UnknownLayer {
        /// The layer, counted from 1.
        layer: usize,
        /// What it is.
        kind: Layer,
    },
}

impl SizeError {
    /// The largest flatbuffer: its references are signed 32-bit distances.
    ///
    /// Source: `FLATBUFFERS_MAX_BUFFER_SIZE` in `flatbuffers/base.h`.
    pub const LIMIT: Bytes = Bytes((1 << 31) - 1);
}

/// Weights, examples or scales that make no model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// A network that no file can hold.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// Weights of another network.
    #[error("there are {actual} tensors of weights, but the network has {expected}")]
    TensorCount {
        /// As many as the network has.
        expected: usize,
        /// As many as were given.
        actual: usize,
    },
    /// A tensor of another network.
    #[error("{tensor} has {actual} values, but the network needs {expected}")]
    TensorLength {
        /// The tensor.
        tensor: TensorSpec,
        /// As many as the network needs.
        expected: usize,
        /// As many as were given.
        actual: usize,
    },
    /// A weight that is NaN or infinite.
    #[error("{tensor} holds {value}")]
    WeightNotFinite {
        /// The tensor.
        tensor: TensorSpec,
        /// The value.
        value: f32,
    },
    /// An example that the network does not read.
    #[error("an example has {actual} values, but the network reads {expected}")]
    ExampleLength {
        /// As many as the network reads.
        expected: usize,
        /// As many as were given.
        actual: usize,
    },
    /// An example with a NaN or infinity, or one that overflows within the network.
    #[error("{place} is not finite for an example")]
    ExampleNotFinite {
        /// Where this shows first.
        place: ActivationTensor,
    },
    /// A calibration without a single example.
    #[error("there is no example to calibrate on")]
    NoExamples,
    /// Scales of another network.
    #[error("there are {actual} scales of activations, but the network has {expected}")]
    ScaleCount {
        /// As many as the network has.
        expected: usize,
        /// As many as were given.
        actual: usize,
    },
    /// A scale that is not positive and finite, or from which another follows that is not.
    #[error("{place} has a scale of {scale}")]
    IllegalScale {
        /// Whose it is.
        place: ActivationTensor,
        /// The scale.
        scale: f32,
    },
    /// More classes than TensorFlow Lite Micro's softmax over 8-bit integers can sum.
    #[error("{classes} classes are more than the {largest} of a softmax over 8-bit integers")]
    TooManyClasses {
        /// As many as the network has.
        classes: usize,
        /// As many as there can be.
        largest: usize,
    },
    /// A float model of another network than that of integers.
    #[error("the float model is of {actual}, but that of integers is of {expected}")]
    OtherNetwork {
        /// That of the integers.
        expected: Box<Network>,
        /// That of the floats.
        actual: Box<Network>,
    },
    /// Not enough memory for the file.
    #[error("there is no memory for a file of {0}")]
    OutOfMemory(Bytes),
}

/// What flows through a network, where it is scaled by what calibration saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActivationTensor {
    /// The input.
    Input,
    /// The output of a convolution, by its index: after its ReLU, before its sigmoid.
    Layer(usize),
    /// The output of the dense layer.
    Dense,
    /// The output of the output layer, before the softmax.
    Logits,
}

impl ActivationTensor {
    /// The one at a place in the order of use, in a network of so many convolutions.
    pub(crate) fn at(position: usize, convolutions: usize) -> Self {
        match position.checked_sub(1) {
            None => Self::Input,
            Some(layer) if layer < convolutions => Self::Layer(layer),
            Some(layer) if layer == convolutions => Self::Dense,
            Some(_) => Self::Logits,
        }
    }
}

impl fmt::Display for ActivationTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input => f.write_str("the input"),
            Self::Layer(index) => write!(f, "the output of layer {}", index + 1),
            Self::Dense => f.write_str("the output of the dense layer"),
            Self::Logits => f.write_str("the output before the softmax"),
        }
    }
}
