//! Errors of invalid search spaces, and the reasons why a candidate is infeasible.

use crate::{extent::Extent, shape::Shape, units::Hertz};

/// Error of a search space, or a part of one, that cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// An axis without values.
    #[error("`{axis}` has no values; list at least one")]
    Empty {
        /// Name of the axis in a configuration.
        axis: &'static str,
    },
    /// A value that appears twice on its axis.
    #[error("`{value}` appears twice in `{axis}`; list it once")]
    Duplicate {
        /// Name of the axis in a configuration.
        axis: &'static str,
        /// The repeated value.
        value: String,
    },
    /// A value outside its legal range.
    #[error("`{name}` is {value}, but must be {expected}")]
    OutOfRange {
        /// Name of the setting in a configuration.
        name: &'static str,
        /// The illegal value.
        value: String,
        /// Description of the legal values.
        expected: &'static str,
    },
    /// A text that does not describe a layer.
    #[error(
        "`{text}` is not a layer: expected one such as `8x3R`, `d8x3/2pnS`, `max2`, `gap` or `drop25`"
    )]
    Layer {
        /// The text.
        text: String,
    },
    /// A text that does not describe a height and a width.
    #[error("`{text}` is not a height and width: expected one such as `3`, `1x9` or `Hx3`")]
    Extent {
        /// The text.
        text: String,
    },
    /// A text that does not describe a pooling layer.
    #[error("`{text}` is not a pooling layer: expected one such as `max2` or `avg3/2`")]
    Pool {
        /// The text.
        text: String,
    },
    /// A layer other than dropout that follows global average pooling.
    #[error("layer {layer}: only dropout may follow global average pooling")]
    AfterGlobalAverage {
        /// Number of the layer, counted from 1.
        layer: usize,
    },
    /// A name that no value of its kind has.
    #[error("unknown {kind} `{text}`: expected one of {expected}")]
    UnknownName {
        /// The kind of value, such as `window`.
        kind: &'static str,
        /// The unknown name.
        text: String,
        /// The known names.
        expected: &'static str,
    },
    /// TOML text that does not describe a space.
    #[error("cannot read the search space")]
    Toml(#[source] toml::de::Error),
}

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
    /// A sample rate above the native rate of the recordings.
    #[error(
        "the sample rate of {wanted} is above the lowest native rate of the recordings, {native}"
    )]
    AboveNativeRate {
        /// Sample rate of the candidate.
        wanted: Hertz,
        /// Lowest native rate among the recordings.
        native: Hertz,
    },
    /// More channels than some recordings have.
    #[error("the candidate needs {wanted} channels, but some recordings have only {available}")]
    MissingChannels {
        /// Number of channels that the candidate needs.
        wanted: usize,
        /// Smallest number of channels among the recordings.
        available: usize,
    },
    /// A reason that has no variant of its own, such as one specific to a kind of data.
    #[error("{0}")]
    Data(String),
}
