//! A network before its input and classes are known.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Layer, SpaceError, layers_text};

/// The layers of a network before its input and classes are known, and the width of the hidden
/// dense layer that follows them.
///
/// With a width of 0 there is no hidden layer: the softmax over the classes reads the layers' values
/// themselves. Without layers it reads the features: that is logistic regression.
///
/// Written as text, it is its layers, and the width where it is not the paper's: `8x3R 2x5S > 20`,
/// `16xHx3R gap > softmax` without a hidden layer, `flatten > softmax` without any.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Architecture {
    layers: Vec<Layer>,
    dense_width: u32,
}

impl Architecture {
    /// The width of the dense layer in the paper's Table 2.
    pub const PAPER_DENSE_WIDTH: u32 = 10;

    /// An architecture of `layers` and a hidden dense layer of `dense_width`; 0 leaves it out. There
    /// may be no layers at all.
    ///
    /// # Errors
    /// [`SpaceError`] for a zero number of filters, kernel, stride or window, for a dropout outside 1
    /// to 99 percent, and for a layer other than dropout behind global average pooling.
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

    /// The layers in order. There may be none.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The width of the hidden dense layer between the flattened layers and the outputs; 0 where
    /// there is none.
    #[must_use]
    pub const fn dense_width(&self) -> u32 {
        self.dense_width
    }

    /// For parts that a space has checked already.
    pub(crate) const fn from_parts(layers: Vec<Layer>, dense_width: u32) -> Self {
        Self { layers, dense_width }
    }

    /// The same with other layers, which a space has checked already.
    pub(crate) const fn with_layers(&self, layers: Vec<Layer>) -> Self {
        Self { layers, dense_width: self.dense_width }
    }

    /// The layers before global average pooling, and those from there on.
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

/// An architecture as it is written in a file.
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

/// Refuses a zero.
pub(crate) fn positive(name: &'static str, value: u32) -> Result<(), SpaceError> {
    if value > 0 {
        return Ok(());
    }
    Err(SpaceError::OutOfRange { name, value: value.to_string(), expected: "at least 1" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse_layers;

    #[test]
    fn a_width_other_than_the_papers_is_part_of_the_text() {
        let text = |layers, width| {
            Architecture::new(parse_layers(layers).unwrap(), width).unwrap().to_string()
        };
        assert_eq!(text("8x3R max2 gap", 10), "8x3R max2 gap");
        assert_eq!(text("8x3R max2 gap", 20), "8x3R max2 gap > 20");
        assert_eq!(text("8xHx3R gap", 0), "8xHx3R gap > softmax");
        assert_eq!(text("flatten", 10), "flatten");
        assert_eq!(text("flatten", 20), "flatten > 20");
        assert_eq!(text("flatten", 0), "flatten > softmax");
    }
}
