//! The kernels in C, of which a network's code contains those that it uses.

/// A file of C code. A file may use those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kernel {
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
pub(super) struct Source {
    /// Code for 8-bit integers.
    pub(super) int8: &'static str,
    /// Code for floats. It is empty if they do not need it.
    pub(super) float32: &'static str,
    pub(super) uses: &'static [Kernel],
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
    pub(super) fn source(self) -> Source {
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
