//! Crossover of architectures.

use rand::{Rng, RngExt};

use super::{ArchitectureSpace, Axes};
use crate::{architecture::Architecture, layer::Layer};

impl ArchitectureSpace {
    /// Returns the offspring of two architectures. Each value of the layers that both parents have
    /// comes from either parent. The depth is drawn uniformly between theirs, and layers that the
    /// shorter parent lacks come from the longer one.
    pub(crate) fn crossover(
        &self,
        left: &Architecture,
        right: &Architecture,
        rng: &mut dyn Rng,
    ) -> Architecture {
        let axes = &self.axes;
        let (left_layers, left_reduction) = left.split();
        let (right_layers, right_reduction) = right.split();
        let [shorter, longer] = if left_layers.len() > right_layers.len() {
            [right_layers, left_layers]
        } else {
            [left_layers, right_layers]
        };
        // A parent from another space may have fewer layers than this space allows.
        let least = shorter.len().max(self.min_depth()).min(longer.len());
        let depth = rng.random_range(least..=longer.len());
        let mut layers: Vec<Layer> = longer[..depth].to_vec();
        for (mine, &other) in layers.iter_mut().zip(shorter) {
            *mine = cross_layer(axes, *mine, other, rng);
        }
        let of_right = axes.reductions.len() > 1 && rng.random();
        layers.extend(if of_right { right_reduction } else { left_reduction });
        let of_right = axes.dense_width.len() > 1 && rng.random();
        let width = if of_right { right.dense_width() } else { left.dense_width() };
        Architecture::from_parts(layers, width)
    }
}

/// Returns `mine`, with each value replaced at random by that of `other`. If either layer is not a
/// convolution, returns one of the two as it is.
fn cross_layer(axes: &Axes, mine: Layer, other: Layer, rng: &mut dyn Rng) -> Layer {
    let (Some((kind, conv)), Some((other_kind, other_conv))) =
        (mine.convolution(), other.convolution())
    else {
        return if rng.random() { other } else { mine };
    };
    let (mut kind, mut conv) = (kind, conv);
    if rng.random() {
        conv.filters = other_conv.filters;
    }
    if rng.random() {
        conv.kernel = other_conv.kernel;
    }
    if rng.random() {
        conv.activation = other_conv.activation;
    }
    if axes.strides.len() > 1 && rng.random() {
        conv.stride = other_conv.stride;
    }
    if axes.paddings.len() > 1 && rng.random() {
        conv.padding = other_conv.padding;
    }
    if axes.normalisations.len() > 1 && rng.random() {
        conv.normalisation = other_conv.normalisation;
    }
    if axes.convolutions.len() > 1 && rng.random() {
        kind = other_kind;
    }
    kind.layer(conv)
}
