//! The dense layers of a network.

use danas_space::Network;

/// One of the two dense layers. A model may have only the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dense {
    Hidden,
    Logits,
}

impl Dense {
    /// Returns the dense layers of a network, in order.
    pub(crate) const fn of(network: &Network) -> &'static [Self] {
        if network.dense_width() > 0 { &[Self::Hidden, Self::Logits] } else { &[Self::Logits] }
    }
}
