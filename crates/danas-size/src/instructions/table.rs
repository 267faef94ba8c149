//! The coefficients of a set of kernels on a core.

/// How many instructions each part of the loops of kernels takes. The parts of a loop are those that
/// [`reference`](super::reference) and [`cmsis_nn`](super::cmsis_nn) count, in the same order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table {
    pub(super) convolution: &'static [f64],
    pub(super) pointwise: &'static [f64],
    pub(super) depthwise: &'static [f64],
    pub(super) depthwise_3x3: &'static [f64],
    pub(super) dense: &'static [f64],
    pub(super) max_pool: &'static [f64],
    pub(super) average_pool: &'static [f64],
    pub(super) mean: &'static [f64],
    pub(super) sigmoid: &'static [f64],
    pub(super) softmax: &'static [f64],
    pub(super) reshape: &'static [f64],
    /// The operators that compute the shape of a flattened tensor: shape, slice and pack.
    pub(super) shape: &'static [f64],
    /// The interpreter, for each operator.
    pub(super) interpreter: &'static [f64],
}

/// Returns the instructions of a loop whose parts run as often as `counts` says.
pub(super) fn sum<const PARTS: usize>(coefficients: &[f64], counts: [usize; PARTS]) -> f64 {
    debug_assert_eq!(coefficients.len(), PARTS, "a coefficient for each part");
    coefficients.iter().zip(counts).map(|(coefficient, count)| coefficient * count as f64).sum()
}
