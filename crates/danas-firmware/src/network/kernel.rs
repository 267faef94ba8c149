//! The kernels in C, of which a network's code contains those that it uses.

use danas_size::program::{Arithmetic, Task, Window};
use danas_space::Extent;

/// A file of C code. A file may use those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kernel {
    Window,
    FixedPoint,
    Layer,
    Products,
    Convolution,
    DepthwiseProducts,
    Depthwise,
    Dense,
    MaxPool,
    AveragePool,
    Mean,
    Sigmoid,
    Softmax,
}

/// The code of a kernel for each arithmetic, and the files that it uses itself.
pub(crate) struct Source {
    /// Code for 8-bit integers.
    pub(crate) int8: &'static str,
    /// Code for floats. It is empty if they do not need it.
    pub(crate) float32: &'static str,
    pub(crate) uses: &'static [Kernel],
}

/// Includes a file of both arithmetics.
macro_rules! source {
    ($name:literal, $uses:expr) => {
        Source {
            int8: include_str!(concat!("../../c/network/int8/", $name, ".c")),
            float32: include_str!(concat!("../../c/network/float32/", $name, ".c")),
            uses: $uses,
        }
    };
}

/// Includes a file that only integers need.
macro_rules! integers {
    ($name:literal, $uses:expr) => {
        Source {
            int8: include_str!(concat!("../../c/network/int8/", $name, ".c")),
            float32: "",
            uses: $uses,
        }
    };
}

impl Kernel {
    /// Returns the kernel that carries out a task.
    pub(super) fn of<A: Arithmetic>(task: &Task<A>) -> Self {
        match task {
            Task::Convolution(window, _) if is_single(window) => Self::Dense,
            Task::Convolution(..) => Self::Convolution,
            Task::Depthwise(..) => Self::Depthwise,
            Task::Dense(_) => Self::Dense,
            Task::MaxPool(_) => Self::MaxPool,
            Task::AveragePool(_) => Self::AveragePool,
            Task::Mean(_) => Self::Mean,
            Task::Sigmoid(_) => Self::Sigmoid,
            Task::Softmax(_) => Self::Softmax,
        }
    }

    pub(crate) fn source(self) -> Source {
        use Kernel::{DepthwiseProducts, FixedPoint, Layer, Products, Window};
        match self {
            Self::Window => {
                let text = include_str!("../../c/network/window.c");
                Source { int8: text, float32: text, uses: &[] }
            }
            Self::FixedPoint => integers!("fixed_point", &[]),
            Self::Layer => source!("layer", &[FixedPoint]),
            Self::Products => source!("products", &[]),
            Self::Convolution => source!("convolution", &[Window, Layer, Products]),
            Self::DepthwiseProducts => source!("depthwise_products", &[]),
            Self::Depthwise => source!("depthwise", &[Window, Layer, DepthwiseProducts]),
            Self::Dense => source!("dense", &[Layer, Products]),
            Self::MaxPool => source!("max_pool", &[Window]),
            Self::AveragePool => source!("average_pool", &[Window]),
            Self::Mean => source!("mean", &[FixedPoint]),
            Self::Sigmoid => source!("sigmoid", &[]),
            Self::Softmax => source!("softmax", &[FixedPoint]),
        }
    }
}

/// Returns whether a window has a single place and is over each pixel of the input once.
pub(super) fn is_single(window: &Window) -> bool {
    let one = Extent::square(1);
    window.size == one && window.stride == one && window.margins.is_empty()
}
