//! Why a model has no size, or cannot be written.

use std::fmt;

use danas_space::{Bytes, Network, Place, TensorSpec};

use crate::steps::{Convolution, Step};

/// A network that no TensorFlow Lite file can hold.
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
    /// A variance below zero.
    #[error("{tensor} holds {value}, but no variance is negative")]
    NegativeVariance {
        /// The tensor.
        tensor: TensorSpec,
        /// The value.
        value: f32,
    },
    /// A kernel that overflows, or its bias, where batch normalisation is folded into it.
    #[error("{tensor} is not finite once its normalisation is folded in")]
    FoldedNotFinite {
        /// The kernel.
        tensor: TensorSpec,
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
    /// The output of the depthwise part of a separable convolution, by the index of its layer.
    Depthwise(usize),
    /// The output of a convolution or of global average pooling, by the index of its layer: after
    /// its normalisation and its ReLU, before its sigmoid.
    Layer(usize),
    /// The output of the dense layer.
    Dense,
    /// The output of the output layer, before the softmax.
    Logits,
}

impl ActivationTensor {
    /// Those of a network, in the order of use.
    pub(crate) fn all(steps: &[Step]) -> Vec<Self> {
        let outputs = steps.iter().filter(|step| step.is_calibrated());
        [Self::Input].into_iter().chain(outputs.map(Self::of)).collect()
    }

    /// The output of a step.
    pub(crate) fn of(step: &Step) -> Self {
        match step.place {
            Place::Layer(layer) if step.convolution().is_some_and(Convolution::is_depthwise) => {
                Self::Depthwise(layer)
            }
            Place::Layer(layer) => Self::Layer(layer),
            Place::Dense => Self::Dense,
            Place::Output => Self::Logits,
        }
    }
}

impl fmt::Display for ActivationTensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input => f.write_str("the input"),
            Self::Depthwise(index) => {
                write!(f, "the output of the depthwise part of layer {}", index + 1)
            }
            Self::Layer(index) => write!(f, "the output of layer {}", index + 1),
            Self::Dense => f.write_str("the output of the dense layer"),
            Self::Logits => f.write_str("the output before the softmax"),
        }
    }
}
