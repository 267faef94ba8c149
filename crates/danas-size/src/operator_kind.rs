//! The kinds of operators, with TensorFlow Lite's names.

/// The kind of an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OperatorKind {
    /// A convolution, with its ReLU if it has one.
    Conv2d,
    /// A depthwise convolution, with a kernel for each channel.
    DepthwiseConv2d,
    /// A dense layer, with its ReLU if it has one.
    FullyConnected,
    /// A sigmoid.
    Logistic,
    /// The largest value of each window.
    MaxPool2d,
    /// The mean of each window.
    AveragePool2d,
    /// The mean of each channel.
    Mean,
    /// A change of shape that keeps the values.
    Reshape,
    /// The softmax.
    Softmax,
    /// The shape of a tensor.
    Shape,
    /// A part of a shape, taken out.
    StridedSlice,
    /// A shape, put together from its dimensions.
    Pack,
}

impl OperatorKind {
    /// Returns TensorFlow Lite's name of the kind, such as `CONV_2D`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conv2d => "CONV_2D",
            Self::DepthwiseConv2d => "DEPTHWISE_CONV_2D",
            Self::FullyConnected => "FULLY_CONNECTED",
            Self::Logistic => "LOGISTIC",
            Self::MaxPool2d => "MAX_POOL_2D",
            Self::AveragePool2d => "AVERAGE_POOL_2D",
            Self::Mean => "MEAN",
            Self::Reshape => "RESHAPE",
            Self::Softmax => "SOFTMAX",
            Self::Shape => "SHAPE",
            Self::StridedSlice => "STRIDED_SLICE",
            Self::Pack => "PACK",
        }
    }
}
