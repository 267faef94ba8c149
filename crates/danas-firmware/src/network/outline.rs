//! What a network costs.

use danas_size::{
    DeployedFormat, Profile,
    program::{Arithmetic, Counted, Float32, Int8, Program},
};
use danas_space::{Bytes, Network};

use super::kernel::Kernel;

/// Memory, constants and kernels of a network, which follow from its shapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NetworkOutline {
    /// Memory that the network works in.
    pub(crate) memory: Bytes,
    /// Place of the example in the memory, in bytes.
    pub(crate) input: u64,
    /// Size of the weights and other tables, without the structs that describe operations.
    pub(crate) constants: Bytes,
    /// The kernel of each operation.
    pub(crate) operations: Vec<Kernel>,
}

impl NetworkOutline {
    pub(super) fn new<A: Arithmetic>(program: &Program<A>) -> Self {
        Self {
            memory: program.memory(),
            input: (program.input.offset as u64).saturating_mul(A::VALUE_BYTES),
            constants: program.constants(),
            operations: program.operations.iter().map(|it| Kernel::of(&it.task)).collect(),
        }
    }

    /// Returns the outline of every model of a network in a format.
    pub(crate) fn of(network: &Network, format: DeployedFormat) -> Self {
        let profile = Profile::default();
        match format {
            DeployedFormat::Int8 => {
                Self::new(&Program::<Counted<Int8<'_>>>::outline(network, profile))
            }
            DeployedFormat::Float32 => {
                Self::new(&Program::<Counted<Float32<'_>>>::outline(network, profile))
            }
        }
    }
}
