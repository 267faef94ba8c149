//! A network before its input and classes are known.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Layer, SpaceError};

/// The layers of a network before its input and classes are known, and the width of the dense
/// layer that follows them.
///
/// Written as text, it is its layers, and the width where it is not the paper's: `8x3R 2x5S > 20`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Architecture {
    layers: Vec<Layer>,
    dense_width: u32,
}

impl Architecture {
    /// The width of the dense layer in the paper's Table 2.
    pub const PAPER_DENSE_WIDTH: u32 = 10;

    /// An architecture of `layers` and a dense layer of `dense_width`.
    ///
    /// # Errors
    /// [`SpaceError`] without a layer, for a zero number of filters, kernel, stride, window or
    /// width, for a dropout outside 1 to 99 percent, and for a layer other than dropout behind
    /// global average pooling.
    pub fn new(layers: Vec<Layer>, dense_width: u32) -> Result<Self, SpaceError> {
        if layers.is_empty() {
            return Err(SpaceError::Empty { axis: "layers" });
        }
        layers.iter().try_for_each(Layer::check)?;
        positive("dense_width", dense_width)?;
        let average = layers.iter().position(|layer| *layer == Layer::GlobalAverage);
        let behind = average.map_or(layers.len(), |average| average + 1);
        let misplaced =
            layers[behind..].iter().position(|layer| !matches!(layer, Layer::Dropout(_)));
        if let Some(index) = misplaced {
            return Err(SpaceError::AfterGlobalAverage { layer: behind + index + 1 });
        }
        Ok(Self { layers, dense_width })
    }

    /// The layers in order, at least one.
    #[must_use]
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The width of the dense layer between the flattened layers and the outputs.
    #[must_use]
    pub const fn dense_width(&self) -> u32 {
        self.dense_width
    }

    /// For parts that a space has checked already.
    pub(crate) const fn from_parts(layers: Vec<Layer>, dense_width: u32) -> Self {
        Self { layers, dense_width }
    }

    /// The same with other layers. The caller keeps the invariant: never empty.
    pub(crate) fn with_layers(&self, layers: Vec<Layer>) -> Self {
        debug_assert!(!layers.is_empty());
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
        for (index, layer) in self.layers.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            write!(f, "{gap}{layer}")?;
        }
        match self.dense_width {
            Self::PAPER_DENSE_WIDTH => Ok(()),
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
        let text = |width| {
            Architecture::new(parse_layers("8x3R max2 gap").unwrap(), width).unwrap().to_string()
        };
        assert_eq!(text(10), "8x3R max2 gap");
        assert_eq!(text(20), "8x3R max2 gap > 20");
    }
}
