//! Numbers of constants.

/// Numbers of the constants of a convolution or dense layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LayerCounts {
    /// Number of weights of the kernel.
    pub weights: usize,
    /// Number of outputs, each of which has a bias.
    pub outputs: usize,
    /// Number of scales of the kernel in integers: one for each output, or a single one.
    pub scales: usize,
}

impl LayerCounts {
    /// Counts the constants of a layer.
    pub(super) const fn new(weights: usize, outputs: usize, scales: usize) -> Self {
        Self { weights, outputs, scales }
    }
}
