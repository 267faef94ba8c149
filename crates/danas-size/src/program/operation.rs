//! The operations of a program.

use danas_space::{Extent, Margins, Place, Shape};

use super::{arithmetic::Arithmetic, span::Span};

/// An activation and its place in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Tensor {
    /// Shape. Dense layers read and write maps of 1 × 1.
    pub shape: Shape,
    /// Place in memory, in the order `[height, width, channels]`.
    pub span: Span,
}

/// One operation: its work, and what it reads and writes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Operation<A: Arithmetic> {
    /// Part of the network that it belongs to.
    pub place: Place,
    /// Work.
    pub task: Task<A>,
    /// Activation that it reads.
    pub input: Tensor,
    /// Activation that it writes. It begins where `input` begins, or has no value in common with it.
    pub output: Tensor,
}

/// The work of an operation, with its constants. The list is complete, so that code for a new kind of
/// operation cannot be forgotten.
///
/// If the output may begin where the input begins, the operation has to read every value before it
/// writes to the same position. Writing pixels in ascending order does, with all channels of a
/// pixel before the next one.
#[derive(Debug, Clone, PartialEq)]
pub enum Task<A: Arithmetic> {
    /// A convolution with a kernel `[filters, height, width, channels]`.
    Convolution(Window, A::Layer),
    /// A depthwise convolution with a kernel `[height, width, channels]`: each channel has one
    /// filter. If it has no margins, its output may begin where its input begins.
    Depthwise(Window, A::Layer),
    /// A dense layer with a kernel `[outputs, inputs]`.
    Dense(A::Layer),
    /// The largest value of each window, channel by channel. The output may begin where the input
    /// begins.
    MaxPool(Window),
    /// The mean of each window, channel by channel. The output may begin where the input begins.
    ///
    /// Integers are summed with their zero points. Half of the window is added to a sum (subtracted
    /// from one that is not positive), which is then divided and truncated towards 0.
    AveragePool(Window),
    /// The mean of each channel. The output may begin where the input begins.
    Mean(A::Mean),
    /// A sigmoid of each value, in place.
    Sigmoid(A::Sigmoid),
    /// The softmax over all values, in place.
    Softmax(A::Softmax),
}

/// The geometry of a convolution or pooling.
///
/// Row `r` and column `c` of the window at position `(y, x)` of the output lie over row
/// `y · stride.height + r − margins.top` and column `x · stride.width + c − margins.left` of the
/// input. Positions outside the input count as the real number 0. Poolings have no margins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Window {
    /// Height and width of the window.
    pub size: Extent,
    /// Number of rows and columns that the window moves at a time.
    pub stride: Extent,
    /// Numbers of rows and columns around the input.
    pub margins: Margins,
}
