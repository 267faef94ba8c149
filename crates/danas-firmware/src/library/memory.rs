//! The memory of a library.

use danas_space::Bytes;

use crate::{front_end::FrontEndOutline, network::NetworkOutline};

/// Where front end and network work: in one block of floats, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    /// Number of floats of the block.
    pub(super) floats: u64,
    /// Bytes of the ring of samples.
    ring: u64,
}

/// Size of a float.
const FLOAT: u64 = 4;

impl Memory {
    pub(super) fn new(network: &NetworkOutline, front_end: &FrontEndOutline) -> Self {
        let network_floats = network.memory.get().div_ceil(FLOAT);
        let first = network.input / FLOAT;
        let floats = network_floats.max(first.saturating_add(front_end.floats));
        Self { floats, ring: front_end.raw.bytes().get() }
    }

    /// Returns the size of the struct that an example needs.
    pub(super) const fn model(self) -> Bytes {
        Bytes(FLOAT.saturating_mul(self.floats))
    }

    /// Returns the size of the struct that a stream needs: the block, the index of the oldest moment
    /// and the ring, padded to a multiple of 4.
    pub(super) const fn stream(self) -> Bytes {
        let index = FLOAT;
        Bytes(self.model().get().saturating_add(index + self.ring.div_ceil(FLOAT) * FLOAT))
    }
}
