//! The memory of a library.

use danas_space::Bytes;

use crate::{
    front_end::{FrontEndCode, Raw},
    network::NetworkCode,
};

/// The memory that a library needs, in bytes as `sizeof` counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirmwareCosts {
    /// Memory for one example: what front end and network work in. The example itself is the
    /// caller's.
    pub model: Bytes,
    /// Memory for a stream: the same, and the ring of its latest samples. `None` for data that is no
    /// stream.
    pub stream: Option<Bytes>,
    /// Constant tables: weights, windows, filters and all others.
    pub tables: Bytes,
}

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
    pub(super) fn new(network: &NetworkCode, front_end: &FrontEndCode, raw: Raw) -> Self {
        let network_floats = network.memory.get().div_ceil(FLOAT);
        let first = input_bytes(network) / FLOAT;
        let floats = network_floats.max(first.saturating_add(front_end.floats as u64));
        Self { floats, ring: raw.bytes().get() }
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

/// Returns the place of the network's input in bytes, which is a multiple of 4.
pub(super) fn input_bytes(network: &NetworkCode) -> u64 {
    let value = if network.value == "float" { FLOAT } else { 1 };
    network.input.offset as u64 * value
}
