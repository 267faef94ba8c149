//! What can be wrong with a space, and why a candidate may be infeasible.

use crate::{Extent, Hertz, Shape};

/// A search space, or a part of one, that cannot be built.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// An axis without a single value.
    #[error("{axis} has no values")]
    Empty {
        /// The axis, as it is called in a configuration.
        axis: &'static str,
    },
    /// A value that stands twice on its axis.
    #[error("{axis} holds {value} twice")]
    Duplicate {
        /// The axis, as it is called in a configuration.
        axis: &'static str,
        /// The repeated value.
        value: String,
    },
    /// A number outside its legal range.
    #[error("{name} is {value}, but must be {expected}")]
    OutOfRange {
        /// The setting, as it is called in a configuration.
        name: &'static str,
        /// The refused value.
        value: String,
        /// The legal values in words.
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
    #[error("`{text}` is no height and width: expected one such as `3`, `1x9` or `Hx3`")]
    Extent {
        /// The text.
        text: String,
    },
    /// A text that does not describe pooling.
    #[error("`{text}` is no pooling: expected one such as `max2` or `avg3/2`")]
    Pool {
        /// The text.
        text: String,
    },
    /// A layer behind global average pooling that is no dropout.
    #[error("layer {layer}: only dropout may follow global average pooling")]
    AfterGlobalAverage {
        /// The layer, counted from 1.
        layer: usize,
    },
    /// A word that names no value of its kind.
    #[error("`{text}` is no {kind}: expected one of {expected}")]
    UnknownName {
        /// What was asked for.
        kind: &'static str,
        /// The refused word.
        text: String,
        /// The known names.
        expected: &'static str,
    },
    /// A TOML text that does not describe a space.
    #[error("the search space cannot be read")]
    Toml(#[source] toml::de::Error),
}

/// Why a candidate cannot exist. Infeasible candidates are results of a search, not failures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Infeasible {
    /// A convolution or pooling whose input has become smaller than its kernel or window.
    #[error(
        "layer {layer}: a {}x{} kernel does not fit an input of {input}",
        kernel.height, kernel.width
    )]
    KernelExceedsInput {
        /// The layer, counted from 1.
        layer: usize,
        /// The kernel, or the window of a pooling.
        kernel: Extent,
        /// The layer's input.
        input: Shape,
    },
    /// A network whose sizes do not fit the machine's integers.
    #[error("layer {layer}: the network is too large to count")]
    TooLarge {
        /// The layer, counted from 1; the dense layers follow those of the architecture.
        layer: usize,
    },
    /// An input without a single value, or a network without outputs.
    #[error("an input of {input} for {classes} classes leaves nothing to learn")]
    Degenerate {
        /// The network's input.
        input: Shape,
        /// The number of classes.
        classes: usize,
    },
    /// A network whose dense layers read fewer values than it takes yes or no to number its classes.
    #[error("the dense layers read too little to tell {classes} classes apart: values: {values}")]
    TooNarrow {
        /// What the first dense layer reads.
        values: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A sample rate that the recordings do not have.
    #[error("{wanted} lies above the native rate of {native}")]
    AboveNativeRate {
        /// The candidate's rate.
        wanted: Hertz,
        /// The lowest native rate among the recordings.
        native: Hertz,
    },
    /// Channels that the recordings do not have.
    #[error("{wanted} channels are needed, but some recordings have {available}")]
    MissingChannels {
        /// The channels that the candidate needs.
        wanted: usize,
        /// The fewest channels among the recordings.
        available: usize,
    },
    /// A reason of a data kind that this crate does not know.
    #[error("{0}")]
    Data(String),
}
