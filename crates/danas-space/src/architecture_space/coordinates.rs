//! The coordinates of an architecture: where it lies on every axis of its space.

use super::{ArchitectureSpace, reduction::Reduction};
use crate::{
    architecture::Architecture,
    coordinates::{Coordinate, choice},
    data_space::{
        Axis,
        Scale::{Categorical, Ordered},
    },
    layer::{Dropout, Layer},
};

impl ArchitectureSpace {
    /// Returns the coordinates of an architecture of this space: its depth, its layers, and what
    /// follows them.
    pub(crate) fn coordinates(&self, architecture: &Architecture) -> Vec<Coordinate> {
        let axes = &self.axes;
        let (layers, reduction) = architecture.split();
        let depths = self.max_depth() - self.min_depth() + 1;
        let mut coordinates = vec![Coordinate {
            axis: Axis { name: "depth", len: depths, scale: Ordered },
            index: Some(layers.len() - self.min_depth()),
        }];
        for place in 0..self.max_depth() {
            coordinates.extend(self.layer_coordinates(layers.get(place).copied()));
        }
        let reduction =
            if reduction.is_empty() { Reduction::Flatten } else { Reduction::GlobalAverage };
        coordinates.extend(choice("reduction", Categorical, &axes.reductions, Some(reduction)));
        let width = Some(architecture.dense_width());
        coordinates.extend(choice("dense_width", Ordered, &axes.dense_width, width));
        coordinates
    }

    /// Returns the kind of a layer, and its place on each axis that has several values.
    fn layer_coordinates(&self, layer: Option<Layer>) -> impl Iterator<Item = Coordinate> {
        let kind = layer.map(|layer| match layer {
            Layer::Conv2d(_) => 0,
            Layer::Separable(_) => 1,
            Layer::Pool(_) => 2,
            Layer::Dropout(_) => 3,
            Layer::GlobalAverage => 4,
        });
        let kinds = Axis { name: "kind", len: 5, scale: Categorical };
        let conv = layer.and_then(Layer::convolution).map(|(_, conv)| conv);
        let pool = layer.and_then(|layer| match layer {
            Layer::Pool(pool) => Some(pool),
            _ => None,
        });
        let percent = layer.and_then(|layer| match layer {
            Layer::Dropout(Dropout { percent }) => Some(percent),
            _ => None,
        });
        let axes = &self.axes;
        let choices = [
            choice("filters", Ordered, &axes.filters, conv.map(|it| it.filters)),
            choice("kernel", Ordered, &axes.kernels, conv.map(|it| it.kernel)),
            choice("activation", Categorical, &axes.activations, conv.map(|it| it.activation)),
            choice("stride", Ordered, &axes.strides, conv.map(|it| it.stride)),
            choice("padding", Categorical, &axes.paddings, conv.map(|it| it.padding)),
            choice(
                "normalisation",
                Categorical,
                &axes.normalisations,
                conv.map(|it| it.normalisation),
            ),
            choice("pool", Categorical, &axes.pools, pool),
            choice("dropout", Ordered, &axes.dropouts, percent),
        ];
        let kind = Coordinate { axis: kinds, index: kind };
        std::iter::once(kind).chain(choices.into_iter().flatten())
    }
}
