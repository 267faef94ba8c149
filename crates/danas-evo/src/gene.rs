//! What a model sees of a genome.

/// What a genome has at one place, for strategies that model what genomes achieve
/// ([`Variation::genes`](crate::Variation::genes)).
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gene {
    /// One of several values without order.
    Category(u32),
    /// A value with an order: 0 for the least of the space, 1 for the largest, and those between by
    /// how much they resemble either (most often evenly spaced).
    Number(f64),
    /// Nothing, in a genome that does not have this place: the third layer of a network of two.
    Absent,
}

impl Gene {
    /// How different two genes are, squared: 0 for equal ones, the squared difference of numbers,
    /// 1 for genes that have nothing in common.
    pub(crate) fn squared_distance(self, other: Self) -> f64 {
        match (self, other) {
            (Self::Number(l), Self::Number(r)) => (l - r) * (l - r),
            _ if self == other => 0.0,
            _ => 1.0,
        }
    }
}
