//! A network as the steps that its maps go through.

use std::ops::Range;

use danas_space::{
    Activation, Conv2d, Extent, Layer, Margins, Network, Normalisation, Padding, Pool, PoolKind,
    Shape, ShapedLayer,
};

use super::{maps::Columns, packed::Packed, parameters::Layout, window::Window};
use crate::ModelError;

/// A step from maps to maps, by a window that slides over them.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) input: Shape,
    pub(super) output: Shape,
    pub(super) rows: Window,
    pub(super) columns: Window,
    pub(super) kind: Kind,
}

/// What a stage does with what its window reads.
#[derive(Debug)]
pub(super) enum Kind {
    Convolution(Convolution),
    /// Global average pooling, too: its window is the whole map.
    Pool(PoolKind),
    /// In training only.
    Dropout(Dropped),
}

/// The dropout of a layer, or of what the first dense layer reads: that of a layer behind the last one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dropped {
    /// Counted from 0.
    pub(super) layer: usize,
    /// The share that is set to zero.
    pub(super) rate: f64,
}

/// A convolution, of all channels or of groups of them.
#[derive(Debug)]
pub(super) struct Convolution {
    pub(super) groups: usize,
    pub(super) activation: Option<Activation>,
    /// Where its weights lie in the flat vector.
    pub(super) kernel: Range<usize>,
    pub(super) bias: Option<Range<usize>>,
}

