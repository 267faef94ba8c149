//! The layers a network is made of.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Infeasible, Shape, SpaceError};

/// An activation function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// `max(0, x)`, written `R`.
    Relu,
    /// `1 / (1 + exp(-x))`, written `S`.
    Sigmoid,
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Relu => "R",
            Self::Sigmoid => "S",
        })
    }
}

/// A square two-dimensional convolution with bias: `valid` padding, stride 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Conv2d {
    /// The number of filters, that is of output channels.
    pub filters: u32,
    /// Height and width of the kernel.
    pub kernel: u32,
    /// The activation after the bias.
    pub activation: Activation,
}

/// One layer of an architecture. Written as text: `8x3R` is [`Conv2d`] with 8 filters of 3 × 3
/// and ReLU.
///
/// Deliberately exhaustive: a new kind of layer must not compile before every crate that trains or
/// measures networks knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Layer {
    /// A convolution.
    Conv2d(Conv2d),
}

impl Layer {
    /// A convolution of `filters` kernels of `kernel` × `kernel`.
    #[must_use]
    pub const fn conv2d(filters: u32, kernel: u32, activation: Activation) -> Self {
        Self::Conv2d(Conv2d { filters, kernel, activation })
    }

    /// The shape of the output for an input of shape `input`.
    ///
    /// # Errors
    /// [`Infeasible`], naming the layer by `number`, where the input is smaller than the kernel.
    pub(crate) fn output(self, input: Shape, number: usize) -> Result<Shape, Infeasible> {
        let Self::Conv2d(Conv2d { filters, kernel, .. }) = self;
        let too_large = Infeasible::TooLarge { layer: number };
        let side = usize::try_from(kernel).map_err(|_| too_large.clone())?;
        let shrink = |length: usize| length.checked_sub(side.checked_sub(1)?).filter(|&n| n > 0);
        match (shrink(input.height), shrink(input.width)) {
            (Some(height), Some(width)) => {
                let channels = usize::try_from(filters).map_err(|_| too_large)?;
                Ok(Shape { height, width, channels })
            }
            _ => Err(Infeasible::KernelExceedsInput { layer: number, kernel, input }),
        }
    }

    /// Trainable parameters for an input of shape `input`; `None` on overflow.
    pub(crate) fn parameters(self, input: Shape) -> Option<u64> {
        let Self::Conv2d(Conv2d { filters, kernel, .. }) = self;
        u64::from(kernel)
            .checked_mul(kernel.into())?
            .checked_mul(input.channels.try_into().ok()?)?
            .checked_add(1)? // bias
            .checked_mul(filters.into())
    }

    /// Multiply-accumulates for an input and output of these shapes; `None` on overflow.
    pub(crate) fn macs(self, input: Shape, output: Shape) -> Option<u64> {
        let Self::Conv2d(Conv2d { kernel, .. }) = self;
        u64::from(kernel)
            .checked_mul(kernel.into())?
            .checked_mul(input.channels.try_into().ok()?)?
            .checked_mul(output.elements()?.try_into().ok()?)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Conv2d(Conv2d { filters, kernel, activation }) = self;
        write!(f, "{filters}x{kernel}{activation}")
    }
}

impl FromStr for Layer {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let conv2d = || {
            let (size, activation) = match text.strip_suffix(['R', 'r']) {
                Some(size) => (size, Activation::Relu),
                None => (text.strip_suffix(['S', 's'])?, Activation::Sigmoid),
            };
            let (filters, kernel) = size.split_once('x')?;
            let positive = |digits: &str| digits.parse().ok().filter(|&number: &u32| number > 0);
            Some(Self::conv2d(positive(filters)?, positive(kernel)?, activation))
        };
        conv2d().ok_or_else(|| SpaceError::Layer { text: text.to_owned() })
    }
}

impl TryFrom<String> for Layer {
    type Error = SpaceError;

    fn try_from(text: String) -> Result<Self, SpaceError> {
        text.parse()
    }
}

impl From<Layer> for String {
    fn from(layer: Layer) -> Self {
        layer.to_string()
    }
}

/// Reads layers such as `8x3R 2x5S`; spaces, commas and semicolons all separate.
///
/// # Errors
/// [`SpaceError::Layer`] names the first part that is not a layer; [`SpaceError::Empty`] where
/// there is none at all.
///
/// ```
/// use danas_space::parse_layers;
///
/// assert_eq!(parse_layers("8x3R;2x5S")?, parse_layers("8x3R, 2x5S")?);
/// assert!(parse_layers("8x3Q").is_err());
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
pub fn parse_layers(text: &str) -> Result<Vec<Layer>, SpaceError> {
    let layers: Vec<Layer> = text
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|part| !part.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    if layers.is_empty() { Err(SpaceError::Empty { axis: "layers" }) } else { Ok(layers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_layer_are_inverse() {
        for text in ["1x1R", "8x3R", "128x5S"] {
            assert_eq!(text.parse::<Layer>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_broken_layer_is_refused_by_its_text() {
        for text in ["", "8x3", "x3R", "8xR", "0x3R", "8x0S", "-8x3R", "8x3RR", "8*3R", "é"] {
            let refused = SpaceError::Layer { text: text.to_owned() };
            assert_eq!(text.parse::<Layer>(), Err(refused), "{text}");
        }
    }

    #[test]
    fn a_kernel_larger_than_its_input_is_infeasible() {
        let layer = Layer::conv2d(2, 5, Activation::Relu);
        assert_eq!(layer.output(Shape::new(5, 9, 1), 1), Ok(Shape::new(1, 5, 2)));
        let input = Shape::new(4, 9, 1);
        assert_eq!(
            layer.output(input, 3),
            Err(Infeasible::KernelExceedsInput { layer: 3, kernel: 5, input })
        );
    }
}
