//! The coefficients of the kernels on a core.

/// How many instructions each part of the kernels' loops takes, in the order in which `Kernel::counts`
/// returns them.
///
/// A compiler fits a function that is called only once to its constants, so that it takes fewer instructions.
pub(super) struct Table {
    pub(super) convolution: &'static [f64],
    pub(super) convolution_once: &'static [f64],
    pub(super) depthwise: &'static [f64],
    pub(super) depthwise_once: &'static [f64],
    pub(super) dense: &'static [f64],
    pub(super) dense_once: &'static [f64],
    pub(super) max_pool: &'static [f64],
    pub(super) max_pool_once: &'static [f64],
    pub(super) average_pool: &'static [f64],
    pub(super) average_pool_once: &'static [f64],
    pub(super) mean: &'static [f64],
    pub(super) sigmoid: &'static [f64],
    pub(super) softmax: &'static [f64],
}
