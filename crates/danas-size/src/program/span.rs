//! Places in memory.

use std::ops::Range;

/// A part of the memory of activations, counted in values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Position of the first value.
    pub offset: usize,
    /// Number of values.
    pub values: usize,
}

impl Span {
    /// Returns the positions of the values.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.offset..self.offset + self.values
    }
}
