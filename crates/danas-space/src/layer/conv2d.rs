//! Convolutions.

use serde::{Deserialize, Serialize};

use super::window::{Margins, Padding, Window};
use crate::{Activation, Extent, Layer, Shape, SpaceError, architecture::positive};

/// Whether a convolution's sums are normalised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Normalisation {
    /// They are left as they are.
    #[default]
    None,
    /// Batch normalisation between the bias and the activation, as Keras' `BatchNormalization`.
    /// Written `n`.
    ///
    /// Each channel has a scale and an offset that are trained, and a moving mean and variance that
    /// training keeps for predictions. A converter folds all of it into kernel and bias, so that a
    /// device computes nothing more.
    ///
    /// # References
    /// S. Ioffe and C. Szegedy (2015). <https://arxiv.org/abs/1502.03167>
    Batch,
}

/// How a convolution multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ConvolutionKind {
    /// All channels at once: [`Layer::Conv2d`].
    #[default]
    Standard,
    /// Each channel for itself, then across channels: [`Layer::Separable`].
    Separable,
}

impl ConvolutionKind {
    /// The layer that does so.
    pub(crate) const fn layer(self, conv: Conv2d) -> Layer {
        match self {
            Self::Standard => Layer::Conv2d(conv),
            Self::Separable => Layer::Separable(conv),
        }
    }
}

impl Normalisation {
    /// What batch normalisation adds to a variance before it takes the square root: Keras' epsilon.
    pub const EPSILON: f64 = 1e-3;
}

/// A two-dimensional convolution with bias.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conv2d {
    /// The number of filters, that is of output channels.
    pub filters: u32,
    /// Height and width of the kernel: 1 high, it is a one-dimensional convolution over time.
    pub kernel: Extent,
    /// How many rows and columns the kernel moves at a time.
    pub stride: Extent,
    /// What happens at the edges of the input.
    pub padding: Padding,
    /// What happens to the sums.
    pub normalisation: Normalisation,
    /// The activation at the end.
    pub activation: Activation,
}

impl Conv2d {
    /// A convolution as the paper's: stride 1, no padding and no normalisation.
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

    /// The zeros around an input of shape `input`.
    #[must_use]
    pub fn margins(&self, input: Shape) -> Margins {
        self.window().margins(input)
    }

    pub(super) const fn window(&self) -> Window {
        Window { size: self.kernel, stride: self.stride, padding: self.padding }
    }

    pub(super) fn check(&self) -> Result<(), SpaceError> {
        positive("filters", self.filters)?;
        self.kernel.check("kernels")?;
        self.stride.check("strides")
    }

    /// Trainable parameters for so many input channels; `None` on overflow.
    pub(super) fn parameters(&self, channels: u64) -> Option<u64> {
        let weights = self.kernel.area().checked_mul(channels)?.checked_mul(self.filters.into())?;
        weights.checked_add(self.by_filter())
    }

    /// The same where each channel has one kernel, and the filters are 1 × 1.
    pub(super) fn separable_parameters(&self, channels: u64) -> Option<u64> {
        let depthwise = self.kernel.area().checked_mul(channels)?;
        let pointwise = channels.checked_mul(self.filters.into())?;
        depthwise.checked_add(pointwise)?.checked_add(self.by_filter())
    }

    /// The bias, and with batch normalisation scale and offset. Three 32-bit numbers: no overflow.
    fn by_filter(&self) -> u64 {
        let tensors = match self.normalisation {
            Normalisation::None => 1,
            Normalisation::Batch => 3,
        };
        tensors * u64::from(self.filters)
    }
}