impl Stage {
    /// The stages of a network: for predictions, or for a training with such a share of
    /// [`head_dropout`](crate::TrainConfig::head_dropout).
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] for a layer that this engine does not know.
    pub(super) fn all(
        network: &Network,
        layout: &Layout,
        training: Option<f64>,
    ) -> Result<Vec<Self>, ModelError> {
        check(network)?;
        let mut stages = Vec::with_capacity(network.layers().len());
        for (index, &shaped) in network.layers().iter().enumerate() {
            let ShapedLayer { layer, input, output } = shaped;
            let weights = layout.layer(index);
            match (layer, &weights[..]) {
                (Layer::Conv2d(conv), [kernel, bias]) => {
                    let convolution = Convolution {
                        groups: 1,
                        activation: Some(conv.activation),
                        kernel: kernel.clone(),
                        bias: Some(bias.clone()),
                    };
                    stages.push(Self::convolution(&conv, input, output, convolution));
                }
                (Layer::Separable(conv), [depthwise, pointwise, bias]) => {
                    let between = Shape { channels: input.channels, ..output };
                    let first = Convolution {
                        groups: input.channels,
                        activation: None,
                        kernel: depthwise.clone(),
                        bias: None,
                    };
                    let second = Convolution {
                        groups: 1,
                        activation: Some(conv.activation),
                        kernel: pointwise.clone(),
                        bias: Some(bias.clone()),
                    };
                    let one = Conv2d {
                        kernel: Extent::square(1),
                        stride: Extent::square(1),
                        padding: Padding::Valid,
                        ..conv
                    };
                    stages.push(Self::convolution(&conv, input, between, first));
                    stages.push(Self::convolution(&one, between, output, second));
                }
                (Layer::Pool(Pool { kind, size, stride }), _) => {
                    let [rows, columns] = windows(size, stride, Margins::default(), input, output);
                    stages.push(Self { input, output, rows, columns, kind: Kind::Pool(kind) });
                }
                (Layer::GlobalAverage, _) => {
                    let whole = |inputs| Window {
                        size: inputs,
                        stride: inputs,
                        before: 0,
                        inputs,
                        outputs: 1,
                    };
                    let (rows, columns) = (whole(input.height), whole(input.width));
                    let kind = Kind::Pool(PoolKind::Average);
                    stages.push(Self { input, output, rows, columns, kind });
                }
                (Layer::Dropout(dropout), _) => {
                    let rate = dropout.rate();
                    let dropped = Dropped { layer: index, rate };
                    stages.extend(training.map(|_| Self::dropout(input, dropped)));
                }
                (kind, _) => {
                    let layer = index + 1;
                    return Err(ModelError::Unsupported { engine: "native", layer, kind });
                }
            }
        }
        let head = training.filter(|&rate| rate > 0.0);
        let read = network.layers().last().map_or(network.input(), |it| it.output);
        let layer = network.layers().len();
        stages.extend(head.map(|rate| Self::dropout(read, Dropped { layer, rate })));
        Ok(stages)
    }

    /// Of maps that keep their shape.
    fn dropout(shape: Shape, dropped: Dropped) -> Self {
        let each = |side| Window { size: 1, stride: 1, before: 0, inputs: side, outputs: side };
        let (rows, columns) = (each(shape.height), each(shape.width));
        Self { input: shape, output: shape, rows, columns, kind: Kind::Dropout(dropped) }
    }

    fn convolution(conv: &Conv2d, input: Shape, output: Shape, kind: Convolution) -> Self {
        let [rows, columns] = windows(conv.kernel, conv.stride, conv.margins(input), input, output);
        Self { input, output, rows, columns, kind: Kind::Convolution(kind) }
    }

    /// What follows its sums.
    pub(super) const fn activation(&self) -> Option<Activation> {
        match &self.kind {
            Kind::Convolution(stage) => stage.activation,
            Kind::Pool(_) | Kind::Dropout(_) => None,
        }
    }

    /// Its kernel, which holds nothing yet; an empty one where it has none.
    pub(super) fn packed(&self) -> Packed {
        match &self.kind {
            Kind::Convolution(Convolution { groups, .. }) => {
                let (filters, channels) = (self.output.channels, self.input.channels);
                let size = [self.rows.size, self.columns.size];
                Packed::new(*groups, filters / groups, channels / groups, size)
            }
            Kind::Pool(_) | Kind::Dropout(_) => Packed::default(),
        }
    }

    /// The columns of the map that it reads: with its padding.
    pub(super) fn around(&self) -> Columns {
        let columns = self.columns;
        let reach = (columns.outputs - 1) * columns.stride + columns.size;
        let length = reach.max(columns.before.saturating_add(columns.inputs));
        Columns { length, first: columns.before, step: 1 }
    }

    /// The columns of the gradients of its sums. Where it is a convolution whose input has gradients, too,
    /// they are as far from each other as the windows of its outputs, and around them are zeros for the
    /// outputs that its inputs would have beyond the edges.
    pub(super) fn between(&self, first: bool) -> Columns {
        let columns = self.columns;
        if first || !matches!(self.kind, Kind::Convolution(_)) {
            return Columns::dense(columns.outputs);
        }
        let first = columns.size - 1 - columns.before;
        let end = first + (columns.outputs - 1) * columns.stride + 1;
        let length = columns.inputs.saturating_add(columns.size - 1).max(end);
        Columns { length, first, step: columns.stride }
    }
}

/// How a window slides over rows and over columns.
fn windows(
    size: Extent,
    stride: Extent,
    margins: Margins,
    input: Shape,
    output: Shape,
) -> [Window; 2] {
    let window = |size, stride, before, inputs, outputs| {
        // A network exists only if its windows fit their inputs; a longer stride is never taken.
        let (size, stride) = (size as usize, stride as usize);
        Window { size, stride, before, inputs, outputs }
    };
    [
        window(size.height, stride.height, margins.top, input.height, output.height),
        window(size.width, stride.width, margins.left, input.width, output.width),
    ]
}

/// Refuses a network with a layer that the engine does not know.
pub(super) fn check(network: &Network) -> Result<(), ModelError> {
    for (layer, shaped) in (1..).zip(network.layers()) {
        let known = match shaped.layer {
            Layer::Conv2d(conv) | Layer::Separable(conv) => {
                conv.normalisation == Normalisation::None
            }
            Layer::Pool(_) | Layer::GlobalAverage | Layer::Dropout(_) => true,
        };
        if !known {
            return Err(ModelError::Unsupported { engine: "native", layer, kind: shaped.layer });
        }
    }
    Ok(())
}
