//! Sizes of the structures of TensorFlow Lite Micro.
//!
//! They follow from the declarations in TensorFlow Lite Micro (`micro_allocator.h`,
//! `micro_allocation_info.h`, `arena_allocator/*.h`, `memory_planner/greedy_memory_planner.h`) and
//! TensorFlow Lite (`core/c/common.h`, `core/c/builtin_op_data.h`), for a library that is compiled
//! for microcontrollers (`TF_LITE_STATIC_MEMORY`).

use super::platform::Machine;

/// A structure's size and alignment, in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    pub(super) bytes: u64,
    pub(super) alignment: u64,
}

impl Layout {
    pub(super) const fn new(bytes: u64, alignment: u64) -> Self {
        Self { bytes, alignment }
    }

    /// Returns the layout of an array of `count` structures.
    pub(super) const fn times(self, count: u64) -> Self {
        Self { bytes: self.bytes.saturating_mul(count), ..self }
    }
}

/// Number of buffers that an operator may request. Memory for as many requests is always kept free.
///
/// Source: `kMaxScratchBuffersPerOp` in `micro_allocator.cc`.
pub(super) const REQUESTS_PER_OPERATOR: u64 = 12;

/// Memory that the planner needs for each buffer while it plans.
///
/// Source: `GreedyMemoryPlanner::per_buffer_size`.
pub(super) const PLANNED_BUFFER: u64 = 40;

/// The structures whose layout depends on the machine.
#[derive(Debug)]
pub(super) struct Structures {
    pub(super) pointer: Layout,
    /// `SingleArenaBufferAllocator`, `GreedyMemoryPlanner`, `MicroAllocator`,
    /// `MicroBuiltinDataAllocator` and `SubgraphAllocations`, in the order in which they are
    /// allocated. The host has the first and the third in their recording version.
    pub(super) allocators: [Layout; 5],
    pub(super) eval_tensor: Layout,
    /// `NodeAndRegistration`.
    pub(super) node: Layout,
    /// `TfLiteTensor`.
    pub(super) tensor: Layout,
    /// `TfLiteAffineQuantization`. An array of zero points, of 4 bytes each, comes after it.
    pub(super) quantisation: Layout,
    /// `ScratchBufferRequest`.
    pub(super) request: Layout,
    /// `AllocationInfo`.
    pub(super) allocation: Layout,
    /// `TfLiteFullyConnectedParams` and `TfLiteShapeParams`, which contain enumerations.
    pub(super) fully_connected_options: Layout,
    pub(super) shape_options: Layout,
    /// `OpDataConv`, which depthwise convolutions have, too.
    pub(super) convolution: u64,
    /// `OpDataFullyConnected`.
    pub(super) fully_connected: u64,
    /// `SoftmaxParams`.
    pub(super) softmax: u64,
    /// What the kernels of CMSIS-NN keep for a dense layer in addition.
    pub(super) fully_connected_in_cmsis_nn: u64,
}

impl Structures {
    pub(super) const fn of(machine: Machine) -> &'static Self {
        match machine {
            Machine::Microcontroller => &MICROCONTROLLER,
            Machine::ShortEnumerations => &SHORT_ENUMERATIONS,
            Machine::Host => &HOST,
        }
    }
}

const MICROCONTROLLER: Structures = Structures {
    pointer: Layout::new(4, 4),
    allocators: [
        Layout::new(36, 4),
        Layout::new(44, 4),
        Layout::new(36, 4),
        Layout::new(8, 4),
        Layout::new(8, 4),
    ],
    eval_tensor: Layout::new(12, 4),
    node: Layout::new(32, 4),
    tensor: Layout::new(40, 4),
    quantisation: Layout::new(12, 4),
    request: Layout::new(12, 4),
    allocation: Layout::new(24, 4),
    fully_connected_options: Layout::new(16, 4),
    shape_options: Layout::new(4, 4),
    convolution: 56,
    fully_connected: 48,
    softmax: 56,
    fully_connected_in_cmsis_nn: 24,
};

const SHORT_ENUMERATIONS: Structures = Structures {
    tensor: Layout::new(32, 4),
    fully_connected_options: Layout::new(5, 1),
    shape_options: Layout::new(1, 1),
    ..MICROCONTROLLER
};

/// The package records its allocations and is compiled with support for compressed tensors, both of
/// which add to some structures. The options of a dense layer are 16 bytes more than their
/// declaration says, since the package's recorded tails are.
const HOST: Structures = Structures {
    pointer: Layout::new(8, 8),
    allocators: [
        Layout::new(104, 8),
        Layout::new(72, 8),
        Layout::new(272, 8),
        Layout::new(16, 8),
        Layout::new(24, 8),
    ],
    eval_tensor: Layout::new(24, 8),
    node: Layout::new(64, 8),
    tensor: Layout::new(64, 8),
    quantisation: Layout::new(24, 8),
    request: Layout::new(16, 8),
    allocation: Layout::new(32, 8),
    fully_connected_options: Layout::new(32, 8),
    shape_options: Layout::new(4, 4),
    convolution: 80,
    fully_connected: 72,
    softmax: 80,
    fully_connected_in_cmsis_nn: 32,
};
