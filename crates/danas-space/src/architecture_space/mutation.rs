//! Mutation of architectures.

use super::{ArchitectureSpace, Axes, LayerKind};
use crate::{
    architecture::Architecture,
    extent::Extent,
    layer::{Activation, Conv2d, Dropout, Layer},
};

/// A mutation operator on architectures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    AddLayer,
    RemoveLayer,
    Kernel(Step),
    Filters(Step),
    Activation,
    Stride(Step),
    Padding,
    Normalisation,
    /// Switches between standard and separable convolutions.
    Convolution,
    /// Replaces a layer by one of another kind, such as a convolution by a pooling.
    Replace,
    /// Switches to another pooling.
    Pool,
    Dropout(Step),
    /// Adds or removes global average pooling.
    Reduction,
    DenseWidth(Step),
}

/// Direction in which an operator moves along an ordered axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Up,
    Down,
}

impl Step {
    pub(crate) const BOTH: [Self; 2] = [Self::Up, Self::Down];

    /// Returns the nearest value above or below `value` in an ascending list. The list need not
    /// contain `value` itself.
    fn from(self, value: u32, ascending: &[u32]) -> Option<u32> {
        self.by(value, ascending, |&value| value)
    }

    /// Returns the nearest value above or below `value` in a list that ascends by `rank`. The list
    /// need not contain `value` itself.
    pub(crate) fn by<T: Copy, R: Ord>(
        self,
        value: T,
        ascending: &[T],
        rank: fn(&T) -> R,
    ) -> Option<T> {
        match self {
            Self::Up => ascending.iter().find(|other| rank(other) > rank(&value)),
            Self::Down => ascending.iter().rfind(|other| rank(other) < rank(&value)),
        }
        .copied()
    }
}

impl ArchitectureSpace {
    /// Returns the operators of the space: the paper's, and those on other axes that have several
    /// values.
    pub(crate) fn operators(&self) -> Vec<Operator> {
        let axes = &self.axes;
        let mut operators = vec![
            Operator::AddLayer,
            Operator::RemoveLayer,
            Operator::Kernel(Step::Up),
            Operator::Kernel(Step::Down),
            Operator::Filters(Step::Up),
            Operator::Filters(Step::Down),
            Operator::Activation,
        ];
        let mut add = |values: usize, own: &[Operator]| {
            if values > 1 {
                operators.extend(own);
            }
        };
        let kinds =
            1 + usize::from(!axes.pools.is_empty()) + usize::from(!axes.dropouts.is_empty());
        let steps = |operator: fn(Step) -> Operator| Step::BOTH.map(operator);
        add(axes.strides.len(), &steps(Operator::Stride));
        add(axes.paddings.len(), &[Operator::Padding]);
        add(axes.normalisations.len(), &[Operator::Normalisation]);
        add(axes.convolutions.len(), &[Operator::Convolution]);
        add(kinds, &[Operator::Replace]);
        add(axes.pools.len(), &[Operator::Pool]);
        add(axes.dropouts.len(), &steps(Operator::Dropout));
        add(axes.reductions.len(), &[Operator::Reduction]);
        add(axes.dense_width.len(), &steps(Operator::DenseWidth));
        operators
    }

    /// Returns the results of an operator on an architecture, one for each place where it acts. The
    /// result is `None` where the operator changes nothing, such as on a layer that already has the
    /// most filters.
    ///
    /// Operators that insert a layer have one group of results for each kind of layer; other
    /// operators have a single group. A mutation draws the group first.
    pub(crate) fn mutants(
        &self,
        operator: Operator,
        parent: &Architecture,
    ) -> Vec<Vec<Option<Architecture>>> {
        match operator {
            Operator::AddLayer => self.added(parent),
            Operator::Replace => self.replaced(parent),
            _ => vec![self.changed(operator, parent)],
        }
    }

    /// Returns the architectures with one more layer, in a group for each kind of layer.
    fn added(&self, parent: &Architecture) -> Vec<Vec<Option<Architecture>>> {
        let (layers, reduction) = parent.split();
        if layers.len() >= self.max_depth() {
            return Vec::new();
        }
        let with = |layer| Some(parent.with_layers([layers, &[layer], reduction].concat()));
        let kinds = self.kinds().into_iter();
        kinds.map(|kind| self.layers(kind).into_iter().map(with).collect()).collect()
    }

