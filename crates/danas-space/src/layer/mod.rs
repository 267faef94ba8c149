//! The layers a network is made of.

mod activation;
mod conv2d;
mod dropout;
mod pool;
mod text;
mod window;

use serde::{Deserialize, Serialize};

use self::window::Window;
pub use self::{
    activation::Activation,
    conv2d::{Conv2d, ConvolutionKind, Normalisation},
    dropout::Dropout,
    pool::{Pool, PoolKind},
    text::{layers_text, parse_layers},
    window::{Margins, Padding},
};
use crate::{Extent, Infeasible, Shape, SpaceError};

/// One layer of an architecture, with its text:
///
/// | text | layer |
/// |---|---|
/// | `8x3R` | [`Conv2d`] with 8 filters of 3 × 3 and ReLU |
/// | `8x1x9S` | 8 filters 1 high and 9 wide, with sigmoid: a one-dimensional convolution |
/// | `8xHx3R` | 8 filters of the whole height of the maps that it reads, and 3 wide ([`Extent::WHOLE`]) |
/// | `8x3/2pnR` | stride 2 (`/1x2`: 1 down and 2 across), `same` padding, batch normalisation |
/// | `d8x3R` | depthwise separable, with the same parts |
/// | `max2`, `avg3/2` | [`Pool`] over windows of 2 × 2; of 3 × 3 with stride 2 |
/// | `avgHx4` | over the whole height and 4 columns |
/// | `gap` | global average pooling |
/// | `drop25` | [`Dropout`] of 25 % |
///
/// Deliberately exhaustive: a new kind of layer must not compile before every crate that trains or
/// measures networks knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Layer {
    /// A convolution.
    Conv2d(Conv2d),
    /// A depthwise separable convolution, Keras' `SeparableConv2D`: each input channel is convolved
    /// with one kernel of its own, without bias; then come filters of 1 × 1 with bias.
    Separable(Conv2d),
    /// Pooling.
    Pool(Pool),
    /// The mean of each channel, Keras' `GlobalAveragePooling2D`: an output of 1 × 1. Only dropout
    /// may follow.
    GlobalAverage,
    /// Dropout.
    Dropout(Dropout),
}

impl Layer {
    /// The paper's convolution: `filters` kernels of `kernel` × `kernel`, `valid` padding, stride 1.
    #[must_use]
    pub const fn conv2d(filters: u32, kernel: u32, activation: Activation) -> Self {
        Self::Conv2d(Conv2d::new(filters, Extent::square(kernel), activation))
    }

    /// The convolution that it is, if any.
    pub(crate) const fn convolution(self) -> Option<(ConvolutionKind, Conv2d)> {
        match self {
            Self::Conv2d(conv) => Some((ConvolutionKind::Standard, conv)),
            Self::Separable(conv) => Some((ConvolutionKind::Separable, conv)),
            Self::Pool(_) | Self::GlobalAverage | Self::Dropout(_) => None,
        }
    }

    /// The layer with the height of `input` wherever its own is [relative](Extent::WHOLE); `None`
    /// where that is too high.
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

    /// Refuses numbers that no layer can have.
    pub(crate) fn check(&self) -> Result<(), SpaceError> {
        match self {
            Self::Conv2d(conv) | Self::Separable(conv) => conv.check(),
            Self::Pool(pool) => pool.check(),
            Self::GlobalAverage => Ok(()),
            Self::Dropout(dropout) => dropout.check(),
        }
    }

    /// The shape of the output for an input of shape `input`.
    ///
    /// # Errors
    /// [`Infeasible`], naming the layer by `number`, where the input is smaller than the kernel.
    pub(crate) fn output(self, input: Shape, number: usize) -> Result<Shape, Infeasible> {
        let slide = |window: Window| {
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

    /// Trainable parameters for an input of shape `input`; `None` on overflow.
    pub(crate) fn parameters(self, input: Shape) -> Option<u64> {
        let channels = input.channels.try_into().ok()?;
        match self {
            Self::Conv2d(conv) => conv.parameters(channels),
            Self::Separable(conv) => conv.separable_parameters(channels),
            Self::Pool(_) | Self::GlobalAverage | Self::Dropout(_) => Some(0),
        }
    }

    /// Multiply-accumulates for an input and output of these shapes, those with the zeros of a
    /// padding among them; `None` on overflow.
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
