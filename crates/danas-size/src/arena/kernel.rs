//! What the kernels keep and request for their operators.
//!
//! Sources in TensorFlow Lite Micro's `micro/kernels`: `conv_common.cc`, `depthwise_conv_common.cc`,
//! `fully_connected.cc`, `fully_connected_common.cc`, `pooling_common.cc`, `reduce_common.cc`,
//! `softmax_common.cc`, `logistic_common.cc`, `reshape_common.cc`, `shape.cc`,
//! `strided_slice_common.cc` and `pack.cc`, the headers with the same names, and `conv.cc`,
//! `depthwise_conv.cc`, `fully_connected.cc`, `pooling.cc` and `softmax.cc` in `cmsis_nn`. Options
//! come from `core/c/builtin_op_data.h`.

use danas_space::PoolKind;

use super::{
    INT32,
    cmsis_nn::{self, Maps},
    platform::{Instructions, Kernels, Platform},
    structures::{Layout, Structures},
};
use crate::graph::{Element, Graph, Operation, Operator, Tensor, TensorId};

/// Options that have the same layout on every machine.
const CONVOLUTION_OPTIONS: Layout = Layout::new(28, 4);
const POOL_OPTIONS: Layout = Layout::new(40, 4);
const REDUCER_OPTIONS: Layout = Layout::new(1, 1);
const RESHAPE_OPTIONS: Layout = Layout::new(36, 4);
const SOFTMAX_OPTIONS: Layout = Layout::new(4, 4);
const STRIDED_SLICE_OPTIONS: Layout = Layout::new(24, 4);
const PACK_OPTIONS: Layout = Layout::new(8, 4);

/// Persistent data of kernels that has the same size on every machine, in bytes.
const LOGISTIC_DATA: u64 = 16;
const POOL_DATA: u64 = 32;
const REDUCE_DATA: u64 = 44;
const STRIDED_SLICE_DATA: u64 = 84;

/// What CMSIS-NN keeps in addition: the index of a buffer, or two numbers of a softmax.
const BUFFER_INDEX: u64 = 4;
const SOFTMAX_ROWS: u64 = 8;

/// Something that a kernel does while it prepares to run its operator.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act<'a> {
    /// Looks at the properties of a tensor, which takes memory until the operator is prepared.
    Inspect(&'a Tensor),
    /// Keeps so many bytes.
    Keep(u64),
    /// Requests a buffer of so many bytes for the time in which it runs.
    Request(u64),
}

/// A kernel and its operator.
pub(super) struct Kernel<'a> {
    pub(super) graph: &'a Graph,
    pub(super) operator: &'a Operator,
    pub(super) platform: Platform,
}

impl<'a> Kernel<'a> {
    /// Returns the options of the operator that the interpreter reads from the file, if it has any.
    pub(super) fn options(&self) -> Option<Layout> {
        let structures = Structures::of(self.platform.machine);
        match self.operator.operation {
            Operation::Convolution(_) => Some(CONVOLUTION_OPTIONS),
            Operation::FullyConnected { .. } => Some(structures.fully_connected_options),
            Operation::Logistic => None,
            Operation::Pool(_) => Some(POOL_OPTIONS),
            Operation::Mean => Some(REDUCER_OPTIONS),
            Operation::Reshape => Some(RESHAPE_OPTIONS),
            Operation::Softmax => Some(SOFTMAX_OPTIONS),
            Operation::Shape => Some(structures.shape_options),
            Operation::StridedSlice => Some(STRIDED_SLICE_OPTIONS),
            Operation::Pack => Some(PACK_OPTIONS),
        }
    }

    /// Returns the bytes that the kernel keeps from the begin, if it keeps any.
    pub(super) fn data(&self) -> Option<u64> {
        let structures = Structures::of(self.platform.machine);
        let (data, in_cmsis_nn) = match self.operator.operation {
            Operation::Convolution(_) => (structures.convolution, BUFFER_INDEX),
            Operation::FullyConnected { .. } => {
                (structures.fully_connected, structures.fully_connected_in_cmsis_nn)
            }
            Operation::Logistic => (LOGISTIC_DATA, 0),
            Operation::Pool(_) => (POOL_DATA, BUFFER_INDEX),
            Operation::Mean => (REDUCE_DATA, 0),
            Operation::Softmax => (structures.softmax, SOFTMAX_ROWS),
            Operation::StridedSlice => (STRIDED_SLICE_DATA, 0),
            Operation::Reshape | Operation::Shape | Operation::Pack => return None,
        };
        Some(match self.platform.kernels {
            Kernels::Reference => data,
            Kernels::CmsisNn(_) => data + in_cmsis_nn,
        })
    }

