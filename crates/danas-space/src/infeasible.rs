//! The reasons why a candidate is infeasible.

use crate::{extent::Extent, rate::Rate, shape::Shape, units::Bytes};

/// Reason why a candidate cannot exist. An infeasible candidate is a result of a search, not a
/// failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Infeasible {
    /// A convolution or pooling whose input is smaller than its kernel or window.
    #[error(
        "layer {layer}: a {}x{} kernel does not fit an input of {input}",
        kernel.height, kernel.width
    )]
    KernelExceedsInput {
        /// Number of the layer, counted from 1.
        layer: usize,
        /// Size of the kernel, or of the pooling window.
        kernel: Extent,
        /// Shape of the layer's input.
        input: Shape,
    },
    /// A network whose sizes overflow the machine's integers.
    #[error("layer {layer}: the network is too large; use fewer filters or a smaller input")]
    TooLarge {
        /// Number of the layer, counted from 1. The dense layers have the number that follows the
        /// last layer of the architecture.
        layer: usize,
    },
    /// An input without values, or a network without outputs.
    #[error("the network has nothing to learn: its input is {input}, with {classes} classes")]
    Degenerate {
        /// Shape of the network's input.
        input: Shape,
        /// Number of classes.
        classes: usize,
    },
    /// A network whose dense layers read too few values: fewer than the bits that it takes to
    /// number the classes.
    #[error("the dense layers read too few values ({values}) to tell {classes} classes apart")]
    TooNarrow {
        /// Number of values that the first dense layer reads.
        values: usize,
        /// Number of classes.
        classes: usize,
    },
    /// A sample rate above the native rate of the data.
    #[error("the sample rate of {wanted} is above the lowest native rate of the data, {native}")]
    AboveNativeRate {
        /// Sample rate of the candidate.
        wanted: Rate,
        /// Lowest native rate among the files.
        native: Rate,
    },
    /// More channels than some files have.
    #[error("the candidate needs {wanted} channels, but some files have only {available}")]
    MissingChannels {
        /// Number of channels that the candidate needs.
        wanted: usize,
        /// Smallest number of channels among the files.
        available: usize,
    },
    /// Features of all examples that exceed the memory budget.
    #[error("its features take {needed}, more than the {budget} allowed")]
    FeatureMemory {
        /// Size of the features.
        needed: Bytes,
        /// Memory budget.
        budget: Bytes,
    },
    /// A reason that has no variant of its own, such as one specific to a kind of data.
    #[error("{0}")]
    Data(String),
}

impl Infeasible {
    /// Returns the name of the kind of reason, by which reasons are counted. It contains no numbers.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::KernelExceedsInput { .. } => "kernel_exceeds_input",
            Self::TooLarge { .. } => "too_large",
            Self::Degenerate { .. } => "degenerate",
            Self::TooNarrow { .. } => "too_narrow",
            Self::AboveNativeRate { .. } => "above_native_rate",
            Self::MissingChannels { .. } => "missing_channels",
            Self::FeatureMemory { .. } => "feature_memory",
            Self::Data(_) => "data",
        }
    }
}
