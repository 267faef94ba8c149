//! Architectures: networks whose input and classes are not known yet.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::SpaceError,
    layer::{Layer, layers_text, parse_layers},
};

/// Layers of a network whose input and classes are not known yet, and the width of the hidden dense
/// layer that follows them.
///
/// A width of 0 means that there is no hidden layer: the softmax over the classes reads the output
/// of the layers directly. If there are no layers either, it reads the features, which is logistic
/// regression.
///
/// As text, an architecture is the list of its layers, followed by the width unless that is the
/// paper's: `8x3R 2x5S > 20`. `16xHx3R gap > softmax` has no hidden layer, and `flatten > softmax`
/// has no layers at all.
///
/// ```
/// use danas_space::Architecture;
///
/// let architecture: Architecture = "16xHx3R gap > softmax".parse()?;
/// assert_eq!((architecture.layers().len(), architecture.dense_width()), (2, 0));
/// # Ok::<(), danas_space::SpaceError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Architecture {
    layers: Vec<Layer>,
    dense_width: u32,
}

impl Architecture {
    /// Width of the hidden dense layer in the paper's Table 2.
    pub const PAPER_DENSE_WIDTH: u32 = 10;

    /// Creates an architecture of `layers` and a hidden dense layer of width `dense_width`. A width
    /// of 0 leaves the hidden layer out. `layers` may be empty.
    ///
    /// # Errors
    /// [`SpaceError`] if a number of filters, a kernel, a stride or a window is zero, if a dropout
    /// is outside 1 to 99 percent, or if a layer other than dropout follows global average pooling.
    pub fn new(layers: Vec<Layer>, dense_width: u32) -> Result<Self, SpaceError> {
        layers.iter().try_for_each(Layer::check)?;
        let average = layers.iter().position(|layer| *layer == Layer::GlobalAverage);
        let behind = average.map_or(layers.len(), |average| average + 1);
        let misplaced =
            layers[behind..].iter().position(|layer| !matches!(layer, Layer::Dropout(_)));
        if let Some(index) = misplaced {
            return Err(SpaceError::AfterGlobalAverage { layer: behind + index + 1 });
        }
        Ok(Self { layers, dense_width })
    }

    /// Returns the layers in order. There may be none.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Returns the width of the hidden dense layer between the flattened values and the outputs, or
    /// 0 if there is none.
    #[must_use]
    pub const fn dense_width(&self) -> u32 {
        self.dense_width
    }

    /// Creates an architecture from parts that a space has already checked.
    pub(crate) const fn from_parts(layers: Vec<Layer>, dense_width: u32) -> Self {
        Self { layers, dense_width }
    }

    /// Returns the architecture with other layers, which a space has already checked.
    pub(crate) const fn with_layers(&self, layers: Vec<Layer>) -> Self {
        Self { layers, dense_width: self.dense_width }
    }

    /// Returns the layers before global average pooling, and the layers from there on.
    pub(crate) fn split(&self) -> (&[Layer], &[Layer]) {
        let average = self.layers.iter().position(|layer| *layer == Layer::GlobalAverage);
        self.layers.split_at(average.unwrap_or(self.layers.len()))
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&layers_text(self.layers.iter().copied()))?;
        match self.dense_width {
            Self::PAPER_DENSE_WIDTH => Ok(()),
            0 => f.write_str(" > softmax"),
            width => write!(f, " > {width}"),
        }
    }
}

impl FromStr for Architecture {
    type Err = SpaceError;

    fn from_str(text: &str) -> Result<Self, SpaceError> {
        let (layers, width) = match text.split_once('>') {
            None => (text, Self::PAPER_DENSE_WIDTH),
            Some((layers, width)) => match width.trim() {
                "softmax" => (layers, 0),
                width => {
                    let read = width.parse().ok().filter(|&read: &u32| read > 0);
                    let illegal = || SpaceError::DenseWidth { text: width.to_owned() };
                    (layers, read.ok_or_else(illegal)?)
                }
            },
        };
        Self::new(parse_layers(layers)?, width)
    }
}

/// Unchecked architecture, as it is written in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    layers: Vec<Layer>,
    dense_width: u32,
}

impl From<Architecture> for Unchecked {
    fn from(architecture: Architecture) -> Self {
        let Architecture { layers, dense_width } = architecture;
        Self { layers, dense_width }
    }
}

impl TryFrom<Unchecked> for Architecture {
    type Error = SpaceError;

    fn try_from(unchecked: Unchecked) -> Result<Self, SpaceError> {
        Self::new(unchecked.layers, unchecked.dense_width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::parse_layers;

    #[test]
    fn a_width_other_than_the_papers_is_part_of_the_text() {
        let text = |layers, width| {
            let architecture = Architecture::new(parse_layers(layers).unwrap(), width).unwrap();
            let text = architecture.to_string();
            assert_eq!(text.parse(), Ok(architecture), "{text}");
            text
        };
        assert_eq!(text("8x3R max2 gap", 10), "8x3R max2 gap");
        assert_eq!(text("8x3R max2 gap", 20), "8x3R max2 gap > 20");
        assert_eq!(text("8xHx3R gap", 0), "8xHx3R gap > softmax");
        assert_eq!(text("flatten", 10), "flatten");
        assert_eq!(text("flatten", 20), "flatten > 20");
        assert_eq!(text("flatten", 0), "flatten > softmax");
        for illegal in ["8x3R > ", "8x3R > 0", "8x3R > wide", "> 20", "8x3 > 20"] {
            assert!(illegal.parse::<Architecture>().is_err(), "{illegal}");
        }
    }
}