    /// Returns what the kernel does while it prepares, in order.
    pub(super) fn preparation(&self) -> Vec<Act<'a>> {
        match self.operator.operation {
            Operation::Convolution(_) => self.convolution(),
            Operation::FullyConnected { .. } => self.fully_connected(),
            Operation::Pool(pool) => self.pool(pool.kind),
            Operation::Mean => self.mean(),
            Operation::Logistic | Operation::Reshape | Operation::Softmax => {
                [self.input(0), self.output()].into_iter().flatten().collect()
            }
            Operation::StridedSlice => {
                (0..4).map(|index| self.input(index)).chain([self.output()]).flatten().collect()
            }
            Operation::Shape | Operation::Pack => Vec::new(),
        }
    }

    fn convolution(&self) -> Vec<Act<'a>> {
        let Operation::Convolution(convolution) = self.operator.operation else {
            return Vec::new();
        };
        let [input, kernel, bias] = [0, 1, 2].map(|index| self.input(index));
        let output = self.output();
        let outputs = self.outputs();
        // A multiplier and a shift for each channel. The reference kernels keep them for floats, too.
        let keeps = self.is_integer() || self.platform.kernels == Kernels::Reference;
        let keep = keeps.then_some(Act::Keep(outputs.saturating_mul(INT32)));
        let buffer = self.with_cmsis_nn(|instructions| {
            let (reads, writes) = (self.read(), self.dims(self.operator.output));
            if convolution.is_depthwise() {
                return cmsis_nn::depthwise(&convolution, reads[3], instructions);
            }
            let [_, height, width, channels] = reads;
            let maps = Maps { height, width, channels, columns: writes[2] };
            cmsis_nn::convolution(&convolution, maps, instructions)
        });
        let acts = [
            [output, input, kernel],
            [keep, keep, None],
            [input, kernel, bias],
            [output, buffer, None],
        ];
        acts.into_iter().flatten().flatten().collect()
    }

    fn fully_connected(&self) -> Vec<Act<'a>> {
        let [input, kernel, bias] = [0, 1, 2].map(|index| self.input(index));
        let outputs = self.outputs();
        let has_scales = |tensor: &Tensor| tensor.scales > 1;
        let kernel_has_scales = matches!(kernel, Some(Act::Inspect(kernel)) if has_scales(kernel));
        let keep = kernel_has_scales.then_some(Act::Keep(outputs.saturating_mul(INT32)));
        let sums = self.with_cmsis_nn(|it| cmsis_nn::dense_sums(outputs, it));
        let sums = sums.map(|sums| match sums {
            Act::Request(bytes) => Act::Keep(bytes),
            other => other,
        });
        let acts = [input, kernel, bias, self.output(), keep, keep, sums];
        acts.into_iter().flatten().collect()
    }

    fn pool(&self, kind: PoolKind) -> Vec<Act<'a>> {
        let tensors = [self.input(0), self.output()];
        let again = match (self.platform.kernels, kind) {
            (Kernels::CmsisNn(_), PoolKind::Average) => tensors,
            _ => [None; 2],
        };
        let buffer = self.with_cmsis_nn(|instructions| match kind {
            PoolKind::Average => cmsis_nn::average_pool(self.outputs(), instructions),
            PoolKind::Max => 0,
        });
        tensors.into_iter().chain(again).chain([buffer]).flatten().collect()
    }

    /// The kernel requests the sums of an integer model, a position in the dimensions of its input,
    /// and the dimensions that the mean is taken over.
    fn mean(&self) -> Vec<Act<'a>> {
        let [input, axes] = [0, 1].map(|index| self.input(index));
        let output = self.output();
        let integer = |act| if self.is_integer() { act } else { None };
        let sums = Act::Request(self.outputs().saturating_mul(INT32));
        let dimensions = [4, 2].map(|dimensions| Some(Act::Request(dimensions * INT32)));
        let [position, averaged] = dimensions;
        let acts = [input, output, axes, integer(Some(sums)), position, averaged, input, axes];
        acts.into_iter().chain([integer(output)]).flatten().collect()
    }

    fn input(&self, index: usize) -> Option<Act<'a>> {
        self.operator.inputs.get(index).map(|&id| Act::Inspect(self.graph.tensor(id)))
    }

    fn output(&self) -> Option<Act<'a>> {
        Some(Act::Inspect(self.graph.tensor(self.operator.output)))
    }

    fn is_integer(&self) -> bool {
        self.graph.tensor(self.operator.output).element == Element::Int8
    }

    /// Returns the number of channels of the output.
    fn outputs(&self) -> u64 {
        self.graph.tensor(self.operator.output).dims.sizes().last().unwrap_or(1) as u64
    }

    /// Returns the four dimensions of the input.
    fn read(&self) -> [u64; 4] {
        self.operator.inputs.first().map_or([1; 4], |&input| self.dims(input))
    }

    /// Returns the four dimensions of a tensor of maps.
    fn dims(&self, id: TensorId) -> [u64; 4] {
        let mut dims = [1; 4];
        for (dim, size) in dims.iter_mut().zip(self.graph.tensor(id).dims.sizes()) {
            *dim = size as u64;
        }
        dims
    }

    /// Returns the request for a buffer, if the kernel is CMSIS-NN's for integers and needs one.
    fn with_cmsis_nn(&self, bytes: impl FnOnce(Instructions) -> u64) -> Option<Act<'a>> {
        match self.platform.kernels {
            Kernels::CmsisNn(instructions) if self.is_integer() => {
                Some(bytes(instructions)).filter(|&bytes| bytes > 0).map(Act::Request)
            }
            _ => None,
        }
    }
}
