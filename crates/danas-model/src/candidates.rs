//! Random architectures with layers of every kind, for the tests of all engines.

use danas_space::{
    Activation, Architecture, Conv2d, Dropout, Extent, Layer, Normalisation, Padding, Pool,
    PoolKind, Shape,
};
use proptest::prelude::*;

/// Generates an input shape, an architecture and a number of classes, which may be infeasible.
pub(crate) fn candidates() -> impl Strategy<Value = (Shape, Architecture, usize)> {
    let shape = (1_usize..24, 1_usize..24, 1_usize..4)
        .prop_map(|(height, width, channels)| Shape::new(height, width, channels));
    let gap = prop_oneof![3 => Just(None), 1 => Just(Some(Layer::GlobalAverage))];
    let layers = (prop::collection::vec(layer(), 0..5), gap, prop::option::of(dropout()));
    (shape, layers, 0_u32..12, 1_usize..6).prop_map(|(shape, layers, dense, classes)| {
        let (mut layers, gap, dropout) = layers;
        layers.extend(gap.into_iter().chain(dropout));
        (shape, Architecture::new(layers, dense).unwrap(), classes)
    })
}

fn layer() -> impl Strategy<Value = Layer> {
    prop_oneof![
        4 => conv2d(1..6).prop_map(Layer::Conv2d),
        2 => conv2d(1..6).prop_map(Layer::Separable),
        2 => pool().prop_map(Layer::Pool),
        1 => dropout(),
    ]
}

fn conv2d(sides: std::ops::Range<u32>) -> impl Strategy<Value = Conv2d> {
    let padding = prop_oneof![Just(Padding::Valid), Just(Padding::Same)];
    let normalisation = prop_oneof![Just(Normalisation::None), Just(Normalisation::Batch)];
    let activation = prop_oneof![Just(Activation::Relu), Just(Activation::Sigmoid)];
    (1_u32..9, extent(sides), extent(1..4), padding, normalisation, activation).prop_map(
        |(filters, kernel, stride, padding, normalisation, activation)| Conv2d {
            filters,
            kernel,
            stride,
            padding,
            normalisation,
            activation,
        },
    )
}

fn pool() -> impl Strategy<Value = Pool> {
    let kind = prop_oneof![Just(PoolKind::Max), Just(PoolKind::Average)];
    let parts = (kind, extent(1..4), extent(1..4));
    parts.prop_map(|(kind, size, stride)| Pool { kind, size, stride })
}

fn dropout() -> impl Strategy<Value = Layer> {
    (1_u32..100).prop_map(|percent| Layer::Dropout(Dropout { percent }))
}

fn extent(sides: std::ops::Range<u32>) -> impl Strategy<Value = Extent> {
    let height = prop_oneof![7 => sides.clone(), 1 => Just(Extent::WHOLE)];
    (height, sides).prop_map(|(height, width)| Extent { height, width })
}
