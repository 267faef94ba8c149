//! The genes that a model sees of a genome.

/// The value at one place of a genome, for strategies that model the outcomes of genomes
/// ([`Variation::genes`](crate::Variation::genes)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gene {
    /// One of several values without an order.
    Category(u32),
    /// Value with an order: 0 for the smallest of the space, 1 for the largest. The values between
    /// are placed by how similar they are to either, usually at even distances.
    Number(f64),
    /// No value, since the genome does not have this place. An example is the third layer of a
    /// network of two layers.
    Absent,
}

impl Gene {
    /// Returns the gene of a value on an axis of `len` values in ascending order, by its index. The
    /// values are evenly spaced.
    #[must_use]
    pub fn ordered(index: usize, len: usize) -> Self {
        Self::Number(index as f64 / len.saturating_sub(1).max(1) as f64)
    }

    /// Returns the gene of a count, by its order of magnitude: 1 for 10⁸.
    #[must_use]
    pub fn magnitude(count: u64) -> Self {
        Self::Number(libm::log10(count.max(1) as f64) / 8.0)
    }

    /// Returns the squared difference between two genes: 0 for equal genes, the squared difference
    /// for numbers, and 1 for genes that have nothing in common.
    pub(crate) fn squared_distance(self, other: Self) -> f64 {
        match (self, other) {
            (Self::Number(l), Self::Number(r)) => (l - r) * (l - r),
            _ if self == other => 0.0,
            _ => 1.0,
        }
    }
}
