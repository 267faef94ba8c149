//! The computation that a device carries out for one inference, as plain numbers.

mod arithmetic;
mod counted;
mod float32;
mod float_model;
mod int8;
mod int8_model;
mod layer_counts;
mod layout;
mod operation;
mod outline;
mod span;

use danas_space::Bytes;

pub use arithmetic::Arithmetic;
pub use counted::Counted;
pub use float32::{Float32, FloatLayer};
pub use int8::{Int8, Int8Layer, Int8Mean, Int8Softmax};
pub use layer_counts::LayerCounts;
pub use operation::{Operation, Task, Tensor, Window};
pub use span::Span;

pub use crate::inference::Multiplier;

/// One inference of a model: its operations in order, with all constants, and the place of each
/// activation in one block of memory.
///
/// Code for a device follows from it without further arithmetic. Flattening is not an operation,
/// since it keeps values where they are. Dropout and batch normalisation are none either.
///
/// # Layout
/// Activations are in the order `[height, width, channels]`. Positions and lengths are counted in
/// values: bytes for [`Int8`], floats for [`Float32`]. An operation never needs more memory than its
/// input and output. Sigmoids and softmaxes write in place. Poolings, means and depthwise convolutions
/// often write their output where their input begins: see [`Task`].
///
/// ```
/// use danas_size::{FloatModel, program::Task};
/// use danas_space::{Architecture, Bytes, Network, Shape, parse_layers};
///
/// let architecture = Architecture::new(parse_layers("2x3R max2")?, 0)?;
/// let network = Network::new(Shape::new(6, 8, 1), &architecture, 3)?;
/// let (kernel, bias, dense, last) = ([0.1; 18], [0.2; 2], [0.3; 3 * 12], [0.4; 3]);
/// let model = FloatModel::new(&network, [&kernel[..], &bias, &dense, &last])?;
///
/// let program = model.program();
/// let tasks: Vec<_> = program.operations.iter().map(|operation| &operation.task).collect();
/// assert!(matches!(tasks[..], [Task::Convolution(..), Task::MaxPool(_), Task::Dense(_), Task::Softmax(())]));
/// assert_eq!(program.memory(), Bytes(4 * (6 * 8 + 4 * 6 * 2))); // the convolution's input and output
/// assert_eq!(program.output.values, 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Program<A: Arithmetic> {
    /// Operations in the order in which they run. Each reads what the one before wrote.
    pub operations: Vec<Operation<A>>,
    /// Place of the example in memory before the first operation.
    pub input: Span,
    /// Place of the probabilities of the classes after the last operation.
    pub output: Span,
    /// Number of values that the memory holds. It is a multiple of [`Arithmetic::ALIGNMENT`].
    pub values: usize,
}

impl<A: Arithmetic> Program<A> {
    /// Returns the memory that the activations take together.
    #[must_use]
    pub const fn memory(&self) -> Bytes {
        Bytes((self.values as u64).saturating_mul(A::VALUE_BYTES))
    }

    /// Returns the size of all constants: weights, biases, multipliers (5 bytes each)
    /// and tables of sigmoids. The description of the operations does not count.
    #[must_use]
    pub fn constants(&self) -> Bytes {
        let constants = self.operations.iter().map(|operation| match &operation.task {
            Task::Convolution(_, layer) | Task::Depthwise(_, layer) | Task::Dense(layer) => {
                A::bytes_of(A::counts(layer))
            }
            Task::Sigmoid(_) => A::SIGMOID_BYTES,
            Task::MaxPool(_) | Task::AveragePool(_) | Task::Mean(_) | Task::Softmax(_) => 0,
        });
        Bytes(constants.fold(0, u64::saturating_add))
    }
}
