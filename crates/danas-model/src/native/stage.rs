//! A network as a list of stages, the steps that its maps pass through.

use std::ops::Range;

use danas_space::{
    Activation, Conv2d, Extent, Layer, Margins, Network, Normalisation, Padding, Pool, PoolKind,
    Shape, ShapedLayer,
};

use super::{maps::Columns, packed::Packed, parameters::Layout, window::Window};
use crate::error::ModelError;

/// Step from maps to maps, computed by a window that slides over its input.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) input: Shape,
    pub(super) output: Shape,
    pub(super) rows: Window,
    pub(super) columns: Window,
    pub(super) kind: Kind,
}

/// Operation of a stage on the values that its window reads.
#[derive(Debug)]
pub(super) enum Kind {
    Convolution(Convolution),
    /// Pooling. Global average pooling has a window as large as the map.
    Pool(PoolKind),
    /// Dropout, in training only.
    Dropout(Dropped),
}

/// Dropout of a layer, or of the values that the first dense layer reads. The latter counts as a
/// layer after the last one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Dropped {
    /// Layer, counted from 0.
    pub(super) layer: usize,
    /// Share of the values that is set to zero.
    pub(super) rate: f64,
}

/// Convolution over all channels, or over groups of them.
#[derive(Debug)]
pub(super) struct Convolution {
    pub(super) groups: usize,
    pub(super) activation: Option<Activation>,
    /// Position of the kernel in the flat vector of weights.
    pub(super) kernel: Range<usize>,
    pub(super) bias: Option<Range<usize>>,
}

impl Stage {
    /// Returns the stages of a network: for predictions, or for a training with this rate of
    /// [`head_dropout`](crate::TrainConfig::head_dropout).
    ///
    /// # Errors
    /// [`ModelError::Unsupported`] for a layer that this engine does not support.
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

    /// Creates a dropout of maps of this shape.
    fn dropout(shape: Shape, dropped: Dropped) -> Self {
        let each = |side| Window { size: 1, stride: 1, before: 0, inputs: side, outputs: side };
        let (rows, columns) = (each(shape.height), each(shape.width));
        Self { input: shape, output: shape, rows, columns, kind: Kind::Dropout(dropped) }
    }

    fn convolution(conv: &Conv2d, input: Shape, output: Shape, kind: Convolution) -> Self {
        let [rows, columns] = windows(conv.kernel, conv.stride, conv.margins(input), input, output);
        Self { input, output, rows, columns, kind: Kind::Convolution(kind) }
    }

    /// Returns the activation that follows the sums, if there is one.
    pub(super) const fn activation(&self) -> Option<Activation> {
        match &self.kind {
            Kind::Convolution(stage) => stage.activation,
            Kind::Pool(_) | Kind::Dropout(_) => None,
        }
    }

    /// Returns a packing for the stage's kernel, without values yet. It is empty if the stage has
    /// no kernel.
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

    /// Returns the columns of the maps that the stage reads, with its padding.
    pub(super) fn around(&self) -> Columns {
        let columns = self.columns;
        let reach = (columns.outputs - 1) * columns.stride + columns.size;
        let length = reach.max(columns.before.saturating_add(columns.inputs));
        Columns { length, first: columns.before, step: 1 }
    }

    /// Returns the columns of the gradients of the stage's sums.
    ///
    /// If the stage is a convolution, and not the `first` stage, its input has gradients too. The
    /// columns are then a stride apart, and around them are zeros for the outputs that the input
    /// would have beyond the edges.
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

/// Returns how a window slides over rows and over columns.
fn windows(
    size: Extent,
    stride: Extent,
    margins: Margins,
    input: Shape,
    output: Shape,
) -> [Window; 2] {
    let window = |size, stride, before, inputs, outputs| {
        // The casts lose nothing: windows fit their inputs, and a stride beyond the input is never
        // taken.
        let (size, stride) = (size as usize, stride as usize);
        Window { size, stride, before, inputs, outputs }
    };
    [
        window(size.height, stride.height, margins.top, input.height, output.height),
        window(size.width, stride.width, margins.left, input.width, output.width),
    ]
}

/// Refuses a network with a layer that the engine does not support.
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
