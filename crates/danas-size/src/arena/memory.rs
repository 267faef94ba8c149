//! The two ends of an arena, and the most that they have taken together.

use super::structures::Layout;

/// An arena without an end: it notes how large it would have to be.
///
/// Persistent data grows downwards from the end of the arena; buffers for a while grow upwards from
/// its begin. Begin and end are aligned to [`ALIGNMENT`](super::ALIGNMENT).
///
/// Source: `arena_allocator/single_arena_buffer_allocator.cc`.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Bytes of persistent data.
    tail: u64,
    /// Bytes of temporary buffers, with the reserved part below them.
    temporary: u64,
    needed: u64,
}

impl Memory {
    /// Allocates persistent data.
    ///
    /// TensorFlow Lite Micro does not notice if persistent data overwrites a temporary buffer. An
    /// arena must be large enough for that never to happen.
    pub(super) fn persist(&mut self, data: Layout) {
        self.tail = up(self.tail.saturating_add(data.bytes), data.alignment);
        self.note();
    }

    /// Allocates a temporary buffer, which stays until [`reserve`](Self::reserve) is called.
    pub(super) fn borrow(&mut self, buffer: Layout) {
        self.temporary = up(self.temporary, buffer.alignment).saturating_add(buffer.bytes);
        self.note();
    }

    /// Frees all temporary buffers, and reserves the first `bytes` of the arena.
    pub(super) fn reserve(&mut self, bytes: u64) {
        self.temporary = bytes;
        self.note();
    }

    /// Allocates a temporary buffer of `bytes` from all that is left between aligned addresses.
    pub(super) fn borrow_rest(&mut self, bytes: u64, alignment: u64) {
        let ends = up(self.tail, alignment).saturating_add(up(self.temporary, alignment));
        self.needed = self.needed.max(ends.saturating_add(bytes));
    }

    /// Returns the bytes of persistent data.
    pub(super) const fn tail(&self) -> u64 {
        self.tail
    }

    /// Returns the size of the smallest arena in which all of this succeeds.
    pub(super) const fn needed(&self) -> u64 {
        self.needed
    }

    fn note(&mut self) {
        self.needed = self.needed.max(self.tail.saturating_add(self.temporary));
    }
}

/// Rounds up to a multiple of `alignment`.
pub(super) const fn up(bytes: u64, alignment: u64) -> u64 {
    match bytes.checked_next_multiple_of(alignment) {
        Some(bytes) => bytes,
        None => u64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_never_meet() {
        let mut memory = Memory::default();
        memory.persist(Layout::new(5, 4));
        memory.borrow(Layout::new(6, 4));
        memory.borrow(Layout::new(6, 4));
        assert_eq!((memory.tail(), memory.needed()), (8, 8 + 14));
        memory.persist(Layout::new(8, 16));
        assert_eq!((memory.tail(), memory.needed()), (16, 16 + 14));
        memory.reserve(2);
        memory.persist(Layout::new(16, 16));
        assert_eq!((memory.tail(), memory.needed()), (32, 32 + 2));
        memory.borrow_rest(40, 16);
        assert_eq!((memory.tail(), memory.needed()), (32, 32 + 16 + 40));
    }

    #[test]
    fn absurd_sizes_stay_at_the_largest_number() {
        let mut memory = Memory::default();
        memory.persist(Layout::new(u64::MAX, 16));
        memory.borrow(Layout::new(7, 4));
        assert_eq!((memory.tail(), memory.needed()), (u64::MAX, u64::MAX));
    }
}
