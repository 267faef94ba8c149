//! The layers of a network.

mod activation;
mod conv2d;
mod dropout;
mod pool;
mod sliding_window;
mod text;

use serde::{Deserialize, Serialize};

use self::sliding_window::SlidingWindow;
pub use self::{
    activation::Activation,
    conv2d::{Conv2d, ConvolutionKind, Normalisation},
    dropout::Dropout,
    pool::{Pool, PoolKind},
    sliding_window::{Margins, Padding},
    text::{layers_text, parse_layers},
};
use crate::{error::SpaceError, extent::Extent, infeasible::Infeasible, shape::Shape};

/// One layer of an architecture. Each layer has a text:
///
/// | text | layer |
/// |---|---|
/// | `8x3R` | [`Conv2d`] with 8 filters of 3 × 3 and ReLU |
/// | `8x1x9S` | 8 filters that are 1 high and 9 wide, with sigmoid: a one-dimensional convolution |
/// | `8xHx3R` | 8 filters that are as high as the maps they read, and 3 wide ([`Extent::WHOLE`]) |
/// | `8x3/2pnR` | stride 2 (`/1x2`: 1 down and 2 across), `same` padding, batch normalisation |
/// | `d8x3R` | depthwise separable convolution, with the same options |
/// | `max2`, `avg3/2` | [`Pool`]: maximum over 2 × 2 windows; mean over 3 × 3 with stride 2 |
/// | `avgHx4` | mean over the full height and 4 columns |
/// | `gap` | global average pooling |
/// | `drop25` | [`Dropout`] of 25 % |
///
/// This enumeration is deliberately exhaustive: a new kind of layer does not compile until every
/// crate that trains or measures networks handles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Layer {
    /// A convolution.
    Conv2d(Conv2d),
    /// A depthwise separable convolution, like Keras' `SeparableConv2D`. Each input channel is
    /// convolved with a kernel of its own, without bias. Filters of 1 × 1 with bias follow.
    Separable(Conv2d),
    /// Pooling.
    Pool(Pool),
    /// Global average pooling, like Keras' `GlobalAveragePooling2D`: the mean of each channel, with
    /// an output of 1 × 1. Only dropout may follow.
    GlobalAverage,
    /// Dropout.
    Dropout(Dropout),
}

impl Layer {
    /// Creates a convolution like the paper's: `filters` kernels of `kernel` × `kernel`, with
    /// `valid` padding and stride 1.
    #[must_use]
    pub const fn conv2d(filters: u32, kernel: u32, activation: Activation) -> Self {
        Self::Conv2d(Conv2d::new(filters, Extent::square(kernel), activation))
    }

    /// Returns the kind and the settings of a convolution, or `None` for other layers.
    pub(crate) const fn convolution(self) -> Option<(ConvolutionKind, Conv2d)> {
        match self {
            Self::Conv2d(conv) => Some((ConvolutionKind::Standard, conv)),
            Self::Separable(conv) => Some((ConvolutionKind::Separable, conv)),
            Self::Pool(_) | Self::GlobalAverage | Self::Dropout(_) => None,
        }
    }

    /// Returns the layer with [relative](Extent::WHOLE) heights replaced by the height of `input`,
    /// or `None` if that is too large.
    pub(crate) fn on(self, input: Shape) -> Option<Self> {
        let convolution = |conv: Conv2d| {
            let (kernel, stride) = (conv.kernel.on(input.height)?, conv.stride.on(input.height)?);
            Some(Conv2d { kernel, stride, ..conv })
        };
        Some(match self {
            Self::Conv2d(conv) => Self::Conv2d(convolution(conv)?),
            Self::Separable(conv) => Self::Separable(convolution(conv)?),
            Self::Pool(pool) => {
                let (size, stride) = (pool.size.on(input.height)?, pool.stride.on(input.height)?);
                Self::Pool(Pool { size, stride, ..pool })
            }
            Self::GlobalAverage | Self::Dropout(_) => self,
        })
    }

    /// Rejects numbers that no layer can have.
    pub(crate) fn check(&self) -> Result<(), SpaceError> {
        match self {
            Self::Conv2d(conv) | Self::Separable(conv) => conv.check(),
            Self::Pool(pool) => pool.check(),
            Self::GlobalAverage => Ok(()),
            Self::Dropout(dropout) => dropout.check(),
        }
    }

    /// Returns the shape of the output for an input of shape `input`.
    ///
    /// # Errors
    /// [`Infeasible`], with `number` as the layer's number, if the input is smaller than the kernel
    /// or the number of filters does not fit a `usize`.
    pub(crate) fn output(self, input: Shape, number: usize) -> Result<Shape, Infeasible> {
        let slide = |window: SlidingWindow| {
            let kernel = window.size;
            let refused = Infeasible::KernelExceedsInput { layer: number, kernel, input };
            window.positions(input).ok_or(refused)
        };
        match self {
            Self::Conv2d(conv) | Self::Separable(conv) => {
                let [height, width] = slide(conv.window())?;
                let channels = usize::try_from(conv.filters);
                let channels = channels.map_err(|_| Infeasible::TooLarge { layer: number })?;
                Ok(Shape { height, width, channels })
            }
            Self::Pool(pool) => {
                let [height, width] = slide(pool.window())?;
                Ok(Shape { height, width, ..input })
            }
            Self::GlobalAverage => Ok(Shape { height: 1, width: 1, ..input }),
            Self::Dropout(_) => Ok(input),
        }
    }

