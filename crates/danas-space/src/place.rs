//! The parts of a network that have weights.

/// Part of a network that a tensor belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A layer of the architecture, by its index in [`Network::layers`](crate::Network::layers).
    Layer(usize),
    /// The hidden dense layer after the flattening, if there is one.
    Dense,
    /// The dense layer over the classes.
    Output,
}
