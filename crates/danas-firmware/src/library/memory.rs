//! The memory of a library.

use danas_space::Bytes;

use crate::{front_end::FrontEndOutline, network::NetworkOutline};

/// Where front end and network work: in one block of words, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Memory {
    /// Number of words of the block.
    pub(super) words: u64,
    /// Bytes of the ring of samples.
    ring: u64,
}

/// Size of a word: a float or an integer.
const WORD: u64 = 4;

impl Memory {
    pub(super) fn new(network: &NetworkOutline, front_end: &FrontEndOutline) -> Self {
        let network_words = network.memory.get().div_ceil(WORD);
        let first = network.input / WORD;
        let words = network_words.max(first.saturating_add(front_end.words));
        Self { words, ring: front_end.raw.bytes().get() }
    }

    /// Returns the size of the struct that an example needs.
    pub(super) const fn work(self) -> Bytes {
        Bytes(WORD.saturating_mul(self.words))
    }

    /// Returns the size of the struct that a stream needs: the block, the index of the oldest moment
    /// and the ring, padded to a multiple of 4.
    pub(super) const fn stream(self) -> Bytes {
        let index = WORD;
        Bytes(self.work().get().saturating_add(index + self.ring.div_ceil(WORD) * WORD))
    }
}
