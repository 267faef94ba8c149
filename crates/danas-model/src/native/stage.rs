//! A network as the steps that its maps go through.

use std::ops::Range;

use danas_space::{Activation, Conv2d, Layer, Network, Shape};

use super::{parameters::Layout, window::Window};
use crate::ModelError;

/// A step from maps to maps.
#[derive(Debug)]
pub(super) enum Stage {
    Convolution(Convolution),
}

/// A convolution, of all channels or of groups of them.
#[derive(Debug)]
pub(super) struct Convolution {
    pub(super) input: Shape,
    pub(super) output: Shape,
    pub(super) groups: usize,
    pub(super) rows: Window,
    pub(super) columns: Window,
    pub(super) activation: Option<Activation>,
    /// Where its weights lie in the flat vector.
    pub(super) kernel: Range<usize>,
    pub(super) bias: Option<Range<usize>>,
}

impl Stage {
    /// The stages of a network that has been checked.
    pub(super) fn all(network: &Network, layout: &Layout) -> Vec<Self> {
        let layers = network.layers().iter().enumerate();
        let stage = |(index, shaped): (usize, &danas_space::ShapedLayer)| {
            let Conv2d { kernel, activation, .. } = plain(shaped.layer)?;
            let side = kernel.height as usize;
            let window = |inputs, outputs| Window { size: side, stride: 1, before: 0, inputs, outputs };
            let (input, output) = (shaped.input, shaped.output);
            let [kernel, bias] = layout.layer(index);
            Some(Self::Convolution(Convolution {
                input,
                output,
                groups: 1,
                rows: window(input.height, output.height),
                columns: window(input.width, output.width),
                activation: Some(activation),
                kernel,
                bias: Some(bias),
            }))
        };
        layers.filter_map(stage).collect()
    }

    /// Refuses a network with a layer of another kind than the paper's.
    pub(super) fn check(network: &Network) -> Result<(), ModelError> {
        for (layer, shaped) in (1..).zip(network.layers()) {
            let kind = shaped.layer;
            if plain(kind).is_none() {
                return Err(ModelError::Unsupported { engine: "native", layer, kind });
            }
        }
        Ok(())
    }

    /// What it writes.
    pub(super) const fn output(&self) -> Shape {
        match self {
            Self::Convolution(stage) => stage.output,
        }
    }

    /// How its window slides over rows.
    pub(super) const fn rows(&self) -> Window {
        match self {
            Self::Convolution(stage) => stage.rows,
        }
    }

    /// What follows its sums.
    pub(super) const fn activation(&self) -> Option<Activation> {
        match self {
            Self::Convolution(stage) => stage.activation,
        }
    }
}

/// The paper's convolution that a layer is.
fn plain(layer: Layer) -> Option<Conv2d> {
    let Layer::Conv2d(conv) = layer else { return None };
    let plain = Layer::conv2d(conv.filters, conv.kernel.height, conv.activation);
    (layer == plain).then_some(conv)
}
