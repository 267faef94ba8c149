//! Convolutions.

use serde::{Deserialize, Serialize};

use super::sliding_window::{Margins, Padding, SlidingWindow};
use crate::{
    checks::positive,
    error::SpaceError,
    extent::Extent,
    layer::{Activation, Layer},
    shape::Shape,
};

/// Normalisation of the sums of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Normalisation {
    /// No normalisation.
    #[default]
    None,
    /// Batch normalisation between the bias and the activation, like Keras' `BatchNormalization`.
    /// Written `n`.
    ///
    /// Each channel has a scale and an offset that are trained, and a moving mean and variance that
    /// training keeps for predictions. A converter folds all four into the kernel and the bias, so
    /// a device has nothing more to compute.
    ///
    /// # References
    /// S. Ioffe and C. Szegedy (2015). <https://arxiv.org/abs/1502.03167>
    Batch,
}

/// Kind of a convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConvolutionKind {
    /// Convolves all channels at once: [`Layer::Conv2d`].
    #[default]
    Standard,
    /// Convolves each channel separately, then across channels: [`Layer::Separable`].
    Separable,
}

impl ConvolutionKind {
    /// Returns the layer of this kind.
    pub(crate) const fn layer(self, conv: Conv2d) -> Layer {
        match self {
            Self::Standard => Layer::Conv2d(conv),
            Self::Separable => Layer::Separable(conv),
        }
    }
}

impl Normalisation {
    /// Constant that batch normalisation adds to a variance before the square root: Keras' epsilon.
    pub const EPSILON: f64 = 1e-3;
}

/// A two-dimensional convolution with bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conv2d {
    /// Number of filters, which is also the number of output channels.
    pub filters: u32,
    /// Height and width of the kernel. A kernel that is 1 high is a one-dimensional convolution
    /// over time.
    pub kernel: Extent,
    /// Number of rows and columns that the kernel moves at a time.
    pub stride: Extent,
    /// Padding at the edges of the input.
    pub padding: Padding,
    /// Normalisation of the sums.
    pub normalisation: Normalisation,
    /// Activation function of the output.
    pub activation: Activation,
}

impl Conv2d {
    /// Creates a convolution like the paper's: stride 1, no padding and no normalisation.
    #[must_use]
    pub const fn new(filters: u32, kernel: Extent, activation: Activation) -> Self {
        Self {
            filters,
            kernel,
            stride: Extent::square(1),
            padding: Padding::Valid,
            normalisation: Normalisation::None,
            activation,
        }
    }

    /// Returns the padding zeros around an input of shape `input`.
    #[must_use]
    pub fn margins(&self, input: Shape) -> Margins {
        self.window().margins(input)
    }

    pub(super) const fn window(&self) -> SlidingWindow {
        SlidingWindow { size: self.kernel, stride: self.stride, padding: self.padding }
    }

    pub(super) fn check(&self) -> Result<(), SpaceError> {
        positive("filters", self.filters)?;
        self.kernel.check("kernels")?;
        self.stride.check("strides")
    }

    /// Returns the number of trainable parameters for `channels` input channels. `None` on
    /// overflow.
    pub(super) fn parameters(&self, channels: u64) -> Option<u64> {
        let weights = self.kernel.area().checked_mul(channels)?.checked_mul(self.filters.into())?;
        weights.checked_add(self.by_filter())
    }

    /// Returns the number of trainable parameters if each of `channels` input channels has one
    /// kernel, and the filters are 1 × 1. `None` on overflow.
    pub(super) fn separable_parameters(&self, channels: u64) -> Option<u64> {
        let depthwise = self.kernel.area().checked_mul(channels)?;
        let pointwise = channels.checked_mul(self.filters.into())?;
        depthwise.checked_add(pointwise)?.checked_add(self.by_filter())
    }

    /// Returns the number of parameters in the bias and, with batch normalisation, in scale and
    /// offset. At most three times a 32-bit number, this cannot overflow.
    fn by_filter(&self) -> u64 {
        let tensors = match self.normalisation {
            Normalisation::None => 1,
            Normalisation::Batch => 3,
        };
        tensors * u64::from(self.filters)
    }
}