    /// Returns the number of trainable parameters for an input of shape `input`. `None` on
    /// overflow.
    pub(crate) fn parameters(self, input: Shape) -> Option<u64> {
        let channels = input.channels.try_into().ok()?;
        match self {
            Self::Conv2d(conv) => conv.parameters(channels),
            Self::Separable(conv) => conv.separable_parameters(channels),
            Self::Pool(_) | Self::GlobalAverage | Self::Dropout(_) => Some(0),
        }
    }

    /// Returns the number of multiply-accumulates for an input and an output of these shapes,
    /// including those with padding zeros. `None` on overflow.
    pub(crate) fn macs(self, input: Shape, output: Shape) -> Option<u64> {
        let channels = u64::try_from(input.channels).ok()?;
        let outputs = u64::try_from(output.elements()?).ok()?;
        match self {
            Self::Conv2d(conv) => conv.kernel.area().checked_mul(channels)?.checked_mul(outputs),
            Self::Separable(conv) => {
                let places = u64::try_from(output.height.checked_mul(output.width)?).ok()?;
                let depthwise = conv.kernel.area().checked_mul(channels)?.checked_mul(places)?;
                depthwise.checked_add(channels.checked_mul(outputs)?)
            }
            Self::Pool(_) | Self::GlobalAverage | Self::Dropout(_) => Some(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Layer {
        text.parse().unwrap()
    }

    #[test]
    fn a_kernel_larger_than_its_input_is_infeasible() {
        let input = Shape::new(4, 9, 1);
        for (text, kernel) in [
            ("2x5R", Extent::square(5)),
            ("d2x1x10R", Extent::new(1, 10)),
            ("max5", Extent::square(5)),
            ("avg1x10/1", Extent::new(1, 10)),
        ] {
            let refused = Infeasible::KernelExceedsInput { layer: 3, kernel, input };
            assert_eq!(layer(text).output(input, 3), Err(refused), "{text}");
        }
    }

    #[test]
    fn relative_heights_are_those_of_the_input() {
        for (text, height, on) in [
            ("2xHx3R", 39, "2x39x3R"),
            ("d2xHx1/Hx2pnS", 39, "d2x39x1/39x2pnS"),
            ("2xHx3R", 3, "2x3R"),
            ("2xHx3R", 1, "2x1x3R"),
            ("2x3/Hx1R", 39, "2x3/39x1R"),
            ("maxHx4", 39, "max39x4"),
            ("avgHx1/1", 39, "avg39x1/1"),
            ("2x5R", 39, "2x5R"),
            ("gap", 39, "gap"),
            ("drop25", 39, "drop25"),
        ] {
            assert_eq!(layer(text).on(Shape::new(height, 9, 3)), Some(layer(on)), "{text}");
        }
    }

    #[test]
    fn every_kind_has_its_output() {
        let input = Shape::new(5, 9, 3);
        for (text, output) in [
            ("2x5R", Shape::new(1, 5, 2)),
            ("2x5pR", Shape::new(5, 9, 2)),
            ("2x3/2R", Shape::new(2, 4, 2)),
            ("2x3/2pR", Shape::new(3, 5, 2)),
            ("2x1x9/1x2pR", Shape::new(5, 5, 2)),
            ("d8x3/2x3R", Shape::new(2, 3, 8)),
            ("2x100pR", Shape::new(5, 9, 2)),
            ("max2", Shape::new(2, 4, 3)),
            ("avg3/1", Shape::new(3, 7, 3)),
            ("max1x4", Shape::new(5, 2, 3)),
            ("gap", Shape::new(1, 1, 3)),
            ("drop25", input),
        ] {
            assert_eq!(layer(text).output(input, 1), Ok(output), "{text}");
        }
    }

    #[test]
    fn every_kind_has_its_counts() {
        let input = Shape::new(5, 9, 3);
        for (text, parameters, macs) in [
            ("2x3R", (9 * 3 + 1) * 2, 9 * 3 * (3 * 7 * 2)),
            ("2x3pR", (9 * 3 + 1) * 2, 9 * 3 * (5 * 9 * 2)),
            ("2x3nR", (9 * 3 + 1 + 2) * 2, 9 * 3 * (3 * 7 * 2)),
            ("2x1x9R", (9 * 3 + 1) * 2, 9 * 3 * (5 * 2)),
            ("d2x3R", 9 * 3 + (3 + 1) * 2, (9 * 3 + 3 * 2) * (3 * 7)),
            ("d2x3/2nR", 9 * 3 + (3 + 1 + 2) * 2, (9 * 3 + 3 * 2) * (2 * 4)),
            ("max2", 0, 0),
            ("gap", 0, 0),
            ("drop25", 0, 0),
        ] {
            let layer = layer(text);
            let output = layer.output(input, 1).unwrap();
            assert_eq!(layer.parameters(input), Some(parameters), "{text}");
            assert_eq!(layer.macs(input, output), Some(macs), "{text}");
        }
    }
}
