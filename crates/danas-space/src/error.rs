//! The error of invalid search spaces.

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
    /// A text that does not describe an audio granularity.
    #[error(
        "`{text}` is not an audio granularity: expected one such as `8000 Hz mfcc` or \
         `8000 Hz mfcc mean 0.5 s 256/128`"
    )]
    Granularity {
        /// The text.
        text: String,
    },
    /// A text that does not describe the height and width of an image.
    #[error("`{text}` is not a resolution: expected a height and width such as `96x96`")]
    Resolution {
        /// The text.
        text: String,
    },
    /// A text that does not describe an image granularity.
    #[error(
        "`{text}` is not an image granularity: expected one such as `96x96 grey` or \
         `96x96 rgb squeeze 565`"
    )]
    ImageGranularity {
        /// The text.
        text: String,
    },
    /// A text that does not describe a candidate.
    #[error(
        "`{text}` is not a candidate: expected a granularity, a comma and layers, such as \
         `8000 Hz mfcc, 8x3R gap > softmax`"
    )]
    Candidate {
        /// The text.
        text: String,
    },
    /// A text that describes no granularity of a space, or several.
    #[error("`{text}` is not the text of exactly one granularity of the space")]
    NotInSpace {
        /// The text.
        text: String,
    },
    /// A text that does not describe the width of a dense layer.
    #[error("`{text}` is not the width of a dense layer: expected one such as `20`, or `softmax`")]
    DenseWidth {
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
}