    /// Returns the architectures in which one layer is replaced by a layer that has no values in
    /// common with it, in a group for each kind of the new layer.
    fn replaced(&self, parent: &Architecture) -> Vec<Vec<Option<Architecture>>> {
        let (layers, _) = parent.split();
        let group = |kind: LayerKind| {
            let strange = |(_, layer): &(usize, &Layer)| !kind.is_akin(**layer);
            let places = layers.iter().enumerate().filter(strange);
            let own = self.layers(kind);
            let pairs = places.flat_map(|(index, _)| own.iter().map(move |&layer| (index, layer)));
            pairs.map(|(index, layer)| Some(with_layer(parent, index, layer))).collect()
        };
        self.kinds().into_iter().map(group).collect()
    }

    /// Returns the results of an operator that acts on existing layers, on the reduction or on the
    /// dense layer.
    fn changed(&self, operator: Operator, parent: &Architecture) -> Vec<Option<Architecture>> {
        let axes = &self.axes;
        let (layers, reduction) = parent.split();
        match operator {
            Operator::RemoveLayer => {
                let rest = layers.split_last().map(|(_, rest)| rest);
                let rest = rest.filter(|rest| rest.len() >= self.min_depth());
                let removed = |rest: &[Layer]| parent.with_layers([rest, reduction].concat());
                rest.map(|rest| vec![Some(removed(rest))]).unwrap_or_default()
            }
            Operator::Reduction => {
                let layers = match reduction {
                    [] => [layers, &[Layer::GlobalAverage]].concat(),
                    _ => layers.to_vec(),
                };
                let is_deep = !layers.is_empty() || self.min_depth() == 0;
                vec![is_deep.then(|| parent.with_layers(layers))]
            }
            Operator::DenseWidth(step) => {
                let width = step.from(parent.dense_width(), &axes.dense_width);
                vec![width.map(|width| Architecture::from_parts(parent.layers().to_vec(), width))]
            }
            _ => {
                let mut places = Vec::new();
                for (index, &layer) in layers.iter().enumerate() {
                    for changed in changed_layer(axes, operator, layer) {
                        places.push(changed.map(|layer| with_layer(parent, index, layer)));
                    }
                }
                places
            }
        }
    }
}

/// Returns `parent` with another layer at `index`.
fn with_layer(parent: &Architecture, index: usize, layer: Layer) -> Architecture {
    let mut layers = parent.layers().to_vec();
    layers[index] = layer;
    parent.with_layers(layers)
}

/// Returns the results of an operator on a layer. There are none if it does not act on such layers.
fn changed_layer(axes: &Axes, operator: Operator, layer: Layer) -> Vec<Option<Layer>> {
    if let Some((kind, conv)) = layer.convolution() {
        let changed = match operator {
            Operator::Kernel(step) => step
                .by(conv.kernel, &axes.kernels, Extent::rank)
                .map(|kernel| kind.layer(Conv2d { kernel, ..conv })),
            Operator::Filters(step) => step
                .from(conv.filters, &axes.filters)
                .map(|filters| kind.layer(Conv2d { filters, ..conv })),
            Operator::Activation => {
                other(&[Activation::Relu, Activation::Sigmoid], conv.activation)
                    .filter(|activation| axes.activations.contains(activation))
                    .map(|activation| kind.layer(Conv2d { activation, ..conv }))
            }
            Operator::Stride(step) => step
                .by(conv.stride, &axes.strides, Extent::rank)
                .map(|stride| kind.layer(Conv2d { stride, ..conv })),
            Operator::Padding => other(&axes.paddings, conv.padding)
                .map(|padding| kind.layer(Conv2d { padding, ..conv })),
            Operator::Normalisation => other(&axes.normalisations, conv.normalisation)
                .map(|normalisation| kind.layer(Conv2d { normalisation, ..conv })),
            Operator::Convolution => other(&axes.convolutions, kind).map(|kind| kind.layer(conv)),
            _ => return Vec::new(),
        };
        return vec![changed];
    }
    match (operator, layer) {
        (Operator::Pool, Layer::Pool(pool)) => {
            let others = axes.pools.iter().filter(|&&other| other != pool);
            others.map(|&pool| Some(Layer::Pool(pool))).collect()
        }
        (Operator::Dropout(step), Layer::Dropout(Dropout { percent })) => {
            let percent = step.from(percent, &axes.dropouts);
            vec![percent.map(|percent| Layer::Dropout(Dropout { percent }))]
        }
        _ => Vec::new(),
    }
}

/// Returns the other one of two values.
fn other<T: Copy + PartialEq>(values: &[T], value: T) -> Option<T> {
    values.iter().copied().find(|&other| other != value)
}
