//! Errors of sizing, quantising and writing a model.

use std::fmt;

use danas_space::{Bytes, Network, Place, TensorSpec};

use crate::steps::{Convolution, Step};

/// The error for a network that does not fit into a TensorFlow Lite file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SizeError {
    /// A model larger than the 2 GiB that a flatbuffer can address.
    #[error(
        "{network}: the model takes {at_least} or more, but a flatbuffer holds at most {}",
        Self::LIMIT
    )]
    TooLarge {
        /// The network.
        network: Box<Network>,
        /// Lower bound of the model's size: the size of its weights alone, or of its file.
        at_least: Bytes,
    },
}

impl SizeError {
    /// Largest size of a flatbuffer, whose references are signed 32-bit distances.
    ///
    /// Source: `FLATBUFFERS_MAX_BUFFER_SIZE` in `flatbuffers/base.h`.
    pub const LIMIT: Bytes = Bytes((1 << 31) - 1);
}

/// The error for weights, examples or scales from which no model can be made.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// A network that does not fit into a file.
    #[error(transparent)]
    Size(#[from] SizeError),
    /// Too few or too many weight tensors for the network.
    #[error("{actual} weight tensors were given, but the network has {expected}")]
    TensorCount {
        /// Number of weight tensors of the network.
        expected: usize,
        /// Number of weight tensors given.
        actual: usize,
    },
    /// Too few or too many values in a weight tensor.
    #[error("`{tensor}` has {actual} values, but the network needs {expected}")]
    TensorLength {
        /// The tensor.
        tensor: TensorSpec,
        /// Number of values that the network needs.
        expected: usize,
        /// Number of values given.
        actual: usize,
    },
    /// A weight that is NaN or infinite.
    #[error("`{tensor}` contains {value}, but weights must be finite")]
    WeightNotFinite {
        /// The tensor.
        tensor: TensorSpec,
        /// The value.
        value: f32,
    },
    /// A negative variance of batch normalisation.
    #[error("`{tensor}` contains {value}, but a variance cannot be negative")]
    NegativeVariance {
        /// The tensor.
        tensor: TensorSpec,
        /// The value.
        value: f32,
    },
    /// A kernel that is not finite, or whose bias is not, after batch normalisation was folded in.
    #[error("`{tensor}` or its bias is not finite after batch normalisation was folded in")]
    FoldedNotFinite {
        /// The kernel.
        tensor: TensorSpec,
    },
    /// An example with too few or too many values.
    #[error("an example has {actual} values, but the network reads {expected}")]
    ExampleLength {
        /// Number of values that the network reads.
        expected: usize,
        /// Number of values given.
        actual: usize,
    },
    /// An example that contains NaN or infinity, or that overflows in the network.
    #[error("in one example, {place} contains NaN or infinity")]
    ExampleNotFinite {
        /// First activation that is not finite.
        place: ActivationTensor,
    },
    /// A calibration without examples.
    #[error("there are no examples to calibrate on; observe at least one")]
    NoExamples,
    /// Too few or too many activation scales for the network.
    #[error("{actual} activation scales were given, but the network has {expected}")]
    ScaleCount {
        /// Number of activation scales of the network.
        expected: usize,
        /// Number of activation scales given.
        actual: usize,
    },
    /// A scale that is not positive, finite and normal, or that leads to such a scale of weights,
    /// or that is too small for TensorFlow Lite Micro's softmax.
    #[error("{place} cannot have scale {scale}; check weights and examples for extreme values")]
    IllegalScale {
        /// Activation that has the scale.
        place: ActivationTensor,
        /// The scale.
        scale: f32,
    },
    /// More classes than TensorFlow Lite Micro's int8 softmax can sum.
    #[error("the network has {classes} classes, but an int8 softmax takes at most {largest}")]
    TooManyClasses {
        /// Number of classes of the network.
        classes: usize,
        /// Largest possible number of classes.
        largest: usize,
    },
    /// A float model whose network differs from that of the integer model.
    #[error("the float model has the network {actual}, but the integer model has {expected}")]
    OtherNetwork {
        /// Network of the integer model.
        expected: Box<Network>,
        /// Network of the float model.
        actual: Box<Network>,
    },
    /// Not enough memory for the file.
    #[error("there is not enough memory for a file of {0}")]
    OutOfMemory(Bytes),
}

/// An activation of a network whose scale comes from calibration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActivationTensor {
    /// The input.
    Input,
    /// The output of the depthwise part of a separable convolution, with the index of its layer.
    Depthwise(usize),
    /// The output of a convolution or of global average pooling, with the index of its layer. It
    /// is taken after normalisation and ReLU, but before a sigmoid.
    Layer(usize),
    /// The output of the hidden dense layer.
    Dense,
    /// The output of the output layer, before the softmax.
    Logits,
}

impl ActivationTensor {
    /// Returns the calibrated activations of a network, in the order of use.
    pub(crate) fn all(steps: &[Step]) -> Vec<Self> {
        let outputs = steps.iter().filter(|step| step.is_calibrated());
        [Self::Input].into_iter().chain(outputs.map(Self::of)).collect()
    }

    /// Returns the activation that a step writes.
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
